/// The mapping of a container definition, member by member.

#include "actors/node/container_spec.hpp"

#include "actors/core/task_definition/optional_members.hpp"
#include "actors/core/units.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace troupe::node {
namespace {

using core::ContainerDefinition;
using core::is_set;
using core::items;
using core::text;

constexpr std::int32_t unlimited = -1;

std::uint64_t mebibytes(std::int32_t count) {
  return static_cast<std::uint64_t>(count) * static_cast<std::uint64_t>(core::bytes_per_mib);
}

constexpr const char* credentials_variable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=";

/// What ECS sets comes first, so that the definition may set it otherwise: all but the way to the
/// credentials, which a definition cannot know.
std::vector<std::string> environment(const ContainerDefinition& container, const std::string& id,
                                     const TaskIdentity& identity) {
  const bool fargate = identity.launch_type == core::LaunchType::FARGATE;
  std::vector<std::string> result = {fargate ? "AWS_EXECUTION_ENV=AWS_ECS_FARGATE"
                                             : "AWS_EXECUTION_ENV=AWS_ECS_EC2"};
  if (!identity.region.empty()) result.push_back("AWS_REGION=" + identity.region);
  if (!identity.metadata_base.empty()) {
    result.push_back("ECS_CONTAINER_METADATA_URI_V4=" + identity.metadata_base + "/v4/" + id);
  }
  for (const core::KeyValuePair& variable : items(container.environment)) {
    const std::string name = text(variable.name) + "=";
    std::erase_if(result, [&](const std::string& known) { return known.starts_with(name); });
    result.push_back(name + text(variable.value));
  }
  if (identity.credentials_path.empty()) return result;
  std::erase_if(result, [](const std::string& known) { return known.starts_with(credentials_variable); });
  result.push_back(credentials_variable + identity.credentials_path);
  return result;
}

std::vector<runtime::Mount> mounts(const core::TaskDefinition& definition,
                                   const ContainerDefinition& container, const std::string& task_id) {
  std::vector<runtime::Mount> result;
  const auto& volumes = items(definition.volumes);
  for (const core::MountPoint& mount : items(container.mountPoints)) {
    const auto volume = std::ranges::find_if(
        volumes, [&](const core::Volume& one) { return one.name == mount.sourceVolume; });
    if (volume == volumes.end()) continue;
    const VolumeSource source =
        volume_source(*volume, task_id, static_cast<std::size_t>(volume - volumes.begin()));
    result.push_back({.source = source.name,
                      .named_volume = source.named,
                      .target = text(mount.containerPath),
                      .read_only = is_set(mount.readOnly)});
  }
  return result;
}

std::string device_permissions(const core::Device& device) {
  std::string permissions;
  for (const core::DeviceCgroupPermission permission : items(device.permissions)) {
    permissions += name_of(permission)[0];
  }
  return permissions.empty() ? "rwm" : permissions;
}

void apply_linux_parameters(const core::LinuxParameters& parameters, runtime::ContainerSpec& spec) {
  if (parameters.capabilities) {
    spec.add_capabilities = items(parameters.capabilities->add);
    spec.drop_capabilities = items(parameters.capabilities->drop);
  }
  for (const core::Device& device : items(parameters.devices)) {
    spec.devices.push_back({.host_path = text(device.hostPath),
                            .container_path = text(device.containerPath),
                            .permissions = device_permissions(device)});
  }
  for (const core::Tmpfs& tmpfs : items(parameters.tmpfs)) {
    spec.tmpfs.push_back({.target = text(tmpfs.containerPath),
                          .size_bytes = mebibytes(tmpfs.size.value_or(0)),
                          .options = items(tmpfs.mountOptions)});
  }
  spec.init_process = is_set(parameters.initProcessEnabled);
  if (parameters.sharedMemorySize) spec.shm_size_bytes = mebibytes(*parameters.sharedMemorySize);
  if (!parameters.maxSwap || !spec.limits.memory_bytes) return;  // Without maxSwap the host's rule holds.
  spec.limits.swap_bytes = mebibytes(*parameters.maxSwap);
  if (parameters.swappiness) spec.limits.swappiness = static_cast<std::uint64_t>(*parameters.swappiness);
}

runtime::ResourceLimits limits(const ContainerDefinition& container) {
  runtime::ResourceLimits result;
  result.cpu_shares =
      static_cast<std::uint64_t>(std::max<std::int64_t>(container.cpu.value_or(0), cpu_shares_min));
  if (container.memory) result.memory_bytes = mebibytes(*container.memory);
  if (container.memoryReservation) result.memory_reservation_bytes = mebibytes(*container.memoryReservation);
  return result;
}

std::uint64_t rlimit_value(std::int32_t value) {
  return value == unlimited ? std::numeric_limits<std::uint64_t>::max() : static_cast<std::uint64_t>(value);
}

/// "10m" → bytes; the option was checked at registration.
std::optional<std::uint64_t> log_size(const std::string& size) {
  std::uint64_t amount = 0;
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), amount);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view unit{end, static_cast<std::size_t>(size.data() + size.size() - end)};
  const unsigned shift = unit == "k" ? 10U : unit == "m" ? 20U : unit == "g" ? 30U : 0U;
  return amount << shift;
}

