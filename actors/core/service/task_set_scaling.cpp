/// The task sets of a service that is deployed from outside: each has its share
/// of the desired count.
///
/// Source: ECS API Reference, "TaskSet", "Scale".

#include "actors/core/service/names.hpp"
#include "actors/core/service/task_sets.hpp"
#include "actors/core/service/work.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

bool is_steady(const Crew& crew, int target) {
  return crew.size() == target && crew.fit_healthy == target && crew.starting == 0;
}

void note_stability(Work& work, TaskSet& set, const Crew& crew, int target) {
  const auto stability =
      is_steady(crew, target) ? StabilityStatus::STEADY_STATE : StabilityStatus::STABILIZING;
  if (set.stability == stability) return;
  set.stability = stability;
  set.stability_at = work.time();
  if (stability != StabilityStatus::STEADY_STATE) return;
  ServiceAction action;
  action.name = ServiceActionName::TASKSET_STEADY_STATE;
  action.task_set_arns = {task_set_arn(work.view.realm, work.service(), set.id)};
  work.draft.tell(std::move(action));
}

void complain_of_protection(Work& work, const TaskSet& set, const Crew& crew, int target) {
  const auto shielded = std::ranges::count_if(crew.live, [](const Member& m) { return m.shielded; });
  if (shielded <= target) return;
  work.draft.say_once("was unable to reach steady state because task set (" + deployment_name(set.id) +
                          ") was unable to scale in. Reason: The number of protected tasks are more than "
                          "the desired count of tasks.",
                      work.view.timing.repeat_event_after);
}

}  // namespace

int computed_count(const Service& service, const TaskSet& set) {
  if (set.status == TaskSetStatus::DRAINING) return 0;
  // A percentage like 33.3 is not exact as a double: what is a hair above a whole
  // number is that number.
  const double exact = service.desired_count * set.scale_percent / 100.0;
  const auto whole = static_cast<int>(exact);
  return exact - whole > 1e-9 ? whole + 1 : whole;
}

void scale_task_sets(Work& work) {
  const auto sets = work.service().task_sets;
  std::vector<TaskSet> kept;
  for (auto set : sets) {
    const auto& crew = work.crew(set.id);
    if (set.status == TaskSetStatus::DRAINING && crew.live.empty() && crew.starting == 0) continue;
    count_failures(set.failures, crew, OnHealthyTask::reset, work.time());
    const int target = computed_count(work.service(), set);
    maintain(work, crew, set.revision, set.failures, target);
    complain_of_protection(work, set, crew, target);
    note_stability(work, set, crew, target);
    kept.push_back(std::move(set));
  }
  for (const auto& member : work.crew(0).live) work.stop(member, scaling_reason(deployment_of(*member.task)));
  if (kept != sets) work.draft.edit().task_sets = std::move(kept);
}

}  // namespace troupe::core
