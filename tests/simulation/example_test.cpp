/// How to test against Troupe, by example: a cluster with a host, a task on it, and
/// everything one may do to them. Each part stands alone; copy what you need.

#include "tests/support/builders.hpp"
#include "tests/support/cluster_test.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::TaskStatus;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Example : public ClusterTest {
 protected:
  /// Registers the family "web" and runs one task of it.
  core::TaskId run_web() {
    core::RegisterTaskDefinition definition;
    definition.definition.family = "web";
    definition.definition.containerDefinitions = {container("web")};
    (void)reply<core::TaskDefinitionReply>(core::RegistryCommand{definition});
    core::RunTask command;
    command.task_definition = "web";
    const auto tasks = reply<core::TasksReply>(core::ClusterCommand{command}).tasks;
    return tasks.empty() ? core::TaskId{} : tasks.front()->id;
  }
};

TEST_F(Example, ATaskRunsAndEveryStepIsAnEvent) {
  join("host-1");
  const auto task = run_web();
  cluster.run_for(20s);  // Virtual: it takes no time.
  EXPECT_THAT(told_of(task), ElementsAre(TaskStatus::PENDING, TaskStatus::RUNNING));
}

TEST_F(Example, WhatHappensOnAHostIsHeard) {
  auto& host = join("host-1");
  const auto task = run_web();
  cluster.run_for(20s);
  const auto containers = *host.containers().list();
  ASSERT_EQ(containers.size(), 1U);
  ASSERT_TRUE(host.runtime().finish(containers.front().id, 3));
  cluster.run_for(5s);
  EXPECT_EQ(told_of(task).back(), TaskStatus::STOPPED);
  EXPECT_EQ(referee.tasks().at(task)->containers.front().exit_code, 3);
}

TEST_F(Example, AMessageIsInjected) {
  join("host-1");
  const auto task = run_web();
  cluster.run_for(20s);
  // Any actor may be told anything; the registry is the one that everybody knows.
  const auto command =
      std::make_shared<const core::ClusterCommand>(core::StopTask{core::to_string(task), "enough"});
  cluster.tell(cluster.registry(), AskCluster{"default", command});
  cluster.run_for(60s);
  EXPECT_EQ(told_of(task).back(), TaskStatus::STOPPED);
  EXPECT_EQ(referee.tasks().at(task)->stopped_reason, "enough");
}

TEST_F(Example, NothingIsLostWhenTheServerDies) {
  auto& host = join("host-1");
  const auto task = run_web();
  cluster.run_for(20s);
  cluster.crash_server();
  cluster.run_for(30s);
  cluster.start_server();
  cluster.run_for(2min);
  EXPECT_EQ(referee.tasks().at(task)->last_status, TaskStatus::RUNNING);
  EXPECT_EQ(host.running_in(core::to_string(task)), 1U);
  EXPECT_THAT(referee.unrest(), IsEmpty());
}

TEST_F(Example, ASilentLineIsNoticedAndForgiven) {
  auto& host = join("host-1");
  run_web();
  cluster.run_for(20s);
  host.link().block_for(100s);
  cluster.run_for(90s);
  EXPECT_FALSE(referee.instances().begin()->second->agent_connected);
  cluster.run_for(60s);
  EXPECT_TRUE(referee.instances().begin()->second->agent_connected);
}

}  // namespace
}  // namespace troupe::testing
