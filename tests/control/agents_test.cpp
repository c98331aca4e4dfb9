/// Hosts that register through the API, and sessions of agents that do not register.

#include "tests/control/control_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;

class Agents : public ControlTest {
 protected:
  Agents() {
    start();
    create_cluster();
    register_definition();
  }

  core::RegisterContainerInstance registration(const std::string& token = "") {
    core::RegisterContainerInstance command;
    command.client_token = token;
    command.said = make_agent().said;
    command.said.host_id.clear();
    return command;
  }

  core::InstancePtr join(const core::RegisterContainerInstance& command) {
    return reply<core::InstanceReply>(ask(core::AgentCommand{command})).instance;
  }

  std::optional<SessionOpened> resume(const core::InstanceId& id, const FakeAgent& agent,
                                      const core::Principal& who = {}) {
    core::VersionInfo version;
    version.agentVersion = "1.105.1";
    return world.ask<SessionOpened>(plane.registry, ResumeAgent{"default", id, who, version, agent.actor});
  }
};

std::string attribute_of(const core::ContainerInstance& instance, const std::string& name) {
  const auto* found = core::find_attribute(instance, name);
  return found != nullptr ? found->value.value_or("") : "absent";
}

TEST_F(Agents, ARegisteredHostHasNoAgentUntilASessionBegins) {
  const auto host = join(registration());
  EXPECT_FALSE(host->agent_connected);
  EXPECT_TRUE(host->host_id.starts_with("mi-"));
  EXPECT_EQ(attribute_of(*host, "ecs.availability-zone"), "us-east-1a");
  const auto refused = reply<core::TasksReply>(ask(run_command()));
  EXPECT_TRUE(refused.tasks.empty());
  const auto agent = make_agent();
  const auto session = resume(host->id, agent);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->refused, std::nullopt);
  EXPECT_TRUE(instance(host->id)->agent_connected);
  EXPECT_EQ(run().size(), 1U);
}

TEST_F(Agents, TheSameTokenIsTheSameRegistrationAlsoAfterARestart) {
  const auto first = join(registration("t-1"));
  EXPECT_EQ(join(registration("t-1"))->id, first->id);
  restart();
  EXPECT_EQ(join(registration("t-1"))->id, first->id);
  EXPECT_NE(join(registration("t-2"))->id, first->id);
  EXPECT_NE(join(registration())->id, join(registration())->id);
}

TEST_F(Agents, ATokenIsTheSameRegistrationForAgentsInThisProcessToo) {
  const auto connected = [&](const std::string& token) {
    ConnectAgent ask;
    ask.registration.client_token = token;
    ask.registration.said = make_agent().said;
    ask.agent = make_agent().actor;
    return world.ask<AgentConnected>(plane.registry, ask)->id;
  };
  const auto first = connected("t-1");
  EXPECT_EQ(connected("t-1"), first) << "its answer was lost";
  EXPECT_NE(connected("t-2"), first);
  restart();
  EXPECT_EQ(connected("t-1"), first);
  (void)ask(core::InstanceCommand{core::DeregisterContainerInstance{core::to_string(first), true}});
  const auto second = connected("t-1");
  EXPECT_NE(second, first) << "one that was deregistered stays so";
  EXPECT_EQ(connected("t-1"), second);
}

TEST_F(Agents, RegisteringAgainKeepsCustomAttributesAndDropsCapabilitiesThatWent) {
  auto command = registration();
  command.said.attributes.push_back({"stack", "blue", {}, {}});
  command.said.attributes.push_back({"ecs.capability.efs", std::nullopt, {}, {}});
  const auto host = join(command);
  auto again = registration();
  again.instance = core::instance_arn(options.realm, "default", host->id);
  again.said.capacity.cpu = {1024};
  const auto known = join(again);
  EXPECT_EQ(known->id, host->id);
  EXPECT_EQ(known->host_id, host->host_id);
  EXPECT_EQ(known->registered.cpu.count, 1024);
  EXPECT_EQ(attribute_of(*known, "stack"), "blue");
  EXPECT_EQ(attribute_of(*known, "ecs.capability.efs"), "absent");
  EXPECT_EQ(attribute_of(*known, "ecs.availability-zone"), "us-east-1a");
}

TEST_F(Agents, AnInstanceThatThisServerNeverSawKeepsItsName) {
  auto command = registration();
  command.instance = core::instance_arn(options.realm, "default", core::InstanceId{{7, 8}});
  EXPECT_EQ(join(command)->id, (core::InstanceId{{7, 8}}));
  command.instance = core::instance_arn(options.realm, "elsewhere", core::InstanceId{{7, 8}});
  EXPECT_THAT(refusal(ask(core::AgentCommand{command})), ::testing::HasSubstr("ClientException"));
}

TEST_F(Agents, AHostThatIsAnotherMachineOrWasDeregisteredIsRefusedForGood) {
  auto command = registration();
  command.said.attributes.push_back({"ecs.instance-type", "t3.small", {}, {}});
  const auto host = join(command);
  command.instance = core::instance_arn(options.realm, "default", host->id);
  command.said.attributes.back().value = "m5.large";
  EXPECT_EQ(refusal(ask(core::AgentCommand{command})),
            "ClientException: Container instance type changes are not supported.");
  command.said.attributes.back().value = "t3.small";
  ask(core::InstanceCommand{core::DeregisterContainerInstance{core::to_string(host->id), true}});
  EXPECT_THAT(refusal(ask(core::AgentCommand{command})), ::testing::HasSubstr("ClientException: "));
  EXPECT_EQ(resume(host->id, make_agent())->refused, SessionRefusal::instance_inactive);
}

