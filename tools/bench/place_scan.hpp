#pragma once

/// Placement by looking at every instance: slow, obvious, and the measure of the
/// indexed one, in speed and in what it chooses.

#include "actors/core/placement/fleet.hpp"
#include "actors/core/placement/placement.hpp"

#include <cstdint>
#include <vector>

namespace troupe::tools::bench {

/// An instance on which a task fits, and what each strategy in turn has against it.
struct ScanCandidate {
  const core::FleetInstance* instance;
  std::vector<std::int64_t> cost;  ///< Compared from the front; the least is best.
};

/// All instances that a task of this request can be placed on now.
std::vector<ScanCandidate> scan(const core::Fleet& fleet, const core::PlacementRequest& request);

/// As `core::place` for a request without named instances.
core::PlacementResult place_by_scan(core::Fleet& fleet, const core::PlacementRequest& request);

}  // namespace troupe::tools::bench
