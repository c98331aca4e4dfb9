/// Events are told in EventBridge's shapes, to the byte.

#include "api/stream/event_json.hpp"

#include "api/stream/frames.hpp"
#include "tests/rendering/records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

namespace troupe::api::stream {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const core::Realm realm;

std::string told(core::EventBody body) {
  const core::SequencedEvent event{
      17, {core::Uuid{{5, 6}}, core::from_epoch_ms(1'768'464'551'250), std::move(body)}};
  std::string out;
  append_event(realm, event, out);
  simdjson::dom::parser parser;
  EXPECT_EQ(parser.parse(out).error(), simdjson::SUCCESS) << out;
  return out;
}

TEST(EventJson, TheEnvelopeOfATaskEvent) {
  const auto text = told(core::TaskStateChange{testing::web_task()});
  const std::string envelope =
      R"({"sequence":17,"version":"0","id":"00000000-0000-0005-0000-000000000006",)"
      R"("detail-type":"ECS Task State Change","source":"aws.ecs","account":"000000000000",)"
      R"("time":"2026-01-15T08:09:11Z","region":"us-east-1",)"
      R"("resources":["arn:aws:ecs:us-east-1:000000000000:task/prod/00000000000000010000000000000002"],)"
      R"("detail":{)";
  EXPECT_EQ(text.substr(0, envelope.size()), envelope);
}

TEST(EventJson, ATaskHasIsoTimesItsVersionAndNoTags) {
  const auto text = told(core::TaskStateChange{testing::web_task()});
  EXPECT_THAT(text, HasSubstr(R"("createdAt":"2026-01-15T08:09:10.123Z")"));
  EXPECT_THAT(text, HasSubstr(R"("updatedAt":"2026-01-15T08:09:11.000Z")"));
  EXPECT_THAT(text, HasSubstr(R"("clusterArn":"arn:aws:ecs:us-east-1:000000000000:cluster/prod")"));
  EXPECT_THAT(text, HasSubstr(R"("version":4)"));
  EXPECT_THAT(text, HasSubstr(R"("lastStatus":"STOPPED","exitCode":3)"));
  EXPECT_THAT(text, Not(HasSubstr("tags")));
}

TEST(EventJson, AnInterfaceIsCalledEni) {
  const auto task = testing::web_task();
  core::Attachment interface;
  interface.type = "ElasticNetworkInterface";
  interface.status = "ATTACHED";
  task->attachments = {interface};
  EXPECT_THAT(told(core::TaskStateChange{task}), HasSubstr(R"([{"type":"eni","status":"ATTACHED"}])"));
}

TEST(EventJson, AnInstanceNamesItsCluster) {
  const auto text = told(core::InstanceStateChange{testing::host_instance()});
  EXPECT_THAT(text, HasSubstr(R"("detail-type":"ECS Container Instance State Change")"));
  EXPECT_THAT(text, HasSubstr(R"("clusterArn":"arn:aws:ecs:us-east-1:000000000000:cluster/prod")"));
  EXPECT_THAT(text, HasSubstr(R"("updatedAt":"2026-01-15T08:09:11.000Z")"));
  EXPECT_THAT(text, HasSubstr(R"("agentConnected":true)"));
}

TEST(EventJson, AClusterTellsNoCounts) {
  auto cluster = std::make_shared<core::Cluster>();
  cluster->name = "prod";
  const auto text = told(core::ClusterStateChange{cluster});
  EXPECT_THAT(text, HasSubstr(R"("status":"ACTIVE")"));
  EXPECT_THAT(text, Not(HasSubstr("Count")));
}

TEST(EventJson, AServiceActionTellsWhatWasDoneToWhichService) {
  core::ServiceAction action;
  action.cluster = "prod";
  action.service = "web";
  action.type = core::ServiceEventType::ERROR;
  action.name = core::ServiceActionName::SERVICE_TASK_PLACEMENT_FAILURE;
  action.created_at = core::from_epoch_ms(1'768'464'551'250);
  action.reason = "RESOURCE:CPU";
  const auto text = told(action);
  EXPECT_THAT(text, HasSubstr(R"("detail-type":"ECS Service Action")"));
  EXPECT_THAT(text, HasSubstr(R"("resources":["arn:aws:ecs:us-east-1:000000000000:service/prod/web"])"));
  EXPECT_THAT(text, HasSubstr(R"("detail":{"eventType":"ERROR","eventName":"SERVICE_TASK_PLACEMENT_FAILURE",)"
                              R"("clusterArn":"arn:aws:ecs:us-east-1:000000000000:cluster/prod",)"
                              R"("createdAt":"2026-01-15T08:09:11.250Z","reason":"RESOURCE:CPU"})"));
}

TEST(EventJson, ADeploymentStateChangeNamesTheDeployment) {
  core::DeploymentStateChange change;
  change.cluster = "prod";
  change.service = "web";
  change.name = core::DeploymentEventName::SERVICE_DEPLOYMENT_COMPLETED;
  change.deployment_id = "ecs-svc/9";
  change.reason = "ECS deployment ecs-svc/9 completed.";
  const auto text = told(change);
  EXPECT_THAT(text, HasSubstr(R"("detail-type":"ECS Deployment State Change")"));
  EXPECT_THAT(text, HasSubstr(R"("eventName":"SERVICE_DEPLOYMENT_COMPLETED")"));
  EXPECT_THAT(text, HasSubstr(R"("deploymentId":"ecs-svc/9")"));
}

TEST(Frames, JoinEvents) {
  EventsFrame frame;
  EXPECT_EQ(frame.events(), R"({"type":"events","events":[]})");
  frame.add(R"({"a":1})");
  frame.add(R"({"a":2})");
  EXPECT_EQ(frame.events(), R"({"type":"events","events":[{"a":1},{"a":2}]})");
  EXPECT_EQ(frame.snapshot(9, true),
            R"({"type":"snapshot","sequence":9,"more":true,"events":[{"a":1},{"a":2}]})");
  EXPECT_EQ(gap_frame(1, 5, 9), R"({"type":"gap","from":1,"oldest":5,"sequence":9})");
  EXPECT_EQ(hello_frame("us-east-1", "0", 15),
            R"({"type":"hello","version":1,"region":"us-east-1","account":"0","heartbeatSeconds":15})");
}

}  // namespace
}  // namespace troupe::api::stream
