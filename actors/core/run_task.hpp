#pragma once

/// RunTask and StartTask: what is checked before placement, and the tasks that
/// come of it.
///
/// Source: ECS API Reference, RunTask, StartTask.

#include "actors/core/capacity_providers.hpp"
#include "actors/core/commands.hpp"
#include "actors/core/placement/placement.hpp"
#include "actors/core/queries.hpp"
#include "actors/core/stamp.hpp"

#include <memory>

namespace troupe::core {

/// What becomes of tasks that find no place.
enum class WithoutPlace : std::uint8_t {
  fail,
  wait,  ///< PROVISIONING until their capacity provider has room.
};

/// An accepted call, or one capacity provider's share of it, before placement.
struct RunPlan {
  std::shared_ptr<const TaskLaunch> launch;
  PlacementRequest request;
  WithoutPlace without_place = WithoutPlace::fail;
};

/// Checks that need neither the cluster nor the task definition; AWS makes them
/// first.
Result<void> check_run_task(const RunTask& command);

/// What is known of where tasks may run.
struct RunSurroundings {
  const Cluster& cluster;
  const Providers& providers;    ///< Of the account.
  const InstanceMap& instances;  ///< Of the cluster.
};

/// All other checks, and what to ask the scheduler: a plan for each capacity provider that gets tasks; of
/// StartTask one for the instances of ECS Anywhere, whose tasks are of launch type EXTERNAL, and one for the
/// others; else one for all.
Result<std::vector<RunPlan>> plan_run_task(const RunSurroundings& where, const RunTask& command,
                                           const TaskDefinitionPtr& definition, const Realm& realm,
                                           const Stamp& stamp);

/// The tasks that were placed or wait, and a failure for each instance that refused
/// when one was not.
struct RunResult {
  std::vector<TaskPtr> tasks;
  std::vector<Failure> failures;
};
/// InvalidParameterException when the cluster, or the capacity provider, has no instance at all.
Result<RunResult> accept_placed(const RunPlan& plan, const PlacementResult& placed,
                                const TaskDefinitionPtr& definition, const Realm& realm, const Stamp& stamp);

/// Tasks of a cluster that may wait for a place. Source: ECS Developer Guide, "Amazon ECS service quotas".
inline constexpr std::size_t waiting_tasks_max = 500;

/// What to ask for tasks that wait, all of one launch, when there may be room.
PlacementRequest request_of_waiting(const std::vector<TaskPtr>& tasks, const Stamp& stamp);

}  // namespace troupe::core
