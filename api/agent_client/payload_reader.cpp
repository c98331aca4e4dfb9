/// Tasks and containers from the agent's shapes.

#include "api/agent_client/payload_reader.hpp"

#include "actors/core/task_definition/optional_members.hpp"
#include "actors/core/units.hpp"
#include "api/agent_client/docker_words.hpp"

#include <charconv>
#include <cmath>

namespace troupe::api::agent_client {
namespace {

using core::items;
using core::text;

core::Error unrecognised(const std::string& why) {
  return core::invalid_parameter("UnrecogniedTaskError: Error loading task: " + why);
}

template <class Enum>
std::optional<Enum> named(const std::optional<std::string>& name) {
  Enum value{};
  const bool known = name && boost::describe::enum_from_string(name->c_str(), value);
  return known ? std::optional{value} : std::nullopt;
}

std::optional<std::int32_t> unless_zero(const std::optional<std::int32_t>& amount) {
  return amount.value_or(0) == 0 ? std::nullopt : amount;
}

core::Volume read_volume(const wire::acs::Volume& said) {
  core::Volume volume;
  volume.name = said.name;
  volume.host = said.host;
  volume.dockerVolumeConfiguration = said.dockerVolumeConfiguration;
  volume.efsVolumeConfiguration = said.efsVolumeConfiguration;
  volume.fsxWindowsFileServerVolumeConfiguration = said.fsxWindowsFileServerVolumeConfiguration;
  return volume;
}

core::PortMapping read_port(const wire::acs::PortMapping& said) {
  core::PortMapping mapping;
  mapping.containerPort = said.containerPort;
  mapping.hostPort = said.hostPort;
  mapping.protocol = said.protocol;
  mapping.containerPortRange = said.containerPortRange;
  return mapping;
}

void take_lists(const wire::acs::Container& said, core::ContainerDefinition& into) {
  into.environment.emplace();
  for (const auto& [name, value] : said.environment.value_or(std::map<std::string, std::string>{})) {
    into.environment->push_back({name, value});
  }
  into.portMappings.emplace();
  for (const auto& mapping : items(said.portMappings)) into.portMappings->push_back(read_port(mapping));
  for (const auto& secret : items(said.secrets)) {
    if (secret.target != wire::acs::SecretTarget::CONTAINER) continue;
    if (!into.secrets) into.secrets.emplace();
    into.secrets->push_back({secret.name, secret.valueFrom});
  }
}

core::ContainerDefinition plain_members(const wire::acs::Container& said) {
  core::ContainerDefinition made;
  made.name = said.name;
  made.image = said.image;
  made.cpu = unless_zero(said.cpu);
  made.memory = unless_zero(said.memory);
  made.essential = said.essential;
  made.command = said.command;
  made.entryPoint = said.entryPoint;
  made.environmentFiles = said.environmentFiles;
  made.mountPoints = said.mountPoints;
  made.volumesFrom = said.volumesFrom;
  made.links = said.links;
  made.dependsOn = said.dependsOn;
  made.startTimeout = said.startTimeout;
  made.stopTimeout = said.stopTimeout;
  made.restartPolicy = said.restartPolicy;
  made.firelensConfiguration = said.firelensConfiguration;
  made.credentialSpecs = said.credentialSpecs;
  const auto& login = said.registryAuthentication;
  if (login && login->asmAuthData) {
    made.repositoryCredentials.emplace().credentialsParameter = login->asmAuthData->credentialsParameter;
  }
  return made;
}

core::Result<core::ContainerDefinition> read_container(const wire::acs::Container& said) {
  if (text(said.name).empty() || text(said.image).empty()) {
    return unrecognised("a container has no name or no image");
  }
  auto made = plain_members(said);
  take_lists(said, made);
  const auto docker = said.dockerConfig.value_or(wire::acs::DockerConfig{});
  const auto config = wire::decode<wire::docker::Config>(text(docker.config));
  if (!config) {
    return core::invalid_parameter("DockerClientConfigError: Unable decode given docker config: " +
                                   config.error().message);
  }
  take_config(*config, made);
  const auto host = wire::decode<wire::docker::HostConfig>(text(docker.hostConfig));
  if (!host) {
    return core::invalid_parameter("HostConfigError: Unable to decode given host config: " +
                                   host.error().message);
  }
  take_host_config(*host, made);
  return made;
}

/// The record of a container that has not begun; its id is the end of its ARN.
core::Container record_of(const wire::acs::Container& said) {
  core::Container record;
  record.name = text(said.name);
  const auto& arn = text(said.containerArn);
  record.id = core::parse_id<core::Uuid>(arn.substr(arn.rfind('/') + 1)).value_or(core::Uuid{});
  return record;
}

void take_sizes(const wire::acs::Task& said, core::TaskDefinition& into) {
  const double units = said.cpu.value_or(0) * static_cast<double>(core::cpu_units_per_core);
  if (units >= 1) into.cpu = std::to_string(std::llround(units));
  if (said.memory.value_or(0) > 0) into.memory = std::to_string(*said.memory);
}

/// Anything that is no number counts as nothing said.
void take_storage(const wire::acs::Task& said, core::TaskDefinition& into) {
  for (const auto& attachment : items(said.attachments)) {
    if (attachment.attachmentType != wire::acs::ephemeral_storage_attachment) continue;
    for (const auto& property : items(attachment.attachmentProperties)) {
      if (property.name != wire::acs::ephemeral_storage_property) continue;
      std::int32_t gib = 0;
      const auto& value = text(property.value);
      std::from_chars(value.data(), value.data() + value.size(), gib);
      if (gib > 0) into.ephemeralStorage = core::EphemeralStorage{gib};
    }
  }
}

core::TaskDefinition definition_of(const wire::acs::Task& said) {
  core::TaskDefinition made;
  made.family = said.family;
  std::int32_t revision = 0;
  const auto& version = text(said.version);
  std::from_chars(version.data(), version.data() + version.size(), revision);
  made.revision = revision;
  made.networkMode = named<core::NetworkMode>(said.networkMode).value_or(core::NetworkMode::bridge);
  made.pidMode = named<core::PidMode>(said.pidMode);
  made.ipcMode = named<core::IpcMode>(said.ipcMode);
  made.enableFaultInjection = said.enableFaultInjection;
  if (said.roleCredentials) made.taskRoleArn = said.roleCredentials->roleArn;
  if (said.executionRoleCredentials) made.executionRoleArn = said.executionRoleCredentials->roleArn;
  made.volumes.emplace();
  for (const auto& volume : items(said.volumes)) made.volumes->push_back(read_volume(volume));
  take_sizes(said, made);
  take_storage(said, made);
  return made;
}

core::TaskLaunch launch_of(const std::string& cluster, const wire::acs::Task& said,
                           const core::TaskDefinition& definition) {
  core::TaskLaunch launch;
  launch.cluster = cluster;
  launch.family = text(definition.family);
  launch.revision = definition.revision.value_or(0);
  launch.launch_type = named<core::LaunchType>(said.launchType).value_or(core::LaunchType::EC2);
  launch.group = text(said.group);
  return launch;
}

/// What the server knows the task's interfaces by; the addresses that it drew for them are not the
/// runtime's.
std::vector<core::Attachment> attachments_of(const wire::acs::Task& said) {
  std::vector<core::Attachment> made;
  for (const auto& interface : items(said.elasticNetworkInterfaces)) {
    const auto& arn = text(interface.attachmentArn);
    core::Attachment one;
    one.id = arn.substr(arn.rfind('/') + 1);
    one.type = "ElasticNetworkInterface";
    one.status = "PRECREATED";
    made.push_back(std::move(one));
  }
  return made;
}

}  // namespace

core::Result<core::TaskId> task_id_of(const core::Realm& realm, const std::string& cluster,
                                      const std::string& arn) {
  const auto reference = core::parse_ref(realm, "task", arn);
  if (!reference) return reference.error();
  const auto id = core::parse_id<core::TaskId>(reference->name);
  if (!id || (!reference->cluster.empty() && reference->cluster != cluster)) {
    return core::invalid_parameter("Invalid identifier: " + arn);
  }
  return *id;
}

core::Result<core::Task> read_task(const core::Realm& realm, const std::string& cluster,
                                   const wire::acs::Task& payload) {
  const auto id = task_id_of(realm, cluster, text(payload.arn));
  if (!id) return id.error();
  core::Task task;
  task.id = *id;
  task.availability_zone = text(payload.zone);
  auto record = std::make_shared<core::TaskDefinitionRecord>();
  record->definition = definition_of(payload);
  auto& containers = record->definition.containerDefinitions.emplace();
  for (const auto& said : items(payload.containers)) {
    auto container = read_container(said);
    if (!container) return std::move(container).error();
    containers.push_back(*std::move(container));
    task.containers.push_back(record_of(said));
  }
  if (containers.empty()) return unrecognised("it has no containers");
  task.launch = std::make_shared<const core::TaskLaunch>(launch_of(cluster, payload, record->definition));
  task.definition = std::move(record);
  task.attachments = attachments_of(payload);
  return task;
}

}  // namespace troupe::api::agent_client
