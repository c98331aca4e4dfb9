/// BLUE_GREEN, LINEAR and CANARY deployments through their lifecycle stages, hooks
/// that pause them, and their way back.

#include "tests/control/service_world.hpp"

#include "actors/player.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::DeploymentLifecycleHookAction;
using core::DeploymentStrategy;
using core::ServiceDeploymentStatus;
using namespace std::chrono_literals;
using HookStage = core::DeploymentLifecycleHookStage;
using Stage = core::ServiceDeploymentLifecycleStage;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Shifting : public ServiceTest {
 protected:
  Shifting() { register_definition(); }  // web:2

  static core::DeploymentConfiguration with(DeploymentStrategy strategy) {
    core::DeploymentConfiguration configuration;
    configuration.strategy = strategy;
    configuration.bakeTimeInMinutes = 5;
    return configuration;
  }
  static core::DeploymentConfiguration linear() {
    auto configuration = with(DeploymentStrategy::LINEAR);
    configuration.linearConfiguration.emplace().stepPercent = 40.0;
    configuration.linearConfiguration->stepBakeTimeInMinutes = 2;
    return configuration;
  }
  static core::DeploymentConfiguration canary() {
    auto configuration = with(DeploymentStrategy::CANARY);
    configuration.canaryConfiguration.emplace().canaryPercent = 10.0;
    configuration.canaryConfiguration->canaryBakeTimeInMinutes = 3;
    return configuration;
  }
  static core::DeploymentLifecycleHook pause(HookStage stage) {
    core::DeploymentLifecycleHook hook;
    hook.targetType = core::DeploymentLifecycleHookTargetType::PAUSE;
    hook.lifecycleStages = {stage};
    return hook;
  }

  /// A service of two tasks that runs web:1 and has this configuration.
  void start_with(const core::DeploymentConfiguration& configuration) {
    auto command = creation(2);
    command.task_definition = "web:1";
    command.load_balancers.emplace_back().targetGroupArn =
        "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/blue/1";
    command.deployment_configuration = configuration;
    command.deployment_configuration->lifecycleHooks.reset();
    (void)create(command);
    pass(10min);
    ASSERT_TRUE(stable());
    if (!configuration.lifecycleHooks) return;
    core::UpdateService settings;
    settings.deployment_configuration = configuration;
    (void)update(settings);
  }

  /// Time passes, agents are heard, and each new state of the deployment is noted.
  void pass(std::chrono::seconds time) {
    for (; time.count() > 0; time -= 5s) {
      world.advance(5s);
      for (const auto& agent : agents) {
        if (agent.instance) beat(agent);
      }
      note();
    }
  }
  void note() {
    const auto now = newest();
    if (!now.progress) return;
    if (stages.empty() || stages.back() != now.progress->stage) stages.push_back(now.progress->stage);
    const auto percent = now.progress->production_percent;
    if (percents.empty() || percents.back() != percent) percents.push_back(percent);
  }
  core::ServiceDeployment newest() {
    core::ListServiceDeployments query;
    query.service = "web";
    return *reply<core::ServiceDeploymentsReply>(ask(query)).deployments.at(0).deployment;
  }
  std::string arn_of_newest() {
    return "arn:aws:ecs:us-east-1:000000000000:service-deployment/default/web/" + newest().id;
  }
  /// The hook that waits, by its id; empty: none does.
  std::string waiting_hook() {
    const auto now = newest();
    if (!now.progress) return {};
    for (const auto& run : now.progress->hooks) {
      if (run.status == core::DeploymentLifecycleHookStatus::AWAITING_ACTION) return run.id;
    }
    return {};
  }
  std::string act_on_hook(DeploymentLifecycleHookAction action) {
    return refusal(ask(core::ContinueServiceDeployment{arn_of_newest(), waiting_hook(), action}));
  }
  void expect_blue_is_back() {
    EXPECT_EQ(newest().status, ServiceDeploymentStatus::ROLLBACK_SUCCESSFUL);
    EXPECT_EQ(running_revision(1), 2);
    EXPECT_EQ(running_revision(2), 0);
    EXPECT_TRUE(stable());
  }

  std::vector<Stage> stages;
  std::vector<double> percents;
};

