/// The agent and its tasks. Its session is in agent_session.cpp.

#include "actors/node/agent.hpp"

#include "actors/node/host_facts.hpp"

namespace troupe::node {
namespace {

/// A runner that dies again and again would die for ever.
constexpr std::uint32_t recoveries_max = 3;

}  // namespace

Agent::Agent(caf::actor_config& config, AgentParts parts)
    : Super(config),
      parts_(std::move(parts)),
      retry_delay_(parts_.host.options->reconnect_delay_min),
      stopped_(parts_.host.options->stopped_task_retention, parts_.host.options->stopped_tasks_max) {
  set_down_handler([this](const caf::down_msg& down) {
    if (instance_ && down.source == instance_.address()) {
      instance_ = nullptr;
      reconnect_later("its container instance ended");
    } else {
      runner_ended(down);
    }
  });
  set_exit_handler([this](const caf::exit_msg& exit) {
    if (exit.reason) close();
  });
}

Agent::behavior_type Agent::make_behavior() {
  id_ = load_instance_id(*parts_.host.options);
  if (auto token = load_or_make_client_token(*parts_.host.options)) {
    client_token_ = *std::move(token);
  } else {
    spdlog::error("agent cannot keep the token of its registration: {}", token.error().message);
  }
  orphans_ = load_orphans(*parts_.host.options);
  take_survey();
  heartbeat();
  sweep();
  look_at_usage();
  return {
      [this](const StartTask& ask) { in_session([this, task = ask.task] { start_task(task); }); },
      [this](const StopTask& ask) { in_session([this, id = ask.task] { stop_task(id); }); },
      [this](const TaskManifest& manifest) { in_session([this, manifest] { follow(manifest); }); },
      // The end of its session says the rest; it asks for the next one by itself.
      [](const SessionOver&) {},
      [this](const TimerFired& fired) { on_timer(fired.token); },
      [this](const TaskReported& said) { take_report(said); },
      [this](const HostSurveyed& answer) { surveyed(answer); },
      [this](const SandboxCleaned& answer) { cleaned(answer); },
      [this](const UsageSampled& answer) { sampled(answer); },
  };
}

/// Ends when its runners have ended. Containers run on.
void Agent::close() {
  closing_ = true;
  for (auto& [id, running] : running_) {
    if (running.runner) caf::anon_send_exit(running.runner, caf::exit_reason::user_shutdown);
  }
  if (runners_.empty()) quit(caf::exit_reason::user_shutdown);
}

void Agent::on_exit() {
  for (auto& [id, running] : running_) {
    if (running.runner) caf::anon_send_exit(running.runner, caf::exit_reason::user_shutdown);
  }
  running_.clear();
  early_.clear();
  instance_ = nullptr;
  parts_ = {};
}

void Agent::start_task(const core::TaskPtr& task) {
  if (closing_ || running_.count(task->id) != 0) return;
  if (stopped_.has(task->id)) {
    tell_stopped(task->id);
    return;
  }
  auto found = leftovers_.claim(task->id);
  const bool may_be_known = found.has_value() || task->last_status >= core::TaskStatus::RUNNING;
  run(task, std::move(found), may_be_known);
}

void Agent::run(const core::TaskPtr& task, std::optional<Findings> found, bool may_be_known) {
  auto begun = may_be_known ? TaskEvent{adoption_of(task, std::move(found))} : TaskEvent{TaskBegun{}};
  auto& running = running_[task->id];
  running.task = task;
  const RunnerParts parts{parts_.engine, parts_.timer, this, parts_.clock, parts_.host.options};
  running.runner = parts_.spawn_runner(parts, task, std::move(begun));
  runners_[running.runner.id()] = task->id;
  monitor(running.runner);
  if (running.stop_asked) send(running.runner, StopTask{task->id});
}

void Agent::stop_task(const core::TaskId& id) {
  const auto known = running_.find(id);
  if (known != running_.end()) {
    known->second.stop_asked = true;
    if (known->second.runner) send(known->second.runner, StopTask{id});
    return;
  }
  if (leftovers_.claim(id)) clean(core::to_string(id), Cleanup::remove);
  tell_stopped(id);
}

/// Its last report if there is one: a task that ended is not run again.
void Agent::tell_stopped(const core::TaskId& id) {
  const auto report = stopped_.report_of(id);
  tell(report ? report : std::make_shared<const core::TaskReport>(report_of_unknown(id)));
}

void Agent::follow(const TaskManifest& manifest) {
  std::unordered_set<core::TaskId> wanted;
  for (const auto& task : *manifest.tasks) {
    wanted.insert(task->id);
    if (task->last_status == core::TaskStatus::STOPPED) continue;
    const bool stops = task->desired_status == core::DesiredStatus::STOPPED;
    if (!stops || leftovers_.has(task->id)) start_task(task);
    if (stops) stop_task(task->id);
  }
  for (auto& [id, running] : running_) {
    if (wanted.count(id) == 0) stop_task(id);
  }
  clear_leftovers();
}

/// What belongs to no task: logs of those that ended are kept as long as if the
/// agent had been there; everything else goes.
void Agent::clear_leftovers() {
  if (leftovers_cleared_) return;
  leftovers_cleared_ = true;
  for (const auto& found : leftovers_.clear()) {
    const auto task = core::parse_id<core::TaskId>(found.sandbox.id);
    const auto ended = ended_at(found);
    const bool orphaned = task && orphans_.count(*task) != 0;
    if (orphaned && !ended) {
      spdlog::info("agent leaves task {} alone, whose container instance was deregistered", found.sandbox.id);
    } else if (task && ended) {
      clean(found.sandbox.id, Cleanup::release);
      stopped_.add(*task, *ended, nullptr);
    } else {
      spdlog::info("agent removes sandbox {}, which belongs to no task", found.sandbox.id);
      clean(found.sandbox.id, Cleanup::remove);
    }
  }
}

/// The instance that it spoke for was deregistered, and its tasks with it: as on
/// ECS their containers run on, and nobody speaks for them any more.
void Agent::orphan_all() {
  for (const auto& [id, running] : running_) {
    orphans_.insert(id);
    if (running.runner) caf::anon_send_exit(running.runner, caf::exit_reason::user_shutdown);
    send(parts_.engine, UnwatchTask{id});
  }
  running_.clear();
  runners_.clear();
  to_recover_.clear();
  for (const auto& id : leftovers_.tasks()) orphans_.insert(id);
  if (!orphans_.empty())
    spdlog::warn("agent leaves {} tasks of a deregistered container instance", orphans_.size());
}

void Agent::take_report(const TaskReported& said) {
  const auto known = running_.find(said.report->task);
  if (known == running_.end()) return;
  known->second.report = said.report;
  tell(said.report);
}

void Agent::runner_ended(const caf::down_msg& down) {
  const auto runner = runners_.find(down.source.id());
  if (runner == runners_.end()) return;
  const auto task = runner->second;
  runners_.erase(runner);
  auto& running = running_.at(task);
  running.runner = nullptr;
  if (closing_) {
    if (runners_.empty()) quit(caf::exit_reason::user_shutdown);
    return;
  }
  if (running.report && running.report->status == core::TaskStatus::STOPPED) {
    stopped_.add(task, parts_.clock(), std::move(running.report));
    running_.erase(task);
    return;
  }
  send(parts_.engine, UnwatchTask{task});
  ++running.recoveries;
  spdlog::error("task {} lost its runner", core::to_string(task));
  if (running.recoveries > recoveries_max) {
    const auto report = std::make_shared<const core::TaskReport>(
        report_of_refusal(*running.task, "TaskStateError: The agent cannot follow this task"));
    tell(report);
    stopped_.add(task, parts_.clock(), report);
    clean(core::to_string(task), Cleanup::remove);
    running_.erase(task);
    return;
  }
  to_recover_.insert(task);
  send(parts_.engine, TakeSurvey{this});
}

/// A survey was taken after these runners died: what it found is theirs.
void Agent::recover_runners(Leftovers found) {
  const auto tasks = std::move(to_recover_);
  to_recover_.clear();
  for (const auto& id : tasks) run(running_.at(id).task, found.claim(id), true);
}

void Agent::sweep() {
  for (const auto& task : stopped_.due(parts_.clock())) clean(core::to_string(task), Cleanup::remove);
  set_timer(parts_.host.options->stopped_task_retention / 8, sweep_due);
}

void Agent::cleaned(const SandboxCleaned& answer) {
  if (answer.how != Cleanup::remove || !answer.done) return;
  if (const auto task = core::parse_id<core::TaskId>(answer.id)) stopped_.forget(*task);
}

void Agent::clean(const std::string& sandbox, Cleanup how) {
  send(parts_.engine, CleanSandbox{sandbox, how, this});
}

}  // namespace troupe::node
