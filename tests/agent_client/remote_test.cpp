/// Registration, payloads, manifests and lost sessions.

#include "tests/agent_client/remote_world.hpp"

namespace troupe::api::agent_client {
namespace {

TEST_F(RemoteTest, RegistersDiscoversAndDialsBothSessions) {
  connect();
  EXPECT_TRUE(instance);
  EXPECT_THAT(last_body, HasSubstr(R"("cluster":"h1")"));
  EXPECT_THAT(last_body, HasSubstr(R"({"name":"CPU","type":"INTEGER","integerValue":2048})"));
  EXPECT_THAT(last_body, HasSubstr(R"(\"instanceId\":\"box\")"));
  answer("DiscoverPollEndpoint", 200,
         R"({"endpoint":"http://s:1/acs","telemetryEndpoint":"http://s:1/tcs/"})");
  ASSERT_EQ(uplink->acs.size(), 1U);
  EXPECT_THAT(uplink->acs.back()->url, ::testing::StartsWith("http://s:1/acs/ws?"));
  EXPECT_THAT(uplink->acs.back()->url, HasSubstr("&clusterArn=h1&containerInstanceArn=arn%3Aaws%3Aecs"));
  EXPECT_THAT(uplink->acs.back()->url, HasSubstr("&sendCredentials=true"));
  ASSERT_EQ(uplink->tcs.size(), 1U);
  EXPECT_THAT(uplink->tcs.back()->url, HasSubstr("&cluster=h1&containerInstance=arn"));
  uplink->tcs.back()->handlers.on_open();
  world.settle();
  ASSERT_EQ(uplink->tcs.back()->sent.size(), 1U);
  EXPECT_THAT(uplink->tcs.back()->sent.front(), HasSubstr("PublishMetricsRequest"));
}

TEST_F(RemoteTest, TheHostsOwnTokenMakesARepeatedRegistrationTheSame) {
  ask();
  answer("RegisterContainerInstance", 0, "");
  const auto of_process = last_body.substr(last_body.find("clientToken"), 52);
  ask();
  answer("RegisterContainerInstance", 0, "");
  EXPECT_THAT(last_body, HasSubstr(of_process)) << "a host that keeps none has one for this process";
  client_token = "kept-in-the-directory";
  ask();
  answer("RegisterContainerInstance", 0, "");
  EXPECT_THAT(last_body, HasSubstr(R"("clientToken":"kept-in-the-directory")"));
}

TEST_F(RemoteTest, ARegistrationThatWasAnsweredAndDeregisteredUnheardIsOverToo) {
  client_token = "kept-in-the-directory";
  ask();
  answer("RegisterContainerInstance", 400,
         R"({"__type":"ClientException","message":"The referenced container instance was deregistered."})");
  EXPECT_EQ(deregistered, 1);
}

TEST_F(RemoteTest, ARefusedRegistrationIsTheAgentsToTryAgain) {
  ask();
  answer("RegisterContainerInstance", 400, R"({"__type":"AccessDeniedException","message":"no"})");
  EXPECT_THAT(refused, HasSubstr("AccessDeniedException"));
}

TEST_F(RemoteTest, APayloadStartsATaskAndIsConfirmed) {
  open();
  say_start(app_task(7));
  ASSERT_EQ(heard->started.size(), 1U);
  EXPECT_EQ(heard->started.front()->id, task_id(7));
  EXPECT_EQ(heard->started.front()->last_status, core::TaskStatus::PENDING);
  ASSERT_EQ(sent().size(), 1U);
  EXPECT_THAT(sent().front(), HasSubstr(R"({"type":"AckRequest","message":{"cluster":")"));
  EXPECT_THAT(sent().front(), HasSubstr(R"("messageId":"payload-1")"));
}

TEST_F(RemoteTest, APayloadStopsATask) {
  open();
  say(agent_gateway::payload_frame(context, "payload-2", 5,
                                   agent_gateway::payload_stop(realm, "h1", task_id(7))));
  EXPECT_EQ(heard->stopped, std::vector{task_id(7)});
  EXPECT_EQ(sent().size(), 1U);
}

TEST_F(RemoteTest, APayloadOfAnotherInstanceIsNotTaken) {
  open();
  context.instance = core::InstanceId{{9, 9}};
  say_start(app_task(7));
  EXPECT_TRUE(heard->started.empty());
  EXPECT_TRUE(sent().empty());
}

TEST_F(RemoteTest, ATaskThatCannotBeReadIsReportedStoppedAndNotConfirmed) {
  open();
  auto payload = agent_gateway::payload_task(realm, app_task(7), {});
  payload.containers->front().dockerConfig->config = "{";
  say(agent_gateway::payload_frame(context, "payload-3", 5, payload));
  EXPECT_TRUE(heard->started.empty());
  EXPECT_TRUE(sent().empty());
  answer("SubmitTaskStateChange", 200, "{}");
  EXPECT_THAT(last_body, HasSubstr(R"("status":"STOPPED")"));
  EXPECT_THAT(last_body, HasSubstr("DockerClientConfigError"));
}

TEST_F(RemoteTest, AnswersHeartbeats) {
  open();
  say(agent_gateway::heartbeat_frame("hb-1"));
  EXPECT_EQ(sent(),
            std::vector<std::string>{R"({"type":"HeartbeatAckRequest","message":{"messageId":"hb-1"}})"});
}

TEST_F(RemoteTest, TheAgentIsToldTheManifestWhenAllItsTasksHaveCome) {
  open();
  say_manifest({testing::shared(app_task(1)), testing::shared(app_task(2))});
  say_start(app_task(1));
  EXPECT_TRUE(heard->manifests.empty());
  say_start(app_task(2));
  ASSERT_EQ(heard->manifests.size(), 1U);
  EXPECT_EQ(heard->manifests.front().size(), 2U);
}

TEST_F(RemoteTest, AnEmptyManifestIsCompleteAtOnce) {
  open();
  say_manifest({});
  ASSERT_EQ(heard->manifests.size(), 1U);
  EXPECT_TRUE(heard->manifests.front().empty());
}

TEST_F(RemoteTest, WhatTheManifestDoesNotHaveStopsOnlyWhenTheServerSaysSo) {
  open();
  say_start(app_task(1));
  say_start(app_task(2));
  say_manifest({testing::shared(app_task(2))}, "manifest-9");
  EXPECT_THAT(sent().back(), HasSubstr("TaskStopVerificationMessage"));
  EXPECT_THAT(sent().back(), HasSubstr(core::task_arn(realm, "h1", task_id(1))));
  EXPECT_THAT(sent().back(), Not(HasSubstr(core::task_arn(realm, "h1", task_id(2)))));
  EXPECT_TRUE(heard->stopped.empty());
  say(agent_gateway::stop_verified_frame(context, "manifest-8", {task_id(1)}));
  EXPECT_TRUE(heard->stopped.empty());
  say(agent_gateway::stop_verified_frame(context, "manifest-9", {task_id(1)}));
  EXPECT_EQ(heard->stopped, std::vector{task_id(1)});
}

TEST_F(RemoteTest, AnOldManifestIsPassedOver) {
  open();
  say_manifest({});
  say_start(app_task(1));
  const auto before = sent().size();
  sequence = 0;
  say_manifest({}, "manifest-old");
  EXPECT_EQ(sent().size(), before);
}

TEST_F(RemoteTest, ReportsAreSubmittedInOrderUntilTheyAreKept) {
  open();
  say_start(app_task(7));
  report(7, core::TaskStatus::RUNNING);
  report(7, core::TaskStatus::STOPPED);
  ASSERT_EQ(uplink->calls.size(), 1U);
  answer("SubmitTaskStateChange", 0, "the connection broke");
  EXPECT_TRUE(uplink->calls.empty());
  world.advance(2s);
  answer("SubmitTaskStateChange", 500, R"({"__type":"ServerException"})");
  world.advance(3s);
  answer("SubmitTaskStateChange", 200, "{}");
  EXPECT_THAT(last_body, HasSubstr(R"("status":"RUNNING")"));
  answer("SubmitTaskStateChange", 200, "{}");
  EXPECT_THAT(last_body, HasSubstr(R"("status":"STOPPED")"));
  EXPECT_TRUE(uplink->calls.empty());
}

TEST_F(RemoteTest, ATaskThatWasToldToRunIsKnownAfterARestart) {
  open();
  say_start(app_task(7));
  report(7, core::TaskStatus::RUNNING);
  EXPECT_EQ(begun->all(), std::set{task_id(7)});
  answer("SubmitTaskStateChange", 200, "{}");
  open();
  say_start(app_task(7));
  EXPECT_EQ(heard->started.back()->last_status, core::TaskStatus::RUNNING);
}

TEST_F(RemoteTest, ALostSessionIsDialledAgainWithoutRegistration) {
  open();
  say_manifest({});
  uplink->acs.back()->handlers.on_end({1006, "the connection broke"});
  world.settle();
  EXPECT_EQ(uplink->acs.size(), 1U);
  world.advance(1s);
  ASSERT_EQ(uplink->acs.size(), 2U);
  EXPECT_THAT(uplink->acs.back()->url, HasSubstr("&sendCredentials=false"));
  EXPECT_TRUE(uplink->calls.empty());
  for (int i = 0; i < 50; ++i) {
    uplink->acs.back()->handlers.on_end({0, "connection refused"});
    world.settle();
    world.advance(150s);
  }
  EXPECT_EQ(uplink->acs.size(), 52U);
}

TEST_F(RemoteTest, ASessionThatBrokeBeforeAllTasksCameAsksForAllOfThemAgain) {
  open();
  say_manifest({testing::shared(app_task(1))});
  uplink->acs.back()->handlers.on_end({1001, "going away"});
  world.advance(1s);
  EXPECT_THAT(uplink->acs.back()->url, HasSubstr("&sendCredentials=true"));
}

core::Task addressed_task(std::uint64_t number) {
  auto task = pending_task(number, definition({container("app")}, "web", core::NetworkMode::awsvpc), "h1");
  core::Attachment own;
  own.id = "01234567-89ab-4cde-8f01-23456789abff";
  own.type = "ElasticNetworkInterface";
  task.attachments = {own};
  return task;
}

TEST_F(RemoteTest, TheAddressesThatTheRuntimeGaveAreToldWithTheAttachment) {
  open();
  say_start(addressed_task(7));
  auto report = core::TaskReport{};
  report.task = task_id(7);
  report.status = core::TaskStatus::RUNNING;
  report.network_details = {{"macAddress", "1a:2b:3c:4d:5e:6f"}, {"privateIPv4Address", "10.217.0.9"}};
  world.tell(instance, TaskReported{std::make_shared<const core::TaskReport>(report)});
  // It ends before the server has heard that it runs.
  this->report(7, core::TaskStatus::STOPPED);
  answer("SubmitTaskStateChange", 500, "{}");
  world.advance(2s);
  answer("SubmitTaskStateChange", 200, "{}");
  EXPECT_THAT(last_body, HasSubstr(R"("status":"RUNNING")"));
  EXPECT_THAT(last_body,
              HasSubstr(R"("attachments":[{"attachmentArn":"arn:aws:ecs:us-east-1:123456789012:attachment/)"
                        R"(01234567-89ab-4cde-8f01-23456789abff","status":"ATTACHED","details":[)"
                        R"({"name":"macAddress","value":"1a:2b:3c:4d:5e:6f"},)"
                        R"({"name":"privateIPv4Address","value":"10.217.0.9"}]}])"));
  answer("SubmitTaskStateChange", 200, "{}");
  EXPECT_THAT(last_body, HasSubstr(R"("status":"STOPPED")"));
  EXPECT_THAT(last_body, Not(HasSubstr("attachments")));
}

TEST_F(RemoteTest, ATaskWithoutAnAddressOfItsOwnSaysNothingOfAttachments) {
  open();
  say_start(app_task(7));
  report(7, core::TaskStatus::RUNNING);
  answer("SubmitTaskStateChange", 200, "{}");
  EXPECT_THAT(last_body, Not(HasSubstr("attachments")));
}

TEST_F(RemoteTest, ADeregisteredInstanceEndsWithItsSessions) {
  open();
  uplink->acs.back()->handlers.on_end({0, R"(HTTP 400: {"InactiveInstanceException":"gone"})"});
  world.settle();
  EXPECT_TRUE(uplink->tcs.back()->closed);
  EXPECT_EQ(deregistered, 1);
  world.advance(300s);
  EXPECT_EQ(uplink->acs.size(), 1U);
}

TEST_F(RemoteTest, AHostThatStartsAfterItsInstanceWasDeregisteredIsToldSo) {
  said_to_be = host;
  ask();
  answer("RegisterContainerInstance", 400,
         R"({"__type":"ClientException","message":"The referenced container instance was deregistered."})");
  EXPECT_THAT(last_body, HasSubstr(arn));
  EXPECT_EQ(deregistered, 1);
  EXPECT_THAT(refused, HasSubstr("was deregistered"));
}

}  // namespace
}  // namespace troupe::api::agent_client