TEST_F(Shifting, BlueGreenStepsThroughItsStages) {
  start_with(with(DeploymentStrategy::BLUE_GREEN));
  stages.clear();
  (void)deploy("web:2");
  note();
  pass(3min);
  EXPECT_THAT(stages, ElementsAre(Stage::SCALE_UP, Stage::BAKE_TIME)) << "the others take no time";
  EXPECT_EQ(running_revision(1), 2);
  EXPECT_EQ(running_revision(2), 2);
  EXPECT_EQ(newest().progress->production_percent, 100);
  EXPECT_EQ(newest().progress->test_percent, 100);
  pass(5min);
  EXPECT_EQ(newest().status, ServiceDeploymentStatus::SUCCESSFUL);
  EXPECT_EQ(running_revision(1), 0);
  EXPECT_TRUE(stable());
}

TEST_F(Shifting, LinearAndCanaryMoveTheTrafficInSteps) {
  start_with(linear());
  percents.clear();
  (void)deploy("web:2");
  pass(15min);
  EXPECT_THAT(percents, ElementsAre(0, 40, 80, 100));
  EXPECT_EQ(newest().status, ServiceDeploymentStatus::SUCCESSFUL);
  core::UpdateService settings;
  settings.deployment_configuration = canary();
  (void)update(settings);
  percents.clear();
  (void)deploy("web:1");
  pass(15min);
  EXPECT_THAT(percents, ElementsAre(0, 10, 100));
  EXPECT_EQ(newest().status, ServiceDeploymentStatus::SUCCESSFUL);
  EXPECT_EQ(running_revision(1), 2);
}

/// Each stage at which a deployment can be paused.
class Paused : public Shifting, public ::testing::WithParamInterface<HookStage> {};

TEST_P(Paused, WaitsThereUntilItIsContinued) {
  auto configuration = with(DeploymentStrategy::BLUE_GREEN);
  configuration.lifecycleHooks = {pause(GetParam())};
  start_with(configuration);
  (void)deploy("web:2");
  pass(2h);
  ASSERT_NE(waiting_hook(), "");
  EXPECT_EQ(running_revision(1), 2);
  restart();
  reconnect();
  pass(1h);
  ASSERT_NE(waiting_hook(), "") << "a restart does not let it go";
  const core::ContinueServiceDeployment wrong{arn_of_newest(), "another",
                                              DeploymentLifecycleHookAction::CONTINUE};
  EXPECT_EQ(refusal(ask(wrong)),
            "InvalidParameterException: The service deployment has no hook another that awaits an action.");
  EXPECT_EQ(act_on_hook(DeploymentLifecycleHookAction::CONTINUE), "");
  pass(10min);
  EXPECT_EQ(newest().status, ServiceDeploymentStatus::SUCCESSFUL);
  EXPECT_EQ(running_revision(2), 2);
  EXPECT_TRUE(stable());
}

TEST_P(Paused, RollsBackFromThere) {
  auto configuration = with(DeploymentStrategy::BLUE_GREEN);
  configuration.lifecycleHooks = {pause(GetParam())};
  start_with(configuration);
  (void)deploy("web:2");
  pass(5min);
  EXPECT_EQ(act_on_hook(DeploymentLifecycleHookAction::ROLLBACK), "");
  pass(5min);
  expect_blue_is_back();
}

TEST_P(Paused, RollsBackWhenNobodyActs) {
  auto configuration = with(DeploymentStrategy::BLUE_GREEN);
  configuration.lifecycleHooks = {pause(GetParam())};
  configuration.lifecycleHooks->at(0).timeoutConfiguration.emplace().timeoutInMinutes = 30;
  start_with(configuration);
  (void)deploy("web:2");
  pass(40min);
  expect_blue_is_back();
}

INSTANTIATE_TEST_SUITE_P(AtEachStage, Paused,
                         ::testing::Values(HookStage::RECONCILE_SERVICE, HookStage::PRE_SCALE_UP,
                                           HookStage::POST_SCALE_UP, HookStage::POST_TEST_TRAFFIC_SHIFT,
                                           HookStage::PRE_PRODUCTION_TRAFFIC_SHIFT,
                                           HookStage::POST_PRODUCTION_TRAFFIC_SHIFT));

/// Stopped by hand while so much of the traffic is with green.
struct Halt {
  DeploymentStrategy strategy;
  std::chrono::seconds after;
  double percent;
};

