#pragma once

/// Scale-in protection: tasks that the service scheduler leaves alone when it
/// scales in or replaces a deployment.
///
/// Source: ECS API Reference, UpdateTaskProtection, GetTaskProtection.

#include "actors/core/service_commands.hpp"
#include "actors/core/task_life.hpp"

#include <set>
#include <vector>

namespace troupe::core {

/// When protection that is asked for now ends; absent: it is taken away.
/// InvalidParameterException for minutes out of range or tasks out of 1–10.
Result<std::optional<Time>> protection_end(const UpdateTaskProtection& command, Time now);

/// A task that can be protected: of a service, RUNNING, and to stay so.
bool is_protectable(const Task& task);

/// Protecting `task` would leave its service with more protected tasks than it
/// wants: a deployment could never come to its end. `tasks` are those of the
/// service; `asked` of them are being protected as well.
bool blocks_deployment(const Task& task, const std::vector<TaskPtr>& tasks, const std::set<TaskId>& asked,
                       std::int32_t desired_count, Time now);

/// Refused for a task that cannot be protected; empty when nothing changes.
Result<TaskSteps> protect_task(const Task& task, std::optional<Time> until, const Stamp& stamp);

/// As the API shows it: protection that has run out is none.
ProtectedTask show_protection(const Task& task, const Realm& realm, Time now);

}  // namespace troupe::core
