/// Deployments that roll, fail, and go back; through restarts too.

#include "tests/control/service_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::DeploymentRolloutState;
using core::ServiceDeploymentStatus;
using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Rollouts : public ServiceTest {
 protected:
  Rollouts() { register_definition(); }  // web:2

  core::CreateService bounded(std::int32_t desired, std::int32_t least, std::int32_t most) {
    auto command = creation(desired);
    command.task_definition = "web:1";
    command.deployment_configuration.emplace();
    command.deployment_configuration->minimumHealthyPercent = least;
    command.deployment_configuration->maximumPercent = most;
    return command;
  }

  /// Rolls on, a second at a time, and looks at the bounds at each.
  bool rolls_within(int least, int most) {
    for (int second = 0; second < 600 && !stable(); ++second) {
      world.advance(1s);
      if (second % 20 == 0) {
        for (const auto& agent : agents) beat(agent);
      }
      EXPECT_GE(running(), least) << "second " << second;
      EXPECT_LE(static_cast<int>(tasks_of().size()), most) << "second " << second;
    }
    return stable();
  }

  std::vector<core::ServiceDeploymentView> history() {
    core::ListServiceDeployments query;
    query.service = "web";
    return reply<core::ServiceDeploymentsReply>(ask(query)).deployments;
  }
};

TEST_F(Rollouts, ANewRevisionReplacesTheOldWithinTheBounds) {
  (void)create(bounded(4, 100, 200));
  ASSERT_TRUE(settles());
  const auto updated = deploy("web:2");
  EXPECT_THAT(updated.state.service->deployments, SizeIs(2));
  EXPECT_TRUE(rolls_within(4, 8));
  EXPECT_EQ(running_revision(2), 4);
  EXPECT_EQ(running_revision(1), 0);
  ASSERT_THAT(history(), SizeIs(2));
  EXPECT_EQ(history()[0].deployment->status, ServiceDeploymentStatus::SUCCESSFUL);
  EXPECT_EQ(history()[0].counts.at(history()[0].deployment->target_revision).running, 4);
}

TEST_F(Rollouts, WithoutRoomTasksStopBeforeTheirReplacementsStart) {
  (void)create(bounded(4, 50, 100));
  ASSERT_TRUE(settles());
  (void)deploy("web:2");
  EXPECT_TRUE(rolls_within(2, 4));
  EXPECT_EQ(running_revision(2), 4);
}

TEST_F(Rollouts, TheCircuitBreakerTripsAndRollsBack) {
  auto command = bounded(2, 100, 200);
  command.deployment_configuration->deploymentCircuitBreaker.emplace();
  command.deployment_configuration->deploymentCircuitBreaker->enable = true;
  command.deployment_configuration->deploymentCircuitBreaker->rollback = true;
  (void)create(command);
  ASSERT_TRUE(settles());
  for (auto& agent : agents) agent.notes->obedient = false;
  (void)deploy("web:2");
  for (int second = 0;
       second < 300 && history()[0].deployment->status == ServiceDeploymentStatus::IN_PROGRESS; ++second) {
    for (const auto& task : tasks_of()) {
      if (task->launch->revision != 2) continue;
      auto failed = report_of(task->id, core::TaskStatus::STOPPED);
      failed.stop_code = core::TaskStopCode::TaskFailedToStart;
      say(task->instance == agents[0].id ? agents[0] : agents[1], failed);
    }
    world.advance(1s);
    for (const auto& agent : agents) beat(agent);
  }
  for (auto& agent : agents) agent.notes->obedient = true;
  EXPECT_TRUE(settles());
  EXPECT_EQ(running_revision(1), 2);
  EXPECT_EQ(running_revision(2), 0);
  EXPECT_EQ(history()[0].deployment->status, ServiceDeploymentStatus::ROLLBACK_SUCCESSFUL);
}

TEST_F(Rollouts, ADeploymentCanBeStoppedByHand) {
  (void)create(bounded(2, 100, 200));
  ASSERT_TRUE(settles());
  for (auto& agent : agents) agent.notes->obedient = false;
  (void)deploy("web:2");
  const auto& under_way = *history()[0].deployment;
  const auto arn = "arn:aws:ecs:us-east-1:000000000000:service-deployment/default/web/" + under_way.id;
  EXPECT_EQ(reply<core::ServiceDeploymentArnReply>(ask(core::StopServiceDeployment{arn, {}})).arn, arn);
  const auto described =
      reply<core::ServiceDeploymentsReply>(ask(core::DescribeServiceDeployments{{arn, arn + "x"}}));
  EXPECT_THAT(described.deployments, SizeIs(1));
  EXPECT_THAT(described.failures, SizeIs(1));
}

TEST_F(Rollouts, ARolloutGoesOnAfterARestart) {
  (void)create(bounded(4, 50, 100));
  ASSERT_TRUE(settles());
  (void)deploy("web:2");
  world.advance(10s);
  restart();
  reconnect();
  EXPECT_TRUE(settles());
  EXPECT_EQ(running_revision(2), 4);
  EXPECT_EQ(history()[0].deployment->status, ServiceDeploymentStatus::SUCCESSFUL);
}

/// The journal takes so many more commits and then nothing: as if the process
/// had been killed there.
class KilledRollout : public Rollouts, public ::testing::WithParamInterface<std::size_t> {};

TEST_P(KilledRollout, ConvergesFromEveryWrite) {
  (void)create(bounded(3, 50, 200));
  ASSERT_TRUE(settles());
  journal->refuses_after = journal->commits + GetParam();
  (void)ask([] {
    core::UpdateService command;
    command.service = "web";
    command.task_definition = "web:2";
    return command;
  }());
  for (int i = 0; i < 60; ++i) {
    world.advance(1s);
    for (const auto& agent : agents) beat(agent);
  }
  stop();
  journal->refuses_after.reset();
  start();
  reconnect();
  ASSERT_TRUE(settles());
  EXPECT_EQ(running(), 3);
  EXPECT_EQ(running_revision(GetParam() == 0 ? 1 : 2), 3);
  EXPECT_EQ(history()[0].deployment->status, ServiceDeploymentStatus::SUCCESSFUL);
}

INSTANTIATE_TEST_SUITE_P(AtEachWrite, KilledRollout, ::testing::Range<std::size_t>(0, 40));

}  // namespace
}  // namespace troupe::testing
