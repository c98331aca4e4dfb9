#pragma once

/// What a node says of a task: the whole of what it knows at that moment.

#include "actors/core/records/task.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

/// What an agent knows of one container now.
struct ContainerReport {
  std::string name;
  ContainerStatus status = ContainerStatus::PENDING;
  std::optional<HealthStatus> health;  ///< Absent: nothing is said of it.
  std::optional<std::int32_t> exit_code;
  std::string reason;
  std::string runtime_id;
  std::string image_digest;
  std::vector<NetworkBinding> bindings;
};

/// What an agent knows of a task now. Repeating one is harmless; one that is
/// older than what is known changes nothing.
struct TaskReport {
  TaskId task;
  TaskStatus status = TaskStatus::PENDING;  ///< PENDING, RUNNING or STOPPED.
  std::vector<ContainerReport> containers;  ///< In the order of the task definition.
  std::optional<Time> pull_started_at;
  std::optional<Time> pull_stopped_at;
  std::optional<Time> execution_stopped_at;
  /// Why the node ends the task. Given before STOPPED, it says that the
  /// containers are being stopped.
  std::optional<TaskStopCode> stop_code;
  std::string reason;
  std::vector<KeyValuePair> network_details;  ///< awsvpc: privateIPv4Address, macAddress, …
};

/// What a host says of the health of one container.
struct ContainerHealth {
  std::string name;
  HealthStatus status = HealthStatus::UNKNOWN;
  friend bool operator==(const ContainerHealth&, const ContainerHealth&) = default;
};

/// What a host says of the health of a task's containers, of some or all.
struct TaskHealth {
  TaskId task;
  std::vector<ContainerHealth> containers;
};

}  // namespace troupe::core
