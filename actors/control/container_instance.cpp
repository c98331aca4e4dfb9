/// A container instance: its record, its tasks and whether its agent is heard.

#include "actors/control/container_instance.hpp"

#include "actors/core/cluster_life.hpp"
#include "actors/core/store.hpp"
#include "actors/core/task_life.hpp"

namespace troupe::control {

namespace {

/// What its tasks hold follows from their own records: under load it is told so
/// often, and a few times more in a burst.
constexpr std::chrono::seconds usage_interval{1};
constexpr double usage_burst = 4;

InstanceLost told_of(const core::TaskLoss& loss) {
  return {loss.code, loss.reason};
}

}  // namespace

ContainerInstance::ContainerInstance(caf::actor_config& config, StagePtr stage, std::string cluster_name,
                                     core::InstanceId id, core::InstancePtr record,
                                     const std::vector<core::TaskPtr>& placed, ClusterActor cluster)
    : Owner(config, std::move(stage)),
      cluster_name_(std::move(cluster_name)),
      id_(id),
      working_(record),
      published_(std::move(record)),
      cluster_(std::move(cluster)) {
  for (const auto& task : placed) keep(tasks_[task->id], task);
  set_down_handler([this](const caf::down_msg& down) {
    if (!agent_ || down.source != agent_.address()) return;
    agent_ = nullptr;
    disconnect("its agent ended");
  });
}

ContainerInstance::behavior_type ContainerInstance::make_behavior() {
  heard_at_ = clock().now();
  usage_counted_at_ = heard_at_;
  usage_records_left_ = usage_burst;
  send(stage().timer, SetTimer{stage().limits.agent_silence, silence_due});
  // Recovered: the agent has to come again. Its tasks hear of it only when it
  // does not, else a restart would write each of them twice.
  if (working_ && working_->agent_connected) {
    change_connectivity(core::Connectivity::DISCONNECTED, [](bool) {});
  }
  // Tasks may have ended since the record was written.
  touch();
  return {
      [this](const OpenSession& ask) { return open(ask); },
      [this](const RegisterHost& ask) { return register_host(ask.command); },
      [this](const ResumeSession& ask) { return resume_session(ask); },
      [this](const AssignTask& ask) { assign(ask); },
      [this](const StopTask& ask) {
        if (agent_) send(agent_, ask);
      },
      [this](const ChangeInstance& ask) { return change(*ask.decide); },
      [this](const TaskChanged& change) { take_change(change.task); },
      [this](const TaskReported& said) { take_report(said); },
      [this](const Heartbeat&) { hear(); },
      [this](const HealthReported& news) { take_health(news); },
      [this](const RuntimeReported& news) { take_runtime(news); },
      [this](const UsageReported& news) { take_usage(*news.said); },
      [this](const LookUpUsage& ask) {
        return UsageFound{std::make_shared<const core::InstanceUsage>(
            core::show_usage(usage_, ask.minutes, stage().clock()))};
      },
      [this](const LookUpTasks& ask) { return look_up(ask.tasks); },
      [this](const TimerFired& timer) {
        if (timer.token == silence_due) return look_for_silence();
        usage_timer_set_ = false;
        if (usage_changed_) touch();
      },
  };
}

void ContainerInstance::on_exit() {
  Owner::on_exit();
  agent_ = nullptr;
  cluster_ = nullptr;
  tasks_.clear();
}

/// An operation on the record. An instance that was deregistered lets go of its
/// agent and of its tasks: their containers run on as orphans.
caf::result<Answer> ContainerInstance::change(const InstanceDecision& decide) {
  if (!working_) return broken("the container instance is still registering");
  auto next = decide(*working_, stage().stamp());
  if (!next) return answer(next.error());
  auto promise = make_response_promise<Answer>();
  auto told = [this, promise](bool durable) mutable {
    if (!durable) {
      promise.deliver(broken("journal"));
      return;
    }
    if (published_->status == core::InstanceStatus::INACTIVE) leave();
    promise.deliver(answer(core::Reply{core::InstanceReply{published_}}));
  };
  if (*next == *working_) {
    after_writes(std::move(told));
  } else {
    working_ = std::make_shared<const core::ContainerInstance>(std::move(*next));
    record_change(std::move(told));
  }
  return promise;
}

void ContainerInstance::leave() {
  spdlog::info("container instance {} is deregistered", core::to_string(id_));
  lose_tasks(core::loss_by_deregistration(*published_));
  if (agent_) send(agent_, SessionOver{SessionOver::Why::deregistered});
  forget_agent();
}

void ContainerInstance::lose_tasks(const core::TaskLoss& loss) {
  for (const auto& [id, placed] : tasks_) {
    if (placed.owner) send(placed.owner, told_of(loss));
  }
}

void ContainerInstance::tell_tasks(const AgentConnectionChanged& change) {
  absence_told_ = !change.connected;
  for (const auto& [id, placed] : tasks_) {
    if (placed.owner) send(placed.owner, change);
  }
}

void ContainerInstance::assign(const AssignTask& ask) {
  auto& placed = tasks_[ask.task->id];
  keep(placed, ask.task);
  placed.owner = ask.owner;
  if (published_ && published_->status == core::InstanceStatus::INACTIVE) {
    send(placed.owner, told_of(core::loss_by_deregistration(*published_)));
    return;
  }
  if (placed.report) send(placed.owner, TaskReported{placed.report});
  if (!connected()) {
    absence_told_ = false;
  } else if (ask.task->connectivity == core::Connectivity::DISCONNECTED) {
    send(placed.owner, AgentConnectionChanged{true});
  }
  hand_to_agent(ask.task);
  touch();
}

/// The one way in which a task comes here or changes: what all of them hold is kept up.
void ContainerInstance::keep(Placed& placed, const core::TaskPtr& task) {
  if (placed.task) held_.take_out(*placed.task);
  placed.task = task;
  held_.put(*task);
}

void ContainerInstance::hand_to_agent(const core::TaskPtr& task) {
  if (!agent_ || !connected()) return;
  if (task->desired_status == core::DesiredStatus::RUNNING) {
    send(agent_, StartTask{task});
  } else {
    send(agent_, StopTask{task->id});
  }
}

void ContainerInstance::take_change(const core::TaskPtr& task) {
  const auto placed = tasks_.find(task->id);
  if (placed == tasks_.end()) return;
  const bool counts_change = core::holds_resources(*task) != core::holds_resources(*placed->second.task) ||
                             (task->last_status < core::TaskStatus::RUNNING) !=
                                 (placed->second.task->last_status < core::TaskStatus::RUNNING);
  keep(placed->second, task);
  auto& report = placed->second.report;
  if (report && core::report_task(*task, *report, stage().stamp()).empty()) report = nullptr;
  if (task->last_status == core::TaskStatus::STOPPED) tasks_.erase(placed);
  if (counts_change) touch();
}

void ContainerInstance::take_report(const TaskReported& said) {
  hear();
  const auto placed = tasks_.find(said.report->task);
  if (placed != tasks_.end()) {
    placed->second.report = said.report;
    if (placed->second.owner) send(placed->second.owner, said);
  } else if (said.report->status != core::TaskStatus::STOPPED && agent_) {
    spdlog::warn("container instance {} runs task {}, which is not placed on it", core::to_string(id_),
                 core::to_string(said.report->task));
    send(agent_, StopTask{said.report->task});
  }
}

bool ContainerInstance::connected() const {
  return published_ && published_->agent_connected;
}

/// What the journal refused is decided again when the next timer fires; the
/// session with the agent stays. A host that never got in is forgotten.
void ContainerInstance::refused(const caf::error& why) {
  working_ = published_;
  recording_usage_ = false;
  usage_changed_ = true;
  if (!working_ && tasks_.empty()) quit(why);
}

/// Its tasks changed. One record and one event for all that changes while the
/// last one is on its way to the disk, or while it may not write another.
void ContainerInstance::touch() {
  usage_changed_ = true;
  if (recording_usage_ || usage_timer_set_ || !working_) return;
  if (!may_record_usage()) {
    usage_timer_set_ = true;
    return send(stage().timer, SetTimer{usage_interval, usage_due});
  }
  usage_changed_ = false;
  --usage_records_left_;
  auto next = *working_;
  held_.show(next);
  if (next == *working_) return;
  recording_usage_ = true;
  ++next.version;
  next.updated_at = stage().clock();
  working_ = std::make_shared<const core::ContainerInstance>(std::move(next));
  record_change([this](bool durable) {
    recording_usage_ = false;
    if (durable && usage_changed_) touch();
  });
}

bool ContainerInstance::may_record_usage() {
  const auto now = clock().now();
  const std::chrono::duration<double> passed = now - std::exchange(usage_counted_at_, now);
  usage_records_left_ = std::min(usage_burst, usage_records_left_ + passed / usage_interval);
  return usage_records_left_ >= 1;
}

void ContainerInstance::record_change(Done then) {
  write({{core::instance_key(cluster_name_, id_), core::store(*working_)}},
        {event(core::InstanceStateChange{working_}, stage().stamp())},
        [this, next = working_, then = std::move(then)](bool durable) {
          if (durable) publish(next);
          then(durable);
        });
}

void ContainerInstance::publish(const core::InstancePtr& next) {
  published_ = next;
  send(cluster_, InstanceChanged{next});
}

}  // namespace troupe::control
