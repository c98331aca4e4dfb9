/// Scale-in protection.

#include "actors/core/task_protection.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

constexpr std::int32_t minutes_default = 120;
constexpr std::int32_t minutes_max = 2880;
constexpr std::size_t tasks_max = 10;

}  // namespace

Result<std::optional<Time>> protection_end(const UpdateTaskProtection& command, Time now) {
  if (command.tasks.empty()) return invalid_parameter("Tasks cannot be empty.");
  if (command.tasks.size() > tasks_max) {
    return invalid_parameter("Tasks cannot have more than 10 elements.");
  }
  const auto minutes = command.expires_in_minutes.value_or(minutes_default);
  if (minutes < 1 || minutes > minutes_max) {
    return invalid_parameter("expiresInMinutes must be between 1 and 2880.");
  }
  if (!command.enabled) return std::optional<Time>{};
  return std::optional{now + std::chrono::minutes{minutes}};
}

bool is_protectable(const Task& task) {
  return service_of(task) && task.last_status == TaskStatus::RUNNING &&
         task.desired_status == DesiredStatus::RUNNING;
}

bool blocks_deployment(const Task& task, const std::vector<TaskPtr>& tasks, const std::set<TaskId>& asked,
                       std::int32_t desired_count, Time now) {
  const auto others = std::ranges::count_if(tasks, [&](const TaskPtr& other) {
    const bool is_protected = other->protected_until && *other->protected_until > now;
    return other->id != task.id && is_protectable(*other) && (is_protected || asked.contains(other->id));
  });
  return others + 1 > desired_count;
}

Result<TaskSteps> protect_task(const Task& task, std::optional<Time> until, const Stamp& stamp) {
  if (!is_protectable(task)) return invalid_parameter("TASK_NOT_VALID");
  if (task.protected_until == until) return TaskSteps{};
  auto next = task;
  ++next.version;
  next.updated_at = stamp.now;
  next.protected_until = until;
  return TaskSteps{std::move(next)};
}

ProtectedTask show_protection(const Task& task, const Realm& realm, Time now) {
  ProtectedTask shown;
  shown.taskArn = task_arn(realm, task.launch->cluster, task.id);
  shown.protectionEnabled = task.protected_until && *task.protected_until > now;
  if (*shown.protectionEnabled) shown.expirationDate = task.protected_until;
  return shown;
}

}  // namespace troupe::core
