/// From container definitions to Docker's words. What is absent stays absent: the agent
/// decodes these texts over what it has prepared itself.

#include "api/agent_gateway/docker_texts.hpp"

#include "actors/core/task_definition/optional_members.hpp"
#include "actors/core/task_definition/rules.hpp"
#include "actors/core/units.hpp"

#include <algorithm>
#include <limits>

namespace troupe::api::agent_gateway {
namespace {

using core::ContainerDefinition;
using core::is_set;
using core::items;
using core::text;

constexpr std::int64_t second_ns = 1'000'000'000;

std::optional<std::string> unless_empty(const std::optional<std::string>& member) {
  return text(member).empty() ? std::nullopt : member;
}

template <class T>
std::optional<std::vector<T>> unless_empty(const std::optional<std::vector<T>>& list) {
  return items(list).empty() ? std::nullopt : list;
}

std::optional<bool> if_true(bool flag) {
  return flag ? std::optional{true} : std::nullopt;
}

std::int64_t bytes(std::int32_t mebibytes) {
  return mebibytes * core::bytes_per_mib;
}

std::optional<wire::docker::Healthcheck> health_check(const ContainerDefinition& container) {
  if (!container.healthCheck) return std::nullopt;
  const core::HealthCheck& check = *container.healthCheck;
  wire::docker::Healthcheck made;
  made.Test = check.command;
  made.Interval = check.interval.value_or(30) * second_ns;
  made.Timeout = check.timeout.value_or(5) * second_ns;
  made.StartPeriod = check.startPeriod.value_or(0) * second_ns;
  made.Retries = check.retries.value_or(3);
  return made;
}

std::string device_permissions(const core::Device& device) {
  std::string permissions;
  for (const core::DeviceCgroupPermission permission : items(device.permissions)) {
    permissions += core::name_of(permission)[0];
  }
  return permissions.empty() ? "rwm" : permissions;
}

std::string tmpfs_options(const core::Tmpfs& tmpfs) {
  std::string options = "size=" + std::to_string(bytes(tmpfs.size.value_or(0)));
  for (const std::string& option : items(tmpfs.mountOptions)) options += "," + option;
  return options;
}

void take_linux_parameters(const ContainerDefinition& container, wire::docker::HostConfig& host) {
  if (!container.linuxParameters) return;
  const core::LinuxParameters& parameters = *container.linuxParameters;
  if (parameters.capabilities) {
    host.CapAdd = unless_empty(parameters.capabilities->add);
    host.CapDrop = unless_empty(parameters.capabilities->drop);
  }
  for (const core::Device& device : items(parameters.devices)) {
    if (!host.Devices) host.Devices.emplace();
    const auto& inside = text(device.containerPath).empty() ? device.hostPath : device.containerPath;
    host.Devices->push_back({device.hostPath, inside, device_permissions(device)});
  }
  for (const core::Tmpfs& tmpfs : items(parameters.tmpfs)) {
    if (!host.Tmpfs) host.Tmpfs.emplace();
    (*host.Tmpfs)[text(tmpfs.containerPath)] = tmpfs_options(tmpfs);
  }
  host.Init = if_true(is_set(parameters.initProcessEnabled));
  if (parameters.sharedMemorySize) host.ShmSize = bytes(*parameters.sharedMemorySize);
  if (!parameters.maxSwap || !container.memory) return;
  // Docker counts memory and swap together.
  host.MemorySwap = bytes(*container.memory) + bytes(*parameters.maxSwap);
  if (parameters.swappiness) host.MemorySwappiness = *parameters.swappiness;
}

void take_log(const ContainerDefinition& container, wire::docker::HostConfig& host) {
  if (!container.logConfiguration || !container.logConfiguration->logDriver) return;
  auto& log = host.LogConfig.emplace();
  log.Type = core::rules::log_driver_name(*container.logConfiguration->logDriver);
  log.Config = container.logConfiguration->options.value_or(std::map<std::string, std::string>{});
}

void take_limits(const ContainerDefinition& container, wire::docker::HostConfig& host) {
  for (const core::Ulimit& limit : items(container.ulimits)) {
    if (!limit.name) continue;
    if (!host.Ulimits) host.Ulimits.emplace();
    host.Ulimits->push_back(
        {core::name_of(*limit.name), limit.softLimit.value_or(0), limit.hardLimit.value_or(0)});
  }
  for (const core::SystemControl& control : items(container.systemControls)) {
    if (!host.Sysctls) host.Sysctls.emplace();
    (*host.Sysctls)[text(control.namespace_)] = text(control.value);
  }
  if (container.memoryReservation) host.MemoryReservation = bytes(*container.memoryReservation);
}

/// Levels of the API in the order in which features came.
int api_minor(const ContainerDefinition& container) {
  int minor = 21;
  const auto needs = [&](bool it, int level) { minor = it ? std::max(minor, level) : minor; };
  const auto& linux_parameters = container.linuxParameters;
  needs(linux_parameters && linux_parameters->sharedMemorySize.has_value(), 22);
  needs(linux_parameters && !items(linux_parameters->tmpfs).empty(), 22);
  needs(!items(container.systemControls).empty(), 24);
  needs(is_health_checked(container), 24);
  needs(linux_parameters && is_set(linux_parameters->initProcessEnabled), 25);
  needs(container.healthCheck && container.healthCheck->startPeriod.value_or(0) > 0, 29);
  return minor;
}

}  // namespace

bool is_health_checked(const ContainerDefinition& container) {
  return container.healthCheck && items(container.healthCheck->command).size() > 1;
}

wire::docker::Config docker_config(const ContainerDefinition& container) {
  wire::docker::Config config;
  config.Hostname = unless_empty(container.hostname);
  config.User = unless_empty(container.user);
  config.WorkingDir = unless_empty(container.workingDirectory);
  config.Tty = if_true(is_set(container.pseudoTerminal));
  config.OpenStdin = if_true(is_set(container.interactive));
  config.NetworkDisabled = if_true(is_set(container.disableNetworking));
  if (container.dockerLabels && !container.dockerLabels->empty()) config.Labels = container.dockerLabels;
  config.Healthcheck = health_check(container);
  return config;
}

wire::docker::HostConfig docker_host_config(core::NetworkMode network, const ContainerDefinition& container) {
  wire::docker::HostConfig host;
  if (network != core::NetworkMode::awsvpc) host.NetworkMode = core::name_of(network);
  host.Privileged = if_true(is_set(container.privileged));
  host.ReadonlyRootfs = if_true(is_set(container.readonlyRootFilesystem));
  host.SecurityOpt = unless_empty(container.dockerSecurityOptions);
  host.Dns = unless_empty(container.dnsServers);
  host.DnsSearch = unless_empty(container.dnsSearchDomains);
  for (const core::HostEntry& entry : items(container.extraHosts)) {
    if (!host.ExtraHosts) host.ExtraHosts.emplace();
    host.ExtraHosts->push_back(text(entry.hostname) + ":" + text(entry.ipAddress));
  }
  take_log(container, host);
  take_limits(container, host);
  take_linux_parameters(container, host);
  return host;
}

std::string docker_api_version(const ContainerDefinition& container) {
  return "1." + std::to_string(api_minor(container));
}

}  // namespace troupe::api::agent_gateway
