/// The operations on services, from the request's JSON to the response's.

#include "tests/operations/api_fixture.hpp"
#include "tests/rendering/service_records.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::ErrorCode;
using ::testing::HasSubstr;
using ::testing::Not;

class ServiceOperations : public ApiTest {
 protected:
  void answer_with(core::Reply reply) {
    registry->on_cluster = [reply](const AskCluster&) -> std::optional<Answer> { return answer(reply); };
  }
  const core::CreateService& last_create() {
    return command_in<core::CreateService>(*registry->cluster_questions.back().command);
  }
};

TEST_F(ServiceOperations, CreateServiceHandsOnWhatWasGiven) {
  answer_with(core::ServiceReply{shop()});
  const auto response =
      call("CreateService", R"({"cluster":"prod","serviceName":"shop","taskDefinition":"web",
      "desiredCount":4,"launchType":"EC2","schedulingStrategy":"REPLICA","clientToken":"t1",
      "deploymentController":{"type":"ECS"},"availabilityZoneRebalancing":"ENABLED",
      "deploymentConfiguration":{"maximumPercent":150,"deploymentCircuitBreaker":{"enable":true,"rollback":true}},
      "loadBalancers":[{"targetGroupArn":"arn:tg","containerName":"nginx","containerPort":80}],
      "placementStrategy":[{"type":"spread","field":"attribute:ecs.availability-zone"}],
      "placementConstraints":[{"type":"distinctInstance"}],"healthCheckGracePeriodSeconds":7,
      "propagateTags":"SERVICE","enableECSManagedTags":true,"tags":[{"key":"k","value":"v"}]})");
  EXPECT_EQ(response.status, 200U) << response.body;
  EXPECT_EQ(registry->cluster_questions.at(0).cluster, "prod");
  const auto& command = only_command<core::CreateService>();
  EXPECT_EQ(command.name, "shop");
  EXPECT_EQ(command.task_definition, "web");
  EXPECT_EQ(command.desired_count, 4);
  EXPECT_EQ(command.launch_type, core::LaunchType::EC2);
  EXPECT_EQ(command.deployment_controller, core::DeploymentControllerType::ECS);
  EXPECT_EQ(command.deployment_configuration->maximumPercent, 150);
  EXPECT_EQ(command.rebalancing, core::AvailabilityZoneRebalancing::ENABLED);
  EXPECT_EQ(command.load_balancers.size(), 1U);
  EXPECT_EQ(command.placement.size(), 1U);
  EXPECT_EQ(command.constraints.size(), 1U);
  EXPECT_EQ(command.grace_seconds, 7);
  EXPECT_EQ(command.propagate_tags, core::PropagateTags::SERVICE);
  EXPECT_TRUE(command.enable_managed_tags);
  EXPECT_EQ(command.client_token, "t1");
  EXPECT_EQ(command.created_by, "arn:aws:iam::000000000000:root");
  EXPECT_THAT(response.body,
              HasSubstr(R"("serviceArn":"arn:aws:ecs:us-east-1:000000000000:service/prod/shop")"));
  EXPECT_THAT(response.body, HasSubstr(R"("tags":[{"key":"team","value":"blue"}])"));
}

TEST_F(ServiceOperations, TheRequestDigestLeavesTheTokenOut) {
  answer_with(core::ServiceReply{shop()});
  call("CreateService", R"({"serviceName":"shop","desiredCount":1,"clientToken":"a"})");
  const auto first = last_create().request_digest;
  call("CreateService", R"({ "clientToken":"b", "desiredCount":1, "serviceName":"shop" })");
  EXPECT_EQ(last_create().request_digest, first);
  call("CreateService", R"({"serviceName":"shop","desiredCount":2,"clientToken":"a"})");
  EXPECT_NE(last_create().request_digest, first);
  call("CreateService", R"({"serviceName":"shop","desiredCount":2})");
  EXPECT_EQ(last_create().request_digest, "");
}

TEST_F(ServiceOperations, CreateServiceNeedsANameAndSoundMembers) {
  EXPECT_EQ(call("CreateService", "{}").body,
            refusal_body("InvalidParameterException", "ServiceName should not be null or empty."));
  EXPECT_EQ(call("CreateService", R"({"serviceName":"s","launchType":"MOON"})").body,
            refusal_body("InvalidParameterException", "launch type should be one of [EC2,FARGATE,EXTERNAL]"));
  EXPECT_EQ(
      call("CreateService", R"({"serviceName":"s","schedulingStrategy":"X"})").body,
      refusal_body("InvalidParameterException", "scheduling strategy should be one of [REPLICA,DAEMON]"));
  EXPECT_THAT(call("CreateService", R"({"serviceName":"s","desiredCount":"two"})").body,
              HasSubstr("SerializationException"));
  EXPECT_THAT(call("CreateService", R"({"serviceName":"s","tags":[{"key":"aws:x","value":"1"}]})").body,
              HasSubstr("InvalidParameterException"));
  EXPECT_TRUE(registry->cluster_questions.empty());
}

