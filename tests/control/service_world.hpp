#pragma once

/// A control plane with a cluster, a definition and agents, for tests of services.

#include "tests/control/control_world.hpp"

#include <set>
#include <string>
#include <vector>

namespace troupe::testing {

class ServiceTest : public ControlTest {
 protected:
  /// Starts the control plane with `agents` agents in zones a, b, a, b, …
  explicit ServiceTest(int agents = 2);

  [[nodiscard]] static core::CreateService creation(std::int32_t desired, const std::string& name = "web");
  core::ServiceSnapshot create(const core::CreateService& command);
  core::ServiceSnapshot create(std::int32_t desired) { return create(creation(desired)); }
  core::ServiceSnapshot update(core::UpdateService command);
  core::ServiceSnapshot scale(std::int32_t desired);
  /// Runs another revision of the definition.
  core::ServiceSnapshot deploy(const std::string& definition);
  core::ServiceSnapshot service(const std::string& name = "web");

  /// Its tasks that are not STOPPED.
  std::vector<core::TaskPtr> tasks_of(const std::string& name = "web");
  int running(const std::string& name = "web");
  /// How many of its tasks run revision `revision` of the definition.
  int running_revision(std::int32_t revision);
  std::set<core::InstanceId> hosts_of(const std::string& name = "web");
  /// One deployment, COMPLETED, with as many running tasks as desired.
  bool stable(const std::string& name = "web");
  /// Lets time pass until it is stable; false when it is not after `limit`.
  bool settles(std::chrono::seconds limit = std::chrono::seconds{600});
  /// The messages of the service, newest first, without "(service web) ".
  std::vector<std::string> told(const std::string& name = "web");
  FakeAgent join(const std::string& host, const std::string& zone);
  /// The agents come back, as after a restart.
  void reconnect();

  std::vector<FakeAgent> agents;
};

}  // namespace troupe::testing
