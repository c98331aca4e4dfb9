#pragma once

/// What a container's process says of itself. Source: proc(5), /proc/pid/status.

#include <charconv>
#include <cstdint>
#include <string>

namespace troupe::testing {

constexpr const char* kStatus = "cat /proc/self/status";

/// A field of capabilities, as CapEff, from the text of a status; 0 if it is not there.
inline std::uint64_t capability_mask(const std::string& status, const std::string& field) {
  std::uint64_t mask = 0;
  const std::size_t at = status.find(field + ":\t");
  if (at != std::string::npos) {
    std::from_chars(status.data() + at + field.size() + 2, status.data() + status.size(), mask, 16);
  }
  return mask;
}

}  // namespace troupe::testing
