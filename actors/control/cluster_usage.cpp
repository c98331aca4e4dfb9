/// What a cluster uses: each instance's owner has its own part, and is asked when somebody
/// wants to know. Reports of thousands of hosts never meet in one actor.

#include "actors/control/cluster.hpp"
#include "actors/core/usage/usage_query.hpp"

namespace troupe::control {

/// Answers that have come of those that were asked.
struct Cluster::UsageRound {
  std::map<core::InstanceId, core::InstanceUsagePtr> found;
  std::size_t missing = 0;
  Promise promise;
};

caf::result<Answer> Cluster::read_usage(const core::ReadUsage& ask) {
  if (auto ok = core::check(ask); !ok) return answer(ok.error());
  if (instance_actors_.empty()) return usage_found({});
  auto promise = owe<Answer>();
  const auto round = std::make_shared<UsageRound>(UsageRound{{}, instance_actors_.size(), promise});
  const auto settle = [this, round] {
    if (--round->missing == 0) round->promise.deliver(usage_found(round->found));
  };
  for (const auto& [id, owner] : instance_actors_) {
    request(owner, caf::infinite, LookUpUsage{ask.minutes})
        .then(
            [round, settle, id = id](const UsageFound& answered) {
              round->found[id] = answered.usage;
              settle();
            },
            // Its owner died: the instance is shown without.
            [settle](const caf::error&) { settle(); });
  }
  return promise;
}

Answer Cluster::usage_found(const std::map<core::InstanceId, core::InstanceUsagePtr>& found) const {
  return answer(
      core::Reply{core::show_usage(cluster_name_, instances_, tasks_, services_, found, stage().clock())});
}

}  // namespace troupe::control
