#pragma once

/// A cluster for measurements of placement: instances in three zones, filled
/// evenly with the tasks of fifty services, and requests of ten tasks each.

#include "actors/core/placement/fleet.hpp"
#include "actors/core/placement/placement.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct PlacePolicy {
  std::string name;
  std::vector<core::PlacementStrategy> strategies;
  std::vector<core::PlacementConstraint> constraints;  ///< Taken by turns, one by each request.
  bool fresh_groups = false;  ///< A group for each hundred tasks instead of one for each service.
};

std::vector<PlacePolicy> place_policies();

class PlaceFleet {
 public:
  /// All instances together have room for `tasks` tasks; `filled` (0 to 1) of it is taken.
  PlaceFleet(std::uint64_t instances, std::uint64_t tasks, double filled);

  /// The next request; each is of another service than the one before.
  core::PlacementRequest request(const PlacePolicy& policy);
  /// Remembers what was placed, so that as many tasks can go.
  void keep(const core::PlacementResult& result);
  /// Back to the share that was taken at first. Which tasks go is left to chance: if the oldest went, a
  /// request's tasks, often on one instance, would go together, and a cluster with much room would be spared
  /// work that a full one has.
  void release_surplus();
  [[nodiscard]] core::Fleet& fleet() { return fleet_; }

 private:
  core::Dice dice_{7};
  core::Fleet fleet_;
  std::vector<core::TaskId> tasks_;
  std::size_t held_ = 0;
  std::uint64_t requests_ = 0;
};

}  // namespace troupe::tools::bench
