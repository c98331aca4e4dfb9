#pragma once

/// Leads what containers send to 169.254.170.2:80 to a port on this host's
/// 127.0.0.1, in one nftables table of our own beside the engine's rules.
///
/// Thread rule: one caller at a time.

#include "runtime/result.hpp"

#include <cstdint>
#include <string>

namespace troupe::runtime::docker {

/// The network that the engine made for us.
struct Bridge {
  std::string gateway;  ///< The host's address in it; finds the interface.
};

class MetadataRules {
 public:
  /// `table` is the name of the table.
  explicit MetadataRules(std::string table) : table_(std::move(table)) {}

  /// 0: not any more. A bridge without a gateway leaves only the host's own way.
  Result<void> lead(std::uint16_t port, const Bridge& bridge);
  /// The same for a bridge that has come to be since; cheap when nothing changed.
  Result<void> lead(const Bridge& bridge);
  Result<void> drop();

 private:
  std::string table_;
  std::uint16_t port_ = 0;
  std::string interface_;  ///< For which the rules are.
};

}  // namespace troupe::runtime::docker
