/// Volumes of the task, and what containers mount of them.

#include "actors/core/task_definition/rules.hpp"

#include <algorithm>
#include <set>

namespace troupe::core::rules {
namespace {

Checked efs(const EFSVolumeConfiguration& efs) {
  if (!text(efs.fileSystemId).starts_with("fs-")) {
    return refuse("Invalid fileSystemId in efsVolumeConfiguration: " + quoted(text(efs.fileSystemId)) + ".");
  }
  const bool encrypted = efs.transitEncryption == EFSTransitEncryption::ENABLED;
  if (efs.authorizationConfig) {
    const std::string& root = text(efs.rootDirectory);
    if (efs.authorizationConfig->accessPointId && !root.empty() && root != "/") {
      return refuse(
          "When using an EFS access point, the root directory must either be set to \"/\" or be omitted.");
    }
    if (efs.authorizationConfig->iam == EFSAuthorizationConfigIAM::ENABLED && !encrypted) {
      return refuse("EFS IAM authorization requires TransitEncryption to be enabled.");
    }
  }
  if (!efs.transitEncryptionPort) return {};
  if (!encrypted) return refuse("TransitEncryptionPort requires that TransitEncryption is enabled.");
  const std::int32_t port = *efs.transitEncryptionPort;
  return port >= 1 && port <= port_max ? Checked{}
                                       : refuse("TransitEncryptionPort must be between 1 and 65535.");
}

Checked docker(const Volume& volume, const DockerVolumeConfiguration& docker) {
  if (docker.autoprovision && docker.scope.value_or(Scope::task) != Scope::shared) {
    return refuse("autoprovision of volume " + quoted(text(volume.name)) + " requires the scope 'shared'.");
  }
  return {};
}

Checked sources(const Volume& volume) {
  const int given = (volume.host ? 1 : 0) + (volume.dockerVolumeConfiguration ? 1 : 0) +
                    (volume.efsVolumeConfiguration ? 1 : 0) + (volume.s3filesVolumeConfiguration ? 1 : 0) +
                    (volume.fsxWindowsFileServerVolumeConfiguration ? 1 : 0) +
                    (is_set(volume.configuredAtLaunch) ? 1 : 0);
  if (given > 1) {
    return refuse("Volume " + quoted(text(volume.name)) + " can have only one volume configuration.");
  }
  if (volume.host && volume.host->sourcePath && volume.host->sourcePath->empty()) {
    return refuse("host.sourcePath should not be blank.");
  }
  if (volume.efsVolumeConfiguration) return efs(*volume.efsVolumeConfiguration);
  if (volume.dockerVolumeConfiguration) return docker(volume, *volume.dockerVolumeConfiguration);
  return {};
}

bool is_mounted(const TaskDefinition& definition, std::string_view volume) {
  const auto mounts_it = [&](const ContainerDefinition& container) {
    return std::ranges::any_of(items(container.mountPoints),
                               [&](const auto& mount) { return text(mount.sourceVolume) == volume; });
  };
  return std::ranges::any_of(items(definition.containerDefinitions), mounts_it);
}

}  // namespace

Checked volumes(const TaskDefinition& definition) {
  std::set<std::string_view> names;
  for (const Volume& volume : items(definition.volumes)) {
    const std::string& name = text(volume.name);
    if (name.empty()) return refuse("volume.name should not be null or empty.");
    if (name.size() > name_characters_max) return refuse("volume.name cannot be longer than 255 characters.");
    if (!has_name_characters(name)) return refuse("volume.name contains invalid characters.");
    if (!names.insert(name).second) return refuse("Volume names must be unique within a task definition.");
    if (Checked checked = sources(volume); !checked) return checked;
    if (is_set(volume.configuredAtLaunch) && !is_mounted(definition, name)) {
      return refuse("Volumes [" + name + "] are not referenced by any of the containers.");
    }
  }
  return {};
}

Checked mounts(const TaskDefinition& definition, const ContainerDefinition& container) {
  const auto exists = [&](const std::string& name) {
    return std::ranges::any_of(items(definition.volumes),
                               [&](const Volume& volume) { return text(volume.name) == name; });
  };
  std::set<std::string_view> paths;
  for (const MountPoint& mount : items(container.mountPoints)) {
    if (!mount.sourceVolume || !exists(*mount.sourceVolume)) {
      return refuse("Unknown volume " + quoted(mount.sourceVolume.value_or("null")) + ".");
    }
    const std::string& path = text(mount.containerPath);
    if (path.empty()) {
      return refuse("Mount point of volume " + quoted(*mount.sourceVolume) + " in container " +
                    quoted(text(container.name)) + " requires a containerPath.");
    }
    if (!paths.insert(path).second) {
      return refuse("Container " + quoted(text(container.name)) + " has more than one mount point at " +
                    quoted(path) + ".");
    }
  }
  for (const VolumeFrom& from : items(container.volumesFrom)) {
    const std::string& source = text(from.sourceContainer);
    if (!find_container(definition, source)) {
      return refuse("Invalid 'volumesFrom' setting. Unknown container: " +
                    quoted(from.sourceContainer.value_or("null")));
    }
    if (source == text(container.name)) {
      return refuse("Invalid 'volumesFrom' setting. Container " + quoted(source) +
                    " cannot use its own volumes.");
    }
  }
  return {};
}

}  // namespace troupe::core::rules
