/// What RunTask and StartTask refuse, in ECS's words, and what they ask for.

#include "actors/core/run_task.hpp"
#include "actors/core/catalog.hpp"
#include "tests/core/task_definition_sample.hpp"

#include <gmock/gmock.h>

#include <set>

namespace troupe::core {
namespace {

TaskDefinitionPtr registered(TaskDefinition what, std::vector<Tag> tags = {}) {
  Catalog catalog;
  RegisterTaskDefinition command;
  command.definition = std::move(what);
  command.tags = std::move(tags);
  const auto decided = catalog.decide(command, from_epoch_ms(1));
  EXPECT_TRUE(decided) << decided.error().message;
  return *decided;
}

class RunTaskTest : public ::testing::Test {
 protected:
  Result<std::vector<RunPlan>> plans() {
    return plan_run_task({cluster, providers, instances}, command, definition, {}, {from_epoch_ms(1), 11});
  }
  Result<RunPlan> plan() {
    auto made = plans();
    if (!made) return made.error();
    EXPECT_EQ(made->size(), 1U);
    return made->front();
  }
  std::string refusal() {
    const auto checked = check_run_task(command);
    if (!checked) return checked.error().message;
    const auto planned = plan();
    return planned ? "" : planned.error().message;
  }
  RunTaskTest() {
    cluster.name = "default";
    command.task_definition = "site";
  }
  Cluster cluster;
  Providers providers;
  InstanceMap instances;
  RunTask command;
  TaskDefinitionPtr definition = registered(sample::definition());
};

TEST_F(RunTaskTest, APlainCallIsAccepted) {
  command.count = 3;
  const auto planned = plan();
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->request.tasks.size(), 3U);
  EXPECT_EQ(planned->request.size.memory, MemoryMib{64});
  EXPECT_EQ(planned->launch->group, "family:site");
  EXPECT_EQ(planned->launch->launch_type, LaunchType::EC2);
  EXPECT_NE(planned->request.tasks[0], planned->request.tasks[1]);
  EXPECT_EQ(plan()->request.tasks, planned->request.tasks) << "one stamp gives the same ids";
}

TEST_F(RunTaskTest, CountIsOneToTen) {
  for (const auto count : {0, -1, 11}) {
    command.count = count;
    EXPECT_EQ(refusal(), "Count must be between 1 and 10.");
  }
}

TEST_F(RunTaskTest, LaunchTypeAndStrategyExcludeEachOther) {
  command.launch_type = LaunchType::EC2;
  command.capacity_provider_strategy = {{"mine", 1, 0}};
  EXPECT_EQ(
      refusal(),
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try "
      "again.");
  command.capacity_provider_strategy = {};
  command.launch_type = LaunchType::MANAGED_INSTANCES;
  EXPECT_EQ(refusal(), "launch type should be one of [EC2,FARGATE,EXTERNAL]");
}

TEST_F(RunTaskTest, TheDefinitionMustSuitTheLaunchType) {
  command.launch_type = LaunchType::FARGATE;
  EXPECT_EQ(refusal(), "Task definition does not support launch_type FARGATE.");
  command.launch_type = LaunchType::EC2;
  command.platform_version = "1.4.0";
  EXPECT_EQ(refusal(), "The platform version must be null when specifying an EC2 launch type.");
}

TEST_F(RunTaskTest, GroupsOfServicesAndStrangeStartersAreRefused) {
  command.group = "service:web";
  EXPECT_NE(refusal(), "");
  command.group = "mine";
  EXPECT_EQ(plan()->launch->group, "mine");
  command.started_by = "has spaces";
  EXPECT_EQ(refusal(), "startedBy contains invalid characters.");
  command.started_by = std::string(129, 'a');
  EXPECT_EQ(refusal(), "startedBy cannot be longer than 128 characters.");
  command.started_by = "ecs-svc/1_a-B";
  EXPECT_EQ(refusal(), "");
}

TEST_F(RunTaskTest, TokensTagsAndInstancesHaveLimits) {
  command.client_token = std::string(65, 't');
  EXPECT_EQ(refusal(), "clientToken cannot be longer than 64 characters.");
  command.client_token = std::string(64, 't');
  EXPECT_EQ(refusal(), "");
  command.propagate_tags = PropagateTags::SERVICE;
  EXPECT_NE(refusal(), "");
  command.propagate_tags.reset();
  command.instances = std::vector<std::string>{};
  EXPECT_EQ(refusal(), "Container instances cannot be empty.");
  command.instances = std::vector<std::string>(11, std::string(32, 'a'));
  EXPECT_NE(refusal(), "");
  command.instances = std::vector<std::string>{"nonsense"};
  EXPECT_NE(refusal(), "");
}

TEST_F(RunTaskTest, StartTaskIsAPlanForEachKindOfInstance) {
  const auto add = [&](std::uint64_t number, CapacityUse use) {
    auto instance = std::make_shared<ContainerInstance>();
    instance->id = InstanceId{{0, number}};
    instance->capacity = use;
    instances[instance->id] = instance;
    return to_string(instance->id);
  };
  const auto away = add(1, CapacityUse::external);
  const auto own = add(2, CapacityUse::both);
  const auto stranger = to_string(InstanceId{{0, 9}});
  command.instances = {away};
  const auto only = plan();
  ASSERT_TRUE(only) << only.error().message;
  EXPECT_EQ(only->launch->launch_type, LaunchType::EXTERNAL);
  EXPECT_EQ(only->request.launch_type, LaunchType::EXTERNAL);
  command.instances = {away, own, stranger};
  const auto both = plans();
  ASSERT_TRUE(both) << both.error().message;
  ASSERT_EQ(both->size(), 2U);
  EXPECT_EQ(both->at(0).launch->launch_type, LaunchType::EC2);
  EXPECT_EQ(both->at(0).request.instances->size(), 2U) << "one that nobody knows is refused by the scheduler";
  EXPECT_EQ(both->at(1).request.instances->size(), 1U);
  std::set<TaskId> ids;
  for (const auto& each : *both) ids.insert(each.request.tasks.begin(), each.request.tasks.end());
  EXPECT_EQ(ids.size(), 3U);
}

TEST_F(RunTaskTest, NetworkConfigurationGoesWithAwsvpcOnly) {
  command.network.emplace().awsvpcConfiguration.emplace().subnets = {"subnet-1"};
  EXPECT_EQ(refusal(),
            "Network Configuration is not valid for the given networkMode of this task definition.");
  auto own_address = sample::definition();
  own_address.networkMode = NetworkMode::awsvpc;
  definition = registered(own_address);
  EXPECT_EQ(refusal(), "");
  command.network.reset();
  EXPECT_EQ(refusal(), "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
}

TEST_F(RunTaskTest, OverridesNameKnownContainers) {
  ContainerOverride stranger;
  stranger.name = "other";
  command.overrides.emplace().containerOverrides = {stranger};
  EXPECT_EQ(refusal(), "Override for container named other is not a container in the TaskDefinition.");
}

TEST_F(RunTaskTest, AnInactiveDefinitionIsNotRun) {
  auto record = *definition;
  record.definition.status = TaskDefinitionStatus::INACTIVE;
  definition = std::make_shared<const TaskDefinitionRecord>(record);
  EXPECT_EQ(refusal(), "TaskDefinition is inactive");
}

TEST_F(RunTaskTest, PlacementHasLimits) {
  command.strategies = std::vector<PlacementStrategy>(6, {PlacementStrategyType::random, {}});
  EXPECT_NE(refusal(), "");
  command.strategies = {{PlacementStrategyType::binpack, "disk"}};
  EXPECT_EQ(refusal(), "The field of a binpack placement strategy should be one of [cpu,memory].");
  command.strategies = {{PlacementStrategyType::binpack, "MEMORY"}};
  EXPECT_EQ(refusal(), "");
  command.strategies = {{PlacementStrategyType::spread, {}}};
  EXPECT_NE(refusal(), "");
  command.strategies = {};
  command.constraints = std::vector<PlacementConstraint>(11, {PlacementConstraintType::distinctInstance, {}});
  EXPECT_NE(refusal(), "");
}

TEST_F(RunTaskTest, ConstraintsOfTheDefinitionBindToo) {
  auto record = *definition;
  record.definition.placementConstraints = {
      {TaskDefinitionPlacementConstraintType::memberOf, "attribute:stack == prod"}};
  definition = std::make_shared<const TaskDefinitionRecord>(record);
  command.constraints = {{PlacementConstraintType::distinctInstance, {}}};
  const auto planned = plan();
  ASSERT_TRUE(planned);
  const std::vector<PlacementConstraint> both = {
      {PlacementConstraintType::distinctInstance, {}},
      {PlacementConstraintType::memberOf, "attribute:stack == prod"}};
  EXPECT_EQ(planned->request.constraints, both);
  command.constraints = {{PlacementConstraintType::memberOf, "attribute:stack = prod"}};
  EXPECT_EQ(refusal(), "Invalid expression: expected an operator at column 17.");
  command.constraints = {{PlacementConstraintType::distinctInstance, "attribute:stack == prod"}};
  EXPECT_EQ(refusal(), "Placement constraint of type distinctInstance must not have an expression.");
}

TEST_F(RunTaskTest, TagsOfTheDefinitionArePropagatedWhenAsked) {
  definition =
      registered(sample::definition(), {{.key = "team", .value = "a"}, {.key = "cost", .value = "1"}});
  command.tags = {{.key = "team", .value = "b"}};
  EXPECT_EQ(plan()->launch->tags.size(), 1U);
  command.propagate_tags = PropagateTags::TASK_DEFINITION;
  const auto tags = plan()->launch->tags;
  ASSERT_EQ(tags.size(), 2U);
  EXPECT_EQ(tags[0].value, "b");
  EXPECT_EQ(tags[1].key, "cost");
}

TEST_F(RunTaskTest, WhatIsPlacedBecomesTasksAndWhatIsNotFailures) {
  command.count = 2;
  const auto planned = *plan();
  PlacementResult placed;
  placed.assignments = {{planned.request.tasks[0], InstanceId{{0, 1}}, "a"}};
  placed.refusals = {{InstanceId{{0, 1}}, "RESOURCE:MEMORY", "needs 64 MiB, has 0 left"}};
  const auto result = accept_placed(planned, placed, definition, {}, {from_epoch_ms(5), 1});
  ASSERT_TRUE(result);
  ASSERT_EQ(result->tasks.size(), 1U);
  EXPECT_EQ(result->tasks[0]->created_at, from_epoch_ms(5));
  ASSERT_EQ(result->failures.size(), 1U);
  EXPECT_EQ(result->failures[0].arn, instance_arn({}, "default", InstanceId{{0, 1}}));
  EXPECT_EQ(result->failures[0].reason, "RESOURCE:MEMORY");
  PlacementResult nobody;
  nobody.fleet_is_empty = true;
  EXPECT_EQ(accept_placed(planned, nobody, definition, {}, {}).error().message,
            "No Container Instances were found in your cluster.");
}

class RunTaskByStrategy : public RunTaskTest {
 protected:
  RunTaskByStrategy() {
    add("spot", ManagedScalingStatus::DISABLED);
    add("steady", ManagedScalingStatus::DISABLED);
    command.count = 10;
  }
  void add(const std::string& name, ManagedScalingStatus scaling) {
    CapacityProvider provider;
    provider.name = name;
    provider.group.emplace().managedScaling.emplace().status = scaling;
    providers[name] = std::make_shared<const CapacityProvider>(std::move(provider));
    cluster.capacity_providers.push_back(name);
  }
};

TEST_F(RunTaskByStrategy, BaseFirstThenTheWeights) {
  command.capacity_provider_strategy = {{"spot", 3, 0}, {"steady", 1, 2}};
  const auto made = plans();
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->size(), 2U);
  const auto& spot = made->front();
  const auto& steady = made->back();
  EXPECT_EQ(spot.launch->capacity_provider, "spot");
  EXPECT_EQ(spot.request.capacity_provider, "spot");
  EXPECT_EQ(spot.launch->launch_type, LaunchType::EC2);
  EXPECT_EQ(spot.request.tasks.size(), 6U);
  EXPECT_EQ(steady.launch->capacity_provider, "steady");
  EXPECT_EQ(steady.request.tasks.size(), 4U);
  std::set<TaskId> ids(spot.request.tasks.begin(), spot.request.tasks.end());
  ids.insert(steady.request.tasks.begin(), steady.request.tasks.end());
  EXPECT_EQ(ids.size(), 10U);
}

TEST_F(RunTaskByStrategy, TheClustersStrategyCountsWhenTheCallSaysNothing) {
  cluster.default_strategy = {{"spot", 1, 0}};
  EXPECT_EQ(plan()->launch->capacity_provider, "spot");
  command.launch_type = LaunchType::EC2;
  EXPECT_EQ(plan()->launch->capacity_provider, "");
  command.launch_type.reset();
  command.instances = {to_string(InstanceId{{0, 7}})};
  EXPECT_EQ(plan()->launch->capacity_provider, "") << "StartTask names its instances";
}

TEST_F(RunTaskByStrategy, BadStrategiesAreRefused) {
  command.capacity_provider_strategy = {{"nowhere", 1, 0}};
  EXPECT_EQ(
      refusal(),
      "The specified capacity provider nowhere was not found. Specify a valid capacity provider and try "
      "again.");
  add("far", ManagedScalingStatus::DISABLED);
  cluster.capacity_providers.pop_back();
  command.capacity_provider_strategy = {{"far", 1, 0}};
  EXPECT_EQ(refusal(),
            "The specified capacity provider far is not associated with the cluster. Associate the capacity "
            "provider with the cluster and try again.");
  command.capacity_provider_strategy = {{"spot", 0, 0}, {"steady", 0, 1}};
  EXPECT_TRUE(refusal().starts_with("There are no capacity providers with a weight value greater than zero"));
  command.capacity_provider_strategy = {{"spot", 1, 1}, {"steady", 1, 1}};
  EXPECT_EQ(refusal(), "Only one capacity provider in a strategy can have a base defined.");
  command.capacity_provider_strategy = {{"spot", 1001, 0}};
  EXPECT_EQ(refusal(), "Weight must be between 0 and 1000.");
  command.capacity_provider_strategy = {{"spot", 1, 100001}};
  EXPECT_EQ(refusal(), "Base must be between 0 and 100000.");
  command.capacity_provider_strategy.assign(21, {"spot", 1, 0});
  EXPECT_EQ(refusal(), "A capacity provider strategy can contain a maximum of 20 capacity providers.");
  cluster.capacity_providers.push_back("FARGATE");
  command.capacity_provider_strategy = {{"spot", 1, 0}, {"FARGATE", 1, 0}};
  EXPECT_TRUE(refusal().starts_with("A capacity provider strategy cannot contain a mix"));
}

TEST_F(RunTaskByStrategy, TasksWaitWhereTheProviderMakesRoom) {
  add("elastic", ManagedScalingStatus::ENABLED);
  command.count = 3;
  command.capacity_provider_strategy = {{"elastic", 1, 0}};
  command.strategies = {{PlacementStrategyType::binpack, "cpu"}};
  command.constraints = {{PlacementConstraintType::distinctInstance, {}}};
  const auto planned = *plan();
  EXPECT_EQ(planned.without_place, WithoutPlace::wait);
  PlacementResult placed;
  placed.fleet_is_empty = true;
  placed.assignments = {{planned.request.tasks[0], InstanceId{{0, 1}}, "a"}};
  const Stamp now{from_epoch_ms(5), 1};
  const auto result = accept_placed(planned, placed, definition, {}, now);
  ASSERT_TRUE(result);
  ASSERT_EQ(result->tasks.size(), 3U);
  EXPECT_TRUE(result->failures.empty());
  EXPECT_FALSE(waits_for_place(*result->tasks[0]));
  const std::vector<TaskPtr> waiting{result->tasks[1], result->tasks[2]};
  for (const auto& task : waiting) {
    EXPECT_TRUE(waits_for_place(*task));
    EXPECT_EQ(task->last_status, TaskStatus::PROVISIONING);
    EXPECT_EQ(task->desired_status, DesiredStatus::RUNNING);
  }
  const auto again = request_of_waiting(waiting, now);
  EXPECT_EQ(again.capacity_provider, "elastic");
  EXPECT_EQ(again.size, planned.request.size);
  EXPECT_EQ(again.constraints, planned.request.constraints);
  EXPECT_EQ(again.strategies, planned.request.strategies);
  EXPECT_EQ(again.tasks, (std::vector{waiting[0]->id, waiting[1]->id}));
  EXPECT_EQ(again.list_refusals, ListRefusals::no);
}

TEST_F(RunTaskByStrategy, AProviderWithoutInstancesAndScalingRefuses) {
  command.capacity_provider_strategy = {{"spot", 1, 0}};
  PlacementResult placed;
  placed.provider_is_empty = true;
  EXPECT_EQ(accept_placed(*plan(), placed, definition, {}, {}).error().message,
            "No Container Instances were found in your capacity provider.");
}

class RunTaskOnFargate : public RunTaskTest {
 protected:
  RunTaskOnFargate() {
    definition = registered(sample::fargate());
    command.launch_type = LaunchType::FARGATE;
    command.network.emplace().awsvpcConfiguration.emplace().subnets = {"subnet-1"};
  }
};

TEST_F(RunTaskOnFargate, TheTaskHasThePlatformAndNoInstanceOfItsOwn) {
  command.platform_version = "LATEST";
  command.network->awsvpcConfiguration->assignPublicIp = AssignPublicIp::ENABLED;
  const auto planned = plan();
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->launch->launch_type, LaunchType::FARGATE);
  EXPECT_EQ(planned->launch->platform_version, "1.4.0");
  EXPECT_EQ(planned->request.launch_type, LaunchType::FARGATE);
  EXPECT_EQ(planned->request.size.cpu, CpuUnits{256});
}

