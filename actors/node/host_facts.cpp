/// Facts of this host from the system and from its own directory.

#include "actors/node/host_facts.hpp"

#include "actors/core/units.hpp"
#include "actors/node/node_attributes.hpp"

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

namespace troupe::node {
namespace {

constexpr const char* agent_version = "0.1.0";
utsname system_names() {
  utsname names{};
  if (::uname(&names) != 0) names = utsname{};
  return names;
}

std::int64_t memory_of_host() {
  const auto pages = ::sysconf(_SC_PHYS_PAGES);
  const auto page = ::sysconf(_SC_PAGE_SIZE);
  return pages > 0 && page > 0 ? static_cast<std::int64_t>(pages) * page / core::bytes_per_mib : 0;
}

/// In ECS's words. Source: ECS Developer Guide, "Container instance attributes".
std::string architecture_of_host() {
  const std::string machine = system_names().machine;
  if (machine == "aarch64" || machine == "arm64") return "arm64";
  return machine;
}

std::string zone_of(const NodeOptions& options) {
  return options.availability_zone.empty() ? options.realm.region + "a" : options.availability_zone;
}

core::Attribute attribute(std::string name, std::optional<std::string> value) {
  core::Attribute result;
  result.name = std::move(name);
  result.value = std::move(value);
  return result;
}

std::string id_file(const NodeOptions& options) {
  return options.data_directory + "/instance-id";
}

std::string orphans_file(const NodeOptions& options) {
  return options.data_directory + "/orphans";
}

/// False with errno set when the text is not on the disk.
bool write_synced(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return false;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool synced = written && ::fsync(file) == 0;
  const int why = errno;
  ::close(file);
  errno = why;
  return synced;
}

runtime::Result<void> replace_file(const NodeOptions& options, const std::string& path,
                                   const std::string& text) {
  if (options.data_directory.empty()) return {};
  std::error_code error;
  std::filesystem::create_directories(options.data_directory, error);
  const auto fresh = path + ".new";
  if (error || !write_synced(fresh, text) || std::rename(fresh.c_str(), path.c_str()) != 0) {
    const auto why = error ? error.message() : std::string{std::strerror(errno)};
    return runtime::Failure{runtime::FailureKind::failed, "cannot write " + path + ": " + why};
  }
  return {};
}

}  // namespace

std::string host_name(const NodeOptions& options) {
  return options.host_id.empty() ? std::string{system_names().nodename} : options.host_id;
}

core::CpuUnits offered_cpu(const NodeOptions& options) {
  const auto cores = std::max(1U, std::thread::hardware_concurrency());
  return {options.cpu_units.value_or(core::cpu_units_per_core * cores)};
}

core::Registration registration_of(const NodeOptions& options, const runtime::RuntimeInfo& runtime) {
  core::Registration said;
  said.host_id = host_name(options);
  said.version_info.agentVersion = agent_version;
  said.version_info.dockerVersion = runtime.name + " " + runtime.version;
  said.capacity.cpu = offered_cpu(options);
  said.capacity.memory = {options.memory_mib.value_or(memory_of_host())};
  said.capacity.tcp_ports = options.reserved_tcp_ports;
  said.attributes = supported_attributes();
  said.attributes.push_back(attribute("ecs.os-type", "linux"));
  said.attributes.push_back(attribute("ecs.os-family", "LINUX"));
  said.attributes.push_back(attribute("ecs.cpu-architecture", architecture_of_host()));
  said.attributes.push_back(attribute("ecs.availability-zone", zone_of(options)));
  if (options.capacity == core::CapacityUse::external) {
    said.attributes.push_back(attribute(core::external_attribute, std::nullopt));
  } else if (options.capacity != core::CapacityUse::instances) {
    said.attributes.push_back(attribute(core::capacity_attribute, name_of(options.capacity)));
  }
  said.attributes.insert(said.attributes.end(), options.attributes.begin(), options.attributes.end());
  said.tags = options.tags;
  return said;
}

std::optional<core::InstanceId> load_instance_id(const NodeOptions& options) {
  if (options.data_directory.empty()) return std::nullopt;
  std::ifstream file{id_file(options)};
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return core::parse_id<core::InstanceId>(line);
}

runtime::Result<void> save_instance_id(const NodeOptions& options, const core::InstanceId& id) {
  return replace_file(options, id_file(options), core::to_string(id) + "\n");
}

runtime::Result<std::string> load_or_make_client_token(const NodeOptions& options) {
  if (options.data_directory.empty()) return std::string{};
  const auto path = options.data_directory + "/client-token";
  std::ifstream file{path};
  std::string token;
  if (std::getline(file, token) && !token.empty()) return token;
  std::random_device chance;
  token = core::to_string(core::Dice{(std::uint64_t{chance()} << 32U) | chance()}.uuid());
  if (const auto kept = replace_file(options, path, token + "\n"); !kept) return kept.error();
  return token;
}

std::set<core::TaskId> load_orphans(const NodeOptions& options) {
  std::set<core::TaskId> orphans;
  if (options.data_directory.empty()) return orphans;
  std::ifstream file{orphans_file(options)};
  for (std::string line; std::getline(file, line);) {
    if (const auto id = core::parse_id<core::TaskId>(line)) orphans.insert(*id);
  }
  return orphans;
}

runtime::Result<void> save_orphans(const NodeOptions& options, const std::set<core::TaskId>& orphans) {
  std::string text;
  for (const auto& id : orphans) text += core::to_string(id) + "\n";
  return replace_file(options, orphans_file(options), text);
}

}  // namespace troupe::node
