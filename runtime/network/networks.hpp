#pragma once

/// The networks of sandboxes: a namespace each, an address on a bridge of this
/// host, and ports of the host that lead to it. What create() returned survives
/// the end of this process; a new Networks on the same directory knows it.
///
/// Namespaces are made ahead, in the background, so that create() costs little
/// more than writing a record. Taking one down also happens in the background.
///
/// Thread rule: every method may be called from any thread, several at once.
/// Needs root (CAP_NET_ADMIN, CAP_SYS_ADMIN).

#include "runtime/container_runtime.hpp"

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace troupe::runtime {

struct NetworkOptions {
  /// Ours alone: records, namespaces, address leases.
  std::string data_directory;
  /// Where CNI's plugins are (Debian: /usr/lib/cni), to have interfaces made by
  /// them; empty: made by ourselves, ten times faster.
  std::string plugin_directory;
  /// A /16 cut into sixteen parts; each data directory of a host takes one that
  /// nobody else uses and no route of the host overlaps. Half of a part (2,046
  /// addresses) is for networks behind the bridge, half for own addresses.
  std::string address_space = "10.217.0.0/16";
  /// Bridges are called this, the part's number as a hexadecimal digit, and "a"
  /// for own addresses: troupe0, troupe0a. At most 12 characters.
  std::string interface_prefix = "troupe";
  /// Namespaces kept ready of each kind; of own addresses only once one was used.
  std::size_t ready = 16;
};

/// One network of one sandbox.
struct AttachedNetwork {
  std::string sandbox;
  Network network;
  std::string namespace_path;  ///< Empty: the host's own.
};

class Networks {
 public:
  /// Takes over what an earlier process left in the directory.
  /// invalid: options; denied: not root; conflict: another process has the
  /// directory, or no part of the address space is free.
  static Result<std::unique_ptr<Networks>> open(const NetworkOptions& options);

  /// Background work ends; networks and ready namespaces stay.
  ~Networks();
  Networks(const Networks&) = delete;
  Networks& operator=(const Networks&) = delete;

  /// Makes one network; all or nothing.
  ///
  /// bridge: each port is held on the host and leads into the namespace, from
  /// outside, from the host (127.0.0.1 too) and from other containers. Host port
  /// 0 becomes a free one from 49153 up, within ip_local_port_range.
  /// host: ports are only tested. address, none: ports are returned as they are.
  ///
  /// conflict: a host port is taken (in Docker's words), or this sandbox has a
  /// network of this name. no_space: addresses or ports are used up.
  ///
  /// `owner` is the path of the user namespace that it belongs to; empty: ours. None
  /// is made ahead for an owner.
  Result<AttachedNetwork> create(const std::string& sandbox, const NetworkSpec& spec,
                                 const std::string& owner = {});

  /// Frees ports and names at once, the rest soon after. Nothing may run in the
  /// namespaces any more. An unknown sandbox is success.
  Result<void> remove(const std::string& sandbox);

  [[nodiscard]] std::vector<AttachedNetwork> list() const;

  /// Which sixteenth of the address space is ours. No other data directory of this
  /// host has the number as long as we have networks, also without a process.
  [[nodiscard]] unsigned part() const;

  /// Removes every sandbox that is not among the `live` ones.
  Result<void> reconcile(const std::set<std::string>& live);

  /// Lets containers of this host reach 127.0.0.1:`port` as 169.254.170.2:80,
  /// where ECS tasks look for their metadata and credentials. 0: not any more.
  Result<void> serve_metadata(std::uint16_t port);

  /// Waits until nothing is left to do in the background: what was removed is
  /// gone, what should be ready is. False when it takes longer than `deadline`.
  bool settle(std::chrono::milliseconds deadline) const;

  /// Removes all of it, bridges and rules too, as if it had never been.
  Result<void> dismantle();

 private:
  class State;
  explicit Networks(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace troupe::runtime
