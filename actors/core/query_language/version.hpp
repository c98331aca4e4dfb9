#pragma once

/// Version numbers, which compare part by part: 1.10.0 is later than 1.9.3.

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace troupe::core {

struct Version {
  std::vector<std::uint32_t> parts;  ///< Without zeros at the end: 1.2 is 1.2.0.
  friend auto operator<=>(const Version&, const Version&) = default;
};

/// "1.68.2", "v1.68"; what follows a '-' or '+' does not count. At most eight parts.
std::optional<Version> parse_version(std::string_view text);

}  // namespace troupe::core
