/// Sessions of ACS between the real control plane and a connection that the test plays.

#include "tests/agent_gateway/session_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;
using gateway::Acked;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AcsSession : public SessionTest {};

TEST_F(AcsSession, BeginsWithTheManifestAndConnectsTheInstance) {
  const auto host = register_host();
  EXPECT_FALSE(host->agent_connected);
  const auto connection = open_acs(host->id);
  EXPECT_TRUE(connection->accepted);
  EXPECT_THAT(types(connection), ElementsAre("TaskManifestMessage"));
  const auto known = instance(host->id);
  EXPECT_TRUE(known->agent_connected);
  EXPECT_EQ(known->version_info.agentVersion, "1.105.1");
}

TEST_F(AcsSession, OfAnUnknownOrDeregisteredInstanceIsRefusedInTheAgentsWords) {
  const auto stranger = open_acs(core::InstanceId{{9, 9}});
  ASSERT_TRUE(stranger->refused);
  EXPECT_THAT(stranger->refused->body, HasSubstr("{\"InvalidInstanceException\":"));
  const auto host = register_host();
  const auto connection = open_acs(host->id);
  ask(core::InstanceCommand{core::DeregisterContainerInstance{core::to_string(host->id), true}});
  world.settle();
  EXPECT_EQ(connection->closed, 1008);
  const auto again = open_acs(host->id);
  ASSERT_TRUE(again->refused);
  EXPECT_THAT(again->refused->body, HasSubstr("InactiveInstanceException"));
}

TEST_F(AcsSession, SendsOneTaskAPayloadAndNumbersAscend) {
  const auto host = register_host();
  const auto connection = open_acs(host->id);
  const auto tasks = run(2);
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_THAT(types(connection), ElementsAre("TaskManifestMessage", "PayloadMessage", "PayloadMessage"));
  const auto timeline = number(connection, 0, "/timeline");
  EXPECT_GT(number(connection, 1, "/seqNum"), timeline);
  EXPECT_GT(number(connection, 2, "/seqNum"), number(connection, 1, "/seqNum"));
  EXPECT_EQ(member(connection, 1, "/tasks/0/desiredStatus"), "RUNNING");
}

TEST_F(AcsSession, NumbersGoOnOverSessionsAndRestarts) {
  const auto host = register_host();
  auto connection = open_acs(host->id);
  run(1);
  auto highest = number(connection, 1, "/seqNum");
  connection = open_acs(host->id);
  EXPECT_GT(number(connection, 0, "/timeline"), highest);
  highest = number(connection, 1, "/seqNum");
  acs = nullptr;
  restart();
  connection = open_acs(host->id);
  EXPECT_THAT(types(connection), ElementsAre("TaskManifestMessage", "PayloadMessage"));
  EXPECT_GT(number(connection, 0, "/timeline"), highest);
}

TEST_F(AcsSession, SendsAgainWhatIsNotConfirmedUntilItIs) {
  const auto host = register_host();
  const auto connection = open_acs(host->id);
  run(1);
  const auto message = member(connection, 1, "/messageId");
  for (int i = 0; i < 2; ++i) {
    world.advance(16s);
    say(gateway::HeartbeatAcked{"any"});
  }
  EXPECT_THAT(types(connection),
              ElementsAre("TaskManifestMessage", "PayloadMessage", "PayloadMessage", "PayloadMessage"));
  say(Acked{message});
  const auto before = types(connection).size();
  world.advance(40s);
  EXPECT_EQ(types(connection).size(), before);
}

TEST_F(AcsSession, ATaskThatTheAgentNeverTakesFailsToStart) {
  const auto host = register_host();
  open_acs(host->id);
  const auto tasks = run(1);
  for (int i = 0; i < 8; ++i) {
    world.advance(10s);
    say(gateway::HeartbeatAcked{"any"});
  }
  const auto ended = task(tasks.front()->id);
  EXPECT_EQ(ended->last_status, core::TaskStatus::STOPPED);
  EXPECT_EQ(ended->stop_code, core::TaskStopCode::TaskFailedToStart);
}

