/// Which tasks go.

#include "actors/core/service/dismissal.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace troupe::core {
namespace {

int idleness(Standing standing) {
  if (standing == Standing::unhealthy) return 3;
  if (standing == Standing::pending) return 2;
  return standing == Standing::young ? 1 : 0;
}

struct Candidate {
  const Member* member = nullptr;
  std::size_t zone = 0;
  std::size_t instance = 0;
};

/// Candidates with zones and instances as numbers, and how many tasks each has.
class Places {
 public:
  explicit Places(const std::vector<const Member*>& members) {
    std::map<std::string, std::size_t> zones;
    std::map<InstanceId, std::size_t> instances;
    for (const auto* member : members) {
      const auto zone = zones.emplace(member->task->availability_zone, zones.size()).first->second;
      const auto instance = instances.emplace(member->task->instance, instances.size()).first->second;
      candidates.push_back({member, zone, instance});
    }
    zone_tasks_.resize(zones.size());
    instance_tasks_.resize(instances.size());
    for (const auto& candidate : candidates) count(candidate, 1);
  }

  void count(const Candidate& candidate, int by) {
    zone_tasks_[candidate.zone] += by;
    instance_tasks_[candidate.instance] += by;
  }

  /// Of two, the greater goes first. The newest of equals goes, as the oldest
  /// has shown longest that it works.
  [[nodiscard]] auto urgency(const Candidate& candidate) const {
    const auto& task = *candidate.member->task;
    return std::tuple{zone_tasks_[candidate.zone], instance_tasks_[candidate.instance],
                      idleness(candidate.member->standing), task.created_at, task.id};
  }

  std::vector<Candidate> candidates;

 private:
  std::vector<int> zone_tasks_;
  std::vector<int> instance_tasks_;
};

}  // namespace

std::vector<const Member*> dismiss(const std::vector<const Member*>& members, int count, Shield shield,
                                   Allowance& allowance) {
  std::vector<const Member*> gone;
  if (count <= 0) return gone;
  Places places{members};
  auto& left = places.candidates;
  while (static_cast<int>(gone.size()) < count) {
    auto chosen = left.end();
    for (auto it = left.begin(); it != left.end(); ++it) {
      const auto& member = *it->member;
      if (shield == Shield::holds && member.shielded) continue;
      if (!allowance.covers(member.standing)) continue;
      if (chosen == left.end() || places.urgency(*it) > places.urgency(*chosen)) chosen = it;
    }
    if (chosen == left.end()) break;
    allowance.spend(chosen->member->standing);
    places.count(*chosen, -1);
    gone.push_back(chosen->member);
    *chosen = left.back();
    left.pop_back();
  }
  return gone;
}

}  // namespace troupe::core
