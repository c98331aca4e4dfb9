/// Fargate-style capacity through the whole control plane: managed hosts that are
/// nobody's container instances, both providers on them, and interruptions.

#include "tests/control/control_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::CapacityUse;
using core::LaunchType;
using core::TaskStatus;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Fargate : public ControlTest {
 protected:
  Fargate() {
    start();
    core::CreateCluster command;
    command.capacity_providers = {"FARGATE", "FARGATE_SPOT"};
    EXPECT_EQ(refusal(ask(command)), "");
    core::RegisterTaskDefinition definition;
    definition.definition.family = "web";
    definition.definition.networkMode = core::NetworkMode::awsvpc;
    definition.definition.cpu = "256";
    definition.definition.memory = "512";
    definition.definition.containerDefinitions = {container("web")};
    EXPECT_EQ(refusal(ask(definition)), "");
    definition.definition = {};
    definition.definition.family = "plain";
    definition.definition.containerDefinitions = {container("web")};
    EXPECT_EQ(refusal(ask(definition)), "");
  }
  FakeAgent join(const std::string& host, CapacityUse use) {
    auto agent = make_agent(host);
    core::Attribute attribute;
    attribute.name = use == CapacityUse::external ? core::external_attribute : core::capacity_attribute;
    if (use != CapacityUse::external) attribute.value = name_of(use);
    agent.said.attributes.push_back(attribute);
    EXPECT_TRUE(connect(agent));
    return agent;
  }
  core::RunTask on(LaunchType type, std::int32_t count = 1) const {
    auto command = run_command(count);
    command.launch_type = type;
    if (type == LaunchType::EXTERNAL) command.task_definition = "plain";
    if (type != LaunchType::EXTERNAL) {
      command.network.emplace().awsvpcConfiguration.emplace().subnets = {"subnet-1"};
    }
    return command;
  }
  core::TasksReply run_on(LaunchType type, std::int32_t count = 1) {
    return reply<core::TasksReply>(ask(on(type, count)));
  }
  core::TaskPtr spot_task() {
    auto command = on(LaunchType::FARGATE);
    command.launch_type.reset();
    command.capacity_provider_strategy = {{"FARGATE_SPOT", 1, 0}};
    return reply<core::TasksReply>(ask(command)).tasks.at(0);
  }
  std::vector<std::string> listed_instances() {
    return reply<core::ListReply>(ask(core::ListContainerInstances{})).items;
  }
};

TEST_F(Fargate, AManagedHostIsNobodysContainerInstance) {
  const auto agent = join("host-1", CapacityUse::fargate);
  const auto made = run_on(LaunchType::FARGATE, 2);
  ASSERT_THAT(made.tasks, SizeIs(2));
  EXPECT_THAT(made.failures, IsEmpty());
  EXPECT_EQ(task(made.tasks[0]->id)->last_status, TaskStatus::RUNNING);
  EXPECT_EQ(task(made.tasks[0]->id)->instance, agent.id);
  EXPECT_THAT(listed_instances(), IsEmpty());
  const auto id = core::to_string(agent.id);
  const auto described = reply<core::InstancesReply>(ask(core::DescribeContainerInstances{{id}}));
  EXPECT_THAT(described.instances, IsEmpty());
  EXPECT_EQ(described.failures.at(0).reason, "MISSING");
  core::ListTasks tasks;
  tasks.page.limit = 10;
  EXPECT_THAT(reply<core::ListReply>(ask(tasks)).items, SizeIs(2));
  tasks.container_instance = id;
  EXPECT_THAT(reply<core::ListReply>(ask(tasks)).items, IsEmpty());
  EXPECT_THAT(refusal(ask(core::InstanceCommand{core::DeregisterContainerInstance{id, true}})),
              HasSubstr("The referenced container instance was not found."));
  core::UpdateContainerInstancesState drain;
  drain.instances = {id};
  drain.status = core::InstanceStatus::DRAINING;
  EXPECT_EQ(reply<core::InstancesReply>(ask(core::InstanceCommand{drain})).failures.at(0).reason, "MISSING");
  const auto counts = cluster().counts;
  EXPECT_EQ(counts.registered_instances, 0);
  EXPECT_EQ(counts.running_tasks, 2);
  EXPECT_EQ(counts.fargate.tasks, (core::TaskCount{2, 0}));
  EXPECT_EQ(counts.ec2.tasks, (core::TaskCount{0, 0}));
  EXPECT_THAT(refusal(ask(on(LaunchType::EC2))), HasSubstr("No Container Instances were found"));
}

