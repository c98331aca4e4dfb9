#pragma once

/// Address translation and protection for our bridges, in one nftables table of
/// our own: ports of the host that lead to containers, masquerading of what
/// containers send out, and the address of the task metadata.
///
/// A port is one element of a map, so adding one costs the same with one port
/// or a thousand, and needs no program to run.
///
/// Thread rule: any thread.

#include "runtime/container_runtime.hpp"
#include "runtime/network/address_space.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

struct nft_ctx;

namespace troupe::runtime {

/// One port of the host and where it leads.
struct PortRoute {
  PortBinding binding;
  std::string address;  ///< Of the container.
};

class NatTable {
 public:
  NatTable(BridgeNetwork bridge, BridgeNetwork address, std::string subnet);
  ~NatTable();
  NatTable(const NatTable&) = delete;
  NatTable& operator=(const NatTable&) = delete;

  /// Replaces the whole table in one transaction. Connections that exist go on.
  Result<void> rebuild(const std::vector<PortRoute>& routes);

  Result<void> add(const std::vector<PortRoute>& routes);
  Result<void> remove(const std::vector<PortRoute>& routes);

  /// 169.254.170.2:80 leads to 127.0.0.1:`port`; 0: nowhere.
  Result<void> set_metadata_port(std::uint16_t port);

  /// Removes the table.
  Result<void> drop();

 private:
  Result<void> execute(const std::string& commands);
  Result<void> rebuild_locked();
  [[nodiscard]] std::string describe() const;

  BridgeNetwork bridge_;
  BridgeNetwork address_;
  std::string subnet_;
  std::mutex mutex_;
  nft_ctx* context_;
  std::uint16_t metadata_port_ = 0;
  // What the table holds, should somebody flush it: an element by its map and key.
  std::map<std::string, std::string> elements_;
};

/// Ends what the kernel remembers of UDP traffic to these ports, so that a new
/// container on an old port is not passed by. TCP needs none of it.
void forget_udp_flows(const std::vector<PortBinding>& bindings);

}  // namespace troupe::runtime
