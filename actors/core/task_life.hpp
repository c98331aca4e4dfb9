#pragma once

/// The life cycle of a task as the control plane sees it: pure decisions, each
/// of which gives the versions the task passes through.
///
/// A task only ever moves forward. What would move it back, or was known
/// already, gives no version; so every message may be repeated.
///
/// Source: ECS Developer Guide, "Task lifecycle", "Stopped tasks error codes".

#include "actors/core/ids.hpp"
#include "actors/core/placement/placement.hpp"
#include "actors/core/stamp.hpp"
#include "actors/core/task_report.hpp"

#include <vector>

namespace troupe::core {

/// The versions a task takes, oldest first; the last one is its new record.
/// Empty: nothing changes.
using TaskSteps = std::vector<Task>;

/// A task that was accepted and placed: PROVISIONING with awsvpc, else PENDING.
/// `launch` and `definition` are shared with the other tasks of the call.
Task accept_task(const Assignment& place, std::shared_ptr<const TaskLaunch> launch,
                 TaskDefinitionPtr definition, const Stamp& stamp);

/// A task that was accepted and waits for a place: PROVISIONING, on no instance.
Task accept_waiting_task(const TaskId& id, std::shared_ptr<const TaskLaunch> launch,
                         TaskDefinitionPtr definition, const Stamp& stamp);

/// It waits no longer: on that instance, PROVISIONING with awsvpc, else PENDING.
Task place_waiting_task(const Task& task, const Assignment& place, const Stamp& stamp);

/// Someone wants the task to end: desired status STOPPED from now on, and
/// STOPPING where there is something to stop. A task that waits for a place is STOPPED at once.
TaskSteps end_task(const Task& task, TaskStopCode code, const std::string& reason, const Stamp& stamp);

/// The node reports.
TaskSteps report_task(const Task& task, const TaskReport& report, const Stamp& stamp);

/// The node says how the containers are; nothing else changes.
TaskSteps report_health(const Task& task, const TaskHealth& said, const Stamp& stamp);

/// The task's instance is gone for good, and the task with it.
TaskSteps lose_task(const Task& task, TaskStopCode code, const std::string& reason, const Stamp& stamp);

/// The agent of its instance connected or went silent. Health does not change.
TaskSteps connect_task(const Task& task, Connectivity connectivity, const Stamp& stamp);

/// UNHEALTHY if an essential container is; else UNKNOWN if one is; else HEALTHY.
HealthStatus health_of(const Task& task);

/// What StopTask gives as reason when the caller gives none.
inline constexpr const char* stopped_by_user = "Task stopped by user";

}  // namespace troupe::core
