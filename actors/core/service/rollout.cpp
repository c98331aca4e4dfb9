/// What becomes of a rollout: failures, the circuit breaker, the end.

#include "actors/core/service/deployments.hpp"
#include "actors/core/service/names.hpp"
#include "actors/core/service/work.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

/// After so many rounds of launches without a success, users are told.
constexpr int rounds_until_impaired = 3;
constexpr const char* steady = "has reached a steady state.";

DeploymentCircuitBreaker breaker_of(const Service& service) {
  return service.configuration.deploymentCircuitBreaker.value_or(DeploymentCircuitBreaker{});
}

void tell_impaired(Work& work, const FailureTally& tally) {
  if (failed_rounds(tally, work.service().desired_count) < rounds_until_impaired) return;
  const bool told = work.draft.say_once(
      "is unable to consistently start tasks successfully. For more information, see the Troubleshooting "
      "section.",
      work.view.timing.repeat_event_after);
  if (!told) return;
  ServiceAction action;
  action.type = ServiceEventType::WARN;
  action.name = ServiceActionName::SERVICE_TASK_START_IMPAIRED;
  work.draft.tell(std::move(action));
}

void count_all(Work& work) {
  const auto on_healthy = breaker_of(work.service()).resetOnHealthyTask.value_or(true) ? OnHealthyTask::reset
                                                                                       : OnHealthyTask::keep;
  const auto deployments = work.service().deployments;
  for (const auto& deployment : deployments) {
    auto tally = deployment.failures;
    count_failures(tally, work.crew(deployment.id), on_healthy, work.time());
    if (tally == deployment.failures) continue;
    work.draft.edit_deployment(deployment.id).failures = tally;
    tell_impaired(work, tally);
  }
}

/// True when the breaker trips now.
bool check_breaker(Work& work) {
  const auto* primary = work.draft.primary();
  const auto breaker = breaker_of(work.service());
  if (!breaker.enable.value_or(false) || primary->rollout != DeploymentRolloutState::IN_PROGRESS)
    return false;
  const auto failed = primary->failures.failed;
  const auto threshold = breaker_threshold(breaker, work.service().desired_count);
  const auto* history = work.draft.history(primary->service_deployment);
  if (history != nullptr &&
      (history->breaker_failures != failed || history->breaker_threshold != threshold)) {
    auto& edited = work.draft.edit_history(primary->service_deployment);
    edited.breaker_failures = failed;
    edited.breaker_threshold = threshold;
  }
  if (failed < threshold) return false;
  if (history != nullptr) {
    work.draft.edit_history(primary->service_deployment).breaker =
        ServiceDeploymentRollbackMonitorsStatus::TRIGGERED;
  }
  fail_deployment(work.draft, {"ECS deployment circuit breaker", "task failed to start.",
                               breaker.rollback.value_or(false)});
  return true;
}

bool drop_emptied(Work& work) {
  const auto emptied = [&](const Deployment& deployment) {
    const auto& crew = work.crew(deployment.id);
    return deployment.status != DeploymentStatus::PRIMARY && crew.live.empty() && crew.starting == 0;
  };
  const auto& deployments = work.service().deployments;
  if (std::ranges::any_of(deployments, emptied)) std::erase_if(work.draft.edit().deployments, emptied);
  return work.service().deployments.size() == 1 && work.crew(0).live.empty();
}

/// Has every task it wants, healthy and nothing else.
bool is_full(const Work& work, const Crew& crew) {
  const int desired = work.service().desired_count;
  return crew.fit_healthy == desired && crew.size() == desired && crew.starting == 0;
}

bool may_complete(const Work& work, const Deployment& primary) {
  if (primary.rollout != DeploymentRolloutState::IN_PROGRESS) return false;
  const auto* history = work.draft.history(primary.service_deployment);
  return history == nullptr || !history->progress ||
         history->progress->stage == ServiceDeploymentLifecycleStage::CLEAN_UP;
}

/// Said when the service comes to rest, and every few hours while it rests.
void tell_steady(Work& work) {
  const auto& events = work.service().events;
  const auto text = "(service " + work.service().name + ") " + steady;
  if (!events.empty() && events.front().message == text) {
    const auto again = events.front().createdAt.value_or(Time{}) + work.view.timing.repeat_event_after;
    if (again > work.time()) {
      work.wake(again);
      return;
    }
  }
  work.draft.say(steady);
  ServiceAction action;
  action.name = ServiceActionName::SERVICE_STEADY_STATE;
  work.draft.tell(std::move(action));
}

}  // namespace

bool watch_rollout(Work& work) {
  const auto* primary = work.draft.primary();
  if (primary == nullptr) return false;
  const auto* history = work.draft.history(primary->service_deployment);
  if (history != nullptr && history->status == ServiceDeploymentStatus::PENDING) {
    auto& started = work.draft.edit_history(primary->service_deployment);
    started.status = ServiceDeploymentStatus::IN_PROGRESS;
    started.started_at = work.time();
  }
  count_all(work);
  return check_breaker(work);
}

void finish_rollout(Work& work) {
  const auto* primary = work.draft.primary();
  if (primary == nullptr) return;
  const bool alone = drop_emptied(work);
  primary = work.draft.primary();
  const auto& crew = work.crew(primary->id);
  const bool idle = work.plan.start.empty() && work.plan.stop.empty();
  if (!alone || !idle || !is_full(work, crew)) return;
  if (may_complete(work, *primary)) complete_deployment(work.draft);
  const auto settled = work.draft.primary()->rollout == DeploymentRolloutState::COMPLETED;
  if (settled && crew.leaving == 0 && work.service().balancing_zone.empty()) tell_steady(work);
}

}  // namespace troupe::core
