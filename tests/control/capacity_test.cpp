/// Capacity provider strategies through the whole control plane: who gets which
/// task, and tasks that wait until there is room.

#include "tests/control/control_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::TaskStatus;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class Capacity : public ControlTest {
 protected:
  Capacity() {
    start();
    create_provider("still", core::ManagedScalingStatus::DISABLED);
    create_provider("elastic", core::ManagedScalingStatus::ENABLED);
    core::CreateCluster command;
    command.capacity_providers = {"still", "elastic"};
    command.default_strategy = {{"elastic", 1, 0}};
    EXPECT_EQ(refusal(ask(command)), "");
    register_definition();
  }
  void create_provider(const std::string& name, core::ManagedScalingStatus scaling) {
    core::CreateCapacityProvider command;
    command.name = name;
    command.group.emplace().autoScalingGroupArn =
        "arn:aws:autoscaling:us-east-1:0:autoScalingGroup:1:" + name;
    command.group->managedScaling.emplace().status = scaling;
    EXPECT_EQ(refusal(ask(core::CapacityProviderCommand{command})), "");
  }
  FakeAgent join(const std::string& host, const std::string& provider, std::int64_t memory = 4096) {
    auto agent = make_agent(host);
    agent.said.capacity.memory = {memory};
    core::Attribute attribute;
    attribute.name = "ecs.capacity-provider";
    attribute.value = provider;
    if (!provider.empty()) agent.said.attributes.push_back(attribute);
    EXPECT_TRUE(connect(agent));
    return agent;
  }
  core::TasksReply run_by(std::vector<core::CapacityProviderStrategyItem> strategy, std::int32_t count) {
    auto command = run_command(count);
    command.capacity_provider_strategy = std::move(strategy);
    return reply<core::TasksReply>(ask(command));
  }
  static std::vector<std::string> providers_of(const std::vector<core::TaskPtr>& tasks) {
    std::vector<std::string> names;
    for (const auto& task : tasks) names.push_back(task->launch->capacity_provider);
    return names;
  }
};

TEST_F(Capacity, TasksGoToTheInstancesOfTheirProvider) {
  const auto still = join("host-1", "still");
  const auto elastic = join("host-2", "elastic");
  join("host-3", "");
  EXPECT_EQ(instance(still.id)->capacity_provider, "still");
  const auto made = run_by({{"still", 1, 1}, {"elastic", 2, 0}}, 7);
  ASSERT_THAT(made.tasks, SizeIs(7));
  EXPECT_THAT(made.failures, IsEmpty());
  EXPECT_THAT(providers_of(made.tasks),
              UnorderedElementsAre("still", "still", "still", "elastic", "elastic", "elastic", "elastic"));
  for (const auto& task : made.tasks) {
    EXPECT_EQ(task->instance, task->launch->capacity_provider == "still" ? still.id : elastic.id);
  }
}

TEST_F(Capacity, APlainLaunchTypeMayUseAnyInstance) {
  join("host-1", "still");
  auto command = run_command(2);
  command.launch_type = core::LaunchType::EC2;
  EXPECT_THAT(providers_of(reply<core::TasksReply>(ask(command)).tasks), ElementsAre("", ""));
}

TEST_F(Capacity, TheOrderOfRoomAndAskingDoesNotMatter) {
  const auto waiting = run_by({}, 3).tasks;
  ASSERT_THAT(waiting, SizeIs(3));
  EXPECT_THAT(providers_of(waiting), Each("elastic"));
  for (const auto& each : waiting) {
    EXPECT_EQ(each->last_status, TaskStatus::PROVISIONING);
    EXPECT_TRUE(each->instance.empty());
  }
  EXPECT_EQ(cluster().counts.pending_tasks, 3);
  join("host-1", "still");
  EXPECT_EQ(task(waiting[0]->id)->last_status, TaskStatus::PROVISIONING) << "it is another provider's";
  const auto host = join("host-2", "elastic");
  for (const auto& each : waiting) {
    const auto now = task(each->id);
    EXPECT_EQ(now->last_status, TaskStatus::RUNNING);
    EXPECT_EQ(now->instance, host.id);
    EXPECT_GT(now->version, each->version);
  }
  EXPECT_THAT(host.notes->started, UnorderedElementsAre(waiting[0]->id, waiting[1]->id, waiting[2]->id));
}

TEST_F(Capacity, WhoWaitsLongestIsPlacedFirstAndNobodyIsPlacedTwice) {
  const auto host = join("host-1", "elastic", 128);
  const auto first = run_by({}, 4).tasks;
  const auto second = run_by({}, 1).tasks;
  const auto placed = [&] {
    std::string seen;
    for (const auto& each : {first[0], first[1], first[2], first[3], second[0]}) {
      const auto now = task(each->id);
      seen += now->last_status == TaskStatus::RUNNING ? 'r' : now->instance.empty() ? 'w' : 's';
    }
    return seen;
  };
  EXPECT_EQ(placed(), "rrwww") << "64 MiB each";
  ask(core::StopTask{core::to_string(first[0]->id), ""});
  EXPECT_EQ(placed(), "srrww");
  ask(core::StopTask{core::to_string(first[1]->id), ""});
  EXPECT_EQ(placed(), "ssrrw");
  ask(core::StopTask{core::to_string(first[3]->id), ""});
  EXPECT_EQ(placed(), "ssrsr");
  EXPECT_THAT(host.notes->started, SizeIs(5));
}

