#pragma once

/// The scheduler of one cluster: what each instance has free, and who gets it.

#include "actors/core/placement/fleet.hpp"
#include "actors/player.hpp"

namespace troupe::control {

class Scheduler : public Player<SchedulerActor> {
 public:
  /// `fleet` holds what was recovered: instances and the tasks placed on them.
  Scheduler(caf::actor_config& config, std::shared_ptr<const core::Fleet> fleet);
  behavior_type make_behavior() override;
  const char* name() const override { return "scheduler"; }

 private:
  core::Fleet fleet_;
};

}  // namespace troupe::control