TEST_F(Fargate, TheOperatorSeesEveryHostWithItsTasks) {
  const auto hidden = join("host-1", CapacityUse::fargate);
  const auto open = join("host-2", CapacityUse::instances);
  const auto made = run_on(LaunchType::FARGATE, 2);
  const auto all = reply<core::HostsReply>(ask(core::HostCommand{core::DescribeHosts{}})).hosts;
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].instance->running_tasks + all[1].instance->running_tasks, 2);
  EXPECT_THAT(all[0].tasks, IsEmpty());
  EXPECT_THAT(all[1].tasks, IsEmpty());
  const auto one = core::HostCommand{core::DescribeHosts{core::to_string(hidden.id)}};
  const auto host = reply<core::HostsReply>(ask(one)).hosts.at(0);
  EXPECT_EQ(host.instance->id, hidden.id);
  EXPECT_TRUE(host.instance->agent_connected);
  EXPECT_EQ(host.instance->running_tasks, 2);
  ASSERT_THAT(host.tasks, SizeIs(2));
  EXPECT_EQ(host.tasks[0]->instance, hidden.id);
  world.kill(caf::actor_cast<caf::strong_actor_ptr>(hidden.actor));
  world.settle();
  EXPECT_FALSE(reply<core::HostsReply>(ask(one)).hosts.at(0).instance->agent_connected);
  EXPECT_THAT(refusal(ask(core::HostCommand{core::DescribeHosts{std::string(32, 'a')}})),
              HasSubstr("ClientException: The referenced container instance was not found."));
  EXPECT_THAT(refusal(ask(core::HostCommand{core::DescribeHosts{"host-1"}})),
              HasSubstr("Container instance Identifier is invalid"));
}

TEST_F(Fargate, TheOperatorDeregistersAManagedHostAndItsTasksAreLost) {
  const auto agent = join("host-1", CapacityUse::fargate);
  const auto id = run_on(LaunchType::FARGATE).tasks.at(0)->id;
  const auto host = core::to_string(agent.id);
  EXPECT_THAT(refusal(ask(core::HostCommand{core::DeregisterHost{host, false}})),
              HasSubstr("Found running tasks on the instance."));
  EXPECT_EQ(task(id)->last_status, TaskStatus::RUNNING);
  const auto gone = reply<core::InstanceReply>(ask(core::HostCommand{core::DeregisterHost{host, true}}));
  EXPECT_EQ(gone.instance->status, core::InstanceStatus::INACTIVE);
  EXPECT_EQ(agent.notes->over, std::vector{SessionOver::Why::deregistered});
  EXPECT_EQ(task(id)->last_status, TaskStatus::STOPPED);
  EXPECT_EQ(task(id)->stop_code, core::TaskStopCode::TerminationNotice);
  EXPECT_EQ(task(id)->stopped_reason, "Host EC2 (instance host-1) terminated.");
  EXPECT_THAT(reply<core::HostsReply>(ask(core::HostCommand{core::DescribeHosts{}})).hosts, IsEmpty());
  EXPECT_THAT(reply<core::HostsReply>(ask(core::HostCommand{core::DescribeHosts{host}})).hosts, SizeIs(1))
      << "described a while still";
  EXPECT_EQ(
      reply<core::InstanceReply>(ask(core::HostCommand{core::DeregisterHost{host, false}})).instance->id,
      agent.id);
  restart();
  EXPECT_THAT(reply<core::HostsReply>(ask(core::HostCommand{core::DescribeHosts{}})).hosts, IsEmpty());
}

