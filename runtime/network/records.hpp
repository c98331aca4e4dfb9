#pragma once

/// What is known of each namespace we made, one JSON file each, so that nothing
/// is forgotten when this process ends at any moment. A record exists before its
/// namespace does, and as long.

#include "runtime/network/networks.hpp"

#include <string>
#include <vector>

namespace troupe::runtime {

enum class RecordState : std::uint8_t {
  unusable,  ///< Being made or taken down; after a restart it is taken down.
  ready,     ///< Complete, nobody's.
  used,      ///< A sandbox's.
};

struct NetworkRecord {
  std::string id;  ///< Sixteen hexadecimal digits; names its files and leases.
  RecordState state = RecordState::unusable;
  AttachedNetwork attached;
};

class Records {
 public:
  explicit Records(std::string directory) : directory_(std::move(directory)) {}

  [[nodiscard]] Result<void> save(const NetworkRecord& record) const;
  void remove(const std::string& id) const;
  /// All that can be read. Files that cannot be are logged and left out; files
  /// that were not finished are removed.
  [[nodiscard]] Result<std::vector<NetworkRecord>> load() const;

 private:
  std::string directory_;
};

}  // namespace troupe::runtime
