#pragma once

/// Which tasks go: the order in which tasks are stopped, and the limit that
/// healthy tasks set to it.
///
/// Source: ECS Developer Guide, "How Amazon ECS places tasks": on scale-in tasks
/// leave the zone with most of them, then the instance with most of them.

#include "actors/core/service/census.hpp"

#include <set>
#include <string>

namespace troupe::core {

/// How many more tasks that serve may be stopped. Tasks that do not serve
/// (pending, unhealthy) may always be.
class Allowance {
 public:
  /// `lower` healthy tasks must stay. `young` tasks run, and serve perhaps.
  Allowance(int healthy, int young, int lower) : healthy_(healthy), young_(young), lower_(lower) {}

  [[nodiscard]] bool covers(Standing standing) const {
    if (standing == Standing::healthy) return healthy_ > lower_;
    if (standing == Standing::young) return healthy_ + young_ > lower_;
    return true;
  }
  [[nodiscard]] int healthy() const { return healthy_; }
  void spend(Standing standing) {
    if (standing == Standing::healthy) --healthy_;
    if (standing == Standing::young) --young_;
  }

 private:
  int healthy_;
  int young_;
  int lower_;
};

enum class Shield : std::uint8_t { holds, ignored };

/// Picks up to `count` of the members that keep the zones, then the instances,
/// best balanced when they go; among equals those that do the least: pending,
/// young, healthy. Protected ones stay when the shield holds.
std::vector<const Member*> dismiss(const std::vector<const Member*>& members, int count, Shield shield,
                                   Allowance& allowance);

}  // namespace troupe::core