TEST_F(AcsSession, ATaskThatWasReportedNeedsNoConfirmation) {
  const auto host = register_host();
  const auto connection = open_acs(host->id);
  const auto tasks = run(1);
  submit(tasks.front()->id, "RUNNING");
  for (int i = 0; i < 8; ++i) {
    world.advance(10s);
    say(gateway::HeartbeatAcked{"any"});
  }
  EXPECT_EQ(task(tasks.front()->id)->last_status, core::TaskStatus::RUNNING);
  EXPECT_EQ(types(connection).size(), 2U);
}

TEST_F(AcsSession, IsCutWhenHeartbeatsAreNotAcknowledgedAndTheInstanceIsDisconnected) {
  const auto host = register_host();
  const auto connection = open_acs(host->id);
  world.advance(45s);
  EXPECT_EQ(connection->closed, std::nullopt);
  EXPECT_GE(connection->sent.size(), 3U);
  world.advance(6s);
  EXPECT_EQ(connection->closed, 1001);
  EXPECT_TRUE(instance(host->id)->agent_connected);
  world.advance(11s);
  EXPECT_FALSE(instance(host->id)->agent_connected);
}

TEST_F(AcsSession, ThatIsRenewedAtOnceWasNeverDisconnected) {
  const auto host = register_host();
  open_acs(host->id);
  const auto tasks = run(1);
  submit(tasks.front()->id, "RUNNING");
  lose(1000);
  const auto missed = run(1);
  const auto connection = open_acs(host->id);
  world.advance(30s);
  EXPECT_TRUE(instance(host->id)->agent_connected);
  EXPECT_EQ(task(tasks.front()->id)->connectivity, core::Connectivity::CONNECTED);
  // The one that runs is in the manifest alone; the one placed meanwhile is told.
  EXPECT_EQ(types(connection).at(1), "PayloadMessage");
  EXPECT_THAT(member(connection, 1, "/tasks/0/arn"), HasSubstr(core::to_string(missed.front()->id)));
}

TEST_F(AcsSession, AnotherOneReplacesIt) {
  const auto host = register_host();
  const auto first = open_acs(host->id);
  const auto second = open_acs(host->id);
  EXPECT_EQ(first->closed, 1008);
  EXPECT_EQ(second->closed, std::nullopt);
  EXPECT_TRUE(instance(host->id)->agent_connected);
  const auto tasks = run(1);
  EXPECT_EQ(types(first).size(), 1U);
  EXPECT_EQ(types(second).size(), 2U);
}

TEST_F(AcsSession, StopsOnlyWhatIsNotWantedHere) {
  const auto host = register_host();
  const auto connection = open_acs(host->id);
  const auto tasks = run(1);
  const auto wanted = core::task_arn(options.realm, "default", tasks.front()->id);
  const auto stranger = core::task_arn(options.realm, "default", core::TaskId{{5, 5}});
  const auto manifest = member(connection, 0, "/messageId");
  say(gateway::StopCandidates{"manifest-of-yesterday", {stranger}});
  EXPECT_EQ(types(connection).size(), 2U);
  say(gateway::StopCandidates{manifest, {wanted, stranger, "no arn"}});
  ASSERT_EQ(types(connection).size(), 3U);
  EXPECT_EQ(types(connection).back(), "TaskStopVerificationAck");
  EXPECT_EQ(member(connection, 2, "/messageId"), manifest);
  EXPECT_EQ(member(connection, 2, "/stopTasks/0/taskArn"), stranger);
  EXPECT_THAT(connection->sent.at(2), ::testing::Not(HasSubstr(wanted)));
}

