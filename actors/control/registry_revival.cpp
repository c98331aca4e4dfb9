/// What the registry does when the actor of a cluster dies.

#include "actors/control/registry.hpp"

#include <algorithm>

namespace troupe::control {

/// Its children end with it. Whatever they had sent to the journal is written
/// before the records are read again, which is after a while: a fault that stays
/// must not be met without end.
void Registry::revive(const caf::down_msg& down) {
  if (!down.reason || down.reason == caf::exit_reason::user_shutdown) return;
  const auto dead = std::ranges::find_if(clusters_, [&](const auto& known) {
    return known.second.actor && known.second.actor.address() == down.source;
  });
  if (dead == clusters_.end()) return;
  spdlog::error("cluster {} will be restarted from its records: {}", dead->first,
                system().render(down.reason));
  dead->second.actor = nullptr;
  revivals_[++last_revival_] = dead->first;
  send(stage().timer, SetTimer{stage().limits.restart_delay, last_revival_});
}

/// Records that cannot be read end the registry, and with it the process.
void Registry::revive_now(std::uint64_t token) {
  const auto revival = revivals_.extract(token);
  if (!revival) return;
  request(stage().journal, caf::infinite,
          ReadCluster{revival.mapped(), std::make_shared<const core::Catalog>(catalog_)})
      .then([this, name = revival.mapped()](const ClusterRead& read) { spawn_cluster(name, read.records); },
            [this](caf::error& why) { quit(std::move(why)); });
}

/// A cluster asks for what it has lost the owner of.
caf::result<ClusterRead> Registry::read(const ReadParts& ask) {
  return delegate(stage().journal,
                  ReadCluster{ask.cluster, std::make_shared<const core::Catalog>(catalog_), ask.parts});
}

}  // namespace troupe::control
