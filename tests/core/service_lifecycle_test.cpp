/// BLUE_GREEN, LINEAR and CANARY deployments, hooks, DAEMON services and task
/// sets in virtual time.

#include "tests/core/service_world.hpp"

#include <gtest/gtest.h>

namespace troupe::core::service_test {
namespace {

using namespace std::chrono_literals;
using Stage = ServiceDeploymentLifecycleStage;
using HookStage = DeploymentLifecycleHookStage;

class ShiftingDeployment : public ::testing::Test {
 protected:
  void start(DeploymentConfiguration configuration) {
    auto command = replicas(2);
    LoadBalancer balancer;
    balancer.targetGroupArn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/blue/1";
    command.load_balancers = {balancer};
    command.deployment_configuration = std::move(configuration);
    world.take(world.create(command, blue));
    ASSERT_TRUE(world.run_until_completed(30min));
    world.shifts.clear();
  }
  static DeploymentConfiguration shifting(DeploymentStrategy strategy) {
    DeploymentConfiguration configuration;
    configuration.strategy = strategy;
    configuration.bakeTimeInMinutes = 5;
    return configuration;
  }
  static DeploymentLifecycleHook hook(DeploymentLifecycleHookTargetType type, HookStage stage) {
    DeploymentLifecycleHook made;
    made.targetType = type;
    made.lifecycleStages = {stage};
    if (type == DeploymentLifecycleHookTargetType::AWS_LAMBDA) made.hookTargetArn = "arn:aws:lambda:check";
    return made;
  }
  void update() {
    UpdateService command;
    command.task_definition = "app:2";
    world.take(world.update(command, green));
    deployment = world.service().current_deployment;
  }
  const ServiceDeployment& history() const { return *world.state.deployments.at(deployment); }
  std::vector<double> production() const {
    std::vector<double> percents;
    for (const auto& shift : world.shifts) {
      if (shift.kind == TrafficKind::production) percents.push_back(shift.percent);
    }
    return percents;
  }