TEST_F(AcsSession, SendsTheStopOfATaskUntilItIsConfirmed) {
  const auto host = register_host();
  const auto connection = open_acs(host->id);
  const auto tasks = run(1);
  say(Acked{member(connection, 1, "/messageId")});
  submit(tasks.front()->id, "RUNNING");
  ask(core::StopTask{core::to_string(tasks.front()->id), "enough"});
  world.settle();
  ASSERT_EQ(types(connection).size(), 3U);
  EXPECT_EQ(member(connection, 2, "/tasks/0/desiredStatus"), "STOPPED");
  world.advance(16s);
  EXPECT_EQ(types(connection).size(), 4U);
  submit(tasks.front()->id, "STOPPED");
  const auto ended = task(tasks.front()->id);
  EXPECT_EQ(ended->stop_code, core::TaskStopCode::UserInitiated);
  EXPECT_EQ(ended->stopped_reason, "enough");
  world.advance(16s);
  EXPECT_EQ(types(connection).size(), 4U);
}

TEST_F(AcsSession, TellsCredentialsAgainToANewProcessAndBeforeTheyExpire) {
  credentials->issues = true;
  credentials->expires = world.now() + 1h;
  const auto host = register_host();
  auto connection = open_acs(host->id, true);
  const auto tasks = run(1);
  EXPECT_EQ(member(connection, 1, "/tasks/0/roleCredentials/secretAccessKey"), "SK");
  submit(tasks.front()->id, "RUNNING");
  connection = open_acs(host->id, true);
  EXPECT_THAT(types(connection),
              ElementsAre("TaskManifestMessage", "PayloadMessage", "IAMRoleCredentialsMessage"));
  for (int i = 0; i < 51 * 2; ++i) {
    world.advance(30s);
    say(gateway::HeartbeatAcked{"any"});
    if (i == 0) say(Acked{member(connection, 1, "/messageId")});
    if (i == 50) credentials->expires = world.now() + 1h;
  }
  EXPECT_EQ(types(connection).back(), "IAMRoleCredentialsMessage");
  const auto told = types(connection).size();
  EXPECT_EQ(told, 4U);
  submit(tasks.front()->id, "STOPPED");
  for (int i = 0; i < 130; ++i) {
    world.advance(30s);
    say(gateway::HeartbeatAcked{"any"});
  }
  EXPECT_EQ(types(connection).size(), told);
}

TEST_F(AcsSession, CredentialsGoToTheHostOfTheirTaskAndToNoOther) {
  credentials->issues = true;
  credentials->expires = world.now() + 1h;
  const auto first = register_host();
  const auto on_first = open_acs(first->id, true);
  const auto tasks = run(1);
  submit(tasks.front()->id, "RUNNING");
  ASSERT_EQ(task(tasks.front()->id)->instance, first->id);
  const auto second = register_host("", "another");
  const auto on_second = open_acs(second->id, true);
  credentials->expires = world.now() + 1min;
  world.advance(2s);
  for (const auto& frame : on_second->sent) EXPECT_THAT(frame, ::testing::Not(HasSubstr("cid-")));
  EXPECT_EQ(types(on_second), std::vector<std::string>{"TaskManifestMessage"});
  EXPECT_THAT(on_second->sent.front(), ::testing::Not(HasSubstr(core::to_string(tasks.front()->id))));
}

TEST_F(AcsSession, EndsOnAFrameThatIsNone) {
  const auto host = register_host();
  const auto connection = open_acs(host->id);
  world.tell(acs, gateway::FrameRefused{"BadRequestException", "The frame has no type"});
  world.settle();
  EXPECT_EQ(connection->closed, 1008);
}

TEST_F(AcsSession, EndsWithItsInstancesActorAndComesBack) {
  const auto host = register_host();
  const auto connection = open_acs(host->id);
  const auto tasks = run(1);
  clock_fails = true;
  ask(core::InstanceCommand{
      core::PutAttributes{{{"a", "b", core::TargetType::container_instance, core::to_string(host->id)}}}});
  clock_fails = false;
  world.settle();
  EXPECT_EQ(connection->closed, 1011);
  world.advance(2s);
  const auto again = open_acs(host->id);
  EXPECT_TRUE(again->accepted);
  EXPECT_THAT(types(again), ElementsAre("TaskManifestMessage", "PayloadMessage"));
}

