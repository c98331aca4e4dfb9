/// Tasks and their containers.

#include "actors/core/launch_type.hpp"
#include "actors/core/task_definition/run_options.hpp"
#include "api/rendering/rendering.hpp"

namespace troupe::api::rendering {
namespace {

constexpr std::string_view network_attachment = "ElasticNetworkInterface";

const core::ContainerOverride* override_of(const core::Task& record, std::string_view name) {
  const auto& overrides = record.launch->overrides;
  if (!overrides || !overrides->containerOverrides) return nullptr;
  for (const auto& entry : *overrides->containerOverrides) {
    if (entry.name && *entry.name == name) return &entry;
  }
  return nullptr;
}

/// A number of a container definition, which an override may replace, as text.
std::optional<std::string> number_text(const std::optional<std::int32_t>& overriding,
                                       const std::optional<std::int32_t>& defined) {
  const auto& value = overriding ? overriding : defined;
  return value ? std::optional{std::to_string(*value)} : std::nullopt;
}

std::vector<core::NetworkInterface> interfaces_of(const core::Task& record) {
  std::vector<core::NetworkInterface> interfaces;
  for (const auto& attachment : record.attachments) {
    if (!attachment.type || *attachment.type != network_attachment) continue;
    auto address = given(attachment_detail(attachment, "privateIPv4Address"));
    if (!address) continue;
    interfaces.push_back(
        {attachment.id, std::move(address), given(attachment_detail(attachment, "ipv6Address"))});
  }
  return interfaces;
}

wire::Container container(const core::Realm& realm, const core::Task& record, const core::Container& from,
                          const std::vector<core::NetworkInterface>& interfaces) {
  const core::ContainerDefinition none;
  const core::ContainerOverride no_override;
  const auto* found = definition_of(record, from.name);
  const auto* replaced = override_of(record, from.name);
  const auto& definition = found != nullptr ? *found : none;
  const auto& overrides = replaced != nullptr ? *replaced : no_override;

  wire::Container out;
  out.containerArn = core::container_arn(realm, record.launch->cluster, record.id, from.id);
  out.taskArn = core::task_arn(realm, record.launch->cluster, record.id);
  out.name = from.name;
  out.image = definition.image;
  out.imageDigest = given(from.image_digest);
  out.runtimeId = given(from.runtime_id);
  out.lastStatus = core::name_of(from.last_status);
  out.exitCode = from.exit_code;
  out.reason = given(from.reason);
  out.networkBindings = from.bindings;
  out.networkInterfaces = interfaces;
  out.healthStatus = from.health;
  out.cpu = number_text(overrides.cpu, definition.cpu).value_or("0");
  out.memory = number_text(overrides.memory, definition.memory);
  out.memoryReservation = number_text(overrides.memoryReservation, definition.memoryReservation);
  return out;
}

std::vector<wire::Container> containers(const core::Realm& realm, const core::Task& record) {
  const auto interfaces = interfaces_of(record);
  std::vector<wire::Container> out;
  out.reserve(record.containers.size());
  for (const auto& from : record.containers) out.push_back(container(realm, record, from, interfaces));
  return out;
}

core::TaskOverride overrides(const core::Task& record) {
  auto given_ones = record.launch->overrides.value_or(core::TaskOverride{});
  if (!record.definition) return given_ones;
  return core::echoed_overrides(record.definition->definition, std::move(given_ones));
}

void add_sizes(wire::Task& out, const core::Task& record) {
  const auto& launch = *record.launch;
  if (launch.overrides) {
    out.cpu = launch.overrides->cpu;
    out.memory = launch.overrides->memory;
  }
  if (record.definition) {
    const auto& definition = record.definition->definition;
    if (!out.cpu) out.cpu = definition.cpu;
    if (!out.memory) out.memory = definition.memory;
  }
  if (!out.cpu) out.cpu = std::to_string(launch.size.cpu.count);
  if (!out.memory) out.memory = std::to_string(launch.size.memory.count);
}

void add_platform(wire::Task& out, const core::Task& record) {
  const auto* definition = record.definition ? &record.definition->definition : nullptr;
  if (definition != nullptr && definition->runtimePlatform && definition->runtimePlatform->cpuArchitecture) {
    const bool arm = *definition->runtimePlatform->cpuArchitecture == core::CPUArchitecture::ARM64;
    out.attributes->push_back({"ecs.cpu-architecture", arm ? "arm64" : "x86_64", {}, {}});
  }
  if (record.launch->launch_type != core::LaunchType::FARGATE) return;
  out.platformVersion = given(record.launch->platform_version);
  out.platformFamily = "Linux";
  const auto gib = core::ephemeral_storage_gib(definition != nullptr ? *definition : core::TaskDefinition{},
                                               record.launch->overrides);
  out.ephemeralStorage = core::EphemeralStorage{gib};
  out.fargateEphemeralStorage.emplace().sizeInGiB = gib;
}

void add_times(wire::Task& out, const core::Task& record) {
  out.createdAt = record.created_at;
  out.pullStartedAt = record.pull_started_at;
  out.pullStoppedAt = record.pull_stopped_at;
  out.startedAt = record.started_at;
  out.stoppingAt = record.stopping_at;
  out.executionStoppedAt = record.execution_stopped_at;
  out.stoppedAt = record.stopped_at;
  out.connectivityAt = record.connectivity_at;
  if (record.connectivity_at) out.connectivity = record.connectivity;
}

}  // namespace

wire::Task task(const core::Realm& realm, const core::Task& record, TaskDetail detail) {
  const auto& launch = *record.launch;
  wire::Task out;
  out.attachments = record.attachments;
  out.attributes.emplace();
  out.availabilityZone = given(record.availability_zone);
  out.capacityProviderName = given(launch.capacity_provider);
  out.clusterArn = core::cluster_arn(realm, launch.cluster);
  if (!record.instance.empty() && launch.launch_type != core::LaunchType::FARGATE) {
    out.containerInstanceArn = core::instance_arn(realm, launch.cluster, record.instance);
  }
  out.containers = containers(realm, record);
  out.desiredStatus = core::name_of(record.desired_status);
  out.enableExecuteCommand = launch.enable_execute_command;
  out.group = given(launch.group);
  out.healthStatus = record.health;
  out.inferenceAccelerators.emplace();
  out.lastStatus = core::name_of(record.last_status);
  out.launchType = launch.launch_type;
  out.overrides = overrides(record);
  out.startedBy = given(launch.started_by);
  out.stopCode = record.stop_code;
  out.stoppedReason = given(record.stopped_reason);
  out.tags = detail.tags ? launch.tags : std::vector<core::Tag>{};
  out.taskArn = core::task_arn(realm, launch.cluster, record.id);
  out.taskDefinitionArn = core::task_definition_arn(realm, launch.family, launch.revision);
  out.version = record.version;
  add_sizes(out, record);
  add_platform(out, record);
  add_times(out, record);
  return out;
}

const core::ContainerDefinition* definition_of(const core::Task& record, std::string_view name) {
  if (!record.definition || !record.definition->definition.containerDefinitions) return nullptr;
  for (const auto& definition : *record.definition->definition.containerDefinitions) {
    if (definition.name && *definition.name == name) return &definition;
  }
  return nullptr;
}

std::string attachment_detail(const core::Attachment& attachment, std::string_view name) {
  if (!attachment.details) return {};
  for (const auto& detail : *attachment.details) {
    if (detail.name && *detail.name == name) return detail.value.value_or("");
  }
  return {};
}

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

}  // namespace troupe::api::rendering
