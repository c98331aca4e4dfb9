/// Work on its way to an agent: payloads, manifests, credentials.

#include "api/agent_gateway/acs_session.hpp"

#include <spdlog/spdlog.h>

#include <array>

namespace troupe::api::agent_gateway {
namespace {

constexpr std::array role_kinds = {wire::acs::RoleType::TaskApplication, wire::acs::RoleType::TaskExecution};

bool is_to_run(const core::Task& task) {
  return task.desired_status == core::DesiredStatus::RUNNING;
}

}  // namespace

/// All tasks of the instance. An agent that was only cut off knows those that run; one whose
/// process is new is told of every task again. Credentials are renewed in any case: only a
/// session knows when those that it told expire.
void AcsSession::follow(const std::vector<core::TaskPtr>& tasks) {
  if (!socket_) return;
  if (full_sync_) {
    manifest_ = next_message("manifest-");
    write(manifest_frame(context(), manifest_, sequence_, tasks));
  }
  for (const auto& task : tasks) {
    if (task->last_status == core::TaskStatus::STOPPED) continue;
    if (!is_to_run(*task)) {
      stop_task(task->id);
      continue;
    }
    const bool may_be_unknown = task->last_status < core::TaskStatus::RUNNING;
    if (may_be_unknown || hello_.has_no_credentials) start_task(task);
    if (may_be_unknown) continue;
    for (const auto role : role_kinds) tell_credentials(*task, role);
  }
}

void AcsSession::start_task(const core::TaskPtr& task) {
  if (!socket_) return;
  const auto roles_of_task = roles_of(*task);
  const bool attaches =
      task->last_status < core::TaskStatus::RUNNING && payload_interfaces(parts_->realm, *task).has_value();
  if (attaches) write(attach_frame(context(), next_message("attach-"), *task));
  send_payload(next_message("payload-"), task->id, payload_task(parts_->realm, *task, roles_of_task));
}

void AcsSession::stop_task(const core::TaskId& task) {
  if (!socket_) return;
  send_payload(next_message("payload-"), task, payload_stop(parts_->realm, cluster_, task));
  for (const auto role : role_kinds) expiries_.erase({task, role});
}

void AcsSession::send_payload(const std::string& message, const core::TaskId& task, wire::acs::Task payload) {
  unacked_.sent(message, task, now());
  look_again(parts_->timing.tick);
  write(payload_frame(context(), message, sequence_, std::move(payload)));
}

/// What was not confirmed is sent again as it should be now, which its instance knows.
void AcsSession::send_again() {
  if (looking_up_) return;
  const auto late = unacked_.overdue(now());
  if (late.empty()) return;
  LookUpTasks ask;
  for (const auto& payload : late) ask.tasks.push_back(payload.task);
  looking_up_ = true;
  request(instance_, caf::infinite, ask)
      .then(
          [this, late](const TasksFound& found) {
            looking_up_ = false;
            for (std::size_t i = 0; i < late.size() && i < found.tasks.size(); ++i) {
              deliver_again(late[i], found.tasks[i]);
            }
          },
          [this](const caf::error&) { looking_up_ = false; });
}

/// An agent that could not take a task says so by reporting it STOPPED, and never confirms
/// the payload; one that reports it RUNNING has it, whatever became of its confirmation.
void AcsSession::deliver_again(const UnackedPayload& payload, const core::TaskPtr& task) {
  if (!socket_) return;
  const bool has_begun = task && is_to_run(*task) && task->last_status >= core::TaskStatus::RUNNING;
  if (!task || has_begun) {
    unacked_.settle(payload.message);
  } else if (payload.times_sent >= parts_->timing.sends_max) {
    unacked_.settle(payload.message);
    if (is_to_run(*task)) give_up(task);
  } else {
    ++sequence_;
    auto again = is_to_run(*task) ? payload_task(parts_->realm, *task, roles_of(*task))
                                  : payload_stop(parts_->realm, cluster_, task->id);
    send_payload(payload.message, task->id, std::move(again));
  }
}

void AcsSession::give_up(const core::TaskPtr& task) {
  spdlog::error("agent of {} does not take task {}", core::to_string(hello_.instance),
                core::to_string(task->id));
  auto report = std::make_shared<core::TaskReport>();
  report->task = task->id;
  report->status = core::TaskStatus::STOPPED;
  report->stop_code = core::TaskStopCode::TaskFailedToStart;
  report->reason = "TaskStateError: the agent of the container instance does not accept this task";
  send(instance_, TaskReported{std::move(report)});
  stop_task(task->id);
}

TaskRoles AcsSession::roles_of(const core::Task& task) {
  return {issue(task, wire::acs::RoleType::TaskApplication), issue(task, wire::acs::RoleType::TaskExecution)};
}

std::optional<RoleCredentials> AcsSession::issue(const core::Task& task, wire::acs::RoleType role) {
  auto issued = parts_->credentials ? parts_->credentials(task, role) : std::nullopt;
  if (issued) expiries_[{task.id, role}] = issued->expires;
  return issued;
}

void AcsSession::tell_credentials(const core::Task& task, wire::acs::RoleType role) {
  const auto issued = issue(task, role);
  if (!issued) {
    expiries_.erase({task.id, role});
    return;
  }
  write(credentials_frame(context(), next_message("credentials-"), task.id, role, *issued));
}

/// With the same id, before they expire, as long as the task is here and to run.
void AcsSession::renew_credentials() {
  const auto soon = parts_->clock() + parts_->timing.renew_before;
  std::vector<RoleKey> due;
  for (auto& [key, expires] : expiries_) {
    if (expires > soon) continue;
    due.push_back(key);
    // Asked once for each expiry, whatever becomes of it.
    expires = core::Time::max();
  }
  if (due.empty()) return;
  LookUpTasks ask;
  for (const auto& key : due) ask.tasks.push_back(key.first);
  request(instance_, caf::infinite, ask)
      .then(
          [this, due](const TasksFound& found) {
            for (std::size_t i = 0; i < due.size() && i < found.tasks.size(); ++i) {
              const auto& task = found.tasks[i];
              if (task && is_to_run(*task)) {
                tell_credentials(*task, due[i].second);
              } else {
                expiries_.erase(due[i]);
              }
            }
          },
          [](const caf::error&) {});
}

}  // namespace troupe::api::agent_gateway
