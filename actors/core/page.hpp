#pragma once

/// One page of a long list, by the key where the last page ended.

#include <cstdint>
#include <optional>
#include <string>

namespace troupe::core {

struct Page {
  std::string after;  ///< Key of the last item already seen; empty: from the start.
  std::size_t limit = 100;
};

}  // namespace troupe::core
