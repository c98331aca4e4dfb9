/// Frames, ours and agents', well and badly formed.

#include "api/agent_gateway/acs_frames.hpp"
#include "api/agent_gateway/telemetry.hpp"
#include "api/agent_gateway/unacked.hpp"
#include "tests/agent_gateway/realm.hpp"
#include "tests/support/builders.hpp"

#include <gtest/gtest.h>

namespace troupe::api::agent_gateway {
namespace {

using testing::task_id;

constexpr const char* instance_arn =
    "arn:aws:ecs:us-east-1:123456789012:container-instance/h1/00000000000000010000000000000002";

FrameContext context() {
  return {realm, "h1", core::InstanceId{{1, 2}}, core::from_epoch_ms(1000)};
}

core::TaskPtr task_with(core::DesiredStatus desired, core::TaskStatus last, std::uint64_t number) {
  auto task = testing::pending_task(number, testing::definition({testing::container("a")}), "h1");
  task.desired_status = desired;
  task.last_status = last;
  return testing::shared(task);
}

TEST(AcsFrames, AManifestNamesEveryTaskThatHasNotStoppedWithItsDesiredStatus) {
  const auto frame = manifest_frame(context(), "m1", 5,
                                    {task_with(core::DesiredStatus::RUNNING, core::TaskStatus::PENDING, 1),
                                     task_with(core::DesiredStatus::STOPPED, core::TaskStatus::RUNNING, 2),
                                     task_with(core::DesiredStatus::STOPPED, core::TaskStatus::STOPPED, 3)});
  const auto cluster = R"("taskClusterArn":"arn:aws:ecs:us-east-1:123456789012:cluster/h1",)";
  EXPECT_EQ(frame, std::string{R"({"type":"TaskManifestMessage","message":{"messageId":"m1",)"
                               R"("clusterArn":"arn:aws:ecs:us-east-1:123456789012:cluster/h1",)"
                               R"("containerInstanceArn":")"} +
                       instance_arn + R"(","tasks":[)" +
                       R"({"taskArn":"arn:aws:ecs:us-east-1:123456789012:task/h1/)" +
                       core::to_string(task_id(1)) + R"(",)" + cluster + R"("desiredStatus":"RUNNING"},)" +
                       R"({"taskArn":"arn:aws:ecs:us-east-1:123456789012:task/h1/)" +
                       core::to_string(task_id(2)) + R"(",)" + cluster + R"("desiredStatus":"STOPPED"}],)" +
                       R"("generatedAt":1000,"timeline":5}})");
}

TEST(AcsFrames, CredentialsAndHeartbeatsAreWrittenAsTheAgentReadsThem) {
  EXPECT_EQ(heartbeat_frame("hb-1"),
            R"({"type":"HeartbeatMessage","message":{"healthy":true,"messageId":"hb-1"}})");
  const RoleCredentials role{"cid", "arn:aws:iam::1:role/r", "AK", "SK", "TOK", core::from_epoch_ms(0)};
  EXPECT_EQ(
      credentials_frame(context(), "cr-1", task_id(1), wire::acs::RoleType::TaskExecution, role),
      R"({"type":"IAMRoleCredentialsMessage","message":{"messageId":"cr-1",)"
      R"("taskArn":"arn:aws:ecs:us-east-1:123456789012:task/h1/00000000000000000000000000000001",)"
      R"("taskClusterArn":"arn:aws:ecs:us-east-1:123456789012:cluster/h1","roleType":"TaskExecution",)"
      R"("roleCredentials":{"credentialsId":"cid","roleArn":"arn:aws:iam::1:role/r","accessKeyId":"AK",)"
      R"("secretAccessKey":"SK","sessionToken":"TOK","expiration":"1970-01-01T00:00:00Z"}}})");
}

TEST(AcsFrames, WhatAgentsSayIsRead) {
  const auto ack = read_acs_frame(R"({"type":"AckRequest","message":{"cluster":"c","messageId":"p-1"}})");
  EXPECT_EQ(std::get<Acked>(*ack).message, "p-1");
  const auto nack = read_acs_frame(R"({"message":{"messageId":"pu-1","reason":"no"},"type":"NackRequest"})");
  EXPECT_EQ(std::get<Nacked>(*nack).reason, "no");
  const auto stop = read_acs_frame(
      R"({"type":"TaskStopVerificationMessage","message":{"messageId":"man-2","stopCandidates":[)"
      R"({"taskArn":"arn:x","desiredStatus":"STOPPED"}]}})");
  EXPECT_EQ(std::get<StopCandidates>(*stop).tasks, std::vector<std::string>{"arn:x"});
  const auto later = read_acs_frame(R"({"type":"SomethingNew","message":{"a":[1]}})");
  EXPECT_EQ(std::get<UnknownFrame>(*later).type, "SomethingNew");
}

