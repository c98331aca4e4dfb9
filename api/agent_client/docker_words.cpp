/// From Docker's words to container definitions. What is absent stays absent.

#include "api/agent_client/docker_words.hpp"

#include "actors/core/task_definition/optional_members.hpp"
#include "actors/core/task_definition/rules.hpp"
#include "actors/core/units.hpp"

#include <charconv>
#include <limits>

namespace troupe::api::agent_client {
namespace {

using core::items;
using core::text;

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::string_view size_option = "size=";

/// Amounts beyond what ECS's members hold are as much as they hold.
std::int32_t narrow(std::int64_t amount) {
  using Limits = std::numeric_limits<std::int32_t>;
  if (amount > Limits::max()) return Limits::max();
  return amount < Limits::min() ? Limits::min() : static_cast<std::int32_t>(amount);
}

std::int32_t mebibytes(std::int64_t bytes) {
  return narrow(bytes / core::bytes_per_mib);
}

core::HealthCheck health_check(const wire::docker::Healthcheck& said) {
  core::HealthCheck check;
  check.command = said.Test;
  if (said.Interval) check.interval = narrow(*said.Interval / second_ns);
  if (said.Timeout) check.timeout = narrow(*said.Timeout / second_ns);
  if (said.StartPeriod) check.startPeriod = narrow(*said.StartPeriod / second_ns);
  check.retries = said.Retries;
  return check;
}

core::Device device(const wire::docker::DeviceMapping& said) {
  core::Device made;
  made.hostPath = said.PathOnHost;
  made.containerPath = said.PathInContainer;
  made.permissions.emplace();
  for (const char letter : text(said.CgroupPermissions)) {
    if (letter == 'r') made.permissions->push_back(core::DeviceCgroupPermission::read);
    if (letter == 'w') made.permissions->push_back(core::DeviceCgroupPermission::write);
    if (letter == 'm') made.permissions->push_back(core::DeviceCgroupPermission::mknod);
  }
  return made;
}

/// "size=67108864,noexec,nosuid"
core::Tmpfs tmpfs(const std::string& path, std::string_view options) {
  core::Tmpfs made;
  made.containerPath = path;
  while (!options.empty()) {
    const auto option = options.substr(0, options.find(','));
    options.remove_prefix(std::min(options.size(), option.size() + 1));
    if (!option.starts_with(size_option)) {
      if (!made.mountOptions) made.mountOptions.emplace();
      made.mountOptions->emplace_back(option);
      continue;
    }
    std::int64_t bytes = 0;
    std::from_chars(option.data() + size_option.size(), option.data() + option.size(), bytes);
    made.size = mebibytes(bytes);
  }
  return made;
}

/// "db:10.0.0.9"; an IPv6 address has colons of its own.
core::HostEntry host_entry(const std::string& said) {
  const auto colon = std::min(said.find(':'), said.size());
  return {said.substr(0, colon), said.substr(std::min(colon + 1, said.size()))};
}

template <class Enum>
std::optional<Enum> enum_in(const std::string& name) {
  Enum value{};
  return boost::describe::enum_from_string(name.c_str(), value) ? std::optional{value} : std::nullopt;
}

std::optional<core::LogDriver> log_driver_in(const std::string& name) {
  std::optional<core::LogDriver> found;
  boost::mp11::mp_for_each<core::Enumerators<core::LogDriver>>([&](auto driver) {
    if (core::rules::log_driver_name(driver.value) == name) found = driver.value;
  });
  return found;
}

void take_log(const wire::docker::HostConfig& host, core::ContainerDefinition& into) {
  if (!host.LogConfig) return;
  auto& log = into.logConfiguration.emplace();
  log.logDriver = log_driver_in(text(host.LogConfig->Type));
  log.options = host.LogConfig->Config;
}

void take_limits(const wire::docker::HostConfig& host, core::ContainerDefinition& into) {
  for (const auto& limit : items(host.Ulimits)) {
    if (!into.ulimits) into.ulimits.emplace();
    into.ulimits->push_back({enum_in<core::UlimitName>(text(limit.Name)), narrow(limit.Soft.value_or(0)),
                             narrow(limit.Hard.value_or(0))});
  }
  if (host.MemoryReservation) into.memoryReservation = mebibytes(*host.MemoryReservation);
  if (!host.Sysctls) return;
  into.systemControls.emplace();
  for (const auto& [name, value] : *host.Sysctls) into.systemControls->push_back({name, value});
}

void take_swap(const wire::docker::HostConfig& host, std::optional<std::int32_t> memory,
               core::LinuxParameters& into) {
  if (!host.MemorySwap || !memory) return;
  into.maxSwap = mebibytes(*host.MemorySwap) - *memory;
  if (host.MemorySwappiness) into.swappiness = narrow(*host.MemorySwappiness);
}

core::LinuxParameters linux_parameters(const wire::docker::HostConfig& host,
                                       std::optional<std::int32_t> memory) {
  core::LinuxParameters made;
  if (host.CapAdd || host.CapDrop) made.capabilities = {host.CapAdd, host.CapDrop};
  for (const auto& mapping : items(host.Devices)) {
    if (!made.devices) made.devices.emplace();
    made.devices->push_back(device(mapping));
  }
  if (host.Tmpfs) {
    made.tmpfs.emplace();
    for (const auto& [path, options] : *host.Tmpfs) made.tmpfs->push_back(tmpfs(path, options));
  }
  made.initProcessEnabled = host.Init;
  if (host.ShmSize) made.sharedMemorySize = mebibytes(*host.ShmSize);
  take_swap(host, memory, made);
  return made;
}

}  // namespace

void take_config(const wire::docker::Config& config, core::ContainerDefinition& into) {
  into.hostname = config.Hostname;
  into.user = config.User;
  into.workingDirectory = config.WorkingDir;
  into.pseudoTerminal = config.Tty;
  into.interactive = config.OpenStdin;
  into.disableNetworking = config.NetworkDisabled;
  into.dockerLabels = config.Labels;
  if (config.Healthcheck) into.healthCheck = health_check(*config.Healthcheck);
}

void take_host_config(const wire::docker::HostConfig& host, core::ContainerDefinition& into) {
  into.privileged = host.Privileged;
  into.readonlyRootFilesystem = host.ReadonlyRootfs;
  into.dockerSecurityOptions = host.SecurityOpt;
  into.dnsServers = host.Dns;
  into.dnsSearchDomains = host.DnsSearch;
  for (const auto& entry : items(host.ExtraHosts)) {
    if (!into.extraHosts) into.extraHosts.emplace();
    into.extraHosts->push_back(host_entry(entry));
  }
  take_log(host, into);
  take_limits(host, into);
  auto parameters = linux_parameters(host, into.memory);
  if (parameters != core::LinuxParameters{}) into.linuxParameters = std::move(parameters);
}

}  // namespace troupe::api::agent_client
