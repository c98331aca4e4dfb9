/// Rolling deployments, step by step in virtual time.

#include "tests/core/service_world.hpp"

#include <gmock/gmock.h>

namespace troupe::core::service_test {
namespace {

using namespace std::chrono_literals;

class RollingDeployment : public ::testing::Test {
 protected:
  void start(std::int32_t count, std::int32_t least, std::int32_t most) {
    world.take(world.create(with_percents(replicas(count), least, most), good));
    ASSERT_TRUE(world.run_until_completed(5min));
  }
  void update_to(const TaskDefinitionPtr& definition) {
    UpdateService command;
    command.service = "web";
    command.task_definition = "app:2";
    world.take(world.update(command, definition));
  }
  void break_circuits(bool rollback) {
    UpdateService command;
    auto& breaker = command.deployment_configuration.emplace().deploymentCircuitBreaker.emplace();
    breaker.enable = true;
    breaker.rollback = rollback;
    world.take(world.update(command));
  }
  TaskId any_running() const {
    for (const auto& [id, task] : world.tasks) {
      if (task.last_status == TaskStatus::RUNNING) return id;
    }
    return {};
  }

  ServiceWorld world;
  TaskDefinitionPtr good = world.define("app", 1, {});
  TaskDefinitionPtr next = world.define("app", 2, {});
  TaskDefinitionPtr broken = world.define("app", 3, {.fails_to_start = true});
};

TEST_F(RollingDeployment, ANewServiceStartsAllItsTasksAndCompletes) {
  start(3, 100, 200);
  EXPECT_EQ(world.running(), 3);
  EXPECT_EQ(world.history().status, ServiceDeploymentStatus::SUCCESSFUL);
  EXPECT_EQ(world.service().stable_revision, world.primary().revision);
  EXPECT_TRUE(world.said("(service web) has started 3 tasks: (task "));
  EXPECT_TRUE(world.said("(deployment " + deployment_name(world.primary().id) + ") deployment completed."));
  EXPECT_EQ(world.service().events.front().message, "(service web) has reached a steady state.");
}

/// A stop that was asked for may yet fail; a task started meanwhile would be one too many.
TEST_F(RollingDeployment, APlaceIsFreeWhenTheStopIsDurable) {
  start(2, 50, 100);
  update_to(next);
  std::vector<TaskPtr> tasks;
  for (const auto& [id, task] : world.tasks) tasks.push_back(std::make_shared<const Task>(task));
  ServiceView view{world.state, {}, tasks, {}, {}, {}, world.zones, {}, false, {}};
  const auto first = reconcile(view, {world.now + 1min, 1});
  ASSERT_EQ(first.stop.size(), 1U);
  EXPECT_THAT(first.start, ::testing::IsEmpty());
  view.stopping = {first.stop.front().task};
  EXPECT_THAT(reconcile(view, {world.now + 1min, 2}).start, ::testing::IsEmpty());
  for (auto& task : view.tasks) {
    if (task->id != first.stop.front().task) continue;
    auto leaving = *task;
    leaving.desired_status = DesiredStatus::STOPPED;
    task = std::make_shared<const Task>(leaving);
  }
  view.stopping.clear();
  EXPECT_EQ(reconcile(view, {world.now + 1min, 3}).start.size(), 1U);
}

TEST_F(RollingDeployment, WithRoomTheNewTasksStartBeforeTheOldStop) {
  start(4, 100, 200);
  update_to(next);
  world.settle();
  EXPECT_EQ(world.live(), 8);
  EXPECT_EQ(world.service().deployments.size(), 2U);
  world.run(20s);
  EXPECT_EQ(world.running("app:1"), 4) << "the new ones are not healthy before 40 s";
  ASSERT_TRUE(world.run_until_completed(5min));
  EXPECT_EQ(world.running("app:2"), 4);
  EXPECT_EQ(world.running("app:1"), 0);
  EXPECT_EQ(world.service().deployments.size(), 1U);
}

TEST_F(RollingDeployment, WithoutRoomHalfStopFirst) {
  start(4, 50, 100);
  update_to(next);
  world.settle();
  EXPECT_EQ(world.running("app:1"), 2);
  EXPECT_LE(world.live(), 4);
  ASSERT_TRUE(world.run_until_completed(10min));
  EXPECT_EQ(world.running("app:2"), 4);
}

TEST_F(RollingDeployment, OneTaskWithinItsLimitsCannotMoveAndSaysSo) {
  start(1, 100, 150);
  update_to(next);
  world.run(5min);
  EXPECT_EQ(world.running("app:1"), 1);
  EXPECT_TRUE(
      world.said("was unable to stop or start tasks during a deployment because of the service "
                 "deployment configuration."));
}

TEST_F(RollingDeployment, ADeadTaskIsReplaced) {
  start(3, 100, 200);
  world.kill(any_running());
  world.run(3s);
  EXPECT_EQ(world.running(), 3);
}

TEST_F(RollingDeployment, TheCircuitBreakerRollsBackToTheLastCompletedRevision) {
  start(3, 100, 200);
  break_circuits(true);
  const auto first = world.primary();
  update_to(broken);
  const auto failed = world.service().current_deployment;
  ASSERT_TRUE([&] {
    for (int i = 0; i < 100 && world.state.deployments.at(failed)->status !=
                                   ServiceDeploymentStatus::ROLLBACK_SUCCESSFUL;
         ++i) {
      world.run(1s);
    }
    return world.primary().rollout == DeploymentRolloutState::COMPLETED;
  }());
  const auto& history = *world.state.deployments.at(failed);
  EXPECT_EQ(history.status, ServiceDeploymentStatus::ROLLBACK_SUCCESSFUL);
  EXPECT_EQ(history.breaker, ServiceDeploymentRollbackMonitorsStatus::TRIGGERED);
  EXPECT_EQ(history.rollback_revision, first.revision);
  EXPECT_EQ(world.primary().revision, first.revision);
  EXPECT_NE(world.primary().id, first.id);
  EXPECT_EQ(world.running("app:1"), 3) << "the good tasks were never touched";
  std::vector<std::string> reasons;
  for (const auto& event : world.events) {
    if (const auto* change = std::get_if<DeploymentStateChange>(&event)) reasons.push_back(change->reason);
  }
  EXPECT_THAT(reasons, ::testing::Contains("ECS deployment circuit breaker: task failed to start."));
  EXPECT_THAT(reasons, ::testing::Contains("ECS deployment circuit breaker: rolling back to deploymentId " +
                                           deployment_name(first.id) + "."));
}

TEST_F(RollingDeployment, WithoutACompletedRevisionTheDeploymentStaysFailed) {
  auto command = replicas(2);
  auto& breaker = command.deployment_configuration.emplace().deploymentCircuitBreaker.emplace();
  breaker.enable = true;
  breaker.rollback = true;
  world.take(world.create(command, broken));
  world.run(10min);
  EXPECT_EQ(world.primary().rollout, DeploymentRolloutState::FAILED);
  EXPECT_EQ(world.primary().rollout_reason, "ECS deployment circuit breaker: task failed to start.");
  EXPECT_EQ(world.history().status, ServiceDeploymentStatus::STOPPED);
  EXPECT_GE(world.primary().failures.failed, 3);
  const auto launched = world.tasks.size();
  world.run(1h);
  EXPECT_EQ(world.tasks.size(), launched) << "no more launches";
}

TEST_F(RollingDeployment, FailedLaunchesSlowDownToAQuarterOfAnHour) {
  world.take(world.create(replicas(1), broken));
  world.run(2h);
  EXPECT_TRUE(world.said("is unable to consistently start tasks successfully."));
  const auto before = world.tasks.size();
  world.run(1h);
  EXPECT_LE(world.tasks.size() - before, 5U);
  EXPECT_GE(world.tasks.size() - before, 3U);
}

TEST_F(RollingDeployment, TasksThatRanAndDiedAreNoFailures) {
  start(1, 100, 200);
  break_circuits(true);
  for (int i = 0; i < 6; ++i) {
    world.kill(any_running());
    world.run(4s);
  }
  EXPECT_EQ(world.primary().failures.failed, 0);
  EXPECT_EQ(world.running(), 1);
}

TEST_F(RollingDeployment, UnhealthyTasksAreCountedAndReplaced) {
  const auto sick = world.define("app", 4, {.turns_unhealthy = true}, true);
  start(3, 100, 200);
  break_circuits(true);
  update_to(sick);
  const auto failed = world.service().current_deployment;
  world.run(10min);
  EXPECT_EQ(world.state.deployments.at(failed)->status, ServiceDeploymentStatus::ROLLBACK_SUCCESSFUL);
  EXPECT_EQ(world.running("app:1"), 3);
  EXPECT_EQ(world.running("app:4"), 0);
  EXPECT_TRUE(world.said("failed container health checks."));
}

TEST_F(RollingDeployment, TheGracePeriodShieldsUnhealthyTasks) {
  const auto sick = world.define("app", 4, {.turns_unhealthy = true}, true);
  auto command = replicas(1);
  command.grace_seconds = 300;
  world.take(world.create(command, sick));
  world.run(4min);
  EXPECT_EQ(world.tasks.size(), 1U);
  world.run(3min);
  EXPECT_GT(world.tasks.size(), 1U);
}

TEST_F(RollingDeployment, ANewerDeploymentSupersedesTheOneUnderWay) {
  start(3, 100, 200);
  update_to(broken);
  const auto superseded = world.service().current_deployment;
  world.run(3s);
  update_to(next);
  EXPECT_EQ(world.state.deployments.at(superseded)->status, ServiceDeploymentStatus::STOPPED);
  ASSERT_TRUE(world.run_until_completed(5min));
  EXPECT_EQ(world.running("app:2"), 3);
  EXPECT_EQ(world.live(), 3);
}

TEST_F(RollingDeployment, AForcedDeploymentReplacesEverything) {
  start(2, 100, 200);
  const auto before = world.tasks;
  UpdateService command;
  command.force_new_deployment = true;
  world.take(world.update(command));
  EXPECT_EQ(world.service().deployments.size(), 2U);
  ASSERT_TRUE(world.run_until_completed(5min));
  for (const auto& [id, task] : before) {
    EXPECT_EQ(world.tasks.at(id).desired_status, DesiredStatus::STOPPED);
  }
}

TEST_F(RollingDeployment, ProtectedTasksOutliveTheirDeployment) {
  start(2, 100, 200);
  const auto shielded = any_running();
  world.protect(shielded, 30min);
  update_to(next);
  world.run(10min);
  EXPECT_EQ(world.tasks.at(shielded).last_status, TaskStatus::RUNNING);
  EXPECT_EQ(world.service().deployments.size(), 2U);
  world.run(25min);
  EXPECT_EQ(world.tasks.at(shielded).last_status, TaskStatus::STOPPED);
  EXPECT_EQ(world.service().deployments.size(), 1U);
}

TEST_F(RollingDeployment, ADrainingInstanceLosesItsTasksAfterTheirReplacementsAreHealthy) {
  start(4, 100, 200);
  world.draining = {InstanceId{{1, 1}}};
  world.settle();
  EXPECT_EQ(world.running(), 4);
  world.run(3min);
  EXPECT_EQ(world.running(), 4);
  for (const auto& [id, task] : world.tasks) {
    if (task.last_status != TaskStatus::RUNNING) continue;
    EXPECT_EQ(task.instance, (InstanceId{{1, 2}}));
  }
}

TEST_F(RollingDeployment, ScalingInLeavesTheFullestZoneFirst) {
  world.instances = {{InstanceId{{1, 1}}, "us-east-1a"}, {InstanceId{{1, 2}}, "us-east-1b"}};
  world.zones = {"us-east-1a", "us-east-1b"};
  start(6, 100, 200);
  UpdateService command;
  command.desired_count = 2;
  world.take(world.update(command));
  world.run(1min);
  std::map<std::string, int> zones;
  for (const auto& [id, task] : world.tasks) {
    if (task.last_status == TaskStatus::RUNNING) ++zones[task.availability_zone];
  }
  EXPECT_EQ(zones, (std::map<std::string, int>{{"us-east-1a", 1}, {"us-east-1b", 1}}));
}

TEST_F(RollingDeployment, ZonesAreBalancedWhenASecondOneJoins) {
  start(4, 100, 200);
  world.instances[InstanceId{{1, 3}}] = "us-east-1b";
  world.zones = {"us-east-1a", "us-east-1b"};
  world.run(10min);
  std::map<std::string, int> zones;
  for (const auto& [id, task] : world.tasks) {
    if (task.last_status == TaskStatus::RUNNING) ++zones[task.availability_zone];
  }
  EXPECT_EQ(zones, (std::map<std::string, int>{{"us-east-1a", 2}, {"us-east-1b", 2}}));
  EXPECT_TRUE(
      world.said("is not AZ balanced with 4 tasks in us-east-1a, 0 in us-east-1b. AZ Rebalancing in "
                 "progress."));
  EXPECT_TRUE(world.said("is AZ balanced with 2 tasks in us-east-1a, 2 in us-east-1b."));
}

TEST_F(RollingDeployment, ZonesAreNotBalancedAgainstProtectedTasks) {
  start(3, 100, 200);
  std::vector<TaskId> all;
  for (const auto& [id, task] : world.tasks) all.push_back(id);
  for (const auto& id : all) world.protect(id, 2h);
  world.instances[InstanceId{{1, 3}}] = "us-east-1b";
  world.zones = {"us-east-1a", "us-east-1b"};
  world.run(30min);
  EXPECT_EQ(world.tasks.size(), 3U) << "none was started only to be stopped";
  world.run(2h);
  EXPECT_EQ(world.running(), 3);
  EXPECT_EQ(world.tasks.size(), 4U) << "one moved when the protection had ended";
}

TEST_F(RollingDeployment, StoppingADeploymentRollsItBack) {
  start(2, 100, 200);
  update_to(next);
  world.run(5s);
  const auto id = world.service().current_deployment;
  world.take(decide(world.state, id, StopServiceDeployment{}, {world.now, 5}));
  world.run(3min);
  EXPECT_EQ(world.state.deployments.at(id)->status, ServiceDeploymentStatus::ROLLBACK_SUCCESSFUL);
  EXPECT_EQ(world.running("app:1"), 2);
  EXPECT_EQ(world.live(), 2);
  const auto again = decide(world.state, id, StopServiceDeployment{}, {world.now, 6});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_EQ(decide(world.state, "none", StopServiceDeployment{}, {world.now, 6}).error().code,
            ErrorCode::service_deployment_not_found);
}

TEST_F(RollingDeployment, ADeletedServiceDrainsAndIsInactive) {
  start(2, 100, 200);
  EXPECT_EQ(decide(world.state, DeleteService{}, {world.now, 5}).error().message,
            "The service cannot be stopped while it is scaled above 0.");
  world.take(decide(world.state, DeleteService{"web", true}, {world.now, 5}));
  EXPECT_EQ(world.service().status, ServiceStatus::DRAINING);
  EXPECT_EQ(world.create(replicas(1), good).error().message,
            "Unable to Start a service that is still Draining.");
  ServiceView asked{world.state, {}, {}, {}, {}, {}, world.zones, {}, false, {}};
  for (const auto& [id, task] : world.tasks) {
    asked.tasks.push_back(std::make_shared<const Task>(task));
    asked.stopping.insert(id);
  }
  EXPECT_FALSE(reconcile(asked, {world.now, 7}).change.service)
      << "who asks again after a restart, when a stop was not durable?";
  world.run(10s);
  EXPECT_EQ(world.service().status, ServiceStatus::INACTIVE);
  EXPECT_EQ(world.live(), 0);
  EXPECT_TRUE(world.create(replicas(1), good)) << "the name may be used again";
}

TEST_F(RollingDeployment, ASteadyServiceSaysSoEverySixHours) {
  start(1, 100, 200);
  const auto said = world.service().events.size();
  world.run(5h);
  EXPECT_EQ(world.service().events.size(), said);
  world.run(2h);
  EXPECT_EQ(world.service().events.size(), said + 1);
}

}  // namespace
}  // namespace troupe::core::service_test
