/// What a definition may ask for and this node cannot do. Placement keeps such tasks
/// away; this is the last line, in words an operator understands.

#include "actors/core/task_definition/optional_members.hpp"
#include "actors/node/container_spec.hpp"

namespace troupe::node {
namespace {

using core::ContainerDefinition;
using core::items;
using core::text;

std::optional<std::string> of_volume(const core::Volume& volume) {
  const std::string name = "volume " + text(volume.name) + ": ";
  if (volume.efsVolumeConfiguration) return name + "EFS volumes are not supported";
  if (volume.s3filesVolumeConfiguration) return name + "S3 Files volumes are not supported";
  if (volume.fsxWindowsFileServerVolumeConfiguration) return name + "FSx volumes are not supported";
  if (core::is_set(volume.configuredAtLaunch)) return name + "EBS volumes are not supported";
  if (!volume.dockerVolumeConfiguration) return std::nullopt;
  const core::DockerVolumeConfiguration& docker = *volume.dockerVolumeConfiguration;
  if (docker.driver.value_or("local") != "local") {
    return name + "the volume driver " + *docker.driver + " is not supported";
  }
  if (docker.driverOpts && !docker.driverOpts->empty()) {
    return name + "options of the volume driver local are not supported";
  }
  return std::nullopt;
}

std::optional<std::string> of_security_option(const std::string& option) {
  if (option.starts_with("no-new-privileges")) return std::nullopt;
  return "the security option " + option + " is not supported";
}

std::optional<std::string> of_container(const ContainerDefinition& container) {
  const std::string name = "container " + text(container.name) + ": ";
  if (container.logConfiguration && container.logConfiguration->logDriver != core::LogDriver::json_file) {
    return name + "only the log driver json-file is supported";
  }
  if (!items(container.secrets).empty()) return name + "secrets are not supported";
  if (!items(container.environmentFiles).empty()) return name + "environment files are not supported";
  if (container.repositoryCredentials) return name + "repositoryCredentials are not supported";
  if (container.firelensConfiguration) return name + "FireLens is not supported";
  if (!items(container.links).empty()) return name + "links are not supported";
  if (!items(container.resourceRequirements).empty()) return name + "accelerators are not supported";
  for (const core::PortMapping& mapping : items(container.portMappings)) {
    if (mapping.containerPortRange) return name + "port ranges are not supported";
  }
  for (const std::string& option : items(container.dockerSecurityOptions)) {
    if (const auto reason = of_security_option(option)) return name + *reason;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> unsupported_reason(const core::TaskDefinition& definition,
                                              const std::vector<ContainerDefinition>& containers) {
  for (const core::Volume& volume : items(definition.volumes)) {
    if (auto reason = of_volume(volume)) return reason;
  }
  for (const ContainerDefinition& container : containers) {
    if (auto reason = of_container(container)) return reason;
  }
  return std::nullopt;
}

std::optional<std::string> not_for_fargate(const core::TaskDefinition& definition,
                                           const std::vector<ContainerDefinition>& containers) {
  const std::string start = "a FARGATE task may not ";
  if (definition.networkMode != core::NetworkMode::awsvpc) return start + "share the host's network";
  if (definition.pidMode == core::PidMode::host) return start + "share the host's processes";
  if (definition.ipcMode == core::IpcMode::host) return start + "share the host's memory";
  for (const core::Volume& volume : items(definition.volumes)) {
    const bool of_host = volume.host && volume.host->sourcePath;
    if (of_host || volume.dockerVolumeConfiguration) return start + "use volume " + text(volume.name);
  }
  for (const ContainerDefinition& container : containers) {
    const std::string name = text(container.name);
    if (core::is_set(container.privileged)) return start + "run container " + name + " privileged";
    const auto& parameters = container.linuxParameters;
    if (parameters && !items(parameters->devices).empty()) return start + "give devices to container " + name;
    if (!parameters || !parameters->capabilities) continue;
    for (const std::string& capability : items(parameters->capabilities->add)) {
      if (capability != "SYS_PTRACE") return start + "give " + capability + " to container " + name;
    }
  }
  return std::nullopt;
}

}  // namespace troupe::node