class Stopped : public Shifting, public ::testing::WithParamInterface<Halt> {
 protected:
  void deploy_halfway() {
    const auto strategy = GetParam().strategy;
    start_with(strategy == DeploymentStrategy::LINEAR   ? linear()
               : strategy == DeploymentStrategy::CANARY ? canary()
                                                        : with(strategy));
    (void)deploy("web:2");
    pass(GetParam().after);
    ASSERT_TRUE(newest().progress);
    EXPECT_EQ(newest().progress->production_percent, GetParam().percent);
  }
  std::string halt(core::StopServiceDeploymentStopType type) {
    return refusal(ask(core::StopServiceDeployment{arn_of_newest(), type}));
  }
};

TEST_P(Stopped, RollbackTakesTheTrafficBackFirst) {
  deploy_halfway();
  EXPECT_EQ(halt(core::StopServiceDeploymentStopType::ROLLBACK), "");
  EXPECT_EQ(halt(core::StopServiceDeploymentStopType::ROLLBACK).substr(0, 17), "ConflictException");
  pass(5min);
  expect_blue_is_back();
  EXPECT_EQ(newest().rollback_reason, "Service deployment stop request: stopped by user.");
}

TEST_P(Stopped, AbortLeavesThingsAsTheyAre) {
  deploy_halfway();
  const auto green = running_revision(2);
  EXPECT_EQ(halt(core::StopServiceDeploymentStopType::ABORT), "");
  pass(30min);
  EXPECT_EQ(newest().status, ServiceDeploymentStatus::STOPPED);
  EXPECT_EQ(newest().progress->production_percent, GetParam().percent);
  EXPECT_EQ(running_revision(1), 2) << "the traffic that is with blue stays there";
  EXPECT_EQ(running_revision(2), green);
  (void)deploy("web:1");
  pass(20min);
  EXPECT_EQ(newest().status, ServiceDeploymentStatus::SUCCESSFUL) << "the next one goes on from here";
  EXPECT_EQ(running_revision(1), 2);
  EXPECT_TRUE(stable());
}

INSTANTIATE_TEST_SUITE_P(AtEachShare, Stopped,
                         ::testing::Values(Halt{DeploymentStrategy::BLUE_GREEN, 20s, 0},
                                           Halt{DeploymentStrategy::BLUE_GREEN, 2min, 100},
                                           Halt{DeploymentStrategy::LINEAR, 2min, 40},
                                           Halt{DeploymentStrategy::LINEAR, 4min, 80},
                                           Halt{DeploymentStrategy::CANARY, 2min, 10}));

TEST_F(Shifting, AShiftGoesOnAfterARestartAtEachStep) {
  start_with(linear());
  for (const auto* definition : {"web:2", "web:1"}) {
    (void)deploy(definition);
    for (int i = 0; i < 12; ++i) {
      pass(45s);
      restart();
      reconnect();
    }
    pass(10min);
    EXPECT_EQ(newest().status, ServiceDeploymentStatus::SUCCESSFUL);
    EXPECT_TRUE(stable());
  }
}

TEST_F(Shifting, ANewerDeploymentTakesTheTrafficBackAndStartsAnew) {
  start_with(canary());
  register_definition();  // web:3
  (void)deploy("web:2");
  pass(2min);
  EXPECT_EQ(newest().progress->production_percent, 10);
  (void)deploy("web:3");
  percents.clear();
  pass(20min);
  EXPECT_THAT(percents, ElementsAre(0, 10, 100));
  EXPECT_EQ(newest().status, ServiceDeploymentStatus::SUCCESSFUL);
  EXPECT_EQ(running_revision(3), 2);
  EXPECT_THAT(tasks_of(), SizeIs(2));
}

TEST_F(Shifting, HooksOfTypeLambdaAreRefusedAtOnce) {
  auto hook = pause(HookStage::POST_SCALE_UP);
  hook.targetType = core::DeploymentLifecycleHookTargetType::AWS_LAMBDA;
  hook.hookTargetArn = "arn:aws:lambda:us-east-1:000000000000:function:check";
  auto command = creation(1);
  command.deployment_configuration.emplace().lifecycleHooks = {hook};
  const auto living = world.living();
  EXPECT_EQ(
      refusal(ask(command)),
      "InvalidParameterException: Lifecycle hooks with the target type AWS_LAMBDA are not supported: there "
      "is no AWS Lambda here to invoke. Use the target type PAUSE.");
  EXPECT_EQ(world.living(), living);
}

}  // namespace
}  // namespace troupe::testing
