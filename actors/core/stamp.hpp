#pragma once

/// The two things a decision may not take from the world by itself: the time,
/// and chance. Whoever asks for a decision brings them.

#include "actors/core/time.hpp"

#include <cstdint>

namespace troupe::core {

struct Stamp {
  Time now{};
  std::uint64_t seed = 0;  ///< Fresh for each decision; the source of its ids.
};

}  // namespace troupe::core
