/// Port mappings: single ports, ranges, and who may have a port twice.

#include "actors/core/task_definition/rules.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace troupe::core::rules {
namespace {

constexpr std::size_t ranges_max = 100;
constexpr std::size_t port_name_characters_max = 64;

struct Ports {
  std::int32_t first = 0;
  std::int32_t last = 0;
  TransportProtocol protocol = TransportProtocol::tcp;
  bool is_range = false;
};

std::string container_port_setting(const char* member, const ContainerDefinition& container) {
  return std::string{"Invalid '"} + member + "' setting for container " + quoted(text(container.name)) + ".";
}

std::optional<std::int32_t> parse_port(std::string_view digits) {
  std::int32_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  return whole && port >= 1 && port <= port_max ? std::optional{port} : std::nullopt;
}

/// "8000-8010", the first port below the last.
std::optional<Ports> parse_range(std::string_view range) {
  const std::size_t hyphen = range.find('-');
  if (hyphen == std::string_view::npos) return std::nullopt;
  const auto first = parse_port(range.substr(0, hyphen));
  const auto last = parse_port(range.substr(hyphen + 1));
  if (!first || !last || *first >= *last) return std::nullopt;
  return Ports{.first = *first, .last = *last, .protocol = {}, .is_range = true};
}

Checked port_name(const PortMapping& mapping, const ContainerDefinition& container) {
  if (!mapping.name) return {};
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  const std::string& name = *mapping.name;
  const bool valid = !name.empty() && name.size() <= port_name_characters_max && name.front() != '-' &&
                     std::ranges::all_of(name, allowed);
  if (valid) return {};
  return refuse(
      "The port mapping name " + quoted(name) + " of container " + quoted(text(container.name)) +
      " is invalid. Up to 64 lowercase letters, numbers, underscores and hyphens are allowed, and a "
      "hyphen cannot be the first.");
}

Checked range_mapping(NetworkMode mode, const PortMapping& mapping, const ContainerDefinition& container) {
  if (mapping.containerPort || mapping.hostPort.value_or(0) != 0) {
    return refuse(container_port_setting("portMappings", container) +
                  " cannot specify both single port and port range.");
  }
  if (!parse_range(*mapping.containerPortRange)) {
    return refuse(container_port_setting("containerPortRange", container));
  }
  if (mode == NetworkMode::host) {
    return refuse("containerPortRange is not supported when networkMode=host.");
  }
  return {};
}

Checked single_mapping(NetworkMode mode, const PortMapping& mapping, const ContainerDefinition& container) {
  const std::int32_t port = mapping.containerPort.value_or(0);
  if (port < 1 || port > port_max) return refuse(container_port_setting("containerPort", container));
  const std::int32_t host_port = mapping.hostPort.value_or(0);
  if (host_port < 0 || host_port > port_max) return refuse(container_port_setting("hostPort", container));
  const bool must_match = mode == NetworkMode::awsvpc || mode == NetworkMode::host;
  if (must_match && host_port != 0 && host_port != port) {
    return refuse(std::string{"When networkMode="} + name_of(mode) +
                  ", the host ports and container ports in port mappings must match.");
  }
  return {};
}

Ports ports_of(const PortMapping& mapping) {
  Ports ports;
  if (mapping.containerPortRange) {
    ports = parse_range(*mapping.containerPortRange).value_or(Ports{});
  } else {
    ports.first = ports.last = mapping.containerPort.value_or(0);
  }
  ports.protocol = mapping.protocol.value_or(TransportProtocol::tcp);
  return ports;
}

std::string upper_name(TransportProtocol protocol) {
  return protocol == TransportProtocol::udp ? "UDP" : "TCP";
}

/// A port that is part of a range belongs to one mapping only.
Checked no_overlap(const std::vector<PortMapping>& mappings) {
  std::vector<Ports> seen;
  for (const PortMapping& mapping : mappings) {
    const Ports ports = ports_of(mapping);
    for (const Ports& other : seen) {
      const bool overlap = ports.protocol == other.protocol && ports.first <= other.last &&
                           other.first <= ports.last && (ports.is_range || other.is_range);
      if (!overlap) continue;
      return refuse(upper_name(ports.protocol) + " container port '" +
                    std::to_string(std::max(ports.first, other.first)) + "' is used multiple times in task.");
    }
    seen.push_back(ports);
  }
  return {};
}

}  // namespace

Checked port_mappings(const TaskDefinition& definition, const ContainerDefinition& container) {
  const NetworkMode mode = network_mode(definition);
  const auto& mappings = items(container.portMappings);
  const auto ranges = std::ranges::count_if(
      mappings, [](const auto& mapping) { return mapping.containerPortRange.has_value(); });
  if (static_cast<std::size_t>(ranges) > ranges_max) {
    return refuse("Container " + quoted(text(container.name)) + " has more than 100 port ranges.");
  }
  const Checked checked = each(mappings, [&](const PortMapping& mapping) -> Checked {
    if (Checked named = port_name(mapping, container); !named) return named;
    return mapping.containerPortRange ? range_mapping(mode, mapping, container)
                                      : single_mapping(mode, mapping, container);
  });
  return checked ? no_overlap(mappings) : checked;
}

Checked host_ports(const TaskDefinition& definition) {
  const NetworkMode mode = network_mode(definition);
  const bool same_as_container = mode == NetworkMode::awsvpc || mode == NetworkMode::host;
  std::set<std::pair<std::int32_t, TransportProtocol>> taken;
  for (const ContainerDefinition& container : items(definition.containerDefinitions)) {
    for (const PortMapping& mapping : items(container.portMappings)) {
      const std::int32_t port =
          same_as_container ? mapping.containerPort.value_or(0) : mapping.hostPort.value_or(0);
      const TransportProtocol protocol = mapping.protocol.value_or(TransportProtocol::tcp);
      if (port == 0 || taken.emplace(port, protocol).second) continue;
      return refuse(upper_name(protocol) + " host port '" + std::to_string(port) +
                    "' is mapped multiple times in task.");
    }
  }
  return {};
}

Checked port_names(const TaskDefinition& definition) {
  std::set<std::string_view> names;
  for (const ContainerDefinition& container : items(definition.containerDefinitions)) {
    for (const PortMapping& mapping : items(container.portMappings)) {
      if (!mapping.name || names.insert(*mapping.name).second) continue;
      return refuse("The port mapping name " + quoted(*mapping.name) + " is already used.");
    }
  }
  return {};
}

}  // namespace troupe::core::rules
