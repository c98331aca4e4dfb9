#pragma once

/// Managed scaling of a capacity provider: how many instances its tasks need, and what to start or
/// end so that there are as many.
///
/// Source: ECS Developer Guide, "Amazon ECS managed scaling behavior": the metric
/// CapacityProviderReservation is M / N × 100, N the instances that there are, M those that the
/// tasks need; a target tracking policy keeps it at the target capacity.

#include "actors/core/ids.hpp"
#include "actors/core/records/container_instance.hpp"
#include "actors/core/shapes/capacity_provider.hpp"
#include "actors/core/task_definition/task_size.hpp"
#include "actors/core/time.hpp"

#include <optional>
#include <vector>

namespace troupe::core {

/// An instance of the provider, registered and not INACTIVE.
struct ScalingInstance {
  InstanceId id;
  bool draining = false;
  int tasks = 0;    ///< That are not of a DAEMON service.
  int daemons = 0;  ///< Tasks of DAEMON services.
  Time registered_at{};
  Time idle_since{};  ///< Since when it has had no tasks but daemons; of no account while it has some.
};

/// The provider's group of machines in one cluster, as it is.
struct ScalingView {
  AutoScalingGroupProvider rules;  ///< Absent members are ECS's defaults.
  std::vector<ScalingInstance> instances;
  int starting = 0;               ///< Machines that were started and have not registered.
  std::vector<TaskSize> waiting;  ///< What the tasks without a place need, each.
  /// What an instance offers; absent: none was ever seen, and one is started to be looked at.
  std::optional<Capacity> offer;
  int size_min = 0;  ///< Of the group.
  int size_max = 0;
};

/// What to do about it.
struct ScalingPlan {
  double reservation = 100;           ///< CapacityProviderReservation, in percent.
  int start = 0;                      ///< So many machines more.
  std::vector<InstanceId> drain;      ///< To be set DRAINING; ended when nothing runs on them any more.
  std::vector<InstanceId> end;        ///< To be deregistered, and their machines ended.
  std::optional<Time> look_again_at;  ///< When something will be due though nothing happens.
};

/// Instances that these tasks need if nothing else runs on them: a lower bound by each resource, and
/// by the tasks that want the same port of the host. 0 for no tasks; a task that no instance could
/// take needs one nevertheless, as on ECS.
int instances_needed(const std::vector<TaskSize>& tasks, const Capacity& offer);

/// M / N × 100; without instances 100 when none is needed and 200 when some are.
double reservation(int needed, int instances);

/// Decides what to start and to end.
///
/// One step changes the size by minimumScalingStepSize to maximumScalingStepSize machines, within
/// the group's bounds. An instance is ended only when it has had nothing but daemons for
/// instanceWarmupPeriod, and has been registered for as long: longer than CloudWatch's alarms
/// would be short, and never sooner than its first tasks can come. With managed draining it is
/// DRAINING first, so that daemons stop in order. An instance that is DRAINING already, whoever
/// wanted that, is ended when it is empty.
ScalingPlan plan_scaling(const ScalingView& view, Time now);

}  // namespace troupe::core
