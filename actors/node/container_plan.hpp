#pragma once

/// From a task definition to what the runtime is to make of it: one sandbox and
/// its containers, in OCI's words. Pure.
///
/// This is the one place that knows how ECS's members map to the runtime's. The
/// members that Troupe's node cannot honour are refused here too, though placement
/// keeps such tasks away by their required attributes (node_attributes.hpp).

#include "actors/core/result.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/task_definition.hpp"
#include "runtime/container_runtime.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::node {

/// Who the task is. All texts may appear in labels and in the environment.
struct TaskIdentity {
  std::string arn;
  std::string id;       ///< 32 hexadecimal digits; the sandbox's id.
  std::string cluster;  ///< ARN or name, as it shall be told.
  std::string family;
  std::int32_t revision = 0;
  std::string region;         ///< Empty: AWS_REGION is not set.
  std::string metadata_base;  ///< "http://169.254.170.2"; empty: no metadata endpoint.
  /// "/v2/credentials/ID" on the same host; empty: its containers have no credentials.
  std::string credentials_path{};
  core::LaunchType launch_type = core::LaunchType::EC2;
};

/// How a container is asked whether it is well. The image's own check is ignored,
/// as ECS does.
struct HealthSpec {
  std::vector<std::string> command;  ///< To execute in the container.
  std::chrono::seconds interval{30};
  std::chrono::seconds timeout{5};
  std::uint32_t retries = 3;
  std::chrono::seconds start_period{0};
};

/// Restart in place: not before `attempt_period` after the last start, and not
/// after one of the ignored exit codes.
struct RestartSpec {
  std::vector<std::int32_t> ignored_exit_codes;
  std::chrono::seconds attempt_period{300};
};

/// "Before this one starts, `container` must have reached `condition`."
struct Dependency {
  std::size_t container = 0;  ///< Index in TaskPlan::containers.
  core::ContainerCondition condition = core::ContainerCondition::START;
};

struct PlannedContainer {
  std::string name;   ///< As in the task definition.
  std::string image;  ///< As in the task definition.
  runtime::ContainerSpec spec;
  std::optional<HealthSpec> health;
  std::optional<RestartSpec> restart;
  bool essential = true;
  std::vector<Dependency> dependencies;     ///< dependsOn
  std::vector<std::size_t> volume_sources;  ///< volumesFrom: must have been created.
  std::vector<runtime::PortBinding> ports;  ///< portMappings.
  std::optional<std::chrono::seconds> start_timeout;
  std::chrono::seconds stop_timeout{30};
};

struct TaskPlan {
  runtime::SandboxSpec sandbox;
  std::vector<PlannedContainer> containers;  ///< In the order of the definition.
};

/// No task may have more processes: one that forks without end harms itself only.
inline constexpr std::uint64_t task_processes_max = 8192;

/// Labels that lead from a container of the runtime back to its task.
inline constexpr const char* label_task_arn = "com.amazonaws.ecs.task-arn";
inline constexpr const char* label_container_name = "com.amazonaws.ecs.container-name";
inline constexpr const char* label_cluster = "com.amazonaws.ecs.cluster";
inline constexpr const char* label_family = "com.amazonaws.ecs.task-definition-family";
inline constexpr const char* label_revision = "com.amazonaws.ecs.task-definition-version";

/// The id of the container at `index`: `<task id>-<name>`, at most 128 characters
/// of [A-Za-z0-9_.-], different for each container of a task. Repeatable.
std::string container_id(const std::string& task_id, const std::string& name, std::size_t index);

/// @param definition  Normalised (registration.hpp).
/// @param overrides   Valid for it (run_options.hpp).
/// Errors: what the node cannot honour; the message is the task's stoppedReason,
/// "ResourceInitializationError: …". A FARGATE task gets a user namespace of its own and a limit of what it
/// writes; nothing of the host is given to it, whatever the control plane says.
/// Source: ECS Developer Guide, "Task definition parameters"; the container agent's
/// mapping to Docker.
core::Result<TaskPlan> plan_task(const core::TaskDefinition& definition, const core::TaskOverride& overrides,
                                 const TaskIdentity& identity);

}  // namespace troupe::node
