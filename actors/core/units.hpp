#pragma once

/// Amounts with a unit in the type, where they cross functions: CPU units can
/// neither be added to nor passed for MiB.

#include "actors/core/describe.hpp"

#include <compare>
#include <cstdint>

namespace troupe::core {

/// A count of one unit. `count` is never negative in a valid definition.
template <class Unit>
struct Quantity {
  std::int64_t count = 0;

  friend constexpr auto operator<=>(Quantity, Quantity) = default;
  friend constexpr Quantity operator+(Quantity left, Quantity right) { return {left.count + right.count}; }
  friend constexpr Quantity operator-(Quantity left, Quantity right) { return {left.count - right.count}; }
  constexpr Quantity& operator+=(Quantity other) {
    count += other.count;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    count -= other.count;
    return *this;
  }

  BOOST_DESCRIBE_CLASS(Quantity, (), (count), (), ())
};

/// ECS CPU units: 1024 make one core.
using CpuUnits = Quantity<struct CpuUnit>;
/// Mebibytes (1024 * 1024 bytes), as every memory field of ECS.
using MemoryMib = Quantity<struct MebibyteUnit>;

constexpr std::int64_t cpu_units_per_core = 1024;
constexpr std::int64_t bytes_per_mib = std::int64_t{1024} * 1024;

}  // namespace troupe::core
