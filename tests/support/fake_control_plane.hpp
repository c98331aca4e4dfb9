#pragma once

/// The control plane as a node sees it, for tests of nodes: answers
/// registrations, and writes down what agents say.

#include "actors/interfaces.hpp"
#include "tests/support/actor_world.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::testing {

/// What the fake was told and how it answers. Shared with its actors; read and
/// changed between settle()s.
struct ControlPlaneNotes {
  std::vector<RegisterInstance> registrations;
  std::vector<std::shared_ptr<const core::TaskReport>> reports;
  std::vector<std::shared_ptr<const core::UsageReport>> usage;
  std::size_t heartbeats = 0;
  AgentActor agent;  ///< Of the last registration.
  /// So many registrations are refused first.
  std::size_t refusals = 0;
  /// Registrations are neither answered nor refused.
  bool silent = false;
  /// Sent to whoever registers, before it is answered.
  std::optional<TaskManifest> early_manifest;
  core::InstanceId instance_id{{7, 7}};
};

class FakeControlPlane {
 public:
  explicit FakeControlPlane(ActorWorld& world);

  RegistryActor registry;
  InstanceActor instance;
  std::shared_ptr<ControlPlaneNotes> notes = std::make_shared<ControlPlaneNotes>();

  /// The last report on a task; null when there is none.
  [[nodiscard]] std::shared_ptr<const core::TaskReport> last(const core::TaskId& task) const;
  /// The statuses that were reported of a task, in order.
  [[nodiscard]] std::vector<core::TaskStatus> statuses(const core::TaskId& task) const;
  /// A new container instance actor, as after the death of the old one.
  void replace_instance(ActorWorld& world);

  void start(ActorWorld& world, const core::TaskPtr& task);
  void stop(ActorWorld& world, const core::TaskId& task);
  void manifest(ActorWorld& world, std::vector<core::TaskPtr> tasks);
};

}  // namespace troupe::testing
