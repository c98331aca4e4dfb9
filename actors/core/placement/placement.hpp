#pragma once

/// Where tasks run: a pure function of what the fleet has free, what the tasks
/// need, and a seed.
///
/// Order of the decision (ECS Developer Guide, "Task placement"): instances that
/// are ACTIVE, connected and have the resources and attributes; then the binding
/// constraints; then the strategies, best effort, in the order given.

#include "actors/core/records/container_instance.hpp"
#include "actors/core/shapes/placement.hpp"

#include <map>
#include <set>
#include <unordered_map>
#include <vector>

namespace troupe::core {

/// Tasks of equal needs, to be placed one after another.
struct PlacementRequest {
  std::vector<TaskId> tasks;
  TaskSize size;
  std::string group;
  std::vector<Attribute> attributes;  ///< That the instance must carry; with a value, an equal one.
  std::vector<PlacementConstraint> constraints;
  std::vector<PlacementStrategy> strategies;
  /// StartTask: one task on each of these, whatever the strategies say.
  std::optional<std::vector<InstanceId>> instances;
  std::uint64_t seed = 0;
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
};

struct PlacementResult {
  std::vector<Assignment> assignments;
  /// Every instance's reason for the first task that found no place; with
  /// `instances` given, those of the instances that refused.
  std::vector<Refusal> refusals;
  bool fleet_is_empty = false;  ///< No instance is registered at all.
};

/// What the scheduler knows of one instance.
struct FleetInstance {
  InstancePtr record;
  TaskSize used;
  std::set<std::uint16_t> tcp_ports;  ///< In use, reserved ones included.
  std::set<std::uint16_t> udp_ports;
  std::map<std::string, int> groups;  ///< Tasks per group.
  int tasks = 0;
};

struct Reservation {
  InstanceId instance;
  TaskSize size;
  std::string group;
};

/// All instances of a cluster and what is reserved on them.
class Fleet {
 public:
  /// Adds the instance or takes its new record; one that is INACTIVE leaves.
  void update(const InstancePtr& instance);
  /// Counts a task that already runs or will; also used on recovery.
  void reserve(const TaskId& task, const Reservation& reservation);
  /// Gives back what the task held; unknown tasks are no error.
  void release(const TaskId& task);

  [[nodiscard]] const std::map<InstanceId, FleetInstance>& instances() const { return instances_; }
  [[nodiscard]] std::size_t reserved_tasks() const { return reservations_.size(); }

 private:
  std::map<InstanceId, FleetInstance> instances_;
  std::unordered_map<TaskId, Reservation> reservations_;
};

/// Why `instance` cannot take a task of this request now; absent: it can.
std::optional<Refusal> refuse(const FleetInstance& instance, const PlacementRequest& request);

/// Assigns and reserves as many tasks of the request as fit.
PlacementResult place(Fleet& fleet, const PlacementRequest& request);

}  // namespace troupe::core
