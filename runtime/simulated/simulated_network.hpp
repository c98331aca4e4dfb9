#pragma once

/// Addresses and host ports of one simulated host: unique, counted up, given back.

#include "runtime/simulated/simulated_runtime.hpp"

#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace troupe::runtime {

/// A sandbox with labels packed, as containers have them.
struct SimulatedSandbox {
  std::vector<Network> networks;
  std::string labels;
  std::vector<std::string> containers;
  Isolation isolation;
};

class SimulatedNetwork {
 public:
  /// All or nothing. conflict: a host port is taken, in Docker's words.
  Result<std::vector<Network>> connect(const std::string& sandbox, const std::vector<NetworkSpec>& specs);
  void disconnect(const std::vector<Network>& networks);

 private:
  using Port = std::tuple<Protocol, std::uint16_t, std::string>;

  Result<void> bind(const std::string& sandbox, Network& network);
  [[nodiscard]] bool is_taken(const PortBinding& binding) const;

  std::set<Port> ports_;
  std::uint32_t next_address_ = 0;
  std::uint32_t next_port_ = 0;
};

/// Labels as one string, and back.
std::string pack_labels(const std::map<std::string, std::string>& labels);
std::map<std::string, std::string> unpack_labels(const std::string& packed);

}  // namespace troupe::runtime
