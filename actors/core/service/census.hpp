#pragma once

/// Who of a service's tasks is there: each task's standing, counted by
/// deployment or task set.
///
/// Source: ECS Developer Guide, "Service deployment", and ECS API Reference,
/// "DeploymentConfiguration": without a health check a task is healthy 40 s
/// after it is RUNNING; with one when it is HEALTHY.

#include "actors/core/service/service.hpp"

#include <map>
#include <set>
#include <vector>

namespace troupe::core {

enum class Standing : std::uint8_t {
  pending,
  young,  ///< RUNNING, not yet known to be healthy or not.
  healthy,
  unhealthy,
  leaving,  ///< Is to stop, and has not yet.
  stopped,
};

struct Member {
  TaskPtr task;
  Standing standing = Standing::pending;
  bool draining = false;  ///< Its instance is.
  bool shielded = false;  ///< Protected from scale-in.
};

/// The tasks of one deployment or task set.
struct Crew {
  std::uint64_t id = 0;
  std::vector<Member> live;  ///< Pending, young, healthy and unhealthy ones.
  std::vector<TaskPtr> stopped;
  int pending = 0;
  int young = 0;
  int healthy = 0;
  int unhealthy = 0;
  int leaving = 0;
  int starting = 0;  ///< Asked for, not yet tasks.
  int fit = 0;       ///< Live, neither unhealthy nor on a draining instance.
  int fit_healthy = 0;

  [[nodiscard]] int size() const { return static_cast<int>(live.size()); }
};

struct Census {
  std::map<std::uint64_t, Crew> crews;  ///< Of every deployment and task set; 0: of none that is known.
  int live = 0;                         ///< Starting ones included: what maximumPercent bounds.
  int healthy = 0;
  std::set<InstanceId> leaving_on;    ///< Instances that still run a task that leaves.
  std::optional<Time> look_again_at;  ///< When a standing will change by itself.
};

Census take_census(const ServiceView& view, const Service& service, Time now);

}  // namespace troupe::core
