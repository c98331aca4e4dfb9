/// A new adapter on the directory of one that was killed.

#include "contract_world.hpp"
#include "tests/contract/killed_process.hpp"

#include <gmock/gmock.h>

#include <unistd.h>
#include <csignal>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;
using runtime::ContainerState;

class ContractRecovery : public ::testing::Test {
 protected:
  /// Runs `work` with an adapter in a process of its own and kills that process.
  void in_killed_process(const std::function<bool(runtime::ContainerRuntime&)>& work) {
    world_.close();
    testing::in_killed_process([&] { return world_.try_open(); }, work);
  }

  bool start(runtime::ContainerRuntime& runtime, const std::string& id, const std::string& script) {
    return runtime.create(world_.shell(id, script)) && runtime.start(id);
  }

  ContractWorld world_;
};

TEST_F(ContractRecovery, RunningContainersAreAdoptedAndTheirExitsReported) {
  in_killed_process([&](runtime::ContainerRuntime& runtime) {
    return runtime.create_sandbox(world_.sandbox_spec()) &&
           start(runtime, "runs", "trap 'exit 6' TERM; echo ready; while :; do sleep 0.05; done") &&
           start(runtime, "ends", "exit 9") && start(runtime, "later", "sleep 0.5; exit 11") &&
           eventually([&] { return runtime.status("ends")->exit.has_value(); }) &&
           runtime.create(world_.shell("never", "true"));
  });
  world_.open();
  const auto runs = world_.runtime().status("runs");
  ASSERT_TRUE(runs);
  EXPECT_EQ(runs->state, ContainerState::running);
  EXPECT_EQ(kill(runs->pid, 0), 0);
  EXPECT_GT(runs->started_at, runs->created_at);

  const auto ends = world_.runtime().status("ends");
  ASSERT_TRUE(ends && ends->exit);
  EXPECT_EQ(ends->exit->exit_code, 9);
  EXPECT_GT(ends->exit->finished_at, ends->created_at);
  EXPECT_LT(std::chrono::system_clock::now() - ends->exit->finished_at, 60s);

  EXPECT_FALSE(world_.runtime().status("never"));
  EXPECT_TRUE(eventually([&] { return world_.runtime().status("later")->exit.has_value(); }));
  EXPECT_EQ(world_.runtime().status("later")->exit->exit_code, 11);

  ASSERT_TRUE(eventually([&] { return world_.logs("runs").out == "ready\n"; }));
  EXPECT_TRUE(world_.runtime().signal("runs", SIGTERM));
  EXPECT_EQ(world_.wait("runs")->exit_code, 6);
  EXPECT_EQ(world_.reports("runs"), 1);
  EXPECT_EQ(world_.reports("ends"), 0);  // Its exit was known before.
  EXPECT_EQ(world_.runtime().list_sandboxes()->size(), 1U);
}

TEST_F(ContractRecovery, ExecSignalsAndStatisticsWorkOnAdoptedContainers) {
  in_killed_process([&](runtime::ContainerRuntime& runtime) {
    return runtime.create_sandbox(world_.sandbox_spec()) && start(runtime, "c", "sleep 600");
  });
  world_.open();
  EXPECT_EQ(world_.runtime().exec("c", {{"echo", "inside"}, 10s, 4096})->output, "inside\n");
  EXPECT_EQ(world_.runtime().stats("c")->processes, 1U);
  EXPECT_TRUE(world_.runtime().signal("c", SIGKILL));
  EXPECT_EQ(world_.wait("c")->exit_code, 137);
}

}  // namespace
}  // namespace troupe::testing
