#pragma once

/// Managed scaling: watches what tasks wait and which instances are idle, and starts and ends
/// machines of the capacity providers' groups as `core::plan_scaling` says.
///
/// It owns nothing durable. What it knows comes from the events that everybody may follow, what it
/// does to instances are the operations that everybody may call: a restart forgets nothing but how
/// long instances have been idle. Machines are started and ended by a port, whose calls wait; so
/// it has a thread of its own.

#include "actors/core/figures.hpp"
#include "actors/core/managed_scaling.hpp"
#include "actors/player.hpp"
#include "actors/stage.hpp"
#include "runtime/machines.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

namespace troupe::control {

struct ScalerParts {
  RegistryActor registry;
  EventStreamActor events;
  TimerActor timer;
  std::shared_ptr<runtime::Machines> machines;
  Clock clock;
  /// Between two looks. CloudWatch's metric comes once a minute.
  std::chrono::milliseconds interval{60'000};
  /// Hears each reservation when it changes; be quick.
  std::function<void(const core::ProviderReservation&)> show = [](const core::ProviderReservation&) {};
};

/// The SCALER actor interface.
using ScalerActor = caf::typed_actor<
    // From the event stream.
    caf::reacts_to<EventsCommitted>,
    // Time to look.
    caf::reacts_to<TimerFired>>;

class Scaler : public Player<ScalerActor> {
 public:
  Scaler(caf::actor_config& config, ScalerParts parts);
  behavior_type make_behavior() override;
  const char* name() const override { return "scaler"; }
  void on_exit() override;

 private:
  /// A capacity provider in one cluster, and the group that its machines are of.
  struct Scaled {
    core::CapacityProviderPtr provider;
    std::string cluster;
    std::string group;
    runtime::MachineGroup bounds;
  };
  /// One look: what is asked while it lasts is asked once.
  struct Look {
    std::vector<runtime::Machine> machines;
    std::set<std::string> daemons;  ///< "CLUSTER/SERVICE" of DAEMON services.
  };

  // What it hears.
  void take(const std::vector<core::EventPtr>& events);
  void take(const core::EventBody& body);

  // What it does (scaler_steps.cpp).
  void look();
  void find_daemons(const std::vector<core::CapacityProviderPtr>& providers);
  void scale_all(const std::vector<core::CapacityProviderPtr>& providers, const Look& look);
  void scale(const Scaled& what, const Look& look);
  void forget_lost(const Scaled& what, const Look& look);
  [[nodiscard]] core::ScalingView view_of(const Scaled& what, const Look& look);
  [[nodiscard]] std::vector<core::InstancePtr> instances_of(const Scaled& what) const;
  void start_machines(const Scaled& what, int count);
  void drain(const Scaled& what, const std::vector<core::InstanceId>& instances);
  void end_instance(const Scaled& what, const core::InstanceId& id, bool force);

  ScalerParts parts_;
  std::unordered_map<core::TaskId, core::TaskPtr> tasks_;  ///< That have not stopped.
  std::map<core::InstanceId, core::InstancePtr> instances_;
  std::map<std::string, std::shared_ptr<const core::Cluster>> clusters_;
  std::map<core::InstanceId, core::Time> idle_since_;
  std::map<std::string, core::Capacity> offers_;  ///< Of each provider, as last seen.
  std::map<std::string, double> reservations_;    ///< As last said.
};

/// On a thread of its own.
ScalerActor spawn_scaler(caf::actor_system& system, ScalerParts parts);

}  // namespace troupe::control
