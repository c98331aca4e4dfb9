/// UpdateTaskProtection, GetTaskProtection.

#include "api/wire/task_protection.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"

namespace troupe::api::operations::task_protection {
namespace {

constexpr std::size_t tasks_max = 10;
constexpr std::int32_t expires_in_minutes_max = 2880;

core::Result<Question> read_update(const Call& /*call*/, const wire::UpdateTaskProtectionRequest& in) {
  const auto tasks = list_or_empty(in.tasks);
  if (tasks.empty()) return core::invalid_parameter("Tasks cannot be empty.");
  if (auto refusal = check_at_most(tasks, tasks_max, "taskIds")) return *refusal;
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