  ServiceWorld world;
  TaskDefinitionPtr blue = world.define("app", 1, {});
  TaskDefinitionPtr green = world.define("app", 2, {});
  std::string deployment;
};

TEST_F(ShiftingDeployment, BlueStaysUntilGreenHasBaked) {
  start(shifting(DeploymentStrategy::BLUE_GREEN));
  update();
  world.run(2min);
  EXPECT_EQ(history().progress->stage, Stage::BAKE_TIME);
  EXPECT_EQ(production(), std::vector<double>{100});
  EXPECT_EQ(world.running("app:1"), 2);
  EXPECT_EQ(world.running("app:2"), 2);
  world.reload();
  world.run(6min);
  EXPECT_EQ(history().status, ServiceDeploymentStatus::SUCCESSFUL);
  EXPECT_EQ(world.running("app:1"), 0);
  EXPECT_EQ(world.service().deployments.size(), 1U);
}

TEST_F(ShiftingDeployment, ACanaryGetsItsShareFirst) {
  auto configuration = shifting(DeploymentStrategy::CANARY);
  configuration.canaryConfiguration.emplace().canaryPercent = 5.0;
  configuration.canaryConfiguration->canaryBakeTimeInMinutes = 10;
  start(configuration);
  update();
  world.run(5min);
  EXPECT_EQ(production(), std::vector<double>{5});
  world.run(8min);
  EXPECT_EQ(production(), (std::vector<double>{5, 100}));
}

TEST_F(ShiftingDeployment, LinearStepsEndAtAHundred) {
  auto configuration = shifting(DeploymentStrategy::LINEAR);
  configuration.linearConfiguration.emplace().stepPercent = 40.0;
  configuration.linearConfiguration->stepBakeTimeInMinutes = 1;
  start(configuration);
  update();
  world.run(10min);
  EXPECT_EQ(production(), (std::vector<double>{40, 80, 100}));
  EXPECT_EQ(history().status, ServiceDeploymentStatus::SUCCESSFUL);
}

TEST_F(ShiftingDeployment, TrafficIsAskedForUntilItHasMoved) {
  start(shifting(DeploymentStrategy::BLUE_GREEN));
  world.answer_traffic = false;
  update();
  world.run(2min);
  EXPECT_EQ(history().progress->stage, Stage::TEST_TRAFFIC_SHIFT);
  ASSERT_FALSE(world.shifts.empty());
  world.answer_traffic = true;
  world.run(1s);
  EXPECT_EQ(history().progress->stage, Stage::BAKE_TIME);
}

TEST_F(ShiftingDeployment, WhatAnAbortedOneHadShiftedIsTakenBackByTheNext) {
  start(shifting(DeploymentStrategy::BLUE_GREEN));
  update();
  world.run(2min);
  ASSERT_EQ(history().progress->production_percent, 100);
  StopServiceDeployment abort;
  abort.type = StopServiceDeploymentStopType::ABORT;
  world.take(decide(world.state, deployment, abort, {world.now, 1}));
  world.run(10min);
  EXPECT_EQ(production(), std::vector<double>{100});
  const auto again = [&] {
    world.shifts.clear();
    UpdateService command;
    command.force_new_deployment = true;
    world.take(world.update(command, green));
    deployment = world.service().current_deployment;
    world.run(10min);
    EXPECT_EQ(history().status, ServiceDeploymentStatus::SUCCESSFUL);
  };
  again();
  EXPECT_EQ(production(), (std::vector<double>{0, 100}));
  again();
  EXPECT_EQ(production(), std::vector<double>{100}) << "what succeeded is where the traffic is";
}

TEST_F(ShiftingDeployment, APauseHoldsUntilItIsContinued) {
  auto configuration = shifting(DeploymentStrategy::BLUE_GREEN);
  start(configuration);
  configuration.lifecycleHooks = {hook(DeploymentLifecycleHookTargetType::PAUSE, HookStage::POST_SCALE_UP)};
  UpdateService settings;
  settings.deployment_configuration = configuration;
  world.take(world.update(settings));
  update();
  world.run(1h);
  ASSERT_EQ(history().progress->stage, Stage::POST_SCALE_UP);
  ASSERT_EQ(history().progress->hooks.size(), 1U);
  EXPECT_EQ(history().progress->hooks[0].status, DeploymentLifecycleHookStatus::AWAITING_ACTION);
  ContinueServiceDeployment command;
  command.hook_id = "another";
  EXPECT_FALSE(decide(world.state, deployment, command, {world.now, 1}));
  command.hook_id = history().progress->hooks[0].id;
  world.take(decide(world.state, deployment, command, {world.now, 1}));
  world.run(10min);
  EXPECT_EQ(history().status, ServiceDeploymentStatus::SUCCESSFUL);
}

TEST_F(ShiftingDeployment, APauseThatTimesOutRollsBack) {
  auto configuration = shifting(DeploymentStrategy::BLUE_GREEN);
  auto pause = hook(DeploymentLifecycleHookTargetType::PAUSE, HookStage::POST_PRODUCTION_TRAFFIC_SHIFT);
  pause.timeoutConfiguration.emplace().timeoutInMinutes = 30;
  start(configuration);
  configuration.lifecycleHooks = {pause};
  UpdateService settings;
  settings.deployment_configuration = configuration;
  world.take(world.update(settings));
  update();
  world.run(10min);
  EXPECT_EQ(production(), std::vector<double>{100});
  world.run(30min);
  EXPECT_EQ(history().status, ServiceDeploymentStatus::ROLLBACK_SUCCESSFUL);
  EXPECT_EQ(production(), (std::vector<double>{100, 0})) << "the traffic went back first";
  EXPECT_EQ(world.running("app:1"), 2);
  EXPECT_EQ(world.running("app:2"), 0);
}

TEST_F(ShiftingDeployment, ALambdaHookIsCalledAgainUntilItAnswers) {
  world.context.hook_targets = HookTargets::pause_and_lambda;
  auto configuration = shifting(DeploymentStrategy::BLUE_GREEN);
  start(configuration);
  configuration.lifecycleHooks = {
      hook(DeploymentLifecycleHookTargetType::AWS_LAMBDA, HookStage::PRE_SCALE_UP)};
  UpdateService settings;
  settings.deployment_configuration = configuration;
  world.take(world.update(settings));
  update();
  world.run(30s);
  ASSERT_EQ(world.hooks.size(), 1U);
  const HookAnswered later{deployment, world.hooks[0].hook_id, DeploymentLifecycleHookStatus::IN_PROGRESS};
  apply(world.state, learn(world.state, later, {world.now, 1}));
  world.run(31s);
  EXPECT_EQ(world.hooks.size(), 2U);
  const HookAnswered failed{deployment, world.hooks[0].hook_id, DeploymentLifecycleHookStatus::FAILED};
  apply(world.state, learn(world.state, failed, {world.now, 1}));
  world.run(1min);
  EXPECT_EQ(history().status, ServiceDeploymentStatus::ROLLBACK_SUCCESSFUL);
  EXPECT_EQ(world.running("app:1"), 2);
}

class DaemonService : public ::testing::Test {
 protected:
  void SetUp() override {
    CreateService command;
    command.name = "web";
    command.scheduling_strategy = SchedulingStrategy::DAEMON;
    world.daemons = {{one, DaemonPlace::eligible, false}, {two, DaemonPlace::eligible, false}};
    world.take(world.create(command, definition));
    world.run(1min);
  }
  int running_on(const InstanceId& instance) const {
    int count = 0;
    for (const auto& [id, task] : world.tasks) {
      if (task.instance == instance && task.last_status == TaskStatus::RUNNING) ++count;
    }
    return count;
  }