TEST_F(Capacity, AServicesTasksWaitForTheirProviderTooAndAreStoppedByIt) {
  core::CreateService command;
  command.name = "web";
  command.task_definition = "web";
  command.desired_count = 3;
  command.capacity_provider_strategy = {{"elastic", 1, 0}};
  EXPECT_EQ(refusal(ask(core::ServiceCommand{command})), "");
  const auto listed = [&] {
    core::ListTasks query;
    query.service_name = "web";
    return reply<core::ListReply>(ask(query)).items;
  };
  const auto waiting = listed();
  ASSERT_THAT(waiting, SizeIs(3));
  EXPECT_EQ(cluster().counts.pending_tasks, 3);

  core::UpdateService fewer;
  fewer.service = "web";
  fewer.desired_count = 2;
  EXPECT_EQ(refusal(ask(core::ServiceCommand{fewer})), "");
  world.settle();
  EXPECT_THAT(listed(), SizeIs(2));
  EXPECT_EQ(cluster().counts.pending_tasks, 2);

  restart();
  EXPECT_THAT(listed(), SizeIs(2));
  const auto host = join("host-1", "elastic");
  EXPECT_EQ(cluster().counts.running_tasks, 2);
  EXPECT_THAT(host.notes->started, SizeIs(2));
  world.advance(std::chrono::minutes{5});
  EXPECT_EQ(cluster().counts.running_tasks, 2);
  EXPECT_THAT(host.notes->started, SizeIs(2));
}

TEST_F(Capacity, AWaitingTaskCanBeStopped) {
  const auto waiting = run_by({}, 2).tasks;
  const auto stopping =
      reply<core::TaskReply>(ask(core::StopTask{core::to_string(waiting[0]->id), "enough"})).task;
  EXPECT_EQ(stopping->desired_status, core::DesiredStatus::STOPPED);
  EXPECT_EQ(task(waiting[0]->id)->last_status, TaskStatus::STOPPED);
  EXPECT_EQ(task(waiting[0]->id)->stopped_reason, "enough");
  const auto host = join("host-1", "elastic");
  EXPECT_THAT(host.notes->started, ElementsAre(waiting[1]->id));
  EXPECT_EQ(cluster().counts.pending_tasks, 0);
}

TEST_F(Capacity, WaitingTasksSurviveARestart) {
  auto command = run_command(2);
  command.constraints = {{core::PlacementConstraintType::distinctInstance, {}}};
  const auto waiting = reply<core::TasksReply>(ask(command)).tasks;
  ASSERT_THAT(waiting, SizeIs(2));
  restart();
  EXPECT_EQ(task(waiting[0]->id)->last_status, TaskStatus::PROVISIONING);
  EXPECT_EQ(cluster().counts.pending_tasks, 2);
  const auto one = join("host-1", "elastic");
  EXPECT_THAT(one.notes->started, SizeIs(1)) << "the constraint of the call holds";
  const auto two = join("host-2", "elastic");
  EXPECT_THAT(two.notes->started, SizeIs(1));
  EXPECT_NE(task(waiting[0]->id)->instance, task(waiting[1]->id)->instance);
}

TEST_F(Capacity, WithoutScalingThereIsARefusal) {
  join("host-1", "elastic");
  auto command = run_command(1);
  command.capacity_provider_strategy = {{"still", 1, 0}};
  EXPECT_EQ(refusal(ask(command)),
            "InvalidParameterException: No Container Instances were found in your capacity provider.");
  join("host-2", "still", 64);
  const auto made = run_by({{"still", 1, 0}}, 2);
  EXPECT_THAT(made.tasks, SizeIs(1));
  ASSERT_THAT(made.failures, SizeIs(1)) << "those of other providers are not named";
  EXPECT_EQ(made.failures[0].reason, "RESOURCE:MEMORY");
}

TEST_F(Capacity, AnAttributeGivesAnInstanceToAProvider) {
  const auto waiting = run_by({}, 1).tasks;
  const auto host = join("host-1", "");
  core::PutAttributes command;
  core::Attribute attribute;
  attribute.name = "ecs.capacity-provider";
  attribute.value = "elastic";
  attribute.targetType = core::TargetType::container_instance;
  attribute.targetId = core::to_string(host.id);
  command.attributes = {attribute};
  EXPECT_EQ(refusal(ask(core::InstanceCommand{command})), "");
  EXPECT_EQ(instance(host.id)->capacity_provider, "elastic");
  EXPECT_EQ(task(waiting[0]->id)->last_status, TaskStatus::RUNNING);
}

TEST_F(Capacity, FiveHundredMayWait) {
  for (int i = 0; i < 50; ++i) ASSERT_THAT(run_by({}, 10).tasks, SizeIs(10));
  const auto refused = ask(run_command(1));
  EXPECT_EQ(refusal(refused),
            "ClientException: The maximum of 500 tasks in the PROVISIONING state has been reached for the "
            "cluster.");
  EXPECT_EQ(cluster().counts.pending_tasks, 500);
}

TEST_F(Capacity, AClusterNamesOnlyProvidersThatExist) {
  core::CreateCluster command;
  command.capacity_providers = {"nowhere"};
  EXPECT_EQ(refusal(ask(command, "other")),
            "InvalidParameterException: The specified capacity provider 'nowhere' was not found. Specify a "
            "valid name and try again.");
  command.capacity_providers = {"still"};
  command.default_strategy = {{"elastic", 1, 0}};
  EXPECT_NE(refusal(ask(command, "other")), "");
  command.default_strategy = {{"still", 1, 0}};
  EXPECT_EQ(refusal(ask(command, "other")), "");
  EXPECT_THAT(cluster("other").cluster->capacity_providers, ElementsAre("still"));
  command.default_strategy.clear();
  EXPECT_NE(refusal(ask(command, "other")).find("inconsistent with arguments"), std::string::npos);
}

}  // namespace
}  // namespace troupe::testing
