/// StopTask, and the interruptions of FARGATE_SPOT.

#include "actors/control/cluster.hpp"
#include "actors/core/task_life.hpp"

namespace troupe::control {

core::Result<core::TaskPtr> Cluster::task_named(const std::string& reference) const {
  const auto id = core::find_task_id(stage().realm, cluster_name_, reference);
  if (!id) return id.error();
  auto task = *id ? tasks_.find(**id) : nullptr;
  if (!task) return core::invalid_parameter("The referenced task was not found.");
  return task;
}

caf::result<Answer> Cluster::stop(const core::StopTask& command) {
  const auto task = task_named(command.task);
  if (!task) return answer(task.error());
  if (!core::holds_resources(**task)) return answer(core::Reply{core::TaskReply{*task}});
  const auto reason = command.reason.empty() ? std::string{core::stopped_by_user} : command.reason;
  return end(*task, core::TaskStopCode::UserInitiated, reason);
}

caf::result<Answer> Cluster::interrupt(const core::InterruptTask& command) {
  const auto task = task_named(command.task);
  if (!task) return answer(task.error());
  if (auto ok = core::check_interruption(**task); !ok) return answer(ok.error());
  spdlog::info("task {} of FARGATE_SPOT is interrupted", core::to_string((*task)->id));
  return end(*task, core::interruption_code, core::interruption_reason);
}

caf::result<Answer> Cluster::end(const core::TaskPtr& task, core::TaskStopCode code,
                                 const std::string& reason) {
  if (core::waits_for_place(*task) && leave_queue(task->id)) {
    auto promise = owe<Answer>();
    stop_waiting(task, code, reason, [promise](const core::TaskPtr& first) {
      if (first) {
        promise.deliver(answer(core::Reply{core::TaskReply{first}}));
      } else {
        promise.deliver(broken("journal"));
      }
    });
    return promise;
  }
  const auto owner = task_actors_.find(task->id);
  if (owner == task_actors_.end()) return broken("task " + core::to_string(task->id) + " is being restarted");
  auto promise = owe<Answer>();
  request(owner->second, caf::infinite, EndTask{code, reason})
      .then([promise](const Answer& reply) mutable { promise.deliver(reply); },
            [this, promise, id = task->id](caf::error& why) mutable {
              // It may have ended by itself before it heard.
              const auto ended = tasks_.find(id);
              if (ended && !core::holds_resources(*ended)) {
                promise.deliver(answer(core::Reply{core::TaskReply{ended}}));
              } else {
                promise.deliver(std::move(why));
              }
            });
  return promise;
}

}  // namespace troupe::control
