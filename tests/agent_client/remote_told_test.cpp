/// What the two ends tell of running tasks: credentials, health, usage.

#include "tests/agent_client/remote_world.hpp"

namespace troupe::api::agent_client {
namespace {

TEST_F(RemoteTest, UsageIsPublishedAsTheGatewayReadsIt) {
  open();
  core::UsageReport report;
  report.host_cpu_units = 2048;
  for (std::uint64_t i = 1; i <= 11; ++i) {
    auto& task = report.tasks.emplace_back(core::TaskUsage{task_id(i), {}});
    auto& container = task.containers.emplace_back();
    container.name = "app";
    container.figures.cpu_units.add(512);
    container.figures.memory_bytes.add(3.0 * 1024 * 1024);
    container.figures.received_bytes.add(70);
    container.totals = {700, 7, 9'000, 90};
  }
  const auto said = std::make_shared<const core::UsageReport>(report);
  world.tell(instance, UsageReported{said});
  world.tell(instance, UsageReported{said});
  auto& frames = uplink->tcs.back()->sent;
  frames.clear();
  world.advance(std::chrono::seconds{20});
  ASSERT_EQ(frames.size(), 2U);
  agent_gateway::UsageIntervals intervals{{2048}};
  std::optional<core::UsageReport> read;
  for (const auto& frame : frames) {
    const auto part = agent_gateway::read_telemetry(realm, arn, frame);
    ASSERT_TRUE(part) << part.error().message;
    EXPECT_FALSE(read);
    read = intervals.take(std::get<agent_gateway::InstanceUsage>(*part));
  }
  ASSERT_TRUE(read);
  ASSERT_EQ(read->tasks.size(), 11U);
  const auto& container = read->tasks.back().containers.at(0);
  EXPECT_EQ(read->tasks.back().task, task_id(11));
  EXPECT_EQ(container.figures.cpu_units, (core::Spread{512, 512, 1024, 2}));
  EXPECT_EQ(container.figures.memory_bytes.average(), 3.0 * 1024 * 1024);
  EXPECT_EQ(container.figures.received_bytes.average(), 70);
  EXPECT_EQ(container.totals, report.tasks.front().containers.front().totals);
  // What was published is not published again.
  frames.clear();
  world.advance(std::chrono::seconds{20});
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_THAT(frames.front(), HasSubstr(R"("idle":true)"));
}

TEST_F(RemoteTest, CredentialsThatComeWithAPayloadAreKeptAndAcknowledged) {
  open();
  EXPECT_EQ(credentials_of("id-app").status, 503U) << "not all tasks have come yet";
  say_start(app_task(7), "payload-1", {role_of("id-app", "AK1"), role_of("id-exec", "AK2")});
  const std::string expiration = R"("expiration":"2027-01-01T00:00:00Z","credentialsId":")";
  const std::string ack = R"({"type":"IAMRoleCredentialsAckRequest","message":{"messageId":"payload-1",)";
  ASSERT_EQ(sent().size(), 3U);
  EXPECT_EQ(sent()[0], ack + expiration + R"(id-app"}})");
  EXPECT_EQ(sent()[1], ack + expiration + R"(id-exec"}})");
  EXPECT_THAT(sent()[2], HasSubstr("AckRequest"));
  EXPECT_THAT(credentials_of("id-app").body, HasSubstr(R"("AccessKeyId":"AK1")"));
  EXPECT_EQ(credentials->path_of(task_id(7)), "/v2/credentials/id-app");
  say_manifest({testing::shared(app_task(7))});
  EXPECT_EQ(credentials_of("another").status, 400U);
}

TEST_F(RemoteTest, CredentialsAreRenewedWhileTheTaskIsHereAndGoWithIt) {
  open();
  say_start(app_task(7), "payload-1", {role_of("id-app", "AK1"), std::nullopt});
  sent().clear();
  const auto renew = [&](const std::string& message, std::uint64_t task, const std::string& key) {
    say(agent_gateway::credentials_frame(context, message, task_id(task), core::TaskRole::TaskApplication,
                                         role_of("id-app", key)));
  };
  renew("credentials-1", 7, "AK2");
  ASSERT_EQ(sent().size(), 1U);
  EXPECT_EQ(sent().back(), R"({"type":"IAMRoleCredentialsAckRequest","message":{"messageId":"credentials-1",)"
                           R"("expiration":"2027-01-01T00:00:00Z","credentialsId":"id-app"}})");
  EXPECT_THAT(credentials_of("id-app").body, HasSubstr(R"("AccessKeyId":"AK2")"));

  renew("credentials-2", 8, "AK3");
  EXPECT_EQ(sent().size(), 1U) << "a task that is not here is not acknowledged";
  EXPECT_THAT(credentials_of("id-app").body, HasSubstr("AK2"));

  say_manifest({testing::shared(app_task(7))});
  report(7, core::TaskStatus::STOPPED);
  EXPECT_EQ(credentials_of("id-app").status, 400U);
  renew("credentials-3", 7, "AK4");
  EXPECT_EQ(credentials_of("id-app").status, 400U);
}

TEST_F(RemoteTest, WhatIsKnownOfATaskCanBeRead) {
  open();
  say_start(app_task(7));
  ASSERT_TRUE(known_tasks->find(task_id(7)));
  report(7, core::TaskStatus::RUNNING);
  EXPECT_EQ(known_tasks->find(task_id(7))->last_status, core::TaskStatus::RUNNING);
  say(agent_gateway::payload_frame(context, "payload-2", 5,
                                   agent_gateway::payload_stop(realm, "h1", task_id(7))));
  EXPECT_EQ(known_tasks->find(task_id(7))->desired_status, core::DesiredStatus::STOPPED);
  report(7, core::TaskStatus::STOPPED);
  EXPECT_FALSE(known_tasks->find(task_id(7)));
}

TEST_F(RemoteTest, HealthIsToldOnTheTelemetrySession) {
  open();
  auto checked = container("app");
  checked.healthCheck.emplace().command = {"CMD", "true"};
  say_start(pending_task(7, definition({checked}), "h1"));
  report(7, core::TaskStatus::RUNNING, core::HealthStatus::HEALTHY);
  EXPECT_THAT(uplink->tcs.back()->sent.back(), HasSubstr(R"("healthStatus":"HEALTHY")"));
  const auto before = uplink->tcs.back()->sent.size();
  world.advance(20s);
  EXPECT_EQ(uplink->tcs.back()->sent.size(), before + 2);
}

}  // namespace
}  // namespace troupe::api::agent_client