runtime::LogLimits log_limits(const ContainerDefinition& container) {
  runtime::LogLimits result;
  if (!container.logConfiguration || !container.logConfiguration->options) return result;
  const auto& options = *container.logConfiguration->options;
  if (const auto size = options.find("max-size"); size != options.end()) {
    result.max_size_bytes = log_size(size->second).value_or(result.max_size_bytes);
  }
  if (const auto files = options.find("max-file"); files != options.end()) {
    std::from_chars(files->second.data(), files->second.data() + files->second.size(), result.max_files);
  }
  return result;
}

runtime::NamespaceMode pid_mode(const core::TaskDefinition& definition) {
  if (!definition.pidMode) return runtime::NamespaceMode::own;
  return *definition.pidMode == core::PidMode::host ? runtime::NamespaceMode::host
                                                    : runtime::NamespaceMode::sandbox;
}

runtime::NamespaceMode ipc_mode(const core::TaskDefinition& definition) {
  if (definition.ipcMode == core::IpcMode::host) return runtime::NamespaceMode::host;
  if (definition.ipcMode == core::IpcMode::task) return runtime::NamespaceMode::sandbox;
  return runtime::NamespaceMode::own;
}

/// An empty list means the same as an absent one: the image's.
std::optional<std::vector<std::string>> given(const std::optional<std::vector<std::string>>& words) {
  return items(words).empty() ? std::nullopt : words;
}

void apply_process(const ContainerDefinition& container, runtime::ContainerSpec& spec) {
  spec.entrypoint = given(container.entryPoint);
  spec.command = given(container.command);
  spec.working_directory = text(container.workingDirectory);
  spec.user = text(container.user);
  spec.hostname = text(container.hostname);
  for (const core::Ulimit& limit : items(container.ulimits)) {
    if (!limit.name) continue;
    spec.rlimits.push_back({.name = name_of(*limit.name),
                            .soft = rlimit_value(limit.softLimit.value_or(0)),
                            .hard = rlimit_value(limit.hardLimit.value_or(0))});
  }
  for (const core::SystemControl& control : items(container.systemControls)) {
    spec.sysctls[text(control.namespace_)] = text(control.value);
  }
  const auto& security = items(container.dockerSecurityOptions);
  spec.no_new_privileges = std::ranges::any_of(security, [](const std::string& option) {
    return option == "no-new-privileges" || option == "no-new-privileges:true";
  });
  spec.privileged = is_set(container.privileged);
  spec.read_only_root = is_set(container.readonlyRootFilesystem);
  spec.interactive = is_set(container.interactive);
  spec.terminal = is_set(container.pseudoTerminal);
}

void apply_names(const ContainerDefinition& container, runtime::ContainerSpec& spec) {
  spec.dns.servers = items(container.dnsServers);
  spec.dns.searches = items(container.dnsSearchDomains);
  for (const core::HostEntry& entry : items(container.extraHosts)) {
    spec.extra_hosts.push_back({.hostname = text(entry.hostname), .address = text(entry.ipAddress)});
  }
  if (container.dockerLabels) spec.labels = *container.dockerLabels;
  spec.labels[label_container_name] = text(container.name);
}

}  // namespace

std::size_t index_of(const std::vector<ContainerDefinition>& containers, const std::string& name) {
  const auto found = std::ranges::find_if(
      containers, [&](const ContainerDefinition& container) { return text(container.name) == name; });
  return static_cast<std::size_t>(found - containers.begin());
}

VolumeSource volume_source(const core::Volume& volume, const std::string& task_id, std::size_t index) {
  if (volume.host && volume.host->sourcePath) {
    return {.name = *volume.host->sourcePath, .named = false, .ends_with_task = false};
  }
  const auto& docker = volume.dockerVolumeConfiguration;
  if (docker && docker->scope == core::Scope::shared) {
    return {.name = text(volume.name), .named = true, .ends_with_task = false};
  }
  return {.name = container_id(task_id, text(volume.name), index), .named = true, .ends_with_task = true};
}

std::string network_name(core::NetworkMode mode, std::size_t index) {
  switch (mode) {
    case core::NetworkMode::host:
      return "host";
    case core::NetworkMode::none:
      return "none";
    case core::NetworkMode::awsvpc:
      return "task";
    case core::NetworkMode::bridge:
      break;
  }
  return "bridge-" + std::to_string(index);
}

runtime::ContainerSpec container_spec(const core::TaskDefinition& definition,
                                      const std::vector<ContainerDefinition>& containers, std::size_t index,
                                      const TaskIdentity& identity) {
  const ContainerDefinition& container = containers[index];
  runtime::ContainerSpec spec;
  spec.id = container_id(identity.id, text(container.name), index);
  spec.sandbox = identity.id;
  spec.network = network_name(definition.networkMode.value_or(core::NetworkMode::bridge), index);
  spec.image = text(container.image);
  spec.environment = environment(container, spec.id, identity);
  spec.mounts = mounts(definition, container, identity.id);
  for (const core::VolumeFrom& from : items(container.volumesFrom)) {
    const std::string& source = text(from.sourceContainer);
    spec.volumes_from.push_back({.container = container_id(identity.id, source, index_of(containers, source)),
                                 .read_only = is_set(from.readOnly)});
  }
  spec.limits = limits(container);
  spec.log = log_limits(container);
  spec.pid = pid_mode(definition);
  spec.ipc = ipc_mode(definition);
  apply_process(container, spec);
  apply_names(container, spec);
  if (container.linuxParameters) apply_linux_parameters(*container.linuxParameters, spec);
  return spec;
}

}  // namespace troupe::node
