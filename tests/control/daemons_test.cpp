/// DAEMON services, and what instances that come, go and drain do to services.

#include "tests/control/service_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class Instances : public ServiceTest {
 protected:
  core::CreateService daemon() {
    auto command = creation(0, "monitor");
    command.desired_count.reset();
    command.scheduling_strategy = core::SchedulingStrategy::DAEMON;
    return command;
  }

  core::InstancesReply set_status(const core::InstanceId& id, core::InstanceStatus status) {
    return reply<core::InstancesReply>(
        ask(core::UpdateContainerInstancesState{{core::to_string(id)}, status}));
  }
};

TEST_F(Instances, ADaemonFollowsInstancesThatJoinAndLeave) {
  (void)create(daemon());
  EXPECT_THAT(hosts_of("monitor"), UnorderedElementsAre(agents[0].id, agents[1].id));
  agents.push_back(join("host-2", "us-east-1a"));
  EXPECT_THAT(hosts_of("monitor"), UnorderedElementsAre(agents[0].id, agents[1].id, agents[2].id));
  EXPECT_EQ(service("monitor").state.service->desired_count, 3);
  const auto gone = core::to_string(agents[1].id);
  EXPECT_EQ(refusal(ask(core::DeregisterContainerInstance{gone, true})), "");
  EXPECT_THAT(hosts_of("monitor"), UnorderedElementsAre(agents[0].id, agents[2].id));
  EXPECT_EQ(service("monitor").state.service->desired_count, 2);
}

TEST_F(Instances, ADaemonStaysAwayFromInstancesThatCannotRunIt) {
  auto other = make_agent("host-9");
  other.said.attributes.clear();
  ASSERT_TRUE(connect(other));
  auto constrained = daemon();
  core::PlacementConstraint constraint;
  constraint.type = core::PlacementConstraintType::memberOf;
  constraint.expression = "attribute:ecs.availability-zone == us-east-1b";
  constrained.constraints = {constraint};
  (void)create(constrained);
  EXPECT_THAT(hosts_of("monitor"), UnorderedElementsAre(agents[1].id));
}

TEST_F(Instances, ADrainingInstanceLosesItsTasksToOthers) {
  (void)create(4);
  (void)create(daemon());
  ASSERT_TRUE(settles());
  const auto drained = set_status(agents[0].id, core::InstanceStatus::DRAINING);
  ASSERT_THAT(drained.instances, SizeIs(1));
  EXPECT_EQ(drained.instances[0]->status, core::InstanceStatus::DRAINING);
  ASSERT_TRUE(settles());
  for (int i = 0; i < 10; ++i) {
    world.advance(5s);
    for (const auto& agent : agents) beat(agent);
  }
  EXPECT_THAT(hosts_of(), UnorderedElementsAre(agents[1].id));
  EXPECT_EQ(running(), 4);
  EXPECT_THAT(hosts_of("monitor"), UnorderedElementsAre(agents[1].id));
  (void)set_status(agents[0].id, core::InstanceStatus::ACTIVE);
  EXPECT_THAT(hosts_of("monitor"), UnorderedElementsAre(agents[0].id, agents[1].id));
}

TEST_F(Instances, TasksOfALostInstanceAreReplacedElsewhere) {
  (void)create(4);
  ASSERT_TRUE(settles());
  const auto id = core::to_string(agents[0].id);
  EXPECT_EQ(refusal(ask(core::DeregisterContainerInstance{id, false})),
            "InvalidParameterException: Found running tasks on the instance.");
  std::vector<core::TaskPtr> orphans;
  for (const auto& each : tasks_of()) {
    if (each->instance == agents[0].id) orphans.push_back(each);
  }
  ASSERT_THAT(orphans, SizeIs(2));
  const auto lost = reply<core::InstanceReply>(ask(core::DeregisterContainerInstance{id, true})).instance;
  EXPECT_EQ(lost->status, core::InstanceStatus::INACTIVE);
  ASSERT_TRUE(settles());
  EXPECT_THAT(hosts_of(), UnorderedElementsAre(agents[1].id));
  EXPECT_THAT(agents[0].notes->stopped, IsEmpty()) << "its containers run on as orphans";
  for (const auto& orphan : orphans) {
    const auto shown = task(orphan->id);
    EXPECT_EQ(shown->last_status, core::TaskStatus::STOPPED);
    EXPECT_EQ(shown->stop_code, core::TaskStopCode::UserInitiated);
    EXPECT_EQ(shown->stopped_reason, "Container instance deregistration forced by user");
    say(agents[0], report_of(orphan->id, core::TaskStatus::RUNNING));
    EXPECT_EQ(task(orphan->id)->last_status, core::TaskStatus::STOPPED) << "nobody hears of it any more";
  }
  EXPECT_THAT(agents[0].notes->stopped, IsEmpty());
  EXPECT_EQ(cluster().counts.registered_instances, 1);
  // The same host joins again, as another instance.
  const auto before = agents[0].id;
  ASSERT_TRUE(connect(agents[0]));
  EXPECT_NE(agents[0].id, before);
}

