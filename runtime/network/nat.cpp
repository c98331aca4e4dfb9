/// Speaks to the kernel through libnftables, in nft's own language.

#include "runtime/network/nat.hpp"

#include <nftables/libnftables.h>

#include <algorithm>
#include <utility>

namespace troupe::runtime {
namespace {

// Where ECS tasks look for metadata and credentials.
constexpr const char* metadata_address = "169.254.170.2";

std::string name_of(Protocol protocol) {
  return protocol == Protocol::tcp ? "tcp" : "udp";
}

bool is_any(const PortBinding& binding) {
  return binding.host_ip.empty() || binding.host_ip == "0.0.0.0";
}

// "any { tcp . 8080" or "bound { tcp . 127.0.0.1 . 8080": map and key.
std::string key_of(const PortRoute& route) {
  const std::string port = std::to_string(route.binding.host_port);
  const std::string protocol = name_of(route.binding.protocol);
  return is_any(route.binding) ? "any { " + protocol + " . " + port
                               : "bound { " + protocol + " . " + route.binding.host_ip + " . " + port;
}

std::string element_of(const PortRoute& route) {
  return key_of(route) + " : " + route.address + " . " + std::to_string(route.binding.container_port) + " }";
}

}  // namespace

NatTable::NatTable(BridgeNetwork bridge, BridgeNetwork address, std::string subnet)
    : bridge_(std::move(bridge)),
      address_(std::move(address)),
      subnet_(std::move(subnet)),
      context_(::nft_ctx_new(NFT_CTX_DEFAULT)) {
  ::nft_ctx_buffer_output(context_);
  ::nft_ctx_buffer_error(context_);
}

NatTable::~NatTable() {
  ::nft_ctx_free(context_);
}

Result<void> NatTable::rebuild(const std::vector<PortRoute>& routes) {
  const std::lock_guard lock(mutex_);
  elements_.clear();
  for (const PortRoute& route : routes) {
    elements_[key_of(route)] = element_of(route);
  }
  return rebuild_locked();
}

Result<void> NatTable::add(const std::vector<PortRoute>& routes) {
  const std::lock_guard lock(mutex_);
  std::string commands;
  for (const PortRoute& route : routes) {
    commands += "add element ip " + bridge_.bridge + " " + element_of(route) + "\n";
    elements_[key_of(route)] = element_of(route);
  }
  if (execute(commands).has_value()) {
    return {};
  }
  // Somebody flushed the rules of this host (nftables.service does so when restarted).
  auto rebuilt = rebuild_locked();
  if (rebuilt.has_error()) {
    for (const PortRoute& route : routes) {
      elements_.erase(key_of(route));
    }
  }
  return rebuilt;
}

Result<void> NatTable::remove(const std::vector<PortRoute>& routes) {
  const std::lock_guard lock(mutex_);
  std::string commands;
  for (const PortRoute& route : routes) {
    if (elements_.erase(key_of(route)) > 0) {
      commands += "delete element ip " + bridge_.bridge + " " + key_of(route) + " }\n";
    }
  }
  if (execute(commands).has_value()) {
    return {};
  }
  return rebuild_locked();
}

Result<void> NatTable::set_metadata_port(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  metadata_port_ = port;
  return rebuild_locked();
}

Result<void> NatTable::drop() {
  const std::lock_guard lock(mutex_);
  elements_.clear();
  return execute("add table ip " + bridge_.bridge + "\ndelete table ip " + bridge_.bridge + "\n");
}

Result<void> NatTable::rebuild_locked() {
  std::string commands =
      "add table ip " + bridge_.bridge + "\ndelete table ip " + bridge_.bridge + "\n" + describe();
  for (const auto& [key, element] : elements_) {
    commands += "add element ip " + bridge_.bridge + " " + element + "\n";
  }
  return execute(commands);
}

Result<void> NatTable::execute(const std::string& commands) {
  if (commands.empty() || ::nft_run_cmd_from_buffer(context_, commands.c_str()) == 0) {
    return {};
  }
  std::string reason = ::nft_ctx_get_error_buffer(context_);
  reason.erase(std::min(reason.find('\n'), reason.size()));
  return Failure{FailureKind::failed, "cannot change packet rules: " + reason};
}

// postrouting: a container must answer through the host when the host itself
// (from 127.0.0.1) or a neighbour asked by a mapped port, hence the masquerading.
// guard: route_localnet would let containers reach what listens on the host's
// 127.0.0.1, and forwarding would let neighbours of the host reach ports nobody mapped.
std::string NatTable::describe() const {
  const std::string ours = "{ " + bridge_.bridge + ", " + address_.bridge + " }";
  const std::string asked = std::string("ip daddr ") + metadata_address +
                            " tcp dport 80 dnat to 127.0.0.1:" + std::to_string(metadata_port_) + "\n";
  const std::string from_containers = metadata_port_ == 0 ? "" : "iifname " + ours + " " + asked;
  const std::string from_host = metadata_port_ == 0 ? "" : asked;
  return "table ip " + bridge_.bridge + R"( {
  map any { type inet_proto . inet_service : ipv4_addr . inet_service; }
  map bound { type inet_proto . ipv4_addr . inet_service : ipv4_addr . inet_service; }
  chain to_container {
    dnat ip to meta l4proto . ip daddr . th dport map @bound
    dnat ip to meta l4proto . th dport map @any
  }
  chain prerouting {
    type nat hook prerouting priority dstnat
    )" + from_containers +
         R"(
    fib daddr type local jump to_container
  }
  chain output {
    type nat hook output priority -100
    )" + from_host +
         R"(
    fib daddr type local jump to_container
  }
  chain postrouting {
    type nat hook postrouting priority srcnat
    oifname )" +
         ours + " ip saddr { 127.0.0.0/8, " + bridge_.subnet + ", " + address_.subnet +
         R"( } ct status dnat masquerade
    ip saddr )" +
         subnet_ + " oifname != " + ours + R"( ip daddr != 224.0.0.0/4 masquerade
  }
  chain guard {
    type filter hook prerouting priority raw
    iifname )" +
         ours + R"( ip daddr 127.0.0.0/8 drop
  }
  chain forward {
    type filter hook forward priority filter
    oifname )" +
         bridge_.bridge + " iifname != " + ours + R"( ct state new ct status & dnat != dnat drop
  }
}
)";
}

}  // namespace troupe::runtime
