#pragma once

/// Where tasks run: a pure function of what the fleet has free, what the tasks
/// need, and a seed.
///
/// Order of the decision (ECS Developer Guide, "Task placement"): instances that
/// are ACTIVE, connected and have the resources and attributes; then the binding
/// constraints; then the strategies, best effort, in the order given.

#include "actors/core/records/container_instance.hpp"
#include "actors/core/shapes/placement.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

class Fleet;
struct FleetInstance;

/// Whether a request that finds no place wants every instance's reason. Listing
/// them costs a look at each instance; who only asks again does not need them.
enum class ListRefusals : std::uint8_t { yes, no };

/// Tasks of equal needs, to be placed one after another.
struct PlacementRequest {
  std::vector<TaskId> tasks;
  TaskSize size;
  std::string group;
  std::vector<Attribute> attributes;  ///< That the instance must carry; with a value, an equal one.
  std::vector<PlacementConstraint> constraints;
  std::vector<PlacementStrategy> strategies;  ///< `random` ends them: it leaves no ties.
  std::string capacity_provider = {};         ///< Not empty: only on this one's instances.
  LaunchType launch_type = LaunchType::EC2;   ///< Only on instances whose capacity is for such tasks.
  /// StartTask and DAEMON: one task on each of these, whatever the strategies say.
  std::optional<std::vector<InstanceId>> instances;
  std::uint64_t seed = 0;
  ListRefusals list_refusals = ListRefusals::yes;
};

struct Assignment {
  TaskId task;
  InstanceId instance;
  std::string availability_zone;
};

/// Why one instance was refused for one task: ECS's reason ("RESOURCE:CPU") and
/// by how much.
struct Refusal {
  InstanceId instance;
  std::string reason;
  std::string detail;
  std::string filter = {};  ///< Which refused: "cpu", "attributes", …
  /// Where the filter counts something: how much of `unit` is asked for and left.
  std::optional<std::int64_t> needed = {};
  std::optional<std::int64_t> available = {};
  std::string unit = {};    ///< "CPU units", "MiB", "GPUs"; empty: nothing is counted.
  std::string change = {};  ///< The nearest change that would satisfy this filter.
};

struct PlacementResult {
  std::vector<Assignment> assignments;
  /// Every instance's reason for the first task that found no place, without those of other capacity
  /// providers and launch types; with `instances` given, those of the instances that refused.
  std::vector<Refusal> refusals;
  bool fleet_is_empty = false;     ///< Nothing was placed, and no instance of the launch type is registered.
  bool provider_is_empty = false;  ///< Refusals were listed, and the capacity provider has no instance.
};

/// Why `instance` cannot take a task of this request now; absent: it can.
std::optional<Refusal> refuse(const Fleet& fleet, const FleetInstance& instance,
                              const PlacementRequest& request);

/// Assigns and reserves as many tasks of the request as fit.
///
/// A task costs time that grows with the square root of the number of instances
/// and not with how full they are; a request that finds no place costs one look at
/// each instance if it lists refusals, and nothing more until the fleet changes.
PlacementResult place(Fleet& fleet, const PlacementRequest& request);

/// The instances on which a DAEMON service keeps a task each: ACTIVE, connected,
/// with the attributes and constraints. Resources do not count: a task that lacks
/// them waits. In order of id.
std::vector<InstanceId> eligible(const Fleet& fleet, const PlacementRequest& request);

}  // namespace troupe::core
