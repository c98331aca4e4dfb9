#pragma once

/// Traffic without a load balancer: whoever finds the tasks by himself sees all
/// of them, so that traffic counts as moved at once.

#include "actors/player.hpp"

namespace troupe::control {

class DirectTraffic : public Player<TrafficActor> {
 public:
  explicit DirectTraffic(caf::actor_config& config) : Super(config) {}
  behavior_type make_behavior() override;
  const char* name() const override { return "direct_traffic"; }
};

}  // namespace troupe::control
