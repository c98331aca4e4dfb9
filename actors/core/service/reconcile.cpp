/// Compares a service with its tasks and says what is to be done.

#include "actors/core/service/deployments.hpp"
#include "actors/core/service/names.hpp"
#include "actors/core/service/work.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

/// A deleted service: all tasks end, then the service is INACTIVE. A stop that is only
/// asked for is not durable: nobody else would ask again.
void drain(Work& work) {
  bool any = !work.view.stopping.empty();
  for (const auto& [id, crew] : work.census.crews) {
    any = any || !crew.live.empty() || crew.starting > 0;
    for (const auto& member : crew.live) work.stop(member, scaling_reason(deployment_of(*member.task)));
  }
  if (any) return;
  abandon_deployment(work.draft, "The service was deleted.");
  auto& service = work.draft.edit();
  service.status = ServiceStatus::INACTIVE;
  service.deployments.clear();
  service.task_sets.clear();
  service.balancing_zone.clear();
}

void run_ecs(Work& work) {
  if (work.draft.primary() == nullptr) return;
  if (watch_rollout(work)) work.census = take_census(work.view, work.service(), work.time());
  const auto* history = work.draft.history(work.draft.primary()->service_deployment);
  if (work.service().strategy == SchedulingStrategy::DAEMON) {
    run_daemons(work);
  } else if (history != nullptr && history->progress) {
    step_lifecycle(work);
    work.census = take_census(work.view, work.service(), work.time());
  } else {
    roll(work);
    balance_zones(work);
  }
  finish_rollout(work);
}

/// "has stopped 2 running tasks: (task ID) (task ID)."
void say_stopped(Work& work) {
  const auto& stop = work.plan.stop;
  if (stop.empty()) return;
  std::string text = "has stopped " + std::to_string(stop.size()) + " running tasks:";
  for (const auto& one : stop) text += " (task " + to_string(one.task) + ")";
  work.draft.say(text + ".");
}

}  // namespace

Plan reconcile(const ServiceView& view, const Stamp& stamp) {
  const auto& service = *view.state.service;
  if (service.status == ServiceStatus::INACTIVE) return {};
  Draft draft{view.state, stamp};
  Work work{view, draft, take_census(view, service, stamp.now), {}};
  if (service.status == ServiceStatus::DRAINING) {
    drain(work);
  } else if (service.controller == DeploymentControllerType::ECS) {
    run_ecs(work);
  } else {
    scale_task_sets(work);
  }
  if (work.census.look_again_at) work.wake(*work.census.look_again_at);
  if (view.capacity_changed && draft.service().placement_failures > 0) {
    draft.edit().placement_failures = 0;
    draft.edit().place_again_at.reset();
  }
  say_stopped(work);
  work.plan.change = draft.finish();
  return std::move(work.plan);
}

}  // namespace troupe::core
