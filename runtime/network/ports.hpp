#pragma once

/// Ports of the host, held so that nobody else can take them: for each mapped
/// port a socket of ours is bound to it. The kernel is the table of what is taken.
///
/// Thread rule: any thread.

#include "runtime/container_runtime.hpp"
#include "runtime/process/files.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe::runtime {

/// Ports as bound, and the sockets that hold them.
struct HeldPorts {
  std::vector<PortBinding> bindings;
  std::vector<Descriptor> sockets;
};

class HostPorts {
 public:
  /// Holds them all or none; host port 0 becomes a free one.
  /// conflict: taken, in Docker's words. invalid: `host_ip` is not of this host.
  /// no_space: no port of the dynamic range is free. `sandbox` is for the text.
  Result<HeldPorts> hold(const std::string& sandbox, const std::vector<PortBinding>& wanted);

 private:
  Result<Descriptor> hold_one(PortBinding& binding);

  // Counts up, so that a port just given back rests for a while.
  std::atomic<std::uint32_t> next_ = 0;
};

/// First and last port that is given out for host port 0: ip_local_port_range
/// from 49153 on, or 49153–65535 when it cannot be read or ends before.
struct PortRange {
  std::uint16_t first = 49153;
  std::uint16_t last = 65535;
};
PortRange dynamic_ports();

}  // namespace troupe::runtime
