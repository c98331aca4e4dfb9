/// Services that are deployed from outside: their task sets as actors run them.

#include "tests/control/service_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::TaskSetStatus;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ExternalServices : public ServiceTest {
 protected:
  ExternalServices() {
    register_definition();  // web:2
    auto command = creation(4);
    command.task_definition.clear();
    command.deployment_controller = core::DeploymentControllerType::EXTERNAL;
    (void)create(command);
  }

  Answer ask_to_add(const std::string& definition, double percent, const std::string& token = {}) {
    core::CreateTaskSet command;
    command.service = "web";
    command.task_definition = definition;
    command.scale.emplace().value = percent;
    command.client_token = token;
    return ask(std::move(command));
  }
  core::TaskSet add(const std::string& definition, double percent) {
    return reply<core::TaskSetReply>(ask_to_add(definition, percent)).task_set;
  }
  static std::string name_of(const core::TaskSet& set) { return "ecs-svc/" + std::to_string(set.id); }
  core::TaskSet scale_to(const core::TaskSet& set, double percent) {
    core::UpdateTaskSet command{"web", name_of(set), {}};
    command.scale.value = percent;
    return reply<core::TaskSetReply>(ask(command)).task_set;
  }
  std::vector<core::TaskSet> sets() {
    return reply<core::TaskSetsReply>(ask(core::DescribeTaskSets{"web", {}})).task_sets;
  }
  /// Time passes, and agents are heard.
  void pass(std::chrono::seconds time) {
    for (; time.count() > 0; time -= std::chrono::seconds{5}) {
      world.advance(std::chrono::seconds{5});
      for (const auto& agent : agents) beat(agent);
    }
  }
};

TEST_F(ExternalServices, EachTaskSetRunsItsShare) {
  EXPECT_THAT(tasks_of(), IsEmpty());
  EXPECT_THAT(service().state.service->deployments, IsEmpty());
  const auto blue = add("web:1", 100);
  const auto green = add("web:2", 30);
  EXPECT_EQ(running_revision(1), 4);
  EXPECT_EQ(running_revision(2), 2) << "rounded up";
  EXPECT_EQ(service().counts.at(green.id).running, 2);
  pass(std::chrono::seconds{60});
  for (const auto& set : sets()) EXPECT_EQ(set.stability, core::StabilityStatus::STEADY_STATE);
  EXPECT_EQ(scale_to(green, 100).scale_percent, 100);
  EXPECT_EQ(running_revision(2), 4);
  (void)scale_to(blue, 0);
  EXPECT_EQ(running_revision(1), 0);
}

TEST_F(ExternalServices, ADeploymentFromOutsideGoesFromSetToSet) {
  const auto blue = add("web:1", 100);
  const auto promote = [&](const core::TaskSet& set) {
    return reply<core::TaskSetReply>(ask(core::UpdateServicePrimaryTaskSet{"web", name_of(set)})).task_set;
  };
  EXPECT_EQ(promote(blue).status, TaskSetStatus::PRIMARY);
  const auto green = add("web:2", 100);
  EXPECT_EQ(promote(green).status, TaskSetStatus::PRIMARY);
  EXPECT_EQ(sets()[0].status, TaskSetStatus::ACTIVE);
  EXPECT_EQ(refusal(ask(core::DeleteTaskSet{"web", name_of(blue), false})),
            "InvalidParameterException: The task set cannot be deleted while it is scaled above 0.");
  (void)scale_to(blue, 0);
  const auto deleted =
      reply<core::TaskSetReply>(ask(core::DeleteTaskSet{"web", name_of(blue), false})).task_set;
  EXPECT_EQ(deleted.status, TaskSetStatus::DRAINING);
  ASSERT_THAT(sets(), SizeIs(1));
  EXPECT_EQ(sets()[0].id, green.id);
  EXPECT_EQ(running_revision(2), 4);
  EXPECT_EQ(refusal(ask(core::DeleteTaskSet{"web", name_of(green), false})),
            "InvalidParameterException: The primary task set cannot be deleted without force.");
  EXPECT_EQ(refusal(ask(core::DeleteTaskSet{"web", name_of(green), true})), "");
  EXPECT_THAT(tasks_of(), IsEmpty());
}

TEST_F(ExternalServices, TheDesiredCountScalesEachSet) {
  (void)add("web:1", 50);
  (void)scale(8);
  EXPECT_EQ(running_revision(1), 4);
  (void)scale(3);
  EXPECT_EQ(running_revision(1), 2);
}

