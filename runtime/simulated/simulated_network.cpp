/// Nothing here is routed anywhere; it only has to look and conflict like the real.

#include "runtime/simulated/simulated_network.hpp"

#include <array>
#include <cstdio>

namespace troupe::runtime {
namespace {

constexpr std::uint16_t first_dynamic_port = 49153;
constexpr std::uint32_t dynamic_ports = 65535 - first_dynamic_port + 1;
// 10.0.0.0/8 less the first and last of each 256, which look odd as a host's.
constexpr std::uint32_t addresses = 256U * 256U * 254U;

std::string any_address() {
  return "0.0.0.0";
}

void give_address(Network& network, std::uint32_t number) {
  const std::uint32_t low = number % 254 + 1;
  const std::uint32_t middle = number / 254 % 256;
  const std::uint32_t high = number / 254 / 256 % 256;
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "10.%u.%u.%u", high, middle, low);
  network.address = text.data();
  std::snprintf(text.data(), text.size(), "02:42:0a:%02x:%02x:%02x", high, middle, low);
  network.mac = text.data();
  network.gateway = "10.0.0.254";
  network.subnet = "10.0.0.0/8";
}

}  // namespace

Result<std::vector<Network>> SimulatedNetwork::connect(const std::string& sandbox,
                                                       const std::vector<NetworkSpec>& specs) {
  std::vector<Network> networks;
  networks.reserve(specs.size());
  for (const NetworkSpec& spec : specs) {
    Network network;
    network.name = spec.name;
    network.kind = spec.kind;
    network.ports = spec.ports;
    if (auto bound = bind(sandbox, network); bound.has_error()) {
      disconnect(networks);
      return bound.error();
    }
    if (spec.kind == NetworkKind::bridge || spec.kind == NetworkKind::address) {
      give_address(network, next_address_++ % addresses);
    }
    networks.push_back(std::move(network));
  }
  return networks;
}

void SimulatedNetwork::disconnect(const std::vector<Network>& networks) {
  for (const Network& network : networks) {
    if (network.kind == NetworkKind::bridge || network.kind == NetworkKind::host) {
      for (const PortBinding& binding : network.ports) {
        ports_.erase({binding.protocol, binding.host_port, binding.host_ip});
      }
    }
  }
}

Result<void> SimulatedNetwork::bind(const std::string& sandbox, Network& network) {
  if (network.kind != NetworkKind::bridge && network.kind != NetworkKind::host) {
    return {};
  }
  std::vector<Port> bound;
  for (PortBinding& binding : network.ports) {
    binding.host_ip = binding.host_ip.empty() ? any_address() : binding.host_ip;
    if (binding.host_port == 0 && network.kind == NetworkKind::host) {
      binding.host_port = binding.container_port;
    }
    const bool dynamic = binding.host_port == 0;
    for (std::uint32_t tried = 0; dynamic && tried < dynamic_ports; ++tried) {
      binding.host_port = static_cast<std::uint16_t>(first_dynamic_port + next_port_++ % dynamic_ports);
      if (!is_taken(binding)) {
        break;
      }
    }
    if (is_taken(binding)) {
      for (const Port& port : bound) {
        ports_.erase(port);
      }
      return Failure{FailureKind::conflict, "driver failed programming external connectivity on endpoint " +
                                                sandbox + ": Bind for " + binding.host_ip + ":" +
                                                std::to_string(binding.host_port) +
                                                " failed: port is already allocated"};
    }
    bound.emplace_back(binding.protocol, binding.host_port, binding.host_ip);
    ports_.insert(bound.back());
  }
  return {};
}

bool SimulatedNetwork::is_taken(const PortBinding& binding) const {
  const auto first = ports_.lower_bound({binding.protocol, binding.host_port, ""});
  for (auto port = first; port != ports_.end() && std::get<0>(*port) == binding.protocol &&
                          std::get<1>(*port) == binding.host_port;
       ++port) {
    if (binding.host_ip == any_address() || std::get<2>(*port) == any_address() ||
        std::get<2>(*port) == binding.host_ip) {
      return true;
    }
  }
  return false;
}

std::string pack_labels(const std::map<std::string, std::string>& labels) {
  std::string packed;
  for (const auto& [name, value] : labels) {
    packed.append(name).push_back('\0');
    packed.append(value).push_back('\0');
  }
  packed.shrink_to_fit();
  return packed;
}

std::map<std::string, std::string> unpack_labels(const std::string& packed) {
  std::map<std::string, std::string> labels;
  for (std::size_t at = 0; at < packed.size();) {
    const std::string name = packed.c_str() + at;
    at += name.size() + 1;
    const std::string value = packed.c_str() + at;
    at += value.size() + 1;
    labels.emplace(name, value);
  }
  return labels;
}

}  // namespace troupe::runtime
