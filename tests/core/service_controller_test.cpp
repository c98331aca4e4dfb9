/// Changes of the deployment controller, and hooks that nobody could call.

#include "tests/core/service_world.hpp"

#include <gtest/gtest.h>

namespace troupe::core::service_test {
namespace {

using namespace std::chrono_literals;
using Controller = DeploymentControllerType;

class ControllerChange : public ::testing::Test {
 protected:
  void start(Controller controller) {
    auto command = replicas(3);
    command.deployment_controller = controller;
    world.take(world.create(command, first));
    if (controller == Controller::EXTERNAL) {
      const auto set = add_set();
      const UpdateServicePrimaryTaskSet promotion{"web", deployment_name(set.id)};
      apply(world.state, decide(world.state, promotion, {}, {world.now, 5}).value().change);
    }
    world.run(2min);
  }
  TaskSet add_set() {
    world.context.definition = first;
    CreateTaskSet command;
    const auto made = decide(world.state, command, world.context, {world.now, ++seed});
    EXPECT_TRUE(made);
    apply(world.state, made->change);
    return made->task_set;
  }
  static UpdateService to(Controller controller) {
    UpdateService command;
    command.deployment_controller = controller;
    return command;
  }
  std::string refusal(const UpdateService& command) {
    const auto result = world.update(command);
    return result ? "accepted" : result.error().message;
  }

  ServiceWorld world;
  std::uint64_t seed = 100;
  TaskDefinitionPtr first = world.define("app", 1, {});
  TaskDefinitionPtr second = world.define("app", 2, {});
};

TEST_F(ControllerChange, EcsTakesOverThePrimaryTaskSetWithItsTasks) {
  for (const auto controller : {Controller::EXTERNAL, Controller::CODE_DEPLOY}) {
    world.state = {};
    world.tasks.clear();
    start(controller);
    ASSERT_EQ(world.running(), 3);
    const auto set = world.service().task_sets.at(0).id;
    const auto tasks_before = world.tasks.size();
    world.take(world.update(to(Controller::ECS)));
    EXPECT_EQ(world.service().controller, Controller::ECS);
    EXPECT_TRUE(world.service().task_sets.empty());
    EXPECT_EQ(world.primary().id, set);
    EXPECT_EQ(world.primary().rollout, DeploymentRolloutState::COMPLETED);
    world.run(5min);
    EXPECT_EQ(world.tasks.size(), tasks_before) << "no task was replaced";
    auto update = UpdateService{};
    update.task_definition = "app:2";
    world.take(world.update(update, second));
    EXPECT_TRUE(world.run_until_completed(10min));
    EXPECT_EQ(world.running("app:2"), 3);
  }
}

TEST_F(ControllerChange, TheSameCallMayDeploy) {
  start(Controller::CODE_DEPLOY);
  auto command = to(Controller::ECS);
  command.task_definition = "app:2";
  world.take(world.update(command, second));
  EXPECT_EQ(world.service().deployments.size(), 2U);
  EXPECT_TRUE(world.run_until_completed(10min));
  EXPECT_EQ(world.running("app:2"), 3);
  EXPECT_EQ(world.history().source_revisions.size(), 1U);
}

TEST_F(ControllerChange, NothingElseMayBeChangedToAnything) {
  start(Controller::EXTERNAL);
  (void)add_set();
  EXPECT_EQ(refusal(to(Controller::ECS)),
            "Unable to update the deployment controller of a service to ECS unless it has exactly one task "
            "set, and that is its primary task set.");
  EXPECT_EQ(refusal(to(Controller::CODE_DEPLOY)), "Unable to update the deployment controller of a service.");
  EXPECT_EQ(refusal(to(Controller::EXTERNAL)), "accepted");
  world.state = {};
  world.tasks.clear();
  world.take(world.create(replicas(1), first));
  EXPECT_EQ(refusal(to(Controller::EXTERNAL)), "Unable to update the deployment controller of a service.");
}

TEST(HookTargets, OnlyWhatCanBeCalledIsAccepted) {
  ServiceWorld world;
  const auto definition = world.define("app", 1, {});
  auto command = replicas(1);
  auto& hook = command.deployment_configuration.emplace().lifecycleHooks.emplace().emplace_back();
  hook.lifecycleStages = {DeploymentLifecycleHookStage::POST_SCALE_UP};
  hook.hookTargetArn = "arn:aws:lambda:us-east-1:000000000000:function:check";
  hook.hookDetails = HookDetails{R"({"depth":[1,{"a":null}]})"};
  const auto refused = world.create(command, definition);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_parameter);
  EXPECT_EQ(
      refused.error().message,
      "Lifecycle hooks with the target type AWS_LAMBDA are not supported: there is no AWS Lambda here to "
      "invoke. Use the target type PAUSE.");
  hook.targetType = DeploymentLifecycleHookTargetType::PAUSE;
  world.take(world.create(command, definition));
  world.reload();
  EXPECT_EQ(world.service().configuration.lifecycleHooks->at(0), hook) << "details included";
  UpdateService update;
  update.deployment_configuration = command.deployment_configuration;
  update.deployment_configuration->lifecycleHooks->at(0).targetType =
      DeploymentLifecycleHookTargetType::AWS_LAMBDA;
  EXPECT_FALSE(world.update(update));
}

}  // namespace
}  // namespace troupe::core::service_test
