/// The task as a whole: sizes, network, volumes, roles.

#include "api/agent_gateway/payload_task.hpp"

#include "actors/core/launch_type.hpp"
#include "actors/core/task_definition/optional_members.hpp"
#include "actors/core/task_definition/run_options.hpp"
#include "actors/core/task_interface.hpp"
#include "actors/core/units.hpp"
#include "api/wire/codec/timestamp.hpp"

namespace troupe::api::agent_gateway {
namespace {

using core::items;
using core::text;

wire::acs::Volume payload_volume(const core::Volume& volume) {
  wire::acs::Volume made;
  made.name = volume.name;
  if (volume.dockerVolumeConfiguration) {
    made.type = wire::acs::VolumeType::docker;
    made.dockerVolumeConfiguration = volume.dockerVolumeConfiguration;
    auto& docker = *made.dockerVolumeConfiguration;
    if (!docker.scope) docker.scope = core::Scope::task;
    if (!docker.driver) docker.driver = "local";
  } else if (volume.efsVolumeConfiguration) {
    made.type = wire::acs::VolumeType::efs;
    made.efsVolumeConfiguration = volume.efsVolumeConfiguration;
  } else if (volume.fsxWindowsFileServerVolumeConfiguration) {
    made.type = wire::acs::VolumeType::fsxWindowsFileServer;
    made.fsxWindowsFileServerVolumeConfiguration = volume.fsxWindowsFileServerVolumeConfiguration;
  } else {
    made.type = wire::acs::VolumeType::host;
    made.host = volume.host.value_or(core::HostVolumeProperties{});
  }
  return made;
}

wire::acs::ProxyConfiguration payload_proxy(const core::ProxyConfiguration& proxy) {
  wire::acs::ProxyConfiguration made;
  made.type = proxy.type;
  made.containerName = proxy.containerName;
  made.properties.emplace();
  for (const auto& property : items(proxy.properties)) {
    (*made.properties)[text(property.name)] = text(property.value);
  }
  return made;
}

/// Sizes of the task itself. The sums of its containers are the agent's own affair.
void take_sizes(const core::TaskDefinition& definition, const core::TaskOverride& overrides,
                wire::acs::Task& made) {
  const auto& cpu = overrides.cpu ? overrides.cpu : definition.cpu;
  if (const auto units = cpu ? core::parse_task_cpu(*cpu) : std::nullopt) {
    made.cpu = static_cast<double>(units->count) / static_cast<double>(core::cpu_units_per_core);
  }
  const auto& memory = overrides.memory ? overrides.memory : definition.memory;
  if (const auto mebibytes = memory ? core::parse_task_memory(*memory) : std::nullopt) {
    made.memory = static_cast<std::int32_t>(mebibytes->count);
  }
}

void take_launch(const core::Task& task, wire::acs::Task& made) {
  const auto& launch = *task.launch;
  made.launchType = core::name_of(launch.launch_type);
  if (!launch.group.empty()) made.group = launch.group;
  if (auto service = core::service_of(task)) made.serviceName = *std::move(service);
  if (!task.availability_zone.empty()) made.zone = task.availability_zone;
}

wire::acs::Attachment payload_storage(const core::Task& task) {
  const auto gib = core::ephemeral_storage_gib(task.definition->definition, task.launch->overrides);
  wire::acs::Attachment made;
  made.attachmentType = wire::acs::ephemeral_storage_attachment;
  made.attachmentProperties = {{wire::acs::ephemeral_storage_property, std::to_string(gib)}};
  return made;
}

}  // namespace

wire::acs::IAMRoleCredentials told(const RoleCredentials& credentials) {
  wire::acs::IAMRoleCredentials made;
  made.credentialsId = credentials.id;
  made.roleArn = credentials.role_arn;
  made.accessKeyId = credentials.access_key;
  made.secretAccessKey = credentials.secret_key;
  made.sessionToken = credentials.session_token;
  made.expiration = wire::iso_seconds(credentials.expires);
  return made;
}

wire::acs::Task payload_task(const core::Realm& realm, const core::Task& task, const TaskRoles& roles) {
  const auto& definition = task.definition->definition;
  const auto overrides = task.launch->overrides.value_or(core::TaskOverride{});
  wire::acs::Task made;
  made.arn = core::task_arn(realm, task.launch->cluster, task.id);
  made.taskClusterArn = core::cluster_arn(realm, task.launch->cluster);
  made.desiredStatus = "RUNNING";
  made.family = task.launch->family;
  made.version = std::to_string(task.launch->revision);
  made.taskDefinitionAccountId = realm.account;
  made.overrides = "{}";
  made.networkMode = core::name_of(definition.networkMode.value_or(core::NetworkMode::bridge));
  made.containers.emplace();
  for (const auto& container : core::effective_containers(definition, overrides)) {
    made.containers->push_back(payload_container(realm, task, container));
  }
  made.volumes.emplace();
  for (const auto& volume : items(definition.volumes)) made.volumes->push_back(payload_volume(volume));
  made.elasticNetworkInterfaces = payload_interfaces(realm, task);
  take_sizes(definition, overrides, made);
  take_launch(task, made);
  if (task.launch->launch_type == core::LaunchType::FARGATE) made.attachments = {payload_storage(task)};
  if (definition.pidMode) made.pidMode = core::name_of(*definition.pidMode);
  if (definition.ipcMode) made.ipcMode = core::name_of(*definition.ipcMode);
  if (definition.proxyConfiguration) made.proxyConfiguration = payload_proxy(*definition.proxyConfiguration);
  made.enableFaultInjection = definition.enableFaultInjection;
  if (roles.task) made.roleCredentials = told(*roles.task);
  if (roles.execution) made.executionRoleCredentials = told(*roles.execution);
  return made;
}

wire::acs::Task payload_stop(const core::Realm& realm, const std::string& cluster, const core::TaskId& task) {
  wire::acs::Task made;
  made.arn = core::task_arn(realm, cluster, task);
  made.taskClusterArn = core::cluster_arn(realm, cluster);
  made.desiredStatus = "STOPPED";
  return made;
}

std::optional<std::vector<wire::acs::ElasticNetworkInterface>> payload_interfaces(const core::Realm& realm,
                                                                                  const core::Task& task) {
  const auto own = core::task_interface(task);
  if (!own) return std::nullopt;
  wire::acs::ElasticNetworkInterface made;
  made.name = "eth1";
  made.macAddress = own->mac;
  made.attachmentArn = core::attachment_arn(realm, own->attachment);
  made.ec2Id = own->id;
  made.index = 0;
  made.interfaceAssociationProtocol = wire::acs::NetworkInterfaceAssociationProtocol::default_;
  made.ipv4Addresses = {{own->address, true}};
  made.ipv6Addresses.emplace();
  made.privateDnsName = own->dns_name;
  made.subnetGatewayIpv4Address = own->gateway;
  return std::vector{std::move(made)};
}

}  // namespace troupe::api::agent_gateway