TEST_F(ServiceOperations, UpdateServiceTellsAbsentFromEmpty) {
  answer_with(core::ServiceReply{shop()});
  call("UpdateService",
       R"({"service":"shop","placementStrategy":[],"desiredCount":0,"forceNewDeployment":true})");
  const auto& command = only_command<core::UpdateService>();
  EXPECT_EQ(command.service, "shop");
  EXPECT_EQ(command.desired_count, 0);
  EXPECT_TRUE(command.force_new_deployment);
  ASSERT_TRUE(command.placement);
  EXPECT_TRUE(command.placement->empty());
  EXPECT_FALSE(command.constraints);
  EXPECT_FALSE(command.task_definition);
  EXPECT_FALSE(command.enable_execute_command);
}

TEST_F(ServiceOperations, RefusalsOfTheClusterReachTheCaller) {
  registry->on_cluster = [](const AskCluster&) -> std::optional<Answer> {
    return refusal(ErrorCode::service_not_found, "Service not found.");
  };
  EXPECT_EQ(call("UpdateService", R"({"service":"nope"})").body,
            refusal_body("ServiceNotFoundException", "Service not found."));
  EXPECT_EQ(call("DeleteService", R"({"service":"nope","force":true})").body,
            refusal_body("ServiceNotFoundException", "Service not found."));
  EXPECT_TRUE(command_in<core::DeleteService>(*registry->cluster_questions.back().command).force);
}

TEST_F(ServiceOperations, DescribeServicesShowsServicesAndFailures) {
  answer_with(core::ServicesReply{{shop()}, {core::Failure{"arn:x", "MISSING", std::nullopt}}});
  const auto plain = call("DescribeServices", R"({"cluster":"prod","services":["shop","x"]})");
  EXPECT_THAT(plain.body, HasSubstr(R"("tags":[])"));
  EXPECT_THAT(plain.body, HasSubstr(R"("failures":[{"arn":"arn:x","reason":"MISSING"}])"));
  EXPECT_THAT(plain.body, HasSubstr(R"("rolloutState":"IN_PROGRESS")"));
  const auto tagged = call("DescribeServices", R"({"services":["shop"],"include":["TAGS"]})");
  EXPECT_THAT(tagged.body, HasSubstr(R"("tags":[{"key":"team","value":"blue"}])"));
}

TEST_F(ServiceOperations, DescribeServicesRefusesNoneOrTooMany) {
  const auto empty = refusal_body("InvalidParameterException", "Services cannot be empty.");
  EXPECT_EQ(call("DescribeServices", R"({"services":[]})").body, empty);
  EXPECT_EQ(call("DescribeServices", "{}").body, empty);
  EXPECT_EQ(call("DescribeServices", R"({"services":["1","2","3","4","5","6","7","8","9","10","11"]})").body,
            refusal_body("InvalidParameterException", "service names can have at most 10 items."));
}

TEST_F(ServiceOperations, ListServicesPagesByTenAndBindsItsTokens) {
  answer_with(core::ListReply{{"arn:s"}, "s"});
  const auto first = call("ListServices", R"({"cluster":"prod","launchType":"EC2"})");
  EXPECT_EQ(only_command<core::ListServices>().page.limit, 10U);
  EXPECT_EQ(only_command<core::ListServices>().launch_type, core::LaunchType::EC2);
  simdjson::dom::parser parser;
  const std::string token{parser.parse(first.body)["nextToken"].get_string().value()};
  call("ListServices", R"({"cluster":"prod","launchType":"EC2","nextToken":")" + token + "\"}");
  EXPECT_EQ(command_in<core::ListServices>(*registry->cluster_questions.back().command).page.after, "s");
  EXPECT_THAT(
      call("ListServices", R"({"cluster":"test","launchType":"EC2","nextToken":")" + token + "\"}").body,
      HasSubstr("Invalid token"));
  EXPECT_THAT(call("ListServices", R"({"maxResults":101})").body,
              HasSubstr("maxResults should be between 1 and 100."));
}

TEST_F(ServiceOperations, NoServiceHasResourcesThatEcsManages) {
  answer_with(core::ListReply{{"arn:s"}, "s"});
  EXPECT_EQ(call("ListServices", R"({"resourceManagementType":"ECS"})").body, R"({"serviceArns":[]})");
}

TEST_F(ServiceOperations, ListServicesByNamespaceAsksTheRegistry) {
  registry->on_registry = [](const AskRegistry& question) -> std::optional<Answer> {
    const auto& command =
        std::get<core::ListServicesByNamespace>(std::get<core::CapacityProviderCommand>(*question.command));
    EXPECT_EQ(command.namespace_, "local");
    EXPECT_EQ(command.page.limit, 10U);
    return answer(core::Reply{core::ListReply{{"arn:s"}, std::nullopt}});
  };
  EXPECT_EQ(call("ListServicesByNamespace", R"({"namespace":"local"})").body, R"({"serviceArns":["arn:s"]})");
  EXPECT_EQ(call("ListServicesByNamespace", R"({"namespace":""})").body,
            refusal_body("InvalidParameterException", "Namespace can not be blank."));
}

}  // namespace
}  // namespace troupe::testing
