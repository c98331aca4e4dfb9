#pragma once

/// One reconcile under way: what it sees, what it has decided so far, and the
/// parts that decide.

#include "actors/core/service/bounds.hpp"
#include "actors/core/service/census.hpp"
#include "actors/core/service/dismissal.hpp"
#include "actors/core/service/draft.hpp"
#include "actors/core/service/failures.hpp"

#include <string>

namespace troupe::core {

struct Work {
  const ServiceView& view;
  Draft& draft;
  Census census;
  Plan plan;

  [[nodiscard]] Time time() const { return draft.time(); }
  [[nodiscard]] const Service& service() const { return draft.service(); }
  [[nodiscard]] const Crew& crew(std::uint64_t id) const { return census.crews.at(id); }

  /// Look again then.
  void wake(Time at) { plan.wake_at = std::min(plan.wake_at.value_or(at), at); }
  void stop(const Member& member, const std::string& reason);
};

/// Launches of this crew may go on now. When not, the work wakes in time.
bool may_launch(Work& work, const FailureTally& tally);

/// Asks for `count` more tasks of a crew; its revision's capacity provider
/// strategy says where.
void launch(Work& work, const Crew& crew, std::uint64_t revision, int count, const std::string& zone = {});

/// The members that satisfy `condition`.
template <class Condition>
std::vector<const Member*> members_of(const Crew& crew, Condition condition) {
  std::vector<const Member*> found;
  for (const auto& member : crew.live) {
    if (condition(member)) found.push_back(&member);
  }
  return found;
}

/// Picks `count` members to go, such that what stays keeps the ratio of the
/// revision's capacity providers.
std::vector<const Member*> dismiss_in_ratio(const Work& work, std::uint64_t revision,
                                            const std::vector<const Member*>& members, int count,
                                            Shield shield, Allowance& allowance);

/// Keeps a crew at `target` healthy tasks without limits of its own: starts
/// what is missing, replaces what is unhealthy or on a draining instance, stops
/// what is too much.
void maintain(Work& work, const Crew& crew, std::uint64_t revision, const FailureTally& tally, int target);

/// Rolling replacement within minimumHealthyPercent and maximumPercent.
void roll(Work& work);
/// One task on each instance that can run it.
void run_daemons(Work& work);
/// The task sets of an EXTERNAL or CODE_DEPLOY service.
void scale_task_sets(Work& work);
/// The stages of a BLUE_GREEN, LINEAR or CANARY deployment.
void step_lifecycle(Work& work);
/// Evens out the tasks over the availability zones.
void balance_zones(Work& work);

/// Counts failures; the circuit breaker. True when deployments were changed, so
/// that the census must be taken anew.
bool watch_rollout(Work& work);
/// Old deployments without tasks leave; a rollout that is done is COMPLETED; a
/// service that rests says so.
void finish_rollout(Work& work);

}  // namespace troupe::core
