#pragma once

/// One timer for all actors. CAF's own delayed messages cannot be cancelled and
/// keep their target alive; this one holds weak references, and only one
/// delayed message at a time is under way.

#include "actors/player.hpp"

#include <map>

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
  Instant armed_until_ = Instant::max();
};

}  // namespace troupe
