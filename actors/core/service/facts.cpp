/// What the world reports to a service.

#include "actors/core/placement/explain.hpp"
#include "actors/core/service/deployments.hpp"
#include "actors/core/service/names.hpp"
#include "actors/core/service/service.hpp"

#include "actors/core/service/failures.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace troupe::core {
namespace {

/// After a zone had no room, rebalancing rests so long.
constexpr Millis balance_pause = std::chrono::minutes{30};
constexpr const char* troubleshooting =
    " For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

/// Reasons to refuse a task; the later in this list, the closer was the instance
/// to a match.
constexpr std::array<std::string_view, 7> closeness{"AGENT",           "ATTRIBUTE",    "RESOURCE:GPU",
                                                    "RESOURCE:MEMORY", "RESOURCE:CPU", "RESOURCE:PORTS_UDP",
                                                    "RESOURCE:PORTS"};

/// -1 for a reason that is none of these.
std::ptrdiff_t rank(const Refusal& refusal) {
  const auto found = std::ranges::find(closeness, refusal.reason);
  return found == closeness.end() ? -1 : found - closeness.begin();
}

std::string why_not_placed(const PlacementFailed& fact) {
  if (fact.launch_type == LaunchType::FARGATE) {
    return std::string{"was unable to place a task. Reason: "} + no_fargate_capacity + "." + troubleshooting;
  }
  const std::string start =
      "was unable to place a task because no container instance met all of its requirements.";
  if (fact.provider_is_empty && !fact.fleet_is_empty) {
    return start + " Reason: No Container Instances were found in your capacity provider." + troubleshooting;
  }
  if (fact.fleet_is_empty || fact.refusals.empty()) {
    return start + " Reason: No Container Instances were found in your cluster." + troubleshooting;
  }
  const auto closest =
      std::ranges::max_element(fact.refusals, [](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return start + " " + closest_sentence(*closest) + troubleshooting;
}

}  // namespace

ServiceChange learn(const ServiceState& state, const TrafficShifted& fact, const Stamp& stamp) {
  Draft draft{state, stamp};
  const auto* history = draft.history(fact.service_deployment);
  if (history == nullptr || !history->progress) return {};
  auto& progress = *draft.edit_history(fact.service_deployment).progress;
  if (fact.kind == TrafficKind::test) {
    progress.test_percent = fact.percent;
  } else if (progress.production_percent != fact.percent) {
    progress.production_percent = fact.percent;
    progress.shifted_at = stamp.now;
  }
  return draft.finish();
}

ServiceChange learn(const ServiceState& state, const HookAnswered& fact, const Stamp& stamp) {
  Draft draft{state, stamp};
  const auto* history = draft.history(fact.service_deployment);
  if (history == nullptr || !history->progress) return {};
  for (auto& run : draft.edit_history(fact.service_deployment).progress->hooks) {
    if (run.id != fact.hook_id || run.status != DeploymentLifecycleHookStatus::IN_PROGRESS) continue;
    run.status = fact.status;
    if (fact.status == DeploymentLifecycleHookStatus::IN_PROGRESS) run.call_at = stamp.now + fact.again_after;
  }
  return draft.finish();
}

ServiceChange learn(const ServiceState& state, const AlarmsTriggered& fact, const Stamp& stamp) {
  const auto alarms = state.service->configuration.alarms.value_or(DeploymentAlarms{});
  if (!alarms.enable.value_or(false)) return {};
  std::vector<std::string> triggered;
  for (const auto& name : alarms.alarmNames.value_or(std::vector<std::string>{})) {
    if (std::ranges::find(fact.names, name) != fact.names.end()) triggered.push_back(name);
  }
  Draft draft{state, stamp};
  const auto* primary = draft.primary();
  if (triggered.empty() || primary == nullptr || primary->rollout != DeploymentRolloutState::IN_PROGRESS) {
    return {};
  }
  if (draft.history(primary->service_deployment) != nullptr) {
    auto& history = draft.edit_history(primary->service_deployment);
    history.alarms = ServiceDeploymentRollbackMonitorsStatus::TRIGGERED;
    history.triggered_alarms = triggered;
  }
  fail_deployment(draft, {"ECS deployment alarms", "alarm detected.", alarms.rollback.value_or(false)});
  return draft.finish();
}

ServiceChange learn(const ServiceState& state, const PlacementFailed& fact, const Realm& realm,
                    const Stamp& stamp) {
  Draft draft{state, stamp};
  const ServiceTiming timing;
  if (!fact.zone.empty()) {
    draft.edit().balancing_zone.clear();
    draft.edit().balance_again_at = stamp.now + balance_pause;
    return draft.finish();
  }
  auto& service = draft.edit();
  service.place_again_at =
      stamp.now + doubled(timing.placement_delay, service.placement_failures, timing.placement_delay_max);
  ++service.placement_failures;
  if (!draft.say_once(why_not_placed(fact), timing.repeat_event_after)) return draft.finish();
  ServiceAction action;
  action.type = ServiceEventType::ERROR;
  action.name = ServiceActionName::SERVICE_TASK_PLACEMENT_FAILURE;
  const bool fargate = fact.launch_type == LaunchType::FARGATE;
  if (fargate) action.reason = "RESOURCE:FARGATE";
  if (!fact.capacity_provider.empty()) {
    action.capacity_provider_arns.push_back(capacity_provider_arn(realm, fact.capacity_provider));
  }
  for (const auto& refusal : fact.refusals) {
    if (fargate) break;
    if (action.reason.empty()) action.reason = refusal.reason;
    action.container_instance_arns.push_back(instance_arn(realm, service.cluster, refusal.instance));
  }
  draft.tell(std::move(action));
  return draft.finish();
}

ServiceChange learn_started(const ServiceState& state, const std::vector<TaskPtr>& tasks, const Realm& realm,
                            const Stamp& stamp) {
  if (tasks.empty()) return {};
  Draft draft{state, stamp};
  std::string text = "has started " + std::to_string(tasks.size()) + " tasks:";
  for (const auto& task : tasks) text += " (task " + to_string(task->id) + ")";
  draft.say(text + ".");
  auto& service = draft.edit();
  service.placement_failures = 0;
  service.place_again_at.reset();
  if (!service.balancing_zone.empty()) {
    ServiceAction action;
    action.name = ServiceActionName::TASKS_STARTED;
    for (const auto& task : tasks) action.task_arns.push_back(task_arn(realm, service.cluster, task->id));
    draft.tell(std::move(action));
  }
  return draft.finish();
}

}  // namespace troupe::core