TEST_F(Instances, StatesAreCheckedAndMissingInstancesNamed) {
  EXPECT_EQ(refusal(ask(core::UpdateContainerInstancesState{{}, core::InstanceStatus::ACTIVE})),
            "InvalidParameterException: Container instances cannot be empty.");
  const auto id = core::to_string(agents[0].id);
  EXPECT_EQ(refusal(ask(core::UpdateContainerInstancesState{{id}, core::InstanceStatus::INACTIVE})),
            "InvalidParameterException: Container instance status should be one of [ACTIVE, DRAINING]");
  const auto unknown = set_status(core::InstanceId{{1, 2}}, core::InstanceStatus::DRAINING);
  EXPECT_THAT(unknown.instances, IsEmpty());
  ASSERT_THAT(unknown.failures, SizeIs(1));
  EXPECT_EQ(unknown.failures[0].reason, "MISSING");
}

TEST_F(Instances, AttributesArePutListedDeletedAndLimited) {
  core::Attribute attribute;
  attribute.name = "stack";
  attribute.value = "prod";
  attribute.targetId = core::to_string(agents[0].id);
  attribute.targetType = core::TargetType::container_instance;
  EXPECT_EQ(refusal(ask(core::PutAttributes{{attribute}})), "");
  core::ListAttributes query;
  query.name = "stack";
  const auto listed = reply<core::AttributesReply>(ask(query)).attributes;
  ASSERT_THAT(listed, SizeIs(1));
  EXPECT_EQ(listed[0].value, "prod");
  std::vector<core::Attribute> many(10, attribute);
  for (std::size_t i = 0; i < many.size(); ++i) many[i].name = "custom-" + std::to_string(i);
  EXPECT_EQ(refusal(ask(core::PutAttributes{many})),
            "AttributeLimitExceededException: You can apply up to 10 custom attributes for each resource.");
  EXPECT_EQ(refusal(ask(core::DeleteAttributes{{attribute}})), "");
  EXPECT_THAT(reply<core::AttributesReply>(ask(query)).attributes, IsEmpty());
  attribute.targetId = core::to_string(core::InstanceId{{1, 2}});
  EXPECT_EQ(refusal(ask(core::PutAttributes{{attribute}})),
            "TargetNotFoundException: The specified target was not found.");
}

TEST_F(Instances, AProtectedTaskSurvivesScalingIn) {
  (void)create(3);
  ASSERT_TRUE(settles());
  const auto kept = tasks_of().front()->id;
  const auto protection =
      reply<core::ProtectionReply>(ask(core::UpdateTaskProtection{{core::to_string(kept)}, true, 60}));
  ASSERT_THAT(protection.tasks, SizeIs(1));
  EXPECT_EQ(protection.tasks[0].protectionEnabled, true);
  (void)scale(1);
  ASSERT_TRUE(settles());
  ASSERT_THAT(tasks_of(), SizeIs(1));
  EXPECT_EQ(tasks_of()[0]->id, kept);
  EXPECT_THAT(reply<core::ProtectionReply>(ask(core::GetTaskProtection{})).tasks, SizeIs(1));
  const auto alone = run(1).front()->id;
  const auto refused =
      reply<core::ProtectionReply>(ask(core::UpdateTaskProtection{{core::to_string(alone)}, true, {}}));
  ASSERT_THAT(refused.failures, SizeIs(1));
  EXPECT_EQ(refused.failures[0].reason, "TASK_NOT_VALID");
}

TEST_F(Instances, CapacityProvidersAreMadeUsedAndDeleted) {
  core::CreateCapacityProvider creation;
  creation.name = "spot";
  creation.group.emplace();
  creation.group->autoScalingGroupArn = "arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:x";
  const auto made = reply<core::CapacityProviderReply>(ask(creation)).provider;
  EXPECT_EQ(made->group->managedScaling->targetCapacity, 100);
  core::CapacityProviderStrategyItem item;
  item.capacityProvider = "spot";
  EXPECT_THAT(refusal(ask(core::PutClusterCapacityProviders{{"spot"}, {item}})),
              ::testing::HasSubstr("no capacity providers with a weight value greater than zero"));
  item.weight = 1;
  const auto put = reply<core::ClusterReply>(ask(core::PutClusterCapacityProviders{{"spot"}, {item}}));
  EXPECT_THAT(put.cluster->capacity_providers, ::testing::ElementsAre("spot"));
  EXPECT_NE(refusal(ask(core::DeleteCapacityProvider{"spot", ""})), "");
  (void)ask(core::PutClusterCapacityProviders{{}, {}});
  EXPECT_EQ(refusal(ask(core::DeleteCapacityProvider{"spot", ""})), "");
  restart();
  core::DescribeCapacityProviders query;
  EXPECT_THAT(reply<core::CapacityProvidersReply>(ask(query)).providers, SizeIs(2));
  query.capacity_providers = {"spot"};
  EXPECT_EQ(reply<core::CapacityProvidersReply>(ask(query)).providers.at(0)->status,
            core::CapacityProviderStatus::INACTIVE);
}

}  // namespace
}  // namespace troupe::testing
