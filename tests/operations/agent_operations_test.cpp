/// What agents ask: from their JSON to commands, and the answers back.

#include "tests/operations/api_fixture.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using ::testing::HasSubstr;

class AgentOperations : public ApiTest {};

constexpr const char* resources =
    R"("totalResources":[{"name":"CPU","type":"INTEGER","integerValue":2048},)"
    R"({"name":"MEMORY","type":"INTEGER","integerValue":24105},)"
    R"({"name":"PORTS","type":"STRINGSET","stringSetValue":["22","2375","99999","x"]}])";

Answer host_answer() {
  auto record = std::make_shared<core::ContainerInstance>();
  record->id = core::InstanceId{{1, 2}};
  record->cluster = "h1";
  record->attributes = {{"ecs.os-type", "linux", {}, {}}, {"ecs.capability.efs", {}, {}, {}}};
  return answer(core::Reply{core::InstanceReply{record}});
}

TEST_F(AgentOperations, RegistrationTakesWhatAgentsSendAndEchoesAttributes) {
  registry->on_cluster = [](const AskCluster&) { return host_answer(); };
  const auto response =
      call("RegisterContainerInstance",
           std::string{R"({"cluster":"h1","clientToken":"t","instanceIdentityDocument":"",)"} + resources +
               R"(,"attributes":[{"name":"ecs.capability.efs"},)"
               R"({"name":"ecs.os-type","value":"linux"}],"containerInstanceArn":"arn:i"})");
  EXPECT_EQ(response.status, 200U) << response.body;
  const auto& command = only_command<core::RegisterContainerInstance>();
  EXPECT_EQ(command.client_token, "t");
  EXPECT_EQ(command.instance, "arn:i");
  EXPECT_EQ(command.said.capacity.cpu.count, 2048);
  EXPECT_EQ(command.said.capacity.memory.count, 24105);
  EXPECT_EQ(command.said.capacity.tcp_ports, (std::vector<std::uint16_t>{22, 2375}));
  EXPECT_EQ(command.caller.kind, core::PrincipalKind::administrator);
  EXPECT_THAT(response.body, HasSubstr(R"({"name":"ecs.os-type","value":"linux"})"));
  EXPECT_THAT(response.body, HasSubstr(R"({"name":"ecs.capability.efs"})"));
}

TEST_F(AgentOperations, AnEc2HostIsKnownByItsDocument) {
  registry->on_cluster = [](const AskCluster&) { return host_answer(); };
  call("RegisterContainerInstance",
       std::string{"{"} + resources +
           R"(,"instanceIdentityDocument":"{\"instanceId\":\"i-0fake\",\"availabilityZone\":\"us-east-1b\",)"
           R"(\"instanceType\":\"t3.small\",\"pendingTime\":[]}"})");
  const auto& said = only_command<core::RegisterContainerInstance>().said;
  EXPECT_EQ(said.host_id, "i-0fake");
  EXPECT_EQ(said.attributes.at(0).value, "us-east-1b");
  EXPECT_EQ(said.attributes.at(1).name, "ecs.instance-type");
}

TEST_F(AgentOperations, AHostWithoutSizeIsRefused) {
  const auto response = call("RegisterContainerInstance", R"({"totalResources":[]})");
  EXPECT_EQ(response.body, refusal_body("ClientException", "totalResources must name CPU and MEMORY."));
}

TEST_F(AgentOperations, TaskStatesComeWithTheirContainersInOrder) {
  registry->on_cluster = [](const AskCluster&) { return answer(core::Reply{core::Acknowledged{}}); };
  const auto response =
      call("SubmitTaskStateChange",
           R"({"cluster":"h1","task":"arn:t","status":"PENDING","reason":"","pullStartedAt":1795351551.629,)"
           R"("containers":[{"containerName":"app","status":"PENDING","imageDigest":"sha256:1"},)"
           R"({"containerName":"app","status":"STOPPED","exitCode":3,"runtimeId":"84",)"
           R"("networkBindings":[{"bindIP":"0.0.0.0","containerPortRange":"8000-8003",)"
           R"("hostPortRange":"32768-32771","protocol":"tcp"}]}],)"
           R"("attachments":[{"attachmentArn":"arn:a","status":"ATTACHED",)"
           R"("details":[{"name":"privateIPv4Address","value":"10.0.0.9"}]}]})");
  EXPECT_EQ(response.body, R"({"acknowledgment":"ACK"})");
  const auto& command = only_command<core::SubmitTaskState>();
  EXPECT_EQ(command.pull_started_at, core::from_epoch_ms(1795351551629));
  ASSERT_EQ(command.containers.size(), 2U);
  EXPECT_EQ(command.containers[0].image_digest, "sha256:1");
  EXPECT_EQ(command.containers[1].exit_code, 3);
  EXPECT_EQ(command.containers[1].bindings.at(0).hostPortRange, "32768-32771");
  EXPECT_EQ(command.attachments.at(0).arn, "arn:a");
  EXPECT_EQ(command.attachments.at(0).details.at(0).value, "10.0.0.9");
}

TEST_F(AgentOperations, ASingleContainersStateSaysNothingOfItsTask) {
  registry->on_cluster = [](const AskCluster&) { return answer(core::Reply{core::Acknowledged{}}); };
  call("SubmitContainerStateChange", R"({"task":"t","containerName":"app","status":"STOPPED","exitCode":1})");
  const auto& command = only_command<core::SubmitTaskState>();
  EXPECT_EQ(command.status, "");
  EXPECT_EQ(command.containers.at(0).exit_code, 1);
}

TEST_F(AgentOperations, AttachmentsAreRequired) {
  registry->on_cluster = [](const AskCluster&) { return answer(core::Reply{core::Acknowledged{}}); };
  EXPECT_EQ(call("SubmitAttachmentStateChanges", R"({"cluster":"h1"})").status, 400U);
  EXPECT_EQ(call("SubmitAttachmentStateChanges",
                 R"({"attachments":[{"attachmentArn":"arn:a","status":"ATTACHED"}]})")
                .body,
            R"({"acknowledgment":"ACK"})");
}

TEST_F(AgentOperations, EndpointsAreWhereTheAgentReachedUs) {
  registry->on_cluster = [](const AskCluster&) { return cluster_answer("h1"); };
  api::http::Request request;
  request.headers = {{"Host", "10.0.0.1:4566"},
                     {"X-Amz-Target", "AmazonEC2ContainerServiceV20141113.DiscoverPollEndpoint"}};
  request.body = R"({"cluster":"h1","containerInstance":"arn:i","zoneId":""})";
  std::string body;
  api->handle(request, [&](const api::http::Response& response) { body = response.body; });
  world.settle();
  EXPECT_EQ(body,
            R"({"endpoint":"http://10.0.0.1:4566/acs/","telemetryEndpoint":"http://10.0.0.1:4566/tcs/"})");
}

TEST_F(AgentOperations, UpdatesNameTheInstance) {
  registry->on_cluster = [](const AskCluster&) {
    return refusal(core::ErrorCode::no_update_available, "There is none.");
  };
  const auto response = call("UpdateContainerAgent", R"({"containerInstance":"arn:i"})");
  EXPECT_EQ(response.body, refusal_body("NoUpdateAvailableException", "There is none."));
  EXPECT_EQ(only_command<core::UpdateContainerAgent>().instance, "arn:i");
}

}  // namespace
}  // namespace troupe::testing
