/// The form in which ECS stores and echoes a definition: defaults filled in.

#include "actors/core/task_definition/rules.hpp"
#include "actors/core/task_definition/task_size.hpp"

namespace troupe::core::rules {
namespace {

constexpr std::int32_t health_interval_seconds = 30;
constexpr std::int32_t health_timeout_seconds = 5;
constexpr std::int32_t health_retries = 3;

/// Gives an absent member its default.
template <class T, class Default>
void fill(std::optional<T>& member, Default&& value) {
  if (!member) member = std::forward<Default>(value);
}

template <class T>
void fill_empty(std::optional<std::vector<T>>& list) {
  if (!list) list.emplace();
}

void ports(ContainerDefinition& container, NetworkMode mode) {
  fill_empty(container.portMappings);
  for (PortMapping& mapping : *container.portMappings) {
    fill(mapping.protocol, TransportProtocol::tcp);
    if (mapping.containerPortRange) {
      mapping.hostPort.reset();
      continue;
    }
    const bool same = mode == NetworkMode::awsvpc || mode == NetworkMode::host;
    if (same) {
      mapping.hostPort = mapping.containerPort;
    } else {
      fill(mapping.hostPort, 0);
    }
  }
}

void container(ContainerDefinition& container, NetworkMode mode) {
  fill(container.cpu, 0);
  fill(container.essential, true);
  ports(container, mode);
  fill_empty(container.environment);
  fill_empty(container.mountPoints);
  fill_empty(container.volumesFrom);
  fill_empty(container.systemControls);
  if (container.healthCheck) {
    fill(container.healthCheck->interval, health_interval_seconds);
    fill(container.healthCheck->timeout, health_timeout_seconds);
    fill(container.healthCheck->retries, health_retries);
  }
}

void volume(Volume& volume) {
  if (volume.efsVolumeConfiguration) {
    fill(volume.efsVolumeConfiguration->rootDirectory, "/");
  } else if (volume.dockerVolumeConfiguration) {
    fill(volume.dockerVolumeConfiguration->scope, Scope::task);
    fill(volume.dockerVolumeConfiguration->driver, "local");
    if (volume.dockerVolumeConfiguration->scope == Scope::shared) {
      fill(volume.dockerVolumeConfiguration->autoprovision, false);
    }
  } else if (!volume.s3filesVolumeConfiguration && !volume.fsxWindowsFileServerVolumeConfiguration &&
             !is_set(volume.configuredAtLaunch)) {
    fill(volume.host, HostVolumeProperties{});
  }
}

}  // namespace

void normalise(TaskDefinition& definition) {
  if (!is_windows(definition)) fill(definition.networkMode, NetworkMode::bridge);
  for (ContainerDefinition& one : *definition.containerDefinitions) container(one, network_mode(definition));
  fill_empty(definition.volumes);
  for (Volume& one : *definition.volumes) volume(one);
  fill_empty(definition.placementConstraints);
  if (definition.cpu) definition.cpu = std::to_string(parse_task_cpu(*definition.cpu)->count);
  if (definition.memory) definition.memory = std::to_string(parse_task_memory(*definition.memory)->count);
}

}  // namespace troupe::core::rules