TEST_F(Agents, SessionsResumeAtOnceAfterARestartWithoutRegistering) {
  const auto host = join(registration());
  auto agent = make_agent();
  ASSERT_TRUE(resume(host->id, agent));
  const auto tasks = run();
  restart();
  EXPECT_FALSE(instance(host->id)->agent_connected);
  agent = make_agent();
  const auto session = resume(host->id, agent);
  ASSERT_TRUE(session && !session->refused);
  EXPECT_TRUE(instance(host->id)->agent_connected);
  EXPECT_THAT(agent.notes->manifests.at(0), ::testing::ElementsAre(tasks.front()->id));
}

TEST_F(Agents, TheOneBeforeIsToldWhenAnotherSpeaksForItsInstance) {
  const auto host = join(registration());
  const auto first = make_agent();
  const auto second = make_agent();
  resume(host->id, first);
  resume(host->id, first);
  EXPECT_TRUE(first.notes->over.empty());
  resume(host->id, second);
  EXPECT_THAT(first.notes->over, ::testing::ElementsAre(SessionOver::Why::replaced));
  ask(core::InstanceCommand{core::DeregisterContainerInstance{core::to_string(host->id), true}});
  world.settle();
  EXPECT_THAT(second.notes->over, ::testing::ElementsAre(SessionOver::Why::deregistered));
}

TEST_F(Agents, SubmissionsAreAnsweredWhenTheyAreKept) {
  const auto host = join(registration());
  auto agent = make_agent();
  agent.notes->obedient = false;
  resume(host->id, agent);
  const auto id = run().front()->id;
  core::SubmitTaskState command;
  command.task = core::task_arn(options.realm, "default", id);
  command.status = "RUNNING";
  journal->refuses = true;
  EXPECT_EQ(refusal(ask(core::AgentCommand{command})), "failure");
  EXPECT_EQ(task(id)->last_status, core::TaskStatus::PENDING);
  journal->refuses = false;
  world.advance(2s);
  EXPECT_EQ(refusal(ask(core::AgentCommand{command})), "");
  EXPECT_EQ(task(id)->last_status, core::TaskStatus::RUNNING);
  command.status = "STOPPED";
  EXPECT_EQ(refusal(ask(core::AgentCommand{command})), "");
  EXPECT_EQ(refusal(ask(core::AgentCommand{command})), "");
  EXPECT_EQ(task(id)->last_status, core::TaskStatus::STOPPED);
  // Who still runs what has stopped is told to stop it.
  command.status = "RUNNING";
  EXPECT_EQ(refusal(ask(core::AgentCommand{command})), "");
  world.settle();
  EXPECT_THAT(agent.notes->stopped, ::testing::Contains(id));
  command.task = core::task_arn(options.realm, "default", core::TaskId{{1, 99}});
  EXPECT_EQ(refusal(ask(core::AgentCommand{command})),
            "InvalidParameterException: The referenced task was not found.");
}

core::Principal agent_key(const std::string& key) {
  core::Principal who;
  who.kind = core::PrincipalKind::agent;
  who.access_key = key;
  return who;
}

TEST_F(Agents, AnAgentsKeySpeaksForTheInstanceThatItRegisteredAndNoOther) {
  auto own = registration();
  own.caller = agent_key("TRPA1");
  const auto host = join(own);
  auto others = registration();
  others.caller = agent_key("TRPA2");
  const auto other = join(others);
  EXPECT_EQ(resume(host->id, make_agent(), others.caller)->refused, SessionRefusal::denied);
  const auto found =
      world.ask<SessionOpened>(plane.registry, FindInstance{"default", host->id, others.caller});
  EXPECT_EQ(found->refused, SessionRefusal::denied);
  auto agent = make_agent();
  agent.notes->obedient = false;
  EXPECT_EQ(resume(host->id, agent, own.caller)->refused, std::nullopt);
  const auto id = run().front()->id;
  core::SubmitTaskState command;
  command.task = core::to_string(id);
  command.status = "STOPPED";
  command.caller = others.caller;
  EXPECT_THAT(refusal(ask(core::AgentCommand{command})), ::testing::HasSubstr("AccessDeniedException"));
  EXPECT_EQ(task(id)->last_status, core::TaskStatus::PENDING);
  command.caller = own.caller;
  EXPECT_EQ(refusal(ask(core::AgentCommand{command})), "");
  others.instance = core::instance_arn(options.realm, "default", host->id);
  EXPECT_THAT(refusal(ask(core::AgentCommand{others})), ::testing::HasSubstr("AccessDeniedException"));
  core::UpdateContainerInstancesState drain;
  drain.instances = {core::to_string(host->id), core::to_string(other->id)};
  drain.status = core::InstanceStatus::DRAINING;
  drain.caller = own.caller;
  const auto drained = reply<core::InstancesReply>(ask(core::InstanceCommand{drain}));
  EXPECT_EQ(drained.instances.size(), 1U);
  EXPECT_EQ(drained.failures.size(), 1U);
  EXPECT_EQ(instance(other->id)->status, core::InstanceStatus::ACTIVE);
}

TEST_F(Agents, UpdatesAreRefusedWithWhatIsKnown) {
  const auto host = join(registration());
  const core::AgentCommand update{core::UpdateContainerAgent{core::to_string(host->id)}};
  auto known = registration();
  EXPECT_THAT(refusal(ask(update)), ::testing::HasSubstr("MissingVersionException"));
  resume(host->id, make_agent());
  EXPECT_THAT(refusal(ask(update)), ::testing::HasSubstr("NoUpdateAvailableException"));
}

}  // namespace
}  // namespace troupe::testing
