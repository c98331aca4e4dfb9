#pragma once

/// Amounts as placement compares them: a hundred times for each task.

#include <algorithm>
#include <cstdint>
#include <limits>

namespace troupe::core {

/// More than this is not told apart.
inline constexpr std::int32_t amount_most = std::numeric_limits<std::int32_t>::max();

/// What is left on an instance, or what a task needs.
struct Amounts {
  std::int32_t cpu = 0;
  std::int32_t memory = 0;
  std::int32_t gpus = 0;
  friend bool operator==(const Amounts&, const Amounts&) = default;
  [[nodiscard]] bool covers(const Amounts& need) const {
    // Without branches: which of them is short cannot be foreseen.
    const auto cpu_suffices = static_cast<unsigned>(cpu >= need.cpu);
    const auto memory_suffices = static_cast<unsigned>(memory >= need.memory);
    const auto gpus_suffice = static_cast<unsigned>(gpus >= need.gpus);
    return (cpu_suffices & memory_suffices & gpus_suffice) != 0;
  }
  /// Each becomes the greater of the two.
  void raise(const Amounts& other) {
    cpu = std::max(cpu, other.cpu);
    memory = std::max(memory, other.memory);
    gpus = std::max(gpus, other.gpus);
  }
};

}  // namespace troupe::core