  InstanceId one{{1, 1}};
  InstanceId two{{1, 2}};
  ServiceWorld world;
  TaskDefinitionPtr definition = world.define("app", 1, {});
};

TEST_F(DaemonService, EachInstanceHasOneTask) {
  EXPECT_EQ(running_on(one), 1);
  EXPECT_EQ(running_on(two), 1);
  EXPECT_EQ(world.service().desired_count, 2);
  EXPECT_EQ(world.primary().rollout, DeploymentRolloutState::COMPLETED);
}

TEST_F(DaemonService, AnInstanceThatJoinsGetsOneAndOneThatLeavesLosesIt) {
  const InstanceId three{{1, 3}};
  world.instances[three] = "us-east-1a";
  world.daemons.push_back({three, DaemonPlace::eligible, false});
  world.run(1min);
  EXPECT_EQ(running_on(three), 1);
  world.daemons.pop_back();
  world.run(1min);
  EXPECT_EQ(running_on(three), 0);
}

TEST_F(DaemonService, OnADrainingInstanceItIsTheLastToStop) {
  world.daemons[0] = {one, DaemonPlace::draining, true};
  world.run(1min);
  EXPECT_EQ(running_on(one), 1);
  world.daemons[0].busy = false;
  world.run(1min);
  EXPECT_EQ(running_on(one), 0);
  EXPECT_EQ(world.service().desired_count, 1);
}

TEST_F(DaemonService, ASilentInstanceKeepsItsTask) {
  world.daemons[0].place = DaemonPlace::disconnected;
  world.run(1min);
  EXPECT_EQ(running_on(one), 1);
}

TEST_F(DaemonService, AnUpdateNeverPutsTwoOnOneInstance) {
  world.on_plan = [&](const Plan&) {
    for (const auto& [id, zone] : world.instances) EXPECT_LE(running_on(id), 1);
  };
  UpdateService command;
  command.force_new_deployment = true;
  world.take(world.update(command));
  EXPECT_TRUE(world.run_until_completed(5min));
  EXPECT_EQ(running_on(one) + running_on(two), 2);
}

class TaskSets : public ::testing::Test {
 protected:
  void SetUp() override {
    auto command = replicas(3);
    command.deployment_controller = DeploymentControllerType::EXTERNAL;
    world.take(world.create(command, nullptr));
  }
  TaskSet add(double percent) {
    world.context.definition = definition;
    CreateTaskSet command;
    command.scale.emplace().value = percent;
    const auto made = decide(world.state, command, world.context, {world.now, ++seed});
    EXPECT_TRUE(made);
    apply(world.state, made->change);
    return made->task_set;
  }

  ServiceWorld world;
  std::uint64_t seed = 100;
  TaskDefinitionPtr definition = world.define("app", 1, {});
};

TEST_F(TaskSets, EachHasItsShareRoundedUp) {
  EXPECT_TRUE(world.service().deployments.empty());
  const auto set = add(50);
  world.run(2min);
  EXPECT_EQ(world.running(), 2);
  EXPECT_EQ(world.service().task_sets.at(0).stability, StabilityStatus::STEADY_STATE);
  UpdateTaskSet command;
  command.task_set = deployment_name(set.id);
  command.scale.value = 0.0;
  const auto scaled = decide(world.state, command, {}, {world.now, 1});
  ASSERT_TRUE(scaled);
  apply(world.state, scaled->change);
  world.run(1min);
  EXPECT_EQ(world.running(), 0);
}

TEST_F(TaskSets, OneIsPrimaryAndADeletedOneDrains) {
  const auto first = add(100);
  const auto second = add(100);
  const auto promote = [&](std::uint64_t id) {
    const auto done =
        decide(world.state, UpdateServicePrimaryTaskSet{"web", deployment_name(id)}, {}, {world.now, 1});
    ASSERT_TRUE(done);
    EXPECT_EQ(done->task_set.status, TaskSetStatus::PRIMARY);
    apply(world.state, done->change);
  };
  promote(first.id);
  promote(second.id);
  EXPECT_EQ(world.service().task_sets.at(0).status, TaskSetStatus::ACTIVE);
  world.run(1min);
  EXPECT_EQ(world.running(), 6);
  const auto gone =
      decide(world.state, DeleteTaskSet{"web", deployment_name(first.id), true}, {}, {world.now, 1});
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->task_set.status, TaskSetStatus::DRAINING);
  apply(world.state, gone->change);
  world.run(1min);
  EXPECT_EQ(world.running(), 3);
  EXPECT_EQ(world.service().task_sets.size(), 1U);
  EXPECT_EQ(decide(world.state, UpdateTaskSet{"web", "ecs-svc/1", {}}, {}, {world.now, 1}).error().code,
            ErrorCode::task_set_not_found);
}

}  // namespace
}  // namespace troupe::core::service_test