TEST_F(Fargate, ADeregisteredContainerInstanceLosesItsTasksInItsOwnersName) {
  const auto agent = join("host-1", CapacityUse::both);
  const auto id = run_on(LaunchType::EC2).tasks.at(0)->id;
  const auto host = core::to_string(agent.id);
  (void)reply<core::InstanceReply>(ask(core::HostCommand{core::DeregisterHost{host, true}}));
  EXPECT_EQ(task(id)->stop_code, core::TaskStopCode::UserInitiated);
  EXPECT_EQ(task(id)->stopped_reason, "Container instance deregistration forced by user");
}

TEST_F(Fargate, StartTaskKnowsTheInstancesOfEcsAnywhere) {
  const auto own = join("host-1", CapacityUse::both);
  const auto away = join("host-2", CapacityUse::external);
  const auto managed = join("host-3", CapacityUse::fargate);
  core::RunTask command = on(LaunchType::EXTERNAL);
  command.launch_type.reset();
  command.instances = {core::to_string(away.id), core::to_string(own.id), core::to_string(managed.id)};
  command.count = 3;
  const auto made = reply<core::TasksReply>(ask(command));
  ASSERT_THAT(made.tasks, SizeIs(2));
  std::map<core::InstanceId, LaunchType> types;
  for (const auto& each : made.tasks) types[each->instance] = each->launch->launch_type;
  EXPECT_EQ(types, (std::map<core::InstanceId, LaunchType>{{own.id, LaunchType::EC2},
                                                           {away.id, LaunchType::EXTERNAL}}));
  EXPECT_NE(made.tasks[0]->id, made.tasks[1]->id);
  ASSERT_THAT(made.failures, SizeIs(1));
  EXPECT_EQ(made.failures[0].reason, "MISSING") << "a managed host is nobody's container instance";
  EXPECT_EQ(task(made.tasks[0]->id)->last_status, TaskStatus::RUNNING);
  EXPECT_EQ(task(made.tasks[1]->id)->last_status, TaskStatus::RUNNING);
  EXPECT_EQ(cluster().counts.external.tasks.running, 1);

  command.instances = {core::to_string(away.id)};
  (void)reply<core::InstanceReply>(
      ask(core::InstanceCommand{core::DeregisterContainerInstance{core::to_string(away.id), true}}));
  const auto late = reply<core::TasksReply>(ask(command));
  EXPECT_THAT(late.tasks, IsEmpty());
  ASSERT_THAT(late.failures, SizeIs(1));
  EXPECT_EQ(late.failures[0].reason, "INACTIVE");
}

TEST_F(Fargate, StartTaskOnAnInstanceOfEcsAnywhereNeedsADefinitionForIt) {
  const auto away = join("host-2", CapacityUse::external);
  auto command = on(LaunchType::FARGATE);
  command.launch_type.reset();
  command.task_definition = "web";
  command.network.emplace().awsvpcConfiguration.emplace().subnets = {"subnet-1"};
  command.instances = {core::to_string(away.id)};
  EXPECT_THAT(refusal(ask(command)), HasSubstr("InvalidParameterException: Task definition does not support "
                                               "launch_type EXTERNAL."));
}

TEST_F(Fargate, WhatAHostIsForSurvivesARestart) {
  auto agent = join("host-1", CapacityUse::fargate);
  const auto task_id = run_on(LaunchType::FARGATE).tasks.at(0)->id;
  restart();
  EXPECT_THAT(listed_instances(), IsEmpty());
  EXPECT_EQ(task(task_id)->launch->launch_type, LaunchType::FARGATE);
  EXPECT_EQ(task(task_id)->launch->platform_version, "1.4.0");
}

