/// A task and its record.

#include "actors/control/task.hpp"

#include "actors/core/store.hpp"
#include "actors/core/task_protection.hpp"

namespace troupe::control {

Task::Task(caf::actor_config& config, StagePtr stage, core::TaskPtr record, ClusterActor cluster,
           InstanceActor instance)
    : Owner(config, std::move(stage)),
      working_(record),
      published_(std::move(record)),
      cluster_(std::move(cluster)),
      instance_(std::move(instance)) {}

Task::behavior_type Task::make_behavior() {
  present();
  return {
      [this](const EndTask& ask) { return end(ask); },
      [this](const TaskReported& said) { take(core::report_task(*working_, *said.report, stage().stamp())); },
      [this](const SubmitReport& ask) {
        return carry_out(core::report_task(*working_, *ask.report, stage().stamp()));
      },
      [this](const HealthReported& news) {
        take(core::report_health(*working_, *news.said, stage().stamp()));
      },
      [this](const AgentConnectionChanged& change) {
        const auto connectivity =
            change.connected ? core::Connectivity::CONNECTED : core::Connectivity::DISCONNECTED;
        take(core::connect_task(*working_, connectivity, stage().stamp()));
      },
      [this](const InstanceLost& loss) {
        take(core::lose_task(*working_, loss.code, loss.reason, stage().stamp()));
      },
      [this](const ProtectTask& ask) { return protect(ask); },
      [this](const InstanceReplaced& news) {
        instance_ = news.instance;
        present();
      },
      [this](const TimerFired&) {
        retry_set_ = false;
        present();
      },
  };
}

/// To its instance, which answers with what the node said last.
void Task::present() {
  send(instance_, AssignTask{published_, caf::actor_cast<TaskActor>(this)});
}

/// What the node said is asked for again later; other callers were told.
void Task::refused(const caf::error& /*why*/) {
  working_ = published_;
  if (std::exchange(retry_set_, true)) return;
  send(stage().timer, SetTimer{stage().limits.restart_delay, 0});
}

void Task::on_exit() {
  Owner::on_exit();
  cluster_ = nullptr;
  instance_ = nullptr;
}

caf::result<Answer> Task::end(const EndTask& ask) {
  return carry_out(core::end_task(*working_, ask.code, ask.reason, stage().stamp()));
}

caf::result<Answer> Task::protect(const ProtectTask& ask) {
  auto steps = core::protect_task(*working_, ask.until, stage().stamp());
  if (!steps) return answer(steps.error());
  return carry_out(*steps);
}

/// Answers with the first version, when all are durable.
caf::result<Answer> Task::carry_out(const core::TaskSteps& steps) {
  auto promise = make_response_promise<Answer>();
  auto shown = steps.empty() ? working_ : std::make_shared<const core::Task>(steps.front());
  auto told = [promise, shown](bool durable) mutable {
    if (durable) {
      promise.deliver(answer(core::Reply{core::TaskReply{shown}}));
    } else {
      promise.deliver(broken("journal"));
    }
  };
  steps.empty() ? after_writes(std::move(told)) : take(steps, std::move(told));
  return promise;
}

void Task::take(const core::TaskSteps& steps, Done then) {
  if (steps.empty()) return;
  const auto stamp = stage().stamp();
  std::vector<core::Event> events;
  for (const auto& step : steps) {
    working_ = std::make_shared<const core::Task>(step);
    events.push_back(event(core::TaskStateChange{working_}, stamp));
  }
  const auto key = core::task_key(working_->launch->cluster, working_->id);
  write({{key, core::store(*working_)}}, std::move(events),
        [this, next = working_, then = std::move(then)](bool durable) {
          if (durable) publish(next);
          if (then) then(durable);
        });
}

void Task::publish(const core::TaskPtr& next) {
  const bool stop_asked = published_->desired_status == core::DesiredStatus::RUNNING &&
                          next->desired_status == core::DesiredStatus::STOPPED;
  published_ = next;
  send(cluster_, TaskChanged{next});
  if (next->last_status == core::TaskStatus::STOPPED) {
    // Its cluster tells its instance, which may have another actor by now.
    spdlog::info("task {} stopped: {}", core::to_string(next->id), next->stopped_reason);
    return quit();
  }
  send(instance_, TaskChanged{next});
  if (stop_asked) {
    spdlog::info("task {} stops: {}", core::to_string(next->id), next->stopped_reason);
    send(instance_, StopTask{next->id});
  }
}

}  // namespace troupe::control
