#pragma once

/// The filters of placement: each says why one instance cannot take a task, or
/// nothing. The first that refuses names the reason.

#include "actors/core/placement/placement.hpp"

#include <optional>
#include <span>

namespace troupe::core {

using Filter = std::optional<Refusal> (*)(const FleetInstance&, const PlacementRequest&);

struct NamedFilter {
  const char* name;
  Filter check;
};

/// In the order in which they are asked.
std::span<const NamedFilter> filters();

}  // namespace troupe::core
