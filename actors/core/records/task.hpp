#pragma once

/// What Troupe keeps of a task and its containers.
///
/// Source: ECS Developer Guide, "Task lifecycle"; ECS API Reference, "Task" and
/// "Container".

#include "actors/core/ids.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/task_definition.hpp"
#include "actors/core/task_definition/task_size.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// In the order a task passes through them; a task never moves back.
enum class TaskStatus : std::uint8_t {
  PROVISIONING,
  PENDING,
  ACTIVATING,
  RUNNING,
  DEACTIVATING,
  STOPPING,
  DEPROVISIONING,
  STOPPED
};
BOOST_DESCRIBE_ENUM(TaskStatus, PROVISIONING, PENDING, ACTIVATING, RUNNING, DEACTIVATING, STOPPING,
                    DEPROVISIONING, STOPPED)

enum class ContainerStatus : std::uint8_t { PENDING, RUNNING, STOPPED };
BOOST_DESCRIBE_ENUM(ContainerStatus, PENDING, RUNNING, STOPPED)

struct Container {
  Uuid id;
  std::string name;
  ContainerStatus last_status = ContainerStatus::PENDING;
  HealthStatus health = HealthStatus::UNKNOWN;
  std::optional<std::int32_t> exit_code;
  std::string reason;
  std::string runtime_id;
  std::string image_digest;
  std::vector<NetworkBinding> bindings;
  friend bool operator==(const Container&, const Container&) = default;
};
BOOST_DESCRIBE_STRUCT(Container, (),
                      (id, name, last_status, health, exit_code, reason, runtime_id, image_digest, bindings))

/// A task definition as registered, with its tags.
struct TaskDefinitionRecord {
  TaskDefinition definition;
  std::vector<Tag> tags;
  friend bool operator==(const TaskDefinitionRecord&, const TaskDefinitionRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskDefinitionRecord, (), (definition, tags))

using TaskDefinitionPtr = std::shared_ptr<const TaskDefinitionRecord>;

/// What all tasks of one RunTask or StartTask call have in common.
struct TaskLaunch {
  std::string cluster;
  std::string family;
  std::int32_t revision = 0;
  LaunchType launch_type = LaunchType::EC2;
  std::string capacity_provider;
  std::string group;
  std::string started_by;
  std::string platform_version;
  bool enable_execute_command = false;
  std::optional<TaskOverride> overrides;
  std::optional<NetworkConfiguration> network;
  std::vector<Tag> tags;
  TaskSize size;
  /// Of the call, without those of the definition or service: for tasks that wait for a place.
  std::vector<PlacementConstraint> constraints;
  std::vector<PlacementStrategy> strategies;
  friend bool operator==(const TaskLaunch&, const TaskLaunch&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskLaunch, (),
                      (cluster, family, revision, launch_type, capacity_provider, group, started_by,
                       platform_version, enable_execute_command, overrides, network, tags, size, constraints,
                       strategies))

struct Task {
  TaskId id;
  InstanceId instance;  ///< Empty while it waits for a place, and for ever if it never got one.
  TaskStatus last_status = TaskStatus::PENDING;
  DesiredStatus desired_status = DesiredStatus::RUNNING;
  HealthStatus health = HealthStatus::UNKNOWN;
  Connectivity connectivity = Connectivity::CONNECTED;
  std::int64_t version = 1;  ///< +1 on each change.
  std::string availability_zone;
  std::optional<TaskStopCode> stop_code;
  std::string stopped_reason;
  Time created_at{};
  Time updated_at{};
  std::optional<Time> pull_started_at;
  std::optional<Time> pull_stopped_at;
  std::optional<Time> connectivity_at;
  std::optional<Time> started_at;
  std::optional<Time> stopping_at;
  std::optional<Time> execution_stopped_at;
  std::optional<Time> stopped_at;
  std::vector<Container> containers;  ///< In the order of the task definition.
  std::vector<Attachment> attachments;
  /// Until when the service scheduler leaves it alone on scale-in.
  std::optional<Time> protected_until;
  /// Shared by the tasks of one call; never null. Not described: the record's
  /// writer adds it (see codec of TaskRecord).
  std::shared_ptr<const TaskLaunch> launch;
  /// The definition it runs; never null in a running system.
  TaskDefinitionPtr definition;
};
BOOST_DESCRIBE_STRUCT(Task, (),
                      (id, instance, last_status, desired_status, health, connectivity, version,
                       availability_zone, stop_code, stopped_reason, created_at, updated_at, pull_started_at,
                       pull_stopped_at, connectivity_at, started_at, stopping_at, execution_stopped_at,
                       stopped_at, containers, attachments, protected_until))

using TaskPtr = std::shared_ptr<const Task>;

/// It was accepted and has no place yet: its capacity provider is to make room.
inline bool waits_for_place(const Task& task) {
  return task.instance.empty() && task.last_status == TaskStatus::PROVISIONING;
}

/// The service that a task belongs to: its group is "service:NAME".
inline std::optional<std::string> service_of(const Task& task) {
  constexpr std::string_view prefix = "service:";
  if (!std::string_view{task.launch->group}.starts_with(prefix)) return std::nullopt;
  return task.launch->group.substr(prefix.size());
}

/// Its cpu, memory and ports are taken and it will be or is running.
inline bool holds_resources(const Task& task) {
  return task.last_status != TaskStatus::STOPPED;
}

}  // namespace troupe::core
