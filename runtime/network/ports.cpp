/// A TCP socket listens without ever accepting: like any server it may take a
/// port that still has old connections, and no server can take it from us.

#include "runtime/network/ports.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <sstream>

namespace troupe::runtime {
namespace {

Failure refusal(const PortBinding& binding, int error_number) {
  const std::string where =
      "Bind for " + binding.host_ip + ":" + std::to_string(binding.host_port) + " failed: ";
  switch (error_number) {
    case EADDRINUSE:
      return {FailureKind::conflict, where + "port is already allocated"};
    case EADDRNOTAVAIL:
      return {FailureKind::invalid, where + "cannot assign requested address"};
    default: {
      Failure failure = errno_failure("", error_number);
      failure.message = where + failure.message.substr(2);
      return failure;
    }
  }
}

// errno tells why when the descriptor is not valid.
Descriptor bind_port(const PortBinding& binding, const in_addr& host) {
  const bool tcp = binding.protocol == Protocol::tcp;
  Descriptor held(::socket(AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0));
  const int yes = 1;
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr = host;
  where.sin_port = htons(binding.host_port);
  if (!held.valid() || (tcp && ::setsockopt(held.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0) ||
      ::bind(held.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
      (tcp && ::listen(held.get(), 0) != 0)) {
    const int error_number = errno;
    held.close();
    errno = error_number;
  }
  return held;
}

}  // namespace

PortRange dynamic_ports() {
  PortRange range;
  const auto text = read_file("/proc/sys/net/ipv4/ip_local_port_range");
  std::istringstream fields(text.has_value() ? *text : "");
  unsigned first = 0;
  unsigned last = 0;
  if (fields >> first >> last && last >= range.first && last <= range.last) {
    range.first = static_cast<std::uint16_t>(std::max<unsigned>(first, range.first));
    range.last = static_cast<std::uint16_t>(last);
  }
  return range;
}

Result<HeldPorts> HostPorts::hold(const std::string& sandbox, const std::vector<PortBinding>& wanted) {
  // Those with a number come first, so that a free one is never one of them.
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return wanted[i].host_port != 0; });
  HeldPorts held{wanted, {}};
  for (const std::size_t i : order) {
    auto socket = hold_one(held.bindings[i]);
    if (socket.has_error()) {
      Failure failure = socket.error();
      failure.message.insert(0,
                             "driver failed programming external connectivity on endpoint " + sandbox + ": ");
      return failure;
    }
    held.sockets.push_back(std::move(*socket));
  }
  return held;
}

Result<Descriptor> HostPorts::hold_one(PortBinding& binding) {
  if (binding.host_ip.empty()) {
    binding.host_ip = "0.0.0.0";
  }
  in_addr host{};
  if (::inet_pton(AF_INET, binding.host_ip.c_str(), &host) != 1) {
    return Failure{FailureKind::invalid, "host address '" + binding.host_ip + "' is not an IPv4 address"};
  }
  if (binding.host_port != 0) {
    Descriptor socket = bind_port(binding, host);
    return socket.valid() ? Result<Descriptor>(std::move(socket)) : refusal(binding, errno);
  }
  const PortRange range = dynamic_ports();
  const std::uint32_t size = static_cast<std::uint32_t>(range.last) - range.first + 1;
  for (std::uint32_t tried = 0; tried < size; ++tried) {
    binding.host_port = static_cast<std::uint16_t>(range.first + next_.fetch_add(1) % size);
    Descriptor socket = bind_port(binding, host);
    if (socket.valid()) {
      return socket;
    }
    if (errno != EADDRINUSE) {
      return refusal(binding, errno);
    }
  }
  return Failure{FailureKind::no_space, "all dynamic host ports from " + std::to_string(range.first) +
                                            " to " + std::to_string(range.last) + " are allocated"};
}

}  // namespace troupe::runtime
