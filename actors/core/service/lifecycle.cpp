/// BLUE_GREEN, LINEAR and CANARY deployments: the new revision (green) is scaled
/// up beside the old one (blue), gets the traffic in steps, and only then does
/// blue go. Hooks may hold or end the deployment at most stages. On failure the
/// traffic goes back to blue first.
///
/// Every step is in the record before it is acted on: after a restart the same
/// stage goes on, traffic is shifted to the same percentage again.
///
/// Source: ECS Developer Guide, "Amazon ECS blue/green service deployments
/// workflow", "Lifecycle hooks".

#include "actors/core/service/deployments.hpp"
#include "actors/core/service/lifecycle_hooks.hpp"
#include "actors/core/service/work.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

using Stage = ServiceDeploymentLifecycleStage;
using HookStage = DeploymentLifecycleHookStage;

/// How the production traffic moves.
struct Steps {
  double first = 100;
  double step = 100;
  Millis bake{0};
};

Steps steps_of(const DeploymentConfiguration& configuration) {
  const auto strategy = configuration.strategy.value_or(DeploymentStrategy::ROLLING);
  if (strategy == DeploymentStrategy::LINEAR) {
    const auto linear = configuration.linearConfiguration.value_or(LinearConfiguration{});
    const auto step = linear.stepPercent.value_or(10.0);
    return {step, step, std::chrono::minutes{linear.stepBakeTimeInMinutes.value_or(6)}};
  }
  if (strategy == DeploymentStrategy::CANARY) {
    const auto canary = configuration.canaryConfiguration.value_or(CanaryConfiguration{});
    return {canary.canaryPercent.value_or(5.0), 100,
            std::chrono::minutes{canary.canaryBakeTimeInMinutes.value_or(10)}};
  }
  return {};
}

double percent_at(const Steps& steps, int step) {
  return std::min(100.0, steps.first + steps.step * step);
}

class Lifecycle {
 public:
  Lifecycle(Work& work, const Deployment& green)
      : work_(work), green_(green), history_(work.draft.edit_history(green.service_deployment)) {
    for (const auto& deployment : work.service().deployments) {
      if (deployment.id != green.id && deployment.revision == work.service().stable_revision) {
        blue_ = deployment;
      }
    }
  }

  void forward() {
    auto hooks = HookVerdict::done;
    while (hooks != HookVerdict::failed && step(hooks)) {
    }
    if (hooks == HookVerdict::failed) {
      fail_deployment(work_.draft, {"Service deployment lifecycle hook", "hook failed at its stage.", true});
      return;
    }
    keep_crews();
  }

  /// Traffic back to blue, then blue is the service again.
  void back() {
    history_.status = ServiceDeploymentStatus::ROLLBACK_IN_PROGRESS;
    const bool test_is_back = shifted(TrafficKind::test, 0);
    const bool production_is_back = shifted(TrafficKind::production, 0);
    if (blue_) {
      maintain(work_, work_.crew(blue_->id), blue_->revision, blue_->failures, desired());
    }
    if (test_is_back && production_is_back) restore_source(work_.draft);
  }

 private:
  [[nodiscard]] int desired() const { return work_.service().desired_count; }
  LifecycleProgress& progress() { return *history_.progress; }

  bool enter(Stage next) {
    progress().stage = next;
    progress().entered_at = work_.time();
    progress().hooks.clear();
    return true;
  }

  /// The traffic is where it should be; else it is asked for.
  bool shifted(TrafficKind kind, double percent) {
    const auto now_at = kind == TrafficKind::test ? progress().test_percent : progress().production_percent;
    if (now_at == percent) return true;
    work_.plan.shift.push_back({history_.id, kind, percent, blue_ ? blue_->revision : 0, green_.revision});
    return false;
  }

  bool past_hooks(HookStage stage, HookVerdict& verdict) {
    verdict = run_hooks(work_, history_, stage);
    return verdict == HookVerdict::done;
  }

  bool waited(Time since, Millis time) {
    if (since + time <= work_.time()) return true;
    work_.wake(since + time);
    return false;
  }

