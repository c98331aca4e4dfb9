#pragma once

/// RunTask and StartTask: what is checked before placement, and the tasks that
/// come of it.
///
/// Source: ECS API Reference, RunTask, StartTask.

#include "actors/core/commands.hpp"
#include "actors/core/placement/placement.hpp"
#include "actors/core/stamp.hpp"

#include <memory>

namespace troupe::core {

/// An accepted call before placement.
struct RunPlan {
  std::shared_ptr<const TaskLaunch> launch;
  PlacementRequest request;
};

/// Checks that need neither the cluster nor the task definition; AWS makes them
/// first.
Result<void> check_run_task(const RunTask& command);

/// All other checks, and what to ask the scheduler.
Result<RunPlan> plan_run_task(const Cluster& cluster, const RunTask& command,
                              const TaskDefinitionPtr& definition, const Realm& realm, const Stamp& stamp);

/// The tasks that were placed, and a failure for each instance that refused
/// when one was not.
struct RunResult {
  std::vector<TaskPtr> tasks;
  std::vector<Failure> failures;
};
Result<RunResult> accept_placed(const RunPlan& plan, const PlacementResult& placed,
                                const TaskDefinitionPtr& definition, const Realm& realm, const Stamp& stamp);

}  // namespace troupe::core
