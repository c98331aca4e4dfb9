#pragma once

/// The one place that spawns the actors of a host.

#include "actors/node/agent.hpp"
#include "actors/node/node_options.hpp"

#include <caf/actor_system.hpp>

#include <memory>

namespace troupe::node {

/// The KEEPER actor interface: it has the engine and the agent, and spawns both
/// again when one of them dies. It is told nothing.
using KeeperActor = caf::typed_actor<caf::reacts_to<TimerFired>>;

/// What runs on one host. Move-only; end it before the actor system.
class NodeHandle {
 public:
  NodeHandle(KeeperActor keeper, std::shared_ptr<ExitChannel> exits, std::shared_ptr<Executor> executor);
  NodeHandle(NodeHandle&&) = default;
  NodeHandle& operator=(NodeHandle&&) = delete;
  ~NodeHandle();

  /// Begins to end the actors: no new work is taken. Containers run on.
  void stop();
  /// Waits until no call of the runtime is under way (each has its deadline),
  /// and drops those that have not begun. The executor is of no use afterwards.
  void join();
  /// stop() and join(), and waits until every actor of the host has ended. Not
  /// on the test scheduler: it would wait for ever.
  void shut_down(caf::actor_system& system);

  [[nodiscard]] const KeeperActor& keeper() const { return keeper_; }

 private:
  KeeperActor keeper_;
  std::shared_ptr<ExitChannel> exits_;
  std::shared_ptr<Executor> executor_;
};

/// Starts a host: surveys the runtime, registers, and follows the control plane
/// from then on.
///
/// @param runtime   Of this host alone: its watch() is taken over here.
/// @param executor  Null: a pool of threads as the options say. Tests and
///                  simulations give an InlineExecutor.
NodeHandle spawn_node(caf::actor_system& system, RegistryActor registry, TimerActor timer,
                      std::shared_ptr<runtime::ContainerRuntime> runtime, NodeOptions options, Clock clock,
                      std::shared_ptr<Executor> executor = nullptr);

}  // namespace troupe::node
