#pragma once

/// Which containers of a task may start now, which never can, and which may be
/// stopped: ECS's container dependencies as pure functions.
///
/// START is met by a container that runs or has run, COMPLETE by one that has
/// exited, SUCCESS by one that has exited with 0, HEALTHY by one whose health check
/// passes. volumesFrom waits until the other container is created. The order of
/// stopping is the reverse.
///
/// Source: ECS Developer Guide, "Container dependencies"; the container agent's
/// dependency graph, whose texts are used.

#include "actors/core/shapes/resources.hpp"
#include "actors/node/container_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace troupe::node {

/// How far a container has come. One that will be restarted is not `ended`.
enum class ContainerStage : std::uint8_t { absent, created, running, ended };

struct ContainerFacts {
  ContainerStage stage = ContainerStage::absent;
  core::HealthStatus health = core::HealthStatus::UNKNOWN;
  std::optional<std::int32_t> exit_code;  ///< Absent when it ended without having run.
  bool start_timed_out = false;           ///< Its startTimeout has passed since it started.
};

enum class Readiness : std::uint8_t {
  ready,
  waiting,
  never,  ///< What it waits for cannot come any more.
};

/// `reason` is said for `never`: the reason of the container that cannot start.
struct StartDecision {
  Readiness readiness = Readiness::ready;
  std::string reason;
};

/// The exit code that the agent gives a container that can never start.
inline constexpr std::int32_t never_started_exit_code = 143;

/// May the container at `index` be created? Only volumesFrom counts.
/// @param facts  One entry for each container of the plan.
StartDecision may_create(const TaskPlan& plan, std::size_t index, std::span<const ContainerFacts> facts);

/// May it be started? `never`: a SUCCESS dependency failed, a COMPLETE or HEALTHY one
/// ended without, or one took longer than its startTimeout.
StartDecision may_start(const TaskPlan& plan, std::size_t index, std::span<const ContainerFacts> facts);

/// While the whole task stops: the running or created containers that no other
/// running or created container depends on, in the plan's order.
std::vector<std::size_t> may_stop(const TaskPlan& plan, std::span<const ContainerFacts> facts);

}  // namespace troupe::node
