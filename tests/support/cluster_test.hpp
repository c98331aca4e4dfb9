#pragma once

/// A test with a whole cluster in virtual time: the real control plane on a disk of
/// its own, real agents over simulated containers, and a referee that fails the
/// test when anything is seen that must never be (tools/simulation/referee.hpp).
///
/// `#include "tests/support/cluster_test.hpp"`, link `troupe_test_cluster`, derive from
/// ClusterTest. A documented example is tests/simulation/example_test.cpp.

#include "tools/simulation/referee.hpp"
#include "tools/simulation/scratch_directory.hpp"
#include "tools/simulation/virtual_cluster.hpp"

#include <spdlog/spdlog.h>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::testing {

class ClusterTest : public ::testing::Test, private simulation::Watcher {
 protected:
  explicit ClusterTest(simulation::ClusterSetup setup = {}) : cluster(std::move(setup)), referee(cluster) {
    spdlog::set_level(spdlog::level::off);
    const auto fail = [](const std::string& what) { ADD_FAILURE() << what; };
    cluster.on_trouble(fail);
    referee.on_breach = fail;
    cluster.watch(this);
    cluster.start_server();
    (void)reply<core::ClusterReply>(core::ClusterCommand{core::CreateCluster{}});
  }

  /// A host that joins the cluster; its instance is registered when this returns.
  simulation::SimulatedHost& join(const std::string& name, const std::string& zone = "us-east-1a") {
    simulation::HostSetup host;
    host.name = name;
    host.zone = zone;
    host.directory = directory_.path() + "/" + name;
    auto& joined = cluster.add_host(std::move(host));
    cluster.run_for(std::chrono::seconds{1});
    return joined;
  }

  /// Asks the control plane and waits, in virtual time. Fails the test when the answer
  /// is a refusal or another reply than T.
  template <class T>
  T reply(simulation::VirtualCluster::Command command) {
    const auto outcome = cluster.ask(std::move(command), "default");
    if (!outcome) {
      ADD_FAILURE() << exception_name(outcome.error().code) << ": " << outcome.error().message;
      return {};
    }
    const auto* found = std::get_if<T>(&*outcome);
    if (found == nullptr) ADD_FAILURE() << "another reply than expected";
    return found != nullptr ? *found : T{};
  }

  /// The statuses that the events told of a task, in order.
  [[nodiscard]] std::vector<core::TaskStatus> told_of(const core::TaskId& id) const {
    std::vector<core::TaskStatus> seen;
    for (const auto& event : events) {
      const auto* change = std::get_if<core::TaskStateChange>(&event->event.body);
      if (change != nullptr && change->task->id == id) seen.push_back(change->task->last_status);
    }
    return seen;
  }

  simulation::VirtualCluster cluster;
  simulation::Referee referee;
  std::vector<core::EventPtr> events;  ///< That a subscriber got, from the first on.

 private:
  void event(const core::EventPtr& event) override { events.push_back(event); }

  simulation::ScratchDirectory directory_;
};

}  // namespace troupe::testing
