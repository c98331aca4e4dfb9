/// What the scheduler is asked about a task or a service.

#include "actors/core/placement_question.hpp"
#include "tests/core/service_world.hpp"
#include "tests/support/builders.hpp"

#include <gmock/gmock.h>

namespace troupe::core {
namespace {

using ::testing::ElementsAre;
using troupe::testing::container;
using troupe::testing::definition;

PlacementConstraint matching_only(const std::string& expression) {
  return {PlacementConstraintType::memberOf, expression};
}

TaskDefinitionPtr racked_definition() {
  auto made = *definition({container("web"), container("log")}, "web", NetworkMode::bridge);
  made.definition.placementConstraints = {TaskDefinitionPlacementConstraint{
      .type = TaskDefinitionPlacementConstraintType::memberOf, .expression = "attribute:rack == 1"}};
  return std::make_shared<const TaskDefinitionRecord>(std::move(made));
}

Task launched_task() {
  auto launch = std::make_shared<TaskLaunch>();
  launch->cluster = "prod";
  launch->group = "family:web";
  launch->capacity_provider = "spot";
  launch->size.cpu = {256};
  launch->size.tcp_ports = {8080};
  launch->constraints = {matching_only("attribute:stack == prod")};
  Task made;
  made.id = TaskId{{1, 2}};
  made.last_status = TaskStatus::STOPPED;
  made.stopped_reason = "Essential container in task exited";
  made.containers.resize(2);
  made.containers[0].name = "web";
  made.containers[0].reason = "OutOfMemoryError";
  made.containers[1].name = "log";
  made.launch = std::move(launch);
  made.definition = racked_definition();
  return made;
}

TEST(PlacementQuestion, OfATaskHasWhatIsKnownOfIt) {
  const auto question = question_about({}, launched_task());
  EXPECT_EQ(question.known.subject, task_arn({}, "prod", TaskId{{1, 2}}));
  EXPECT_EQ(question.known.status, "STOPPED");
  EXPECT_EQ(question.known.reason, "Essential container in task exited; web: OutOfMemoryError");
}

TEST(PlacementQuestion, OfATaskAsksForOneLikeIt) {
  const auto like = launched_task();
  const auto request = question_about({}, like).request;
  EXPECT_EQ(request.size, like.launch->size);
  EXPECT_EQ(request.group, "family:web");
  EXPECT_EQ(request.capacity_provider, "spot");
  EXPECT_THAT(request.constraints,
              ElementsAre(matching_only("attribute:stack == prod"), matching_only("attribute:rack == 1")));
  EXPECT_FALSE(request.instances);
}

TEST(PlacementQuestion, ATaskThatDoesWellHasNoReason) {
  auto well = launched_task();
  well.last_status = TaskStatus::RUNNING;
  well.stopped_reason.clear();
  well.containers[0].reason.clear();
  const auto question = question_about({}, well);
  EXPECT_EQ(question.known.status, "RUNNING");
  EXPECT_EQ(question.known.reason, "");
}

class PlacementQuestionOfService : public ::testing::Test {
 protected:
  PlacementQuestionOfService() {
    CreateService command;
    command.name = "web";
    command.desired_count = 3;
    command.constraints = {matching_only("attribute:stack == prod")};
    definition_ = world.define("app", 1, {});
    world.take(world.create(command, definition_));
  }
  ServiceEntry entry() const {
    ServiceEntry made;
    made.state = world.state;
    made.definitions[world.service().revision] = definition_;
    return made;
  }
  service_test::ServiceWorld world;
  TaskDefinitionPtr definition_;
};

TEST_F(PlacementQuestionOfService, AsksForATaskOfItsNewestDeployment) {
  const auto question = question_about({}, entry(), {}, {from_epoch_ms(1), 1});
  ASSERT_TRUE(question) << question.error().message;
  EXPECT_EQ(question->request.group, "service:web");
  EXPECT_EQ(question->request.tasks.size(), 1U);
  EXPECT_THAT(question->request.constraints, ElementsAre(matching_only("attribute:stack == prod")));
  EXPECT_EQ(question->known.subject, service_arn({}, world.service().cluster, "web"));
  EXPECT_EQ(question->known.status, "0 of 3 tasks run, 0 are pending");
}

TEST_F(PlacementQuestionOfService, CountsTheTasksThatShouldRun) {
  const auto with = [](TaskStatus last, DesiredStatus desired) {
    auto made = std::make_shared<Task>();
    made->last_status = last;
    made->desired_status = desired;
    return made;
  };
  const std::vector<TaskPtr> tasks{with(TaskStatus::RUNNING, DesiredStatus::RUNNING),
                                   with(TaskStatus::PENDING, DesiredStatus::RUNNING),
                                   with(TaskStatus::RUNNING, DesiredStatus::STOPPED)};
  const auto question = question_about({}, entry(), tasks, {from_epoch_ms(1), 1});
  EXPECT_EQ(question->known.status, "1 of 3 tasks run, 1 is pending");
}

TEST_F(PlacementQuestionOfService, TheNewestEventIsTheReason) {
  auto made = entry();
  auto service = *made.state.service;
  ServiceEvent event;
  event.message = "(service web) was unable to place a task";
  service.events = {event};
  made.state.service = std::make_shared<const Service>(service);
  EXPECT_EQ(question_about({}, made, {}, {})->known.reason, "(service web) was unable to place a task");
}

TEST_F(PlacementQuestionOfService, WithoutADeploymentOrDefinitionThereIsNothingToAsk) {
  auto lost = entry();
  lost.definitions.clear();
  EXPECT_EQ(question_about({}, lost, {}, {}).error().message, "The service's task definition is not known.");
  auto external = entry();
  auto service = *external.state.service;
  service.deployments.clear();
  external.state.service = std::make_shared<const Service>(service);
  EXPECT_EQ(question_about({}, external, {}, {}).error().message, "The service has no deployment to place.");
}

}  // namespace
}  // namespace troupe::core
