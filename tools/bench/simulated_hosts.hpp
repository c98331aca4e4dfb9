#pragma once

/// Hosts that start nothing: each is an agent with a session of its own that
/// reports a task RUNNING as soon as it is asked to run it, and STOPPED as soon
/// as it is asked to stop it, in the words of a real one.

#include "actors/interfaces.hpp"

#include <caf/actor_system.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct HostsOptions {
  std::string cluster = "default";
  std::uint64_t count = 1;
  core::CpuUnits cpu;      ///< Of each.
  core::MemoryMib memory;  ///< Of each.
  TimerActor timer;        ///< For their heartbeats.
  std::function<core::Time()> clock;
  /// Who they were before; empty: they are new.
  std::vector<core::InstanceId> known;
};

class SimulatedHosts {
 public:
  /// Has them register at `registry`, and does not wait for it.
  SimulatedHosts(caf::actor_system& system, const RegistryActor& registry, const HostsOptions& options);
  SimulatedHosts(const SimulatedHosts&) = delete;
  SimulatedHosts& operator=(const SimulatedHosts&) = delete;
  ~SimulatedHosts() { end(); }

  /// Ends them, and says who they were.
  std::vector<core::InstanceId> end();

 private:
  caf::actor_system& system_;
  std::shared_ptr<std::vector<core::InstanceId>> ids_;  ///< Each host writes its own.
  std::vector<AgentActor> agents_;
};

}  // namespace troupe::tools::bench
