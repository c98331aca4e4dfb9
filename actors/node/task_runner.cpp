/// The shell around `advance`.

#include "actors/node/task_runner.hpp"

#include "actors/node/container_plan.hpp"
#include "actors/node/host_facts.hpp"
#include "actors/node/host_ledger.hpp"

namespace troupe::node {
namespace {

constexpr unsigned kind_shift = 56;
constexpr unsigned subject_shift = 32;
constexpr std::uint64_t subject_mask = 0xFFFFFF;

TaskIdentity identity_of(const core::Task& task, const NodeOptions& options) {
  TaskIdentity identity;
  identity.arn = core::task_arn(options.realm, task.launch->cluster, task.id);
  identity.id = core::to_string(task.id);
  identity.cluster = task.launch->cluster;
  identity.family = task.launch->family;
  identity.revision = task.launch->revision;
  identity.region = options.realm.region;
  identity.launch_type = task.launch->launch_type;
  identity.metadata_base = options.metadata_base;
  if (options.credentials_path) identity.credentials_path = options.credentials_path(task);
  return identity;
}

core::Result<TaskPlan> plan_of(const core::Task& task, const NodeOptions& options) {
  static const core::TaskOverride none;
  const auto& overrides = task.launch->overrides ? *task.launch->overrides : none;
  return plan_task(task.definition->definition, overrides, identity_of(task, options));
}

}  // namespace

std::uint64_t token_of(const TaskTimer& timer) {
  return (static_cast<std::uint64_t>(timer.kind) << kind_shift) |
         ((timer.subject & subject_mask) << subject_shift) | timer.incarnation;
}

TaskTimer timer_of(std::uint64_t token) {
  TaskTimer timer;
  timer.kind = static_cast<TimerKind>(token >> kind_shift);
  timer.subject = static_cast<std::uint32_t>((token >> subject_shift) & subject_mask);
  timer.incarnation = static_cast<std::uint32_t>(token);
  return timer;
}

TaskRunner::TaskRunner(caf::actor_config& config, RunnerParts parts, core::TaskPtr task, TaskEvent begun)
    : Super(config), parts_(std::move(parts)), task_(std::move(task)), begun_(std::move(begun)) {}

TaskRunner::behavior_type TaskRunner::make_behavior() {
  begin();
  return {
      [this](const HostEvent& event) { handle(event.event); },
      [this](const StopTask&) { handle(StopAsked{}); },
      [this](const TimerFired& fired) { handle(TimerRang{timer_of(fired.token)}); },
  };
}

void TaskRunner::on_exit() {
  parts_ = {};
}

void TaskRunner::begin() {
  auto plan = plan_of(*task_, *parts_.options);
  if (!plan) {
    report(std::make_shared<const core::TaskReport>(report_of_refusal(*task_, plan.error().message)));
    if (parts_.options->task_ended) parts_.options->task_ended(task_->id);
    quit();
    return;
  }
  plan->sandbox.labels[label_host] = host_name(*parts_.options);
  run_ = begin_run(task_->id, std::make_shared<const TaskPlan>(std::move(*plan)));
  send(parts_.engine, WatchTask{task_->id, run_.plan, caf::actor_cast<TaskRunnerActor>(this)});
  const auto begun = std::move(*begun_);
  begun_.reset();
  handle(begun);
}

void TaskRunner::handle(const TaskEvent& event) {
  auto effects = advance(run_, event, parts_.clock());
  for (auto& effect : effects) perform(effect);
  if (run_.status == core::TaskStatus::STOPPED) finish();
}

void TaskRunner::perform(TaskEffect& effect) {
  if (const auto* told = std::get_if<Report>(&effect)) {
    report(told->report);
  } else if (const auto* timer = std::get_if<SetTimer>(&effect)) {
    send(parts_.timer, troupe::SetTimer{timer->delay, token_of(timer->timer)});
  } else {
    send(parts_.engine, PerformEffect{task_->id, std::move(effect)});
  }
}

void TaskRunner::report(std::shared_ptr<const core::TaskReport> report) {
  spdlog::info("task {} is {}{}{}", core::to_string(task_->id), core::name_of(report->status),
               report->reason.empty() ? "" : ": ", report->reason);
  send(parts_.agent, TaskReported{std::move(report)});
}

void TaskRunner::finish() {
  if (parts_.options->task_ended) parts_.options->task_ended(task_->id);
  send(parts_.engine, UnwatchTask{task_->id});
  quit();
}

}  // namespace troupe::node
