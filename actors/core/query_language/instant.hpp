#pragma once

/// Times as an expression writes them, to the second.

#include "actors/core/time.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace troupe::core {

using Instant = std::chrono::sys_seconds;

/// "2018-06-18T22:28:28+00:00", "…Z", without a zone (then UTC), or a date alone
/// (then its first second). Fractions of a second are dropped.
std::optional<Instant> parse_instant(std::string_view text);

inline Instant to_instant(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

}  // namespace troupe::core
