#pragma once

/// What containers used when they were last looked at: rates need two looks. Kept in
/// memory and bounded; a container that is forgotten has no rates at its next look.

#include "api/metadata/metadata_json.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace troupe::api::metadata {

/// Thread-safe.
class LastReadings {
 public:
  explicit LastReadings(std::size_t containers_max = 4'096) : containers_max_(containers_max) {}

  /// Adds the earlier look to a new one. A look that is less than a second old stays the
  /// earlier one: who asks often gets rates over a second or two, not over microseconds.
  ContainerReading complete(const std::string& container, ContainerStats now);

 private:
  std::size_t containers_max_;
  std::mutex mutex_;
  std::map<std::string, ContainerStats> last_;
};

}  // namespace troupe::api::metadata
