/// Services on FARGATE and FARGATE_SPOT: what is refused, what their tasks are made
/// of, and what is told when there is no room.

#include "actors/core/service_fleet.hpp"
#include "tests/core/service_world.hpp"
#include "tests/core/task_definition_sample.hpp"

#include <gmock/gmock.h>

namespace troupe::core::service_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ServiceOnFargate : public ::testing::Test {
 protected:
  ServiceOnFargate() {
    auto what = sample::stored(sample::fargate());
    what.revision = 1;
    definition = std::make_shared<const TaskDefinitionRecord>(TaskDefinitionRecord{what, {}});
    auto cluster = *world.context.cluster;
    cluster.capacity_providers = {"FARGATE", "FARGATE_SPOT"};
    world.context.cluster = std::make_shared<const Cluster>(cluster);
    command = replicas(4);
    command.capacity_provider_strategy = {{"FARGATE", 1, 1}, {"FARGATE_SPOT", 1, 0}};
    command.network.emplace().awsvpcConfiguration.emplace().subnets = {"subnet-1"};
  }
  std::string refusal() {
    const auto made = world.create(command, definition);
    return made ? "" : made.error().message;
  }
  RunPlan start(const std::string& provider) {
    StartTasks ask;
    ask.deployment = world.primary().id;
    ask.revision = world.primary().revision;
    ask.capacity_provider = provider;
    ask.count = 2;
    return plan_start(world.state, ask, definition, {world.now, 1});
  }

  ServiceWorld world;
  TaskDefinitionPtr definition;
  CreateService command;
};

TEST_F(ServiceOnFargate, ItsTasksHaveThePlatformAndTheProvider) {
  world.take(world.create(command, definition));
  const auto plan = start("FARGATE_SPOT");
  EXPECT_EQ(plan.launch->launch_type, LaunchType::FARGATE);
  EXPECT_EQ(plan.launch->capacity_provider, "FARGATE_SPOT");
  EXPECT_EQ(plan.launch->platform_version, "1.4.0");
  EXPECT_EQ(plan.request.launch_type, LaunchType::FARGATE);
  EXPECT_EQ(plan.request.capacity_provider, "") << "both are the same capacity";
}

TEST_F(ServiceOnFargate, WhatItDoesNotDoIsRefused) {
  EXPECT_EQ(refusal(), "");
  command.placement = {{PlacementStrategyType::random, {}}};
  EXPECT_EQ(refusal(), "Placement strategies are not supported with FARGATE launch type.");
  command.placement.clear();
  command.constraints = {{PlacementConstraintType::distinctInstance, {}}};
  EXPECT_EQ(refusal(), "Placement constraints are not supported with FARGATE launch type.");
  command.constraints.clear();
  command.platform_version = "9.0.0";
  EXPECT_EQ(refusal(), "The specified platform version does not exist.");
  command.platform_version.clear();
  command.network.reset();
  EXPECT_EQ(refusal(), "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  definition = std::make_shared<const TaskDefinitionRecord>(
      TaskDefinitionRecord{sample::stored(sample::definition()), {}});
  EXPECT_EQ(refusal(), "Task definition does not support launch_type FARGATE.");
}

TEST_F(ServiceOnFargate, WhoLeavesFargateLeavesItsPlatform) {
  command.platform_version = "1.4.0";
  world.take(world.create(command, definition));
  auto cluster = *world.context.cluster;
  cluster.capacity_providers.push_back("mine");
  world.context.cluster = std::make_shared<const Cluster>(cluster);
  auto provider = std::make_shared<CapacityProvider>();
  provider->name = "mine";
  world.context.providers["mine"] = provider;
  UpdateService update;
  update.capacity_provider_strategy = {{"mine", 1, 0}};
  update.force_new_deployment = true;
  const auto change = world.update(update, definition);
  ASSERT_TRUE(change) << change.error().message;
  world.take(change);
  EXPECT_EQ(world.state.revisions.at(world.service().revision)->what.platform_version, "");
}

TEST_F(ServiceOnFargate, WithoutRoomItSaysSoInEcssWordsAndNamesNoHost) {
  world.take(world.create(command, definition));
  PlacementFailed failed;
  failed.launch_type = LaunchType::FARGATE;
  failed.capacity_provider = "FARGATE_SPOT";
  failed.refusals = {{InstanceId{{0, 1}}, "RESOURCE:CPU", "needs more"}};
  const auto change = learn(world.state, failed, {}, {world.now, 1});
  ASSERT_TRUE(change.service);
  EXPECT_THAT(
      change.service->events.at(0).message.value(),
      HasSubstr("was unable to place a task. Reason: Capacity is unavailable at this time. Please try "
                "again later or in a different availability zone."));
  ASSERT_EQ(change.events.size(), 1U);
  const auto& action = std::get<ServiceAction>(change.events[0]);
  EXPECT_EQ(action.name, ServiceActionName::SERVICE_TASK_PLACEMENT_FAILURE);
  EXPECT_EQ(action.reason, "RESOURCE:FARGATE");
  EXPECT_THAT(action.container_instance_arns, IsEmpty());
  EXPECT_THAT(action.capacity_provider_arns,
              ElementsAre("arn:aws:ecs:us-east-1:000000000000:capacity-provider/FARGATE_SPOT"));
}

TEST_F(ServiceOnFargate, ItsZonesAreThoseOfFargate) {
  world.take(world.create(command, definition));
  const auto host = [](std::uint64_t number, CapacityUse use, const std::string& zone) {
    ContainerInstance made;
    made.id = InstanceId{{0, number}};
    made.capacity = use;
    made.attributes = {{.name = "ecs.availability-zone", .value = zone, .targetType = {}, .targetId = {}}};
    return std::make_shared<const ContainerInstance>(made);
  };
  const auto facts = fleet_facts({host(1, CapacityUse::instances, "a"), host(2, CapacityUse::fargate, "b"),
                                  host(3, CapacityUse::both, "c"), host(4, CapacityUse::external, "d")},
                                 {});
  EXPECT_THAT(zones_for(facts, world.state), ElementsAre("b", "c"));
  EXPECT_THAT(facts.zones.at(LaunchType::EC2), ElementsAre("a", "c"));
  EXPECT_THAT(facts.zones.at(LaunchType::EXTERNAL), ElementsAre("d"));
}

}  // namespace
}  // namespace troupe::core::service_test
