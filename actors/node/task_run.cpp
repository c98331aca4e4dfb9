/// What each event means for a task. The conclusions are in task_step.cpp.

#include "actors/node/task_run.hpp"

#include "actors/node/task_step.hpp"

#include <algorithm>

namespace troupe::node {
namespace {

/// A registry that does not answer is asked again this often, at growing distance.
constexpr std::uint32_t pull_attempts = 3;
constexpr std::chrono::milliseconds pull_backoff{1'000};
/// SIGKILL cannot be refused; a process that outlives it hangs in the kernel.
constexpr std::chrono::milliseconds still_alive_check{10'000};
constexpr std::uint32_t release_attempts = 5;
constexpr std::chrono::milliseconds release_backoff{500};
constexpr int sigkill = 9;

/// The container an event speaks of; null when the plan has no such container.
ContainerRun* find(TaskStep& step, ContainerIndex index) {
  return index < step.run.containers.size() ? &step.run.containers[index] : nullptr;
}

/// The pull has stopped when no image of the task is outstanding.
void note_pulls(TaskRun& run, core::Time now) {
  const bool outstanding = std::any_of(run.images.begin(), run.images.end(), [](const ImageRun& image) {
    return image.phase == ImagePhase::pulling || image.phase == ImagePhase::backing_off;
  });
  if (!outstanding && !run.pull_stopped_at) run.pull_stopped_at = now;
}

void on(TaskStep& step, const TaskBegun&) {
  auto& run = step.run;
  if (run.sandbox_phase != SandboxPhase::absent || run.stopping) return;
  run.sandbox_phase = SandboxPhase::creating;
  step.effects.emplace_back(CreateSandbox{});
}

void on(TaskStep& step, const ImagePulled& event) {
  auto& run = step.run;
  if (event.image >= run.images.size()) return;
  auto& image = run.images[event.image];
  if (image.phase != ImagePhase::pulling) return;
  image.phase = ImagePhase::present;
  image.digest = event.digest;
  note_pulls(run, step.now);
}

void on(TaskStep& step, const ImagePullFailed& event) {
  auto& run = step.run;
  if (event.image >= run.images.size()) return;
  auto& image = run.images[event.image];
  if (image.phase != ImagePhase::pulling) return;
  if (event.failure.kind == runtime::FailureKind::unavailable && image.attempts < pull_attempts &&
      !run.stopping) {
    image.phase = ImagePhase::backing_off;
    set_timer(step, pull_backoff * (1U << (image.attempts - 1)), TimerKind::pull_again, event.image);
    return;
  }
  image.phase = ImagePhase::failed;
  note_pulls(run, step.now);
  for (ContainerIndex c = 0; c < run.containers.size(); ++c) {
    if (run.image_of[c] == event.image && run.containers[c].phase == ContainerPhase::waiting) {
      fail_container(step, c, "CannotPullContainerError: " + event.failure.message);
    }
  }
}

void on(TaskStep& step, const SandboxCreated& event) {
  if (step.run.sandbox_phase != SandboxPhase::creating) return;
  step.run.sandbox_phase = SandboxPhase::created;
  step.run.sandbox = event.sandbox;
}

void on(TaskStep& step, const SandboxFailed& event) {
  auto& run = step.run;
  if (run.sandbox_phase != SandboxPhase::creating) return;
  run.sandbox_phase = SandboxPhase::released;  // A failed one leaves nothing behind.
  const bool taken = event.failure.kind == runtime::FailureKind::conflict;
  const auto reason =
      (taken ? "CannotStartContainerError: " : "ResourceInitializationError: ") + event.failure.message;
  begin_stop(step, core::TaskStopCode::TaskFailedToStart, reason);
  for (ContainerIndex c = 0; c < run.containers.size(); ++c) fail_container(step, c, reason);
}

void on(TaskStep& step, const ContainerCreated& event) {
  auto* container = find(step, event.container);
  if (container == nullptr || container->phase != ContainerPhase::creating) return;
  container->phase = ContainerPhase::created;
}

void on(TaskStep& step, const ContainerCreateFailed& event) {
  auto* container = find(step, event.container);
  if (container == nullptr) return;
  const bool asked =
      container->phase == ContainerPhase::creating || container->phase == ContainerPhase::starting;
  if (!asked) return;
  fail_container(step, event.container, "CannotCreateContainerError: " + event.failure.message);
}

void schedule_probe(TaskStep& step, ContainerIndex index) {
  const auto& health = step.run.plan->containers[index].health;
  if (!health) return;
  set_timer(step, health->interval, TimerKind::health_probe, index, step.run.containers[index].incarnation);
}

/// Takes over that the container runs, from a start or from an adoption.
void note_running(TaskStep& step, ContainerIndex index, const runtime::ContainerStatus& status) {
  auto& container = step.run.containers[index];
  container.phase = ContainerPhase::running;
  container.ran = true;
  container.started_at = step.now;
  container.stop_signal = status.stop_signal;
  if (!status.image_digest.empty()) container.digest = status.image_digest;
  if (const auto limit = step.run.plan->containers[index].start_timeout) {
    set_timer(step, *limit, TimerKind::dependency_limit, index, container.incarnation);
  }
  schedule_probe(step, index);
}

void on(TaskStep& step, const ContainerStarted& event) {
  auto* container = find(step, event.container);
  if (container == nullptr || container->phase != ContainerPhase::starting) return;
  note_running(step, event.container, event.status);
  const auto ended = event.status.exit ? event.status.exit : container->early_exit;
  container->early_exit.reset();
  if (!ended) return;
  settle(step);  // It did run: that is told before its end.
  end_container(step, event.container, *ended);
}

void on(TaskStep& step, const ContainerStartFailed& event) {
  auto* container = find(step, event.container);
  if (container == nullptr || container->phase != ContainerPhase::starting) return;
  const auto reason = "CannotStartContainerError: " + event.failure.message;
  if (container->ran) {
    fail_restart(step, event.container, reason);
  } else {
    fail_container(step, event.container, reason);
  }
}

void on(TaskStep& step, const ContainerExited& event) {
  auto* container = find(step, event.container);
  if (container == nullptr) return;
  const bool told_before =
      container->last_exit && event.exit.finished_at <= container->last_exit->finished_at;
  if (told_before) return;
  if (container->phase == ContainerPhase::starting) container->early_exit = event.exit;
  if (container->phase == ContainerPhase::running) end_container(step, event.container, event.exit);
}

void on(TaskStep& step, const ContainerGone& event) {
  auto* container = find(step, event.container);
  if (container == nullptr || container->phase != ContainerPhase::running) return;
  lose_container(step, event.container);
}

void on(TaskStep& step, const HealthProbed& event) {
  auto* container = find(step, event.container);
  if (container == nullptr || container->phase != ContainerPhase::running) return;
  if (container->incarnation != event.incarnation || container->stop != StopStage::none) return;
  if (!container->probing) return;
  container->probing = false;
  const auto& health = step.run.plan->containers[event.container].health;
  if (!health) return;
  if (event.healthy) {
    container->failed_probes = 0;
    container->healthy_once = true;
    container->health = core::HealthStatus::HEALTHY;
  } else if (container->healthy_once || step.now - container->started_at >= health->start_period) {
    ++container->failed_probes;
    if (container->failed_probes >= health->retries) container->health = core::HealthStatus::UNHEALTHY;
  }
  schedule_probe(step, event.container);
}

void kill_container(TaskStep& step, ContainerIndex index) {
  auto& container = step.run.containers[index];
  container.stop = StopStage::killed;
  step.effects.emplace_back(SignalContainer{index, sigkill});
  const auto patience = still_alive_check * (1U << std::min(container.kill_attempts, 3U));
  ++container.kill_attempts;
  set_timer(step, patience, TimerKind::still_alive, index, container.incarnation);
}

void on_container_timer(TaskStep& step, const TaskTimer& timer) {
  auto* container = find(step, timer.subject);
  if (container == nullptr || container->incarnation != timer.incarnation) return;
  if (container->phase != ContainerPhase::running) return;
  switch (timer.kind) {
    case TimerKind::stop_grace:
      if (container->stop == StopStage::signalled) kill_container(step, timer.subject);
      break;
    case TimerKind::still_alive:
      if (container->stop != StopStage::killed) break;
      step.effects.emplace_back(InspectContainer{timer.subject});
      kill_container(step, timer.subject);
      break;
    case TimerKind::dependency_limit:
      container->dependency_timed_out = true;
      break;
    case TimerKind::health_probe:
      if (container->stop != StopStage::none || container->probing) break;
      container->probing = true;
      step.effects.emplace_back(ProbeHealth{timer.subject, timer.incarnation});
      break;
    case TimerKind::pull_again:
    case TimerKind::release_again:
      break;
  }
}

void pull_again(ImageRun& image) {
  if (image.phase == ImagePhase::backing_off) image.phase = ImagePhase::unasked;
}

void on(TaskStep& step, const TimerRang& event) {
  auto& run = step.run;
  if (event.timer.kind == TimerKind::pull_again) {
    if (event.timer.subject < run.images.size()) pull_again(run.images[event.timer.subject]);
  } else if (event.timer.kind == TimerKind::release_again) {
    if (run.sandbox_phase == SandboxPhase::releasing && run.release_attempts == event.timer.incarnation) {
      step.effects.emplace_back(ReleaseSandbox{});
    }
  } else {
    on_container_timer(step, event.timer);
  }
}

void on(TaskStep& step, const StopAsked&) {
  begin_stop(step, std::nullopt, "");
}

void on(TaskStep& step, const SandboxReleased&) {
  if (step.run.sandbox_phase == SandboxPhase::releasing) step.run.sandbox_phase = SandboxPhase::released;
}

/// Tries again, but a task does not wait for ever on what cannot be cleaned:
/// the agent removes the sandbox later.
void on(TaskStep& step, const SandboxReleaseFailed&) {
  auto& run = step.run;
  if (run.sandbox_phase != SandboxPhase::releasing) return;
  ++run.release_attempts;
  if (run.release_attempts >= release_attempts) {
    run.sandbox_phase = SandboxPhase::released;
    return;
  }
  set_timer(step, release_backoff * (1U << run.release_attempts), TimerKind::release_again, 0,
            run.release_attempts);
}

/// What the control plane had been told of this container.
const core::Container* recorded(const TaskAdopted& event, const TaskPlan& plan, ContainerIndex index) {
  for (const auto& container : event.task->containers) {
    if (container.name == plan.containers[index].name) return &container;
  }
  return nullptr;
}

const runtime::ContainerStatus* found_container(const TaskAdopted& event, ContainerIndex index) {
  const bool found = index < event.containers.size() && event.containers[index].has_value();
  return found ? &*event.containers[index] : nullptr;
}

void adopt_container(TaskStep& step, const TaskAdopted& event, ContainerIndex index) {
  auto& container = step.run.containers[index];
  const auto* record = recorded(event, *step.run.plan, index);
  if (record != nullptr) container.digest = record->image_digest;
  const auto* found = found_container(event, index);
  if (found == nullptr) {
    const bool ran = record != nullptr && record->last_status != core::ContainerStatus::PENDING;
    if (ran) container.phase = ContainerPhase::running;  // note_ends finds that it is lost.
    return;
  }
  if (!found->image_digest.empty()) container.digest = found->image_digest;
  if (found->state == runtime::ContainerState::created) {
    container.phase = ContainerPhase::created;
    return;
  }
  container.incarnation = 1;
  note_running(step, index, *found);
  container.started_at = std::chrono::time_point_cast<core::Millis>(found->started_at);
  if (record != nullptr) container.health = record->health;
}

enum class Restarts : std::uint8_t { no, yes };

/// Notes the containers that ended while nobody watched.
void note_ends(TaskStep& step, const TaskAdopted& event, Restarts which) {
  for (ContainerIndex c = 0; c < step.run.containers.size(); ++c) {
    if (step.run.containers[c].phase != ContainerPhase::running) continue;
    const auto* found = found_container(event, c);
    if (found == nullptr) {
      lose_container(step, c);
    } else if (found->exit && restarts(step, c, *found->exit) == (which == Restarts::yes)) {
      end_container(step, c, *found->exit);
    }
  }
}

void on(TaskStep& step, const TaskAdopted& event) {
  auto& run = step.run;
  if (run.sandbox_phase != SandboxPhase::absent || run.stopping || !event.task) return;
  run.pull_started_at = event.task->pull_started_at;
  run.pull_stopped_at = event.task->pull_stopped_at;
  run.execution_stopped_at = event.task->execution_stopped_at;
  if (event.sandbox) {
    run.sandbox_phase = SandboxPhase::created;
    run.sandbox = *event.sandbox;
  }
  for (ContainerIndex c = 0; c < run.containers.size(); ++c) adopt_container(step, event, c);
  const auto told = event.task->last_status;
  if (told >= core::TaskStatus::RUNNING) run.status = core::TaskStatus::RUNNING;
  // What ends the task first: then nothing restarts that will be stopped anyway.
  note_ends(step, event, Restarts::no);
  note_ends(step, event, Restarts::yes);
  if (event.sandbox || run.stopping) return;
  if (run.status == core::TaskStatus::RUNNING) {
    begin_stop(step, core::TaskStopCode::EssentialContainerExited, lost_reason);
  } else {
    on(step, TaskBegun{});
  }
}

}  // namespace

TaskRun begin_run(const core::TaskId& id, std::shared_ptr<const TaskPlan> plan) {
  TaskRun run;
  run.id = id;
  run.plan = std::move(plan);
  run.containers.resize(run.plan->containers.size());
  for (const auto& container : run.plan->containers) {
    const auto known = std::find_if(run.images.begin(), run.images.end(), [&](const ImageRun& image) {
      return image.reference == container.image;
    });
    run.image_of.push_back(static_cast<ImageIndex>(known - run.images.begin()));
    if (known == run.images.end()) run.images.emplace_back().reference = container.image;
  }
  return run;
}

TaskEffects advance(TaskRun& run, const TaskEvent& event, core::Time now) {
  if (run.status == core::TaskStatus::STOPPED) return {};
  TaskStep step{run, now, {}};
  std::visit([&](const auto& happened) { on(step, happened); }, event);
  settle(step);
  return std::move(step.effects);
}

}  // namespace troupe::node
