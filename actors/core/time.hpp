#pragma once

/// Time as ECS tells it: an instant with millisecond precision. The core never
/// reads a clock; whoever calls it says what time it is.

#include <chrono>
#include <cstdint>

namespace troupe::core {

using Millis = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Millis>;

/// Milliseconds since the Unix epoch.
constexpr std::int64_t to_epoch_ms(Time time) {
  return time.time_since_epoch().count();
}
constexpr Time from_epoch_ms(std::int64_t ms) {
  return Time{Millis{ms}};
}

}  // namespace troupe::core
