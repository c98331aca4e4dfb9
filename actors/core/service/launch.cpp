/// Launching and dismissing tasks of a crew, and keeping it at its size.

#include "actors/core/service/capacity_share.hpp"
#include "actors/core/service/work.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

/// More are launched when these are on their way: thousands at once would keep
/// everybody else of the cluster waiting.
constexpr int launched_at_once = 500;

std::vector<int> tasks_by_provider(const Work& work, const Crew& crew,
                                   const std::vector<CapacityProviderStrategyItem>& strategy) {
  std::vector<int> have(strategy.size(), 0);
  const auto count = [&](const std::string& provider, int by) {
    for (std::size_t i = 0; i < strategy.size(); ++i) {
      if (strategy[i].capacityProvider == provider) have[i] += by;
    }
  };
  for (const auto& member : crew.live) count(member.task->launch->capacity_provider, 1);
  for (const auto& start : work.view.starting) {
    if (start.deployment == crew.id) count(start.capacity_provider, start.count);
  }
  return have;
}

}  // namespace

void Work::stop(const Member& member, const std::string& reason) {
  plan.stop.push_back({member.task->id, reason});
}

bool may_launch(Work& work, const FailureTally& tally) {
  const auto& service = work.service();
  const auto desired = std::max(service.desired_count, 1);
  bool open = true;
  if (const auto at = launch_again_at(tally, desired, work.view.timing); at && *at > work.time()) {
    work.wake(*at);
    open = false;
  }
  if (service.place_again_at && *service.place_again_at > work.time() && !work.view.capacity_changed) {
    work.wake(*service.place_again_at);
    open = false;
  }
  return open;
}

void launch(Work& work, const Crew& crew, std::uint64_t revision, int count, const std::string& zone) {
  if (count <= 0) return;
  StartTasks start;
  start.deployment = crew.id;
  start.revision = revision;
  start.count = std::min(count, launched_at_once);
  start.zone = zone;
  const auto* what = work.draft.revision(revision);
  if (what == nullptr || what->what.strategy.empty()) {
    work.plan.start.push_back(std::move(start));
    return;
  }
  const auto& strategy = what->what.strategy;
  const auto shares = share_out(strategy, tasks_by_provider(work, crew, strategy), start.count);
  for (std::size_t i = 0; i < strategy.size(); ++i) {
    if (shares[i] == 0) continue;
    start.capacity_provider = strategy[i].capacityProvider.value_or("");
    start.count = shares[i];
    work.plan.start.push_back(start);
  }
}

std::vector<const Member*> dismiss_in_ratio(const Work& work, std::uint64_t revision,
                                            const std::vector<const Member*>& members, int count,
                                            Shield shield, Allowance& allowance) {
  const auto* what = work.draft.revision(revision);
  if (what == nullptr || what->what.strategy.size() < 2) return dismiss(members, count, shield, allowance);
  const auto& strategy = what->what.strategy;
  std::vector<std::vector<const Member*>> by_provider(strategy.size());
  std::vector<int> have(strategy.size(), 0);
  for (std::size_t i = 0; i < strategy.size(); ++i) {
    for (const auto* member : members) {
      if (strategy[i].capacityProvider == member->task->launch->capacity_provider) {
        by_provider[i].push_back(member);
      }
    }
    have[i] = static_cast<int>(by_provider[i].size());
  }
  auto cuts = take_back(strategy, have, count);
  std::vector<const Member*> gone;
  for (std::size_t i = 0; i < strategy.size(); ++i) {
    const auto some = dismiss(by_provider[i], cuts[i], shield, allowance);
    gone.insert(gone.end(), some.begin(), some.end());
  }
  return gone;
}

void maintain(Work& work, const Crew& crew, std::uint64_t revision, const FailureTally& tally, int target) {
  Allowance free{crew.healthy, crew.young, 0};
  const auto reason = scaling_reason(crew.id);
  const auto fit =
      members_of(crew, [](const Member& m) { return !m.draining && m.standing != Standing::unhealthy; });
  const int extra = crew.fit + crew.starting - target;
  for (const auto* member : dismiss_in_ratio(work, revision, fit, extra, Shield::holds, free)) {
    work.stop(*member, reason);
  }
  const auto unfit =
      members_of(crew, [](const Member& m) { return m.draining || m.standing == Standing::unhealthy; });
  const auto idle =
      std::ranges::count_if(unfit, [](const Member* m) { return m->standing == Standing::pending; });
  auto replaced = crew.fit_healthy + static_cast<int>(unfit.size()) - static_cast<int>(idle) - target;
  for (const auto* member : unfit) {
    if (member->standing != Standing::pending && replaced-- <= 0) continue;
    work.stop(*member, member->standing == Standing::unhealthy ? failed_container_checks : reason);
  }
  if (extra < 0 && may_launch(work, tally)) launch(work, crew, revision, -extra);
}

}  // namespace troupe::core
