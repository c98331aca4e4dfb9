#pragma once

/// One timer for all actors. CAF's own delayed messages cannot be cancelled and
/// keep their target alive; this one holds weak references, and has no more delayed
/// messages under way than there are instants that were the next one when set.

#include "actors/player.hpp"

#include <map>
#include <set>

namespace troupe {

class Timer : public Player<TimerActor> {
 public:
  explicit Timer(caf::actor_config& config);
  behavior_type make_behavior() override;
  const char* name() const override { return "timer"; }

 private:
  using Instant = caf::actor_clock::time_point;
  struct Entry {
    caf::weak_actor_ptr target;
    std::uint64_t token;
  };

  void set(const SetTimer& request);
  void tick();
  void arm();

  std::multimap<Instant, Entry> entries_;
  std::set<Instant> ticks_;  ///< When a Tick is under way for.
};

}  // namespace troupe