TEST_F(RunTaskOnFargate, WhatItDoesNotDoIsRefused) {
  command.network.reset();
  EXPECT_EQ(refusal(), "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  command.network.emplace().awsvpcConfiguration.emplace().subnets = {"subnet-1"};
  command.strategies = {{PlacementStrategyType::random, {}}};
  EXPECT_EQ(refusal(), "Placement strategies are not supported with FARGATE launch type.");
  command.strategies.clear();
  command.constraints = {{PlacementConstraintType::distinctInstance, {}}};
  EXPECT_EQ(refusal(), "Placement constraints are not supported with FARGATE launch type.");
  command.constraints.clear();
  command.platform_version = "2.0.0";
  EXPECT_EQ(plans().error().code, ErrorCode::platform_unknown);
  command.platform_version.clear();
  command.overrides.emplace().cpu = "8192";
  EXPECT_TRUE(refusal().starts_with("No Fargate configuration exists"));
}

TEST_F(RunTaskOnFargate, AStrategySharesOutBothProvidersOnTheSameCapacity) {
  cluster.capacity_providers = {"FARGATE", "FARGATE_SPOT"};
  command.launch_type.reset();
  command.count = 4;
  command.capacity_provider_strategy = {{"FARGATE", 1, 1}, {"FARGATE_SPOT", 3, 0}};
  const auto made = plans();
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->size(), 2U);
  for (const auto& each : *made) {
    EXPECT_EQ(each.launch->launch_type, LaunchType::FARGATE);
    EXPECT_EQ(each.launch->platform_version, "1.4.0");
    EXPECT_EQ(each.request.capacity_provider, "");
    EXPECT_EQ(each.without_place, WithoutPlace::fail);
  }
  EXPECT_EQ(made->back().launch->capacity_provider, "FARGATE_SPOT");
  EXPECT_EQ(made->front().request.tasks.size() + made->back().request.tasks.size(), 4U);
}

TEST_F(RunTaskOnFargate, WithoutCapacityTheCallFailsInEcssWords) {
  PlacementResult placed;
  placed.fleet_is_empty = true;
  auto result = accept_placed(*plan(), placed, definition, {}, {});
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->tasks.empty());
  ASSERT_EQ(result->failures.size(), 1U);
  EXPECT_EQ(result->failures[0].arn, std::nullopt);
  EXPECT_EQ(
      result->failures[0].reason,
      "Capacity is unavailable at this time. Please try again later or in a different availability zone");
  EXPECT_EQ(result->failures[0].detail, "RESOURCE:FARGATE");
  placed.refusals = {{InstanceId{{0, 1}}, "ATTRIBUTE", "lacks attribute x"}};
  result = accept_placed(*plan(), placed, definition, {}, {});
  EXPECT_EQ(result->failures.at(0).detail, "Every host lacks attribute x");
}

}  // namespace
}  // namespace troupe::core
