/// The conclusions that follow from what is known of a task: what is due to be
/// created, started, stopped, released and reported.

#include "actors/node/task_step.hpp"

#include "actors/node/dependencies.hpp"
#include "actors/node/task_reports.hpp"

#include <algorithm>

namespace troupe::node {
namespace {

bool is_stopped(const ContainerRun& container) {
  return container.phase == ContainerPhase::stopped;
}

bool all_stopped(const TaskRun& run) {
  return std::all_of(run.containers.begin(), run.containers.end(), is_stopped);
}

/// When a container that ran ended: the runtime's word, where that can be. What
/// ended while no agent was there is heard of much later.
core::Time end_of(const ContainerRun& container, core::Time now) {
  if (!container.last_exit) return now;
  const auto ended = std::chrono::time_point_cast<core::Millis>(container.last_exit->finished_at);
  return ended < container.started_at || ended > now ? now : ended;
}

/// Ends `container` for good.
void finish_container(TaskStep& step, ContainerIndex index) {
  auto& container = step.run.containers[index];
  container.phase = ContainerPhase::stopped;
  container.health = core::HealthStatus::UNKNOWN;
  if (!container.ran) return;
  const auto ended = end_of(container, step.now);
  step.run.last_end = std::max(step.run.last_end.value_or(ended), ended);
}

void pull_image(TaskStep& step, ImageIndex index) {
  auto& image = step.run.images[index];
  if (image.phase != ImagePhase::unasked) return;
  image.phase = ImagePhase::pulling;
  ++image.attempts;
  if (!step.run.pull_started_at) step.run.pull_started_at = step.now;
  step.effects.emplace_back(PullImage{index});
}

ContainerStage stage_of(const ContainerRun& container) {
  switch (container.phase) {
    case ContainerPhase::waiting:
    case ContainerPhase::creating:
      return ContainerStage::absent;
    case ContainerPhase::created:
      return ContainerStage::created;
    case ContainerPhase::starting:
      // A restart is the host's own affair.
      return container.ran ? ContainerStage::running : ContainerStage::created;
    case ContainerPhase::running:
      return ContainerStage::running;
    case ContainerPhase::stopped:
      break;
  }
  return ContainerStage::ended;
}

/// What the containers' dependencies are judged by.
std::vector<ContainerFacts> facts_of(const TaskRun& run) {
  std::vector<ContainerFacts> facts;
  facts.reserve(run.containers.size());
  for (const auto& container : run.containers) {
    facts.push_back(
        {stage_of(container), container.health, container.exit_code, container.dependency_timed_out});
  }
  return facts;
}

/// Whether nothing keeps the container from running as soon as it exists, and
/// nobody waits for the moment between.
bool may_launch(const TaskRun& run, ContainerIndex index, const std::vector<ContainerFacts>& facts) {
  if (may_start(*run.plan, index, facts).readiness != Readiness::ready) return false;
  return std::none_of(run.plan->containers.begin(), run.plan->containers.end(), [&](const auto& other) {
    const auto& sources = other.volume_sources;
    return std::find(sources.begin(), sources.end(), index) != sources.end();
  });
}

void begin_start(ContainerRun& container) {
  container.phase = ContainerPhase::starting;
  container.exit_code.reset();
  ++container.incarnation;
}

/// Creates whatever can be created: ahead of the start, so that a container
/// that waits for another is ready when its turn comes.
void create_containers(TaskStep& step) {
  auto& run = step.run;
  const auto facts = facts_of(run);
  for (ContainerIndex c = 0; c < run.containers.size(); ++c) {
    auto& container = run.containers[c];
    if (container.phase != ContainerPhase::waiting) continue;
    pull_image(step, run.image_of[c]);
    const auto& image = run.images[run.image_of[c]];
    if (image.phase != ImagePhase::present || run.sandbox_phase != SandboxPhase::created) continue;
    // Where the other container never came to be, the runtime says what is missing.
    if (may_create(*run.plan, c, facts).readiness == Readiness::waiting) continue;
    if (!image.digest.empty()) container.digest = image.digest;
    if (may_launch(run, c, facts)) {
      begin_start(container);
      step.effects.emplace_back(LaunchContainer{c});
      continue;
    }
    container.phase = ContainerPhase::creating;
    step.effects.emplace_back(CreateContainer{c});
  }
}

/// Starts what is due. Returns whether a container failed for good, which may
/// decide others.
bool start_containers(TaskStep& step) {
  auto& run = step.run;
  const auto facts = facts_of(run);
  for (ContainerIndex c = 0; c < run.containers.size(); ++c) {
    auto& container = run.containers[c];
    if (container.phase != ContainerPhase::created) continue;
    const auto decision = may_start(*run.plan, c, facts);
    if (decision.readiness == Readiness::never) {
      container.exit_code = never_started_exit_code;
      fail_container(step, c, decision.reason);
      return true;
    }
    if (decision.readiness == Readiness::waiting) continue;
    begin_start(container);
    step.effects.emplace_back(StartContainer{c});
  }
  return false;
}

/// Ends what never ran, and signals what no other container needs any more.
/// Returns whether a container ended, which may free others to be stopped.
bool stop_containers(TaskStep& step) {
  auto& run = step.run;
  bool ended = false;
  for (ContainerIndex c = 0; c < run.containers.size(); ++c) {
    const auto phase = run.containers[c].phase;
    if (phase != ContainerPhase::waiting && phase != ContainerPhase::created) continue;
    finish_container(step, c);
    ended = true;
  }
  for (const auto c : may_stop(*run.plan, facts_of(run))) {
    auto& container = run.containers[c];
    if (container.phase != ContainerPhase::running || container.stop != StopStage::none) continue;
    container.stop = StopStage::signalled;
    step.effects.emplace_back(SignalContainer{c, signal_number(container.stop_signal)});
    set_timer(step, run.plan->containers[c].stop_timeout, TimerKind::stop_grace, c, container.incarnation);
  }
  return ended;
}

void finish_task(TaskStep& step) {
  auto& run = step.run;
  if (!all_stopped(run)) return;
  begin_stop(step, core::TaskStopCode::EssentialContainerExited, essential_exited_reason);
  run.execution_stopped_at = run.last_end;
  if (run.sandbox_phase == SandboxPhase::absent) run.sandbox_phase = SandboxPhase::released;
  if (run.sandbox_phase == SandboxPhase::created) {
    run.sandbox_phase = SandboxPhase::releasing;
    step.effects.emplace_back(ReleaseSandbox{});
  }
  if (run.sandbox_phase == SandboxPhase::released) run.status = core::TaskStatus::STOPPED;
}

/// RUNNING once every container runs or has run to its end.
void note_running_task(TaskRun& run) {
  if (run.status != core::TaskStatus::PENDING || run.stopping) return;
  const bool started = std::all_of(run.containers.begin(), run.containers.end(), [](const ContainerRun& c) {
    return c.ran || c.phase == ContainerPhase::stopped;
  });
  if (started && !all_stopped(run)) run.status = core::TaskStatus::RUNNING;
}

}  // namespace

void set_timer(TaskStep& step, std::chrono::milliseconds delay, TimerKind kind, std::size_t subject,
               std::uint32_t incarnation) {
  step.effects.emplace_back(SetTimer{delay, {kind, static_cast<std::uint32_t>(subject), incarnation}});
}

void begin_stop(TaskStep& step, std::optional<core::TaskStopCode> code, const std::string& reason) {
  if (step.run.stopping) return;
  step.run.stopping = true;
  step.run.stop_code = code;
  step.run.reason = reason;
}

void fail_container(TaskStep& step, ContainerIndex index, const std::string& reason) {
  auto& container = step.run.containers[index];
  if (is_stopped(container)) return;
  container.reason = reason;
  finish_container(step, index);
  if (step.run.plan->containers[index].essential) {
    const bool started = step.run.status == core::TaskStatus::RUNNING;
    begin_stop(step,
               started ? core::TaskStopCode::EssentialContainerExited : core::TaskStopCode::TaskFailedToStart,
               reason);
  }
}

void fail_restart(TaskStep& step, ContainerIndex index, const std::string& reason) {
  auto& container = step.run.containers[index];
  if (container.last_exit) container.exit_code = container.last_exit->exit_code;
  container.reason = reason;
  finish_container(step, index);
  if (step.run.plan->containers[index].essential) {
    begin_stop(step, core::TaskStopCode::EssentialContainerExited, essential_exited_reason);
  }
}

bool restarts(const TaskStep& step, ContainerIndex index, const runtime::Exit& exit) {
  const auto& policy = step.run.plan->containers[index].restart;
  if (!policy || step.run.stopping) return false;
  const auto& ignored = policy->ignored_exit_codes;
  if (std::find(ignored.begin(), ignored.end(), exit.exit_code) != ignored.end()) return false;
  return step.now - step.run.containers[index].started_at >= policy->attempt_period;
}

void end_container(TaskStep& step, ContainerIndex index, const runtime::Exit& exit) {
  auto& container = step.run.containers[index];
  const bool again = restarts(step, index, exit);
  container.last_exit = exit;
  container.exit_code = exit.exit_code;
  container.reason = exit.out_of_memory ? "OutOfMemoryError: Container killed due to memory usage" : "";
  if (again) {
    begin_start(container);
    container.health = core::HealthStatus::UNKNOWN;
    container.failed_probes = 0;
    container.probing = false;
    container.healthy_once = false;
    step.effects.emplace_back(StartContainer{index});
    return;
  }
  finish_container(step, index);
  if (step.run.plan->containers[index].essential) {
    begin_stop(step, core::TaskStopCode::EssentialContainerExited, essential_exited_reason);
  }
}

void lose_container(TaskStep& step, ContainerIndex index) {
  step.run.containers[index].reason = lost_reason;
  finish_container(step, index);
  if (step.run.plan->containers[index].essential) {
    begin_stop(step, core::TaskStopCode::EssentialContainerExited, lost_reason);
  }
}

void settle(TaskStep& step) {
  bool again = true;
  while (again) {
    again = false;
    if (!step.run.stopping) {
      create_containers(step);
      again = start_containers(step);
    }
    if (step.run.stopping) again = stop_containers(step);
  }
  note_running_task(step.run);
  finish_task(step);
  report_news(step);
}

}  // namespace troupe::node
