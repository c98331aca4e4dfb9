/// What a network mode allows its containers to ask for.

#include "actors/core/task_definition/rules.hpp"

namespace troupe::core::rules {
namespace {

std::string mode_suffix(NetworkMode mode) {
  return std::string{"networkMode="} + name_of(mode) + ".";
}

/// An awsvpc task has one network interface; its names come with that.
Checked awsvpc_settings(const ContainerDefinition& container) {
  if (container.hostname) return refuse("hostname is not supported on container when networkMode=awsvpc.");
  if (!items(container.extraHosts).empty()) {
    return refuse("Extra hosts are not supported on container when networkMode=awsvpc.");
  }
  if (!items(container.dnsServers).empty()) {
    return refuse("DNS servers are not supported on container when networkMode=awsvpc.");
  }
  if (!items(container.dnsSearchDomains).empty()) {
    return refuse("DNS search domains are not supported on container when networkMode=awsvpc.");
  }
  if (is_set(container.disableNetworking)) {
    return refuse("Disable Networking is not supported on container when networkMode=awsvpc.");
  }
  return {};
}

}  // namespace

Checked network_settings(const TaskDefinition& definition, const ContainerDefinition& container) {
  const NetworkMode mode = network_mode(definition);
  if (is_windows(definition) && definition.networkMode && mode != NetworkMode::awsvpc) {
    return refuse("Windows task definitions support no network mode other than awsvpc.");
  }
  if (!items(container.links).empty()) {
    if (mode != NetworkMode::bridge) return refuse("Links are not supported when " + mode_suffix(mode));
    return refuse(
        "Links are not supported by Troupe: each container of a bridge task has a network namespace "
        "of its own. Remove 'links' from container " +
        quoted(text(container.name)) + " and use networkMode=awsvpc or published ports instead.");
  }
  if (mode == NetworkMode::none && !items(container.portMappings).empty()) {
    return refuse("Port mappings are not supported when networkMode=none.");
  }
  for (const HostEntry& entry : items(container.extraHosts)) {
    if (text(entry.hostname).empty() || text(entry.ipAddress).empty()) {
      return refuse("Extra hosts of container " + quoted(text(container.name)) +
                    " require 'hostname' and 'ipAddress'.");
    }
  }
  return mode == NetworkMode::awsvpc ? awsvpc_settings(container) : Checked{};
}

}  // namespace troupe::core::rules
