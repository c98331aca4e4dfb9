/// Reading entries of the table of machine groups.

#include "config/machine_groups.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <sstream>

namespace troupe::config {
namespace {

constexpr int machines_most = 250;  ///< A /24 has room for no more.

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  std::istringstream from{text};
  for (std::string part; std::getline(from, part, mark);) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

bool read_size(const std::string& text, int& into) {
  const auto* const last = text.data() + text.size();
  const auto [end, problem] = std::from_chars(text.data(), last, into);
  return problem == std::errc{} && end == last && into >= 0 && into <= machines_most;
}

std::string set_member(const std::string& name, const std::string& value, MachineGroupEntry& into) {
  const std::string sizes = "must be 0-" + std::to_string(machines_most);
  if (name == "min") return read_size(value, into.size_min) ? "" : "min " + sizes;
  if (name == "max") return read_size(value, into.size_max) ? "" : "max " + sizes;
  if (name == "zone") {
    into.zone = value;
  } else if (name == "attributes") {
    into.attributes = split(value, ';');
  } else if (name == "runtime") {
    into.runtime = value;
    if (value != "oci" && value != "docker" && value != "simulated") {
      return "runtime must be oci, docker or simulated, is '" + value + "'";
    }
  } else {
    return "'" + name + "' is none of min, max, runtime, zone, attributes";
  }
  return {};
}

}  // namespace

std::string parse_machine_group(const std::string& text, MachineGroupEntry& into) {
  const auto colon = text.find(':');
  into.name = text.substr(0, colon);
  if (into.name.empty()) return "machine-group: '" + text + "' has no name";
  const auto named = "machine-group: " + into.name + ": ";
  for (const auto& member : split(colon == std::string::npos ? "" : text.substr(colon + 1), ',')) {
    const auto equals = member.find('=');
    if (equals == std::string::npos) return named + "'" + member + "' has no value";
    const auto problem = set_member(member.substr(0, equals), member.substr(equals + 1), into);
    if (!problem.empty()) return named + problem;
  }
  return into.size_max >= into.size_min ? "" : named + "max must not be below min";
}

std::string prefix_of_network(const std::string& network) {
  constexpr std::string_view end = ".0/24";
  if (!network.ends_with(end)) return {};
  in_addr address{};
  const auto first = network.substr(0, network.size() - 3);
  if (inet_pton(AF_INET, first.c_str(), &address) != 1) return {};
  return first.substr(0, first.size() - 2);
}

}  // namespace troupe::config
