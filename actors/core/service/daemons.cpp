/// DAEMON services: one task on each instance that can run it. The old task of
/// an instance stops before the new one starts, as maximumPercent is 100.
///
/// Source: ECS Developer Guide, "Daemon scheduling strategy".

#include "actors/core/service/work.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace troupe::core {
namespace {

/// A task of the service on an instance, and whether its deployment is the newest.
struct Resident {
  const Member* member = nullptr;
  bool current = false;
};

class Daemons {
 public:
  Daemons(Work& work, const Deployment& primary)
      : work_(work),
        primary_(primary),
        allowance_(work.census.healthy, count_young(), bounds_of(work.service()).lower) {
    for (const auto& [id, crew] : work.census.crews) {
      for (const auto& member : crew.live) {
        residents_[member.task->instance].push_back({&member, id == primary.id});
      }
    }
    for (const auto& start : work.view.starting) {
      expected_.insert(start.instances.begin(), start.instances.end());
    }
  }

  void run() {
    for (const auto& instance : work_.view.daemons) {
      visit(instance);
      residents_.erase(instance.id);
    }
    for (const auto& [id, residents] : residents_) stop_all(residents);
    if (empty_.empty() || primary_.rollout == DeploymentRolloutState::FAILED) return;
    if (!may_launch(work_, primary_.failures)) return;
    StartTasks start;
    start.deployment = primary_.id;
    start.revision = primary_.revision;
    start.count = static_cast<std::int32_t>(empty_.size());
    start.instances = std::move(empty_);
    work_.plan.start.push_back(std::move(start));
  }

 private:
  [[nodiscard]] int count_young() const {
    int young = 0;
    for (const auto& [id, crew] : work_.census.crews) young += crew.young;
    return young;
  }

  void visit(const DaemonInstance& instance) {
    const auto found = residents_.find(instance.id);
    const auto residents = found == residents_.end() ? std::vector<Resident>{} : found->second;
    switch (instance.place) {
      case DaemonPlace::eligible:
        replace(residents);
        if (residents.empty() && !work_.census.leaving_on.contains(instance.id) &&
            !expected_.contains(instance.id)) {
          empty_.push_back(instance.id);
        }
        break;
      case DaemonPlace::disconnected:
        break;
      case DaemonPlace::draining:
        if (!instance.busy) stop_all(residents);
        break;
      case DaemonPlace::unfit:
        stop_all(residents);
        break;
    }
  }

  /// One task of the newest deployment stays; all others go.
  void replace(const std::vector<Resident>& residents) {
    bool kept = false;
    for (const auto& resident : residents) {
      const auto standing = resident.member->standing;
      if (resident.current && !kept && standing != Standing::unhealthy) {
        kept = true;
        continue;
      }
      if (!resident.current && primary_.rollout == DeploymentRolloutState::FAILED) continue;
      if (!resident.current && resident.member->shielded) continue;
      if (!allowance_.covers(standing)) continue;
      allowance_.spend(standing);
      work_.stop(*resident.member, standing == Standing::unhealthy && resident.current
                                       ? failed_container_checks
                                       : scaling_reason(primary_.id));
    }
  }

  void stop_all(const std::vector<Resident>& residents) {
    for (const auto& resident : residents) work_.stop(*resident.member, scaling_reason(primary_.id));
  }

  Work& work_;
  Deployment primary_;
  Allowance allowance_;
  std::map<InstanceId, std::vector<Resident>> residents_;
  std::set<InstanceId> expected_;
  std::vector<InstanceId> empty_;
};

int wanted(const ServiceView& view) {
  std::set<InstanceId> used;
  for (const auto& task : view.tasks) {
    if (task->desired_status == DesiredStatus::RUNNING && task->last_status != TaskStatus::STOPPED) {
      used.insert(task->instance);
    }
  }
  return static_cast<int>(std::ranges::count_if(view.daemons, [&](const DaemonInstance& instance) {
    return instance.place == DaemonPlace::eligible ||
           (instance.place == DaemonPlace::disconnected && used.contains(instance.id));
  }));
}

}  // namespace

void run_daemons(Work& work) {
  const auto* primary = work.draft.primary();
  if (primary == nullptr) return;
  const auto id = primary->id;
  const int count = wanted(work.view);
  if (work.service().desired_count != count || primary->desired_count != count) {
    work.draft.edit().desired_count = count;
    work.draft.edit_deployment(id).desired_count = count;
  }
  Daemons{work, *work.draft.primary()}.run();
}

}  // namespace troupe::core
