/// What operations on services are refused, in ECS's words, and what they change.

#include "actors/core/service/capacity_share.hpp"
#include "actors/core/service/failures.hpp"
#include "tests/core/service_world.hpp"

#include <gtest/gtest.h>

namespace troupe::core::service_test {
namespace {

class ServiceOperations : public ::testing::Test {
 protected:
  std::string refusal(const CreateService& command) {
    const auto result = world.create(command, definition);
    if (result) return "accepted";
    EXPECT_EQ(result.error().code, ErrorCode::invalid_parameter);
    return result.error().message;
  }
  std::string refusal(const UpdateService& command) {
    const auto result = world.update(command);
    return result ? "accepted" : result.error().message;
  }
  static CreateService daemon() {
    CreateService command;
    command.name = "web";
    command.scheduling_strategy = SchedulingStrategy::DAEMON;
    return command;
  }
  static CapacityProviderStrategyItem item(const std::string& name, int weight, int base = 0) {
    return {name, weight, base};
  }

  ServiceWorld world;
  TaskDefinitionPtr definition = world.define("app", 1, {});
};

TEST_F(ServiceOperations, ANewServiceHasAPrimaryDeploymentInProgress) {
  world.take(world.create(replicas(3), definition));
  const auto& service = world.service();
  ASSERT_EQ(service.deployments.size(), 1U);
  EXPECT_EQ(service.deployments[0].status, DeploymentStatus::PRIMARY);
  EXPECT_EQ(service.deployments[0].desired_count, 3);
  EXPECT_EQ(service.deployments[0].rollout, DeploymentRolloutState::IN_PROGRESS);
  EXPECT_EQ(service.deployments[0].rollout_reason,
            "ECS deployment " + deployment_name(service.deployments[0].id) + " in progress.");
  EXPECT_TRUE(service.events.empty());
  EXPECT_EQ(service.configuration.maximumPercent, 200);
  EXPECT_EQ(service.configuration.minimumHealthyPercent, 100);
  EXPECT_EQ(service.rebalancing, AvailabilityZoneRebalancing::ENABLED);
  EXPECT_EQ(world.history().status, ServiceDeploymentStatus::PENDING);
}

TEST_F(ServiceOperations, DaemonsHaveTheirOwnDefaultsAndRules) {
  EXPECT_EQ(refusal(daemon()), "accepted");
  auto command = daemon();
  command.desired_count = 1;
  EXPECT_EQ(
      refusal(command),
      "The daemon scheduling strategy does not support a desired count for services. Remove the desired "
      "count value and try again");
  command = daemon();
  command.placement = {{PlacementStrategyType::random, std::nullopt}};
  EXPECT_EQ(refusal(command),
            "The daemon scheduling strategy does not support placement strategies. Remove the placement "
            "strategy and try again");
  command = daemon();
  command.deployment_configuration.emplace().maximumPercent = 150;
  EXPECT_EQ(refusal(command),
            "The daemon scheduling strategy does not support values above 100 for maximumPercent on a "
            "deployment configuration. Change the maximumPercent value to 100, and try again");
  command = daemon();
  command.capacity_provider_strategy = {item("one", 1)};
  EXPECT_EQ(refusal(command),
            "Specifying a capacity provider strategy is not supported when you create a service using the "
            "DAEMON scheduling strategy.");
  world.take(world.create(daemon(), definition));
  EXPECT_EQ(world.service().configuration.maximumPercent, 100);
  EXPECT_EQ(world.service().configuration.minimumHealthyPercent, 0);
  EXPECT_EQ(world.service().rebalancing, AvailabilityZoneRebalancing::DISABLED);
}

TEST_F(ServiceOperations, CreateIsIdempotentByItsToken) {
  auto command = replicas(1);
  command.client_token = "token";
  command.request_digest = "digest";
  world.take(world.create(command, definition));
  const auto repeated = world.create(command, definition);
  ASSERT_TRUE(repeated);
  EXPECT_TRUE(repeated->empty());
  command.request_digest = "other";
  EXPECT_EQ(refusal(command), "Creation of service was not idempotent.");
}

TEST_F(ServiceOperations, WhatCannotBeIsRefused) {
  EXPECT_EQ(refusal(with_percents(replicas(1), 100, 100)),
            "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.");
  auto command = replicas(1);
  command.launch_type = LaunchType::EC2;
  command.capacity_provider_strategy = {item("one", 1)};
  EXPECT_EQ(refusal(command),
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and "
            "try again.");
  EXPECT_EQ(refusal(replicas(-1)), "Desired count must be greater than or equal to 0.");
  EXPECT_EQ(refusal(replicas(5001)), "Desired count cannot be greater than 5000.");
  command = replicas(1);
  command.name = "no blanks";
  EXPECT_EQ(refusal(command), "Service name contains invalid characters.");
  command = replicas(1);
  command.placement.resize(6, {PlacementStrategyType::random, std::nullopt});
  EXPECT_EQ(refusal(command), "Too many placement strategies. The maximum is 5.");
  command = replicas(1);
  command.constraints.resize(11, {PlacementConstraintType::distinctInstance, std::nullopt});
  EXPECT_EQ(refusal(command), "Too many placement constraints. The maximum is 10.");
  command = replicas(1);
  command.constraints = {{PlacementConstraintType::memberOf, "attribute:a =="}};
  EXPECT_NE(refusal(command).find("Invalid expression"), std::string::npos);
  command = replicas(1);
  command.load_balancers.emplace_back().containerName = "other";
  EXPECT_EQ(refusal(command), "The container other does not exist in the task definition.");
  command.load_balancers[0].containerName = "app";
  command.load_balancers[0].containerPort = 80;
  EXPECT_EQ(refusal(command), "The container app did not have a container port 80 defined.");
  command = replicas(1);
  command.deployment_configuration.emplace().strategy = DeploymentStrategy::BLUE_GREEN;
  EXPECT_EQ(refusal(command),
            "The BLUE_GREEN deployment strategy requires a load balancer or Service Connect.");
  EXPECT_EQ(world.create(replicas(1), nullptr).error().message, "TaskDefinition can not be blank.");
}

TEST_F(ServiceOperations, StrategiesNameProvidersOfTheCluster) {
  auto command = replicas(1);
  command.capacity_provider_strategy = {item("one", 1)};
  EXPECT_EQ(refusal(command),
            "The specified capacity provider one was not found. Specify a valid capacity provider and try "
            "again.");
  for (const auto* name : {"one", "two"}) {
    auto provider = std::make_shared<CapacityProvider>();
    provider->name = name;
    world.context.providers[name] = provider;
  }
  EXPECT_NE(refusal(command).find("is not associated with the cluster"), std::string::npos);
  auto cluster = *world.context.cluster;
  cluster.capacity_providers = {"one", "two"};
  world.context.cluster = std::make_shared<const Cluster>(cluster);
  EXPECT_EQ(refusal(command), "accepted");
  command.capacity_provider_strategy = {item("one", 0), item("two", 0)};
  EXPECT_TRUE(refusal(command).starts_with("There are no capacity providers with a weight value greater"));
  command.capacity_provider_strategy = {item("one", 1, 1), item("two", 1, 2)};
  EXPECT_EQ(refusal(command), "Only one capacity provider in a strategy can have a base defined.");
}

TEST_F(ServiceOperations, UpdateDeploysOnlyWhatTasksAreMadeOf) {
  world.take(world.create(replicas(1), definition));
  UpdateService scale;
  scale.desired_count = 4;
  world.take(world.update(scale));
  EXPECT_EQ(world.service().deployments.size(), 1U);
  EXPECT_EQ(world.primary().desired_count, 4);
  UpdateService exec;
  exec.enable_execute_command = true;
  world.take(world.update(exec));
  EXPECT_EQ(world.service().deployments.size(), 2U);
  EXPECT_EQ(world.service().deployments[1].status, DeploymentStatus::ACTIVE);
  world.take(world.update(exec));
  EXPECT_EQ(world.service().deployments.size(), 2U) << "nothing changed";
  UpdateService percents;
  percents.deployment_configuration.emplace().minimumHealthyPercent = 50;
  world.take(world.update(percents));
  EXPECT_EQ(world.service().configuration.maximumPercent, 200) << "what is not given stays";
  percents.deployment_configuration->maximumPercent = 100;
  percents.deployment_configuration->minimumHealthyPercent = 100;
  EXPECT_EQ(refusal(percents),
            "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.");
}

TEST_F(ServiceOperations, AServiceThatIsNotActiveCannotBeUpdated) {
  world.take(world.create(replicas(0), definition));
  world.take(decide(world.state, DeleteService{}, {world.now, 1}));
  const auto result = world.update(UpdateService{});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::service_not_active);
  EXPECT_EQ(result.error().message, "Service was not ACTIVE.");
}

TEST(CapacityShare, BaseFirstThenByWeightAndBackInRatio) {
  const std::vector<CapacityProviderStrategyItem> strategy{{"a", 1, 2}, {"b", 3, 0}};
  EXPECT_EQ(share_out(strategy, {0, 0}, 2), (std::vector<int>{2, 0}));
  EXPECT_EQ(share_out(strategy, {0, 0}, 10), (std::vector<int>{4, 6}));
  EXPECT_EQ(share_out(strategy, {4, 6}, 4), (std::vector<int>{1, 3}));
  EXPECT_EQ(take_back(strategy, {4, 6}, 4), (std::vector<int>{1, 3}));
  EXPECT_EQ(take_back(strategy, {1, 0}, 5), (std::vector<int>{1, 0}));
}

TEST(BreakerThreshold, IsHalfTheDesiredCountWithinBounds) {
  EXPECT_EQ(breaker_threshold({}, 1), 3);
  EXPECT_EQ(breaker_threshold({}, 25), 13);
  EXPECT_EQ(breaker_threshold({}, 1000), 200);
  DeploymentCircuitBreaker breaker;
  breaker.thresholdConfiguration = ThresholdConfiguration{ThresholdType::COUNT, 7};
  EXPECT_EQ(breaker_threshold(breaker, 1000), 7);
  breaker.thresholdConfiguration = ThresholdConfiguration{ThresholdType::UNBOUNDED_PERCENT, 10};
  EXPECT_EQ(breaker_threshold(breaker, 5), 1);
}

}  // namespace
}  // namespace troupe::core::service_test