TEST_F(ExternalServices, ATaskThatEndsIsReplacedInItsSet) {
  (void)add("web:1", 50);
  (void)add("web:2", 50);
  const auto victim = tasks_of().front();
  say(victim->instance == agents[0].id ? agents[0] : agents[1],
      report_of(victim->id, core::TaskStatus::STOPPED));
  pass(std::chrono::seconds{10});
  EXPECT_EQ(running_revision(1), 2);
  EXPECT_EQ(running_revision(2), 2);
}

TEST_F(ExternalServices, SetsGoOnAfterARestart) {
  const auto blue = add("web:1", 100);
  const auto green = add("web:2", 50);
  restart();
  reconnect();
  pass(std::chrono::seconds{60});
  ASSERT_THAT(sets(), SizeIs(2));
  EXPECT_EQ(running_revision(1), 4);
  EXPECT_EQ(running_revision(2), 2);
  (void)scale_to(blue, 25);
  (void)scale_to(green, 75);
  EXPECT_EQ(running_revision(1), 1);
  EXPECT_EQ(running_revision(2), 3);
}

TEST_F(ExternalServices, TheSameTokenGivesTheSameSet) {
  const auto made = reply<core::TaskSetReply>(ask_to_add("web:1", 50, "once")).task_set;
  EXPECT_EQ(reply<core::TaskSetReply>(ask_to_add("web:1", 50, "once")).task_set.id, made.id);
  EXPECT_THAT(sets(), SizeIs(1));
}

TEST_F(ExternalServices, WhatIsNotAllowedIsRefused) {
  const auto set = add("web:1", 100);
  EXPECT_EQ(refusal(ask_to_add("", 100)), "InvalidParameterException: TaskDefinition can not be blank.");
  EXPECT_EQ(refusal(ask_to_add("nothing", 100)), "ClientException: TaskDefinition not found.");
  EXPECT_EQ(refusal(ask_to_add("web:1", 101)),
            "InvalidParameterException: Scale percent must be between 0.0 and 100.0.");
  EXPECT_EQ(refusal(ask(core::DeleteTaskSet{"web", "ecs-svc/1", true})),
            "TaskSetNotFoundException: The specified task set does not exist.");
  EXPECT_EQ(refusal(ask(core::DeleteTaskSet{"other", name_of(set), true})),
            "ServiceNotFoundException: Service not found.");
  core::UpdateService command;
  command.service = "web";
  command.task_definition = "web:2";
  EXPECT_EQ(
      refusal(ask(command)),
      "InvalidParameterException: Unable to update task definition on services with a EXTERNAL deployment "
      "controller. Use CreateTaskSet to start a new deployment.");
  EXPECT_EQ(refusal(ask(core::DeleteService{"web", false})),
            "InvalidParameterException: The service cannot be stopped while deployments are active.");
  for (int i = 0; i < 4; ++i) (void)add("web:1", 0);
  EXPECT_THAT(refusal(ask_to_add("web:1", 0)), HasSubstr("LimitExceededException"));
  (void)create(creation(1, "rolling"));
  core::CreateTaskSet elsewhere;
  elsewhere.service = "rolling";
  elsewhere.task_definition = "web:1";
  EXPECT_THAT(refusal(ask(elsewhere)), HasSubstr("Amazon ECS only supports task sets for services with the"));
  EXPECT_EQ(refusal(ask(core::DeleteService{"web", true})), "");
  EXPECT_THAT(tasks_of(), IsEmpty());
  EXPECT_THAT(refusal(ask_to_add("web:1", 100)), HasSubstr("ServiceNotActiveException"));
}

TEST_F(ExternalServices, EcsMayTakeOver) {
  const auto set = add("web:1", 100);
  (void)ask(core::UpdateServicePrimaryTaskSet{"web", name_of(set)});
  pass(std::chrono::seconds{60});
  const auto before = tasks_of();
  core::UpdateService command;
  command.deployment_controller = core::DeploymentControllerType::ECS;
  EXPECT_THAT(update(command).state.service->deployments, SizeIs(1));
  restart();
  reconnect();
  EXPECT_TRUE(settles());
  EXPECT_THAT(tasks_of(), SizeIs(4));
  EXPECT_EQ(tasks_of()[0]->id, before[0]->id);
  (void)deploy("web:2");
  EXPECT_TRUE(settles());
  EXPECT_EQ(running_revision(2), 4);
}

}  // namespace
}  // namespace troupe::testing