TEST_F(Fargate, WithoutCapacityNothingIsPlacedElsewhere) {
  join("host-1", CapacityUse::instances);
  join("host-2", CapacityUse::external);
  const auto made = run_on(LaunchType::FARGATE);
  EXPECT_THAT(made.tasks, IsEmpty());
  ASSERT_THAT(made.failures, SizeIs(1));
  EXPECT_THAT(made.failures[0].reason.value(), HasSubstr("Capacity is unavailable at this time."));
  EXPECT_THAT(listed_instances(), SizeIs(2));
}

TEST_F(Fargate, ASharedHostHasOneLedger) {
  const auto agent = join("host-1", CapacityUse::both);
  EXPECT_THAT(run_on(LaunchType::FARGATE, 4).tasks, SizeIs(4));
  EXPECT_THAT(run_on(LaunchType::EC2, 4).tasks, SizeIs(4));
  EXPECT_THAT(run_on(LaunchType::FARGATE).tasks, IsEmpty()) << "4096 MiB hold eight of 512";
  EXPECT_THAT(listed_instances(), SizeIs(1));
  EXPECT_EQ(instance(agent.id)->used.memory, core::MemoryMib{4096});
  EXPECT_EQ(cluster().counts.fargate.tasks.running, 4);
  EXPECT_EQ(cluster().counts.ec2.tasks.running, 4);
}

TEST_F(Fargate, ExternalTasksAndHostsKeepToThemselves) {
  const auto host = join("host-1", CapacityUse::instances);
  EXPECT_THAT(refusal(ask(on(LaunchType::EXTERNAL))), HasSubstr("No Container Instances were found"));
  const auto away = join("host-2", CapacityUse::external);
  EXPECT_EQ(run_on(LaunchType::EXTERNAL).tasks.at(0)->instance, away.id);
  EXPECT_EQ(run_on(LaunchType::EC2).tasks.at(0)->instance, host.id);
  EXPECT_EQ(cluster().counts.external.tasks.running, 1);
}

TEST_F(Fargate, AnInterruptionStopsASpotTaskAndSaysSo) {
  const auto agent = join("host-1", CapacityUse::fargate);
  const auto task_id = spot_task()->id;
  agent.notes->obedient = false;
  const auto before = events_after(0).size();
  const auto stopped = reply<core::TaskReply>(ask(core::InterruptTask{core::to_string(task_id)})).task;
  EXPECT_EQ(stopped->desired_status, core::DesiredStatus::STOPPED);
  EXPECT_EQ(stopped->stop_code, core::TaskStopCode::SpotInterruption);
  EXPECT_EQ(stopped->stopped_reason, "Your Spot Task was interrupted.");
  EXPECT_THAT(agent.notes->stopped, ::testing::ElementsAre(task_id)) << "the warning comes at once";
  bool told = false;
  for (const auto& event : events_after(before)) {
    const auto* change = std::get_if<core::TaskStateChange>(&event->event.body);
    told = told || (change != nullptr && change->task->stop_code == core::TaskStopCode::SpotInterruption);
  }
  EXPECT_TRUE(told);
  EXPECT_THAT(refusal(ask(core::InterruptTask{core::to_string(task_id)})),
              HasSubstr("The task is stopped already."));
}

TEST_F(Fargate, OnlySpotTasksAreInterrupted) {
  join("host-1", CapacityUse::both);
  for (const auto type : {LaunchType::FARGATE, LaunchType::EC2}) {
    const auto task_id = run_on(type).tasks.at(0)->id;
    EXPECT_THAT(refusal(ask(core::InterruptTask{core::to_string(task_id)})),
                HasSubstr("Only tasks of the capacity provider FARGATE_SPOT can be interrupted."));
    EXPECT_EQ(task(task_id)->desired_status, core::DesiredStatus::RUNNING);
  }
  EXPECT_THAT(refusal(ask(core::InterruptTask{std::string(32, 'a')})),
              HasSubstr("The referenced task was not found."));
}

}  // namespace
}  // namespace troupe::testing