  /// True when it moved on.
  bool step(HookVerdict& hooks) {
    switch (progress().stage) {
      case Stage::RECONCILE_SERVICE: {
        const bool test = shifted(TrafficKind::test, 0);
        const bool production = shifted(TrafficKind::production, 0);
        return test && production && past_hooks(HookStage::RECONCILE_SERVICE, hooks) &&
               enter(Stage::PRE_SCALE_UP);
      }
      case Stage::PRE_SCALE_UP:
        return past_hooks(HookStage::PRE_SCALE_UP, hooks) && enter(Stage::SCALE_UP);
      case Stage::SCALE_UP:
        return work_.crew(green_.id).fit_healthy >= desired() && enter(Stage::POST_SCALE_UP);
      case Stage::POST_SCALE_UP:
        return past_hooks(HookStage::POST_SCALE_UP, hooks) && enter(Stage::TEST_TRAFFIC_SHIFT);
      case Stage::TEST_TRAFFIC_SHIFT:
        return shifted(TrafficKind::test, 100) && past_hooks(HookStage::TEST_TRAFFIC_SHIFT, hooks) &&
               enter(Stage::POST_TEST_TRAFFIC_SHIFT);
      case Stage::POST_TEST_TRAFFIC_SHIFT:
        return past_hooks(HookStage::POST_TEST_TRAFFIC_SHIFT, hooks) &&
               enter(Stage::PRODUCTION_TRAFFIC_SHIFT);
      case Stage::PRODUCTION_TRAFFIC_SHIFT:
        return shift_production(hooks);
      case Stage::POST_PRODUCTION_TRAFFIC_SHIFT:
        return past_hooks(HookStage::POST_PRODUCTION_TRAFFIC_SHIFT, hooks) && enter(Stage::BAKE_TIME);
      case Stage::BAKE_TIME:
        return waited(progress().entered_at,
                      std::chrono::minutes{history_.configuration.bakeTimeInMinutes.value_or(0)}) &&
               enter(Stage::CLEAN_UP);
      case Stage::CLEAN_UP:
        return false;
    }
    return false;
  }

  bool shift_production(HookVerdict& hooks) {
    const auto steps = steps_of(history_.configuration);
    const auto percent = percent_at(steps, progress().step);
    if (!past_hooks(HookStage::PRE_PRODUCTION_TRAFFIC_SHIFT, hooks)) return false;
    if (!shifted(TrafficKind::production, percent)) return false;
    if (!past_hooks(HookStage::PRODUCTION_TRAFFIC_SHIFT, hooks)) return false;
    if (percent >= 100) return enter(Stage::POST_PRODUCTION_TRAFFIC_SHIFT);
    if (!waited(progress().shifted_at.value_or(progress().entered_at), steps.bake)) return false;
    ++progress().step;
    progress().shifted_at.reset();
    progress().hooks.clear();
    return true;
  }

  /// Green from SCALE_UP on, blue until CLEAN_UP; no others once they have no
  /// traffic.
  void keep_crews() {
    const auto stage = progress().stage;
    for (const auto& [id, crew] : work_.census.crews) {
      if (id == green_.id) {
        if (stage >= Stage::SCALE_UP) maintain(work_, crew, green_.revision, green_.failures, desired());
      } else if (blue_ && id == blue_->id && stage != Stage::CLEAN_UP) {
        maintain(work_, crew, blue_->revision, blue_->failures, desired());
      } else if (stage != Stage::RECONCILE_SERVICE) {
        for (const auto& member : crew.live) {
          if (!member.shielded) work_.stop(member, scaling_reason(green_.id));
        }
      }
    }
  }

  Work& work_;
  Deployment green_;
  std::optional<Deployment> blue_;
  ServiceDeployment& history_;
};

}  // namespace

void step_lifecycle(Work& work) {
  const auto* primary = work.draft.primary();
  const auto* history = work.draft.history(primary->service_deployment);
  using enum ServiceDeploymentStatus;
  const bool under_way = history != nullptr && history->progress && !is_over(history->status);
  if (!under_way) {
    roll(work);
    return;
  }
  Lifecycle lifecycle{work, *primary};
  if (history->status == ROLLBACK_REQUESTED || history->status == ROLLBACK_IN_PROGRESS) {
    lifecycle.back();
  } else {
    lifecycle.forward();
  }
}

}  // namespace troupe::core