TEST_F(SessionTest, HealthReachesTasksOnlyWhereTheyArePlaced) {
  const auto host = register_host();
  open_acs(host->id);
  const auto tasks = run(1);
  const auto& id = tasks.front()->id;
  submit(id, "RUNNING", {{"web", "RUNNING", "r", {}, "", "", {}}});
  const auto other = register_host();
  auto connection = open_tcs(other->id);
  const gateway::InstanceTasksHealth sick{{{id, {{"web", core::HealthStatus::UNHEALTHY}}}}};
  tell(sick);
  EXPECT_EQ(task(id)->health, core::HealthStatus::UNKNOWN);
  EXPECT_THAT(types(connection), ElementsAre("AckPublishHealth"));
  connection = open_tcs(host->id);
  tell(sick, true);
  EXPECT_EQ(task(id)->health, core::HealthStatus::UNKNOWN);
  tell(sick);
  EXPECT_EQ(task(id)->health, core::HealthStatus::UNHEALTHY);
  EXPECT_THAT(types(connection), ElementsAre("AckPublishHealth", "AckPublishHealth"));
}

TEST_F(SessionTest, TelemetryTellsOfRuntimeAndUsage) {
  const auto host = register_host();
  open_tcs(host->id);
  tell(gateway::InstanceRuntimeHealth{core::InstanceHealth::IMPAIRED});
  const auto known = instance(host->id);
  EXPECT_EQ(known->health, core::InstanceHealth::IMPAIRED);
  tell(gateway::InstanceRuntimeHealth{core::InstanceHealth::IMPAIRED});
  EXPECT_EQ(instance(host->id)->version, known->version);
  gateway::InstanceUsage said;
  said.idle = true;
  said.last_part = true;
  tell(said);
  const auto usage = reply<core::UsageReply>(ask(core::ReadUsage{}));
  ASSERT_EQ(usage.instances.size(), 1U);
  EXPECT_EQ(usage.instances.front().usage->latest.cpu_units, (core::Spread{0, 0, 0, 1}));
}

TEST_F(SessionTest, UsageOfAnAgentsTasksIsKeptOnceItIsWhole) {
  const auto host = register_host();
  open_acs(host->id);
  const auto tasks = run(1);
  submit(tasks.front()->id, "RUNNING", {{"web", "RUNNING", "r", {}, "", "", {}}});
  open_tcs(host->id);
  gateway::InstanceUsage said;
  said.message = "m-1";
  said.tasks.push_back({tasks.front()->id, {}});
  auto& container = said.tasks.front().containers.emplace_back();
  container.name = "web";
  container.cpu_percent = {10, 30, 40, 2};
  container.memory_mib = {5, 5, 10, 2};
  container.received_per_second = {0, 100, 100, 2};
  tell(said);
  const auto used = [&] { return reply<core::UsageReply>(ask(core::ReadUsage{})).instances.front().usage; };
  EXPECT_FALSE(used()->at);
  gateway::InstanceUsage rest;
  rest.message = "m-1";
  rest.last_part = true;
  tell(rest);
  ASSERT_TRUE(used()->at);
  // 20 % of the four cores that it registered.
  const auto& latest = used()->tasks.at(tasks.front()->id).front().latest;
  EXPECT_NEAR(latest->figures.cpu_units.average(), 819.2, 0.1);
  EXPECT_EQ(latest->figures.memory_bytes.average(), 5.0 * 1024 * 1024);
  EXPECT_EQ(latest->figures.received_bytes.average(), 50);
}

}  // namespace
}  // namespace troupe::testing