TEST(AcsFrames, WhatIsNoFrameIsRefused) {
  for (const char* text :
       {"", "{", "[]", "7", R"({"message":{}})", R"({"type":7})", R"({"type":"AckRequest","message":[]})",
        R"({"type":"AckRequest","message":7})", R"({"type":"AckRequest","message":{"messageId":7}})",
        "\xFF{}", R"({"type":"AckRequest"}{})"}) {
    const auto read = read_acs_frame(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, core::ErrorCode::serialization) << text;
  }
}

TEST(Telemetry, HeadersAreCutAtTheFirstEmptyLine) {
  const auto frame = wire::split_headers("Host: a\r\nX: b\r\n\r\n{\"type\":\"x\\r\\n\\r\\n\"}");
  EXPECT_EQ(frame.headers, "Host: a\r\nX: b");
  EXPECT_EQ(frame.body, "{\"type\":\"x\\r\\n\\r\\n\"}");
  EXPECT_EQ(wire::split_headers("{}\r\n\r\n{}").headers, "");
  EXPECT_EQ(wire::split_headers("no end").body, "no end");
}

TEST(Telemetry, OfAnotherInstanceIsRefused) {
  const auto text = [](const std::string& arn) {
    return R"({"type":"PublishMetricsRequest","message":{"metadata":{"containerInstance":")" + arn +
           R"(","idle":true,"fin":true,"messageId":"m"},"timestamp":1.5}})";
  };
  const auto own = read_telemetry(realm, instance_arn, text(instance_arn));
  ASSERT_TRUE(own);
  EXPECT_TRUE(std::get<InstanceUsage>(*own).idle);
  EXPECT_EQ(telemetry_ack(*own), R"({"type":"AckPublishMetric","message":{"message":"ok"}})");
  const auto other = read_telemetry(realm, instance_arn, text("arn:other"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, core::ErrorCode::invalid_parameter);
}

TEST(Telemetry, SumsThatOverflowAreWhole) {
  const auto usage = read_telemetry(
      realm, instance_arn,
      std::string{R"({"type":"PublishMetricsRequest","message":{"metadata":{"containerInstance":")"} +
          instance_arn + R"("},"taskMetrics":[{"taskArn":"arn:aws:ecs:us-east-1:123456789012:task/h1/)" +
          core::to_string(task_id(1)) +
          R"(","containerMetrics":[{"containerName":"a","networkStatsSet":{"rxBytesPerSecond":{"min":0,"max":6,"sampleCount":2,"sum":6},"rxBytes":)"
          R"({"min":1,"max":2,"sampleCount":3,"sum":4,"overflowSum":1}}}]}]}})");
  ASSERT_TRUE(usage);
  const auto& container = std::get<InstanceUsage>(*usage).tasks.at(0).containers.at(0);
  EXPECT_EQ(container.received_per_second.sum, 6);
  EXPECT_EQ(container.received_bytes.greatest, 2);
  EXPECT_EQ(container.received_bytes.sum, 4 + 9'223'372'036'854'775'808.0);
}

TEST(UnackedPayloads, AreDueAfterPatienceAndSettleOnce) {
  UnackedPayloads unacked{core::Millis{100}};
  unacked.sent("p-1", task_id(1), core::Millis{0});
  unacked.sent("p-2", task_id(2), core::Millis{50});
  EXPECT_TRUE(unacked.overdue(core::Millis{99}).empty());
  ASSERT_EQ(unacked.overdue(core::Millis{100}).size(), 1U);
  EXPECT_EQ(unacked.overdue(core::Millis{150}).size(), 2U);
  unacked.sent("p-1", task_id(1), core::Millis{150});
  EXPECT_EQ(unacked.overdue(core::Millis{250}).back().times_sent, 2);
  EXPECT_TRUE(unacked.settle("p-1"));
  EXPECT_FALSE(unacked.settle("p-1"));
  EXPECT_FALSE(unacked.settle("never"));
  EXPECT_EQ(unacked.size(), 1U);
}

TEST(UnackedPayloads, TheLastWordOnATaskIsTheOneThatCounts) {
  UnackedPayloads unacked{core::Millis{100}};
  unacked.sent("start", task_id(1), core::Millis{0});
  unacked.sent("stop", task_id(1), core::Millis{10});
  EXPECT_FALSE(unacked.settle("start"));
  EXPECT_EQ(unacked.overdue(core::Millis{110}).at(0).message, "stop");
  EXPECT_TRUE(unacked.settle("stop"));
  EXPECT_EQ(unacked.size(), 0U);
}

}  // namespace
}  // namespace troupe::api::agent_gateway
