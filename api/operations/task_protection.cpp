/// UpdateTaskProtection, GetTaskProtection.

#include "api/wire/task_protection.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"

namespace troupe::api::operations::task_protection {
namespace {

constexpr std::size_t tasks_max = 10;
constexpr std::int32_t expires_in_minutes_max = 2880;

/// A task protects itself and no other. `task` is an id or an ARN.
bool speaks_for(const core::Principal& who, std::string_view task) {
  if (who.kind != core::PrincipalKind::task) return true;
  const auto slash = task.rfind('/');
  const auto id = slash == std::string_view::npos ? task : task.substr(slash + 1);
  return core::parse_id<core::TaskId>(id) == who.task;
}

core::Result<Question> read_update(const Call& call, const wire::UpdateTaskProtectionRequest& in) {
  const auto tasks = list_or_empty(in.tasks);
  if (tasks.empty()) return core::invalid_parameter("Tasks cannot be empty.");
  if (auto refusal = check_at_most(tasks, tasks_max, "taskIds")) return *refusal;
  for (const auto& task : tasks) {
    if (!speaks_for(call.caller.principal, task)) {
      return access_denied(call.caller, "UpdateTaskProtection", task);
    }
  }
  const auto minutes = in.expiresInMinutes;
  if (minutes && (*minutes < 1 || *minutes > expires_in_minutes_max)) {
    return core::invalid_parameter("expiresInMinutes should be between 1 and 2880.");
  }
  return ask_cluster(in.cluster,
                     core::UpdateTaskProtection{tasks, in.protectionEnabled.value_or(false), minutes});
}

wire::UpdateTaskProtectionResponse write_updated(const Call& /*call*/,
                                                 const wire::UpdateTaskProtectionRequest& /*in*/,
                                                 const core::ProtectionReply& reply) {
  return {reply.tasks, reply.failures};
}

core::Result<Question> read_get(const Call& /*call*/, const wire::GetTaskProtectionRequest& in) {
  const auto tasks = list_or_empty(in.tasks);
  if (auto refusal = check_at_most(tasks, tasks_max, "taskIds")) return *refusal;
  return ask_cluster(in.cluster, core::GetTaskProtection{tasks});
}

wire::GetTaskProtectionResponse write_got(const Call& /*call*/, const wire::GetTaskProtectionRequest& /*in*/,
                                          const core::ProtectionReply& reply) {
  return {reply.tasks, reply.failures};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("UpdateTaskProtection", read_update, write_updated),
          operation("GetTaskProtection", read_get, write_got)};
}

}  // namespace troupe::api::operations::task_protection
