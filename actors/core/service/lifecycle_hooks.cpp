/// The hooks of one lifecycle stage.

#include "actors/core/service/lifecycle_hooks.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

using Status = DeploymentLifecycleHookStatus;

constexpr std::int32_t timeout_minutes_default = 1440;

DeploymentLifecycleHookTimeoutConfiguration timeout_of(const DeploymentLifecycleHook& hook) {
  return hook.timeoutConfiguration.value_or(DeploymentLifecycleHookTimeoutConfiguration{});
}

bool is_pause(const DeploymentLifecycleHook& hook) {
  return hook.targetType == DeploymentLifecycleHookTargetType::PAUSE;
}

LifecycleHookRun& run_of(Work& work, LifecycleProgress& progress, std::int32_t index,
                         const DeploymentLifecycleHook& hook, DeploymentLifecycleHookStage stage) {
  for (auto& run : progress.hooks) {
    if (run.index == index && run.stage == stage && run.step == progress.step) return run;
  }
  LifecycleHookRun run;
  run.id = to_string(work.draft.dice().uuid());
  run.index = index;
  run.stage = stage;
  run.step = progress.step;
  run.status = is_pause(hook) ? Status::AWAITING_ACTION : Status::IN_PROGRESS;
  run.call_at = work.time();
  run.expires_at =
      work.time() + std::chrono::minutes{timeout_of(hook).timeoutInMinutes.value_or(timeout_minutes_default)};
  progress.hooks.push_back(std::move(run));
  return progress.hooks.back();
}

HookVerdict verdict_on(const LifecycleHookRun& run, const DeploymentLifecycleHook& hook) {
  switch (run.status) {
    case Status::SUCCEEDED:
      return HookVerdict::done;
    case Status::FAILED:
      return HookVerdict::failed;
    case Status::TIMED_OUT:
      return timeout_of(hook).action == DeploymentLifecycleHookAction::CONTINUE ? HookVerdict::done
                                                                                : HookVerdict::failed;
    case Status::AWAITING_ACTION:
    case Status::IN_PROGRESS:
      break;
  }
  return HookVerdict::waiting;
}

/// Due calls, and time-outs.
void look_at_time(Work& work, const ServiceDeployment& history, LifecycleHookRun& run,
                  const DeploymentLifecycleHook& hook) {
  if (run.status != Status::AWAITING_ACTION && run.status != Status::IN_PROGRESS) return;
  if (run.expires_at && *run.expires_at <= work.time()) {
    run.status = Status::TIMED_OUT;
    return;
  }
  if (run.expires_at) work.wake(*run.expires_at);
  if (run.status != Status::IN_PROGRESS) return;
  if (run.call_at <= work.time()) {
    work.plan.hooks.push_back({history.id, run.id, hook.hookTargetArn.value_or(""), run.stage});
    run.call_at = work.time() + work.view.timing.hook_call_timeout;
  }
  work.wake(run.call_at);
}

}  // namespace

HookVerdict run_hooks(Work& work, ServiceDeployment& history, DeploymentLifecycleHookStage stage) {
  auto worst = HookVerdict::done;
  const auto hooks = history.configuration.lifecycleHooks.value_or(std::vector<DeploymentLifecycleHook>{});
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    const auto stages = hooks[i].lifecycleStages.value_or(std::vector<DeploymentLifecycleHookStage>{});
    if (std::ranges::find(stages, stage) == stages.end()) continue;
    auto& run = run_of(work, *history.progress, static_cast<std::int32_t>(i), hooks[i], stage);
    look_at_time(work, history, run, hooks[i]);
    worst = std::max(worst, verdict_on(run, hooks[i]));
  }
  return worst;
}

}  // namespace troupe::core
