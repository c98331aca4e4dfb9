/// The operations on service deployments, revisions and task sets.

#include "tests/operations/api_fixture.hpp"
#include "tests/rendering/records.hpp"
#include "tests/rendering/service_records.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::ErrorCode;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string deployments = "arn:aws:ecs:us-east-1:000000000000:service-deployment/";
const std::string revisions = "arn:aws:ecs:us-east-1:000000000000:service-revision/";

class DeploymentOperations : public ApiTest {
 protected:
  void answer_with(core::Reply reply) {
    registry->on_cluster = [reply](const AskCluster&) -> std::optional<Answer> { return answer(reply); };
  }
};

TEST_F(DeploymentOperations, DescribeServiceDeploymentsAsksEachClusterThatIsNamed) {
  registry->on_cluster = [](const AskCluster& question) -> std::optional<Answer> {
    if (question.cluster == "gone") return refusal(ErrorCode::cluster_not_found, "Cluster not found.");
    core::ServiceDeploymentsReply reply{{{rollout(), {}, {}}}, {}, {}};
    reply.failures = {{"arn:other", "MISSING", std::nullopt}};
    return answer(core::Reply{reply});
  };
  const auto named = "[\"" + deployments + "prod/shop/a\",\"" + deployments + "gone/shop/b\",\"" +
                     deployments + "prod/shop/c\",\"" + deployments + "prod/shop/a\"]";
  const auto response = call("DescribeServiceDeployments", R"({"serviceDeploymentArns":)" + named + "}");
  EXPECT_EQ(response.status, 200U) << response.body;
  ASSERT_EQ(registry->cluster_questions.size(), 2U);
  const auto& question = registry->cluster_questions.at(1);
  EXPECT_EQ(question.cluster, "prod");
  EXPECT_EQ(command_in<core::DescribeServiceDeployments>(*question.command).service_deployments.size(), 2U);
  EXPECT_THAT(response.body, HasSubstr(R"("status":"IN_PROGRESS")"));
  EXPECT_THAT(response.body, HasSubstr(R"({"arn":")" + deployments + R"(gone/shop/b","reason":"MISSING"})"));
  EXPECT_THAT(response.body, HasSubstr(R"({"arn":"arn:other","reason":"MISSING"})"));
}

TEST_F(DeploymentOperations, DescribeServiceDeploymentsRefusesNoneTooManyOrForeign) {
  EXPECT_EQ(call("DescribeServiceDeployments", R"({"serviceDeploymentArns":[]})").body,
            refusal_body("InvalidParameterException", "serviceDeploymentArns cannot be empty."));
  std::string many = "\"x\"";
  for (int i = 0; i < 20; ++i) many += ",\"x\"";
  EXPECT_EQ(call("DescribeServiceDeployments", R"({"serviceDeploymentArns":[)" + many + "]}").body,
            refusal_body("InvalidParameterException", "serviceDeploymentArns can have at most 20 items."));
  EXPECT_THAT(call("DescribeServiceDeployments",
                   R"({"serviceDeploymentArns":["arn:aws:ecs:us-east-1:000000000000:task/prod/a"]})")
                  .body,
              HasSubstr("InvalidParameterException"));
  EXPECT_TRUE(registry->cluster_questions.empty());
}

TEST_F(DeploymentOperations, DescribeServiceRevisionsTellsImages) {
  answer_with(core::ServiceRevisionsReply{{{revision_of(web_revision, 3), web_definition()}}, {}});
  const auto response =
      call("DescribeServiceRevisions", R"({"serviceRevisionArns":[")" + revisions + R"(prod/shop/3333"]})");
  EXPECT_EQ(registry->cluster_questions.at(0).cluster, "prod");
  EXPECT_THAT(response.body, HasSubstr(R"({"containerName":"nginx","image":"nginx:1"})"));
  EXPECT_THAT(response.body, HasSubstr(R"("failures":[])"));
}

TEST_F(DeploymentOperations, ListServiceDeploymentsHandsOnItsFilters) {
  answer_with(core::ServiceDeploymentsReply{{{rollout(), {}, {}}}, {}, "a"});
  const auto response = call("ListServiceDeployments",
                             R"({"service":"shop","cluster":"prod","status":["IN_PROGRESS","PENDING"],
                                 "createdAt":{"after":1768464000,"before":1768464001.5}})");
  const auto& command = only_command<core::ListServiceDeployments>();
  EXPECT_EQ(command.service, "shop");
  EXPECT_EQ(command.status.size(), 2U);
  EXPECT_EQ(command.created_after, core::from_epoch_ms(1'768'464'000'000));
  EXPECT_EQ(command.created_before, core::from_epoch_ms(1'768'464'001'500));
  EXPECT_EQ(command.page.limit, 20U);
  EXPECT_THAT(response.body, HasSubstr(R"("serviceDeploymentArn":")" + deployments + "prod/shop/"));
  EXPECT_THAT(response.body, HasSubstr(R"("nextToken":")"));
}

TEST_F(DeploymentOperations, ListServiceDeploymentsTakesTheClusterFromTheService) {
  answer_with(core::ServiceDeploymentsReply{});
  call("ListServiceDeployments", R"({"service":"arn:aws:ecs:us-east-1:000000000000:service/prod/shop"})");
  EXPECT_EQ(registry->cluster_questions.at(0).cluster, "prod");
}

TEST_F(DeploymentOperations, StopServiceDeploymentRollsBackUnlessToldOtherwise) {
  const auto arn = deployments + "prod/shop/a";
  answer_with(core::ServiceDeploymentArnReply{arn});
  EXPECT_EQ(call("StopServiceDeployment", R"({"serviceDeploymentArn":")" + arn + "\"}").body,
            R"({"serviceDeploymentArn":")" + arn + "\"}");
  EXPECT_EQ(registry->cluster_questions.at(0).cluster, "prod");
  EXPECT_EQ(only_command<core::StopServiceDeployment>().type, core::StopServiceDeploymentStopType::ROLLBACK);
}

TEST_F(DeploymentOperations, ADeploymentOfAnUnknownClusterIsNotFound) {
  registry->on_cluster = [](const AskCluster&) -> std::optional<Answer> {
    return refusal(ErrorCode::cluster_not_found, "Cluster not found.");
  };
  const auto arn = deployments + "gone/shop/a";
  const auto missing =
      refusal_body("ServiceDeploymentNotFoundException", "The service deployment was not found.");
  EXPECT_EQ(call("StopServiceDeployment", R"({"serviceDeploymentArn":")" + arn + "\"}").body, missing);
  EXPECT_EQ(
      call("ContinueServiceDeployment", R"({"serviceDeploymentArn":")" + arn + R"(","hookId":"h"})").body,
      missing);
  const auto& command =
      command_in<core::ContinueServiceDeployment>(*registry->cluster_questions.back().command);
  EXPECT_EQ(command.hook_id, "h");
  EXPECT_EQ(command.action, core::DeploymentLifecycleHookAction::CONTINUE);
}

TEST_F(DeploymentOperations, CreateTaskSetHandsOnAndShowsTheTaskSet) {
  const auto snapshot = shop_with_task_set();
  answer_with(core::TaskSetReply{snapshot, snapshot.state.service->task_sets[0]});
  const auto response = call("CreateTaskSet", R"({"cluster":"prod","service":"shop","taskDefinition":"web",
      "externalId":"green","scale":{"value":50,"unit":"PERCENT"},"clientToken":"t"})");
  const auto& command = only_command<core::CreateTaskSet>();
  EXPECT_EQ(command.external_id, "green");
  EXPECT_EQ(command.scale->value, 50.0);
  EXPECT_EQ(command.request_digest.size(), 64U);
  EXPECT_THAT(response.body, HasSubstr(R"("id":"ecs-svc/5555555555555555555")"));
  EXPECT_THAT(response.body, HasSubstr(R"("tags":[{"key":"colour","value":"green"}])"));
}

TEST_F(DeploymentOperations, CreateTaskSetHasItsOwnWordsForLaunchTypes) {
  EXPECT_EQ(
      call("CreateTaskSet", R"({"cluster":"c","service":"s","taskDefinition":"t","launchType":"MOON"})").body,
      refusal_body("ClientException", "launch type should be one of [EC2,FARGATE]"));
}

TEST_F(DeploymentOperations, TaskSetsAreNamedByServiceAndId) {
  const auto snapshot = shop_with_task_set();
  answer_with(core::TaskSetReply{snapshot, snapshot.state.service->task_sets[0]});
  call("UpdateTaskSet", R"({"cluster":"c","service":"s","taskSet":"ecs-svc/5","scale":{"value":10}})");
  call("DeleteTaskSet", R"({"cluster":"c","service":"s","taskSet":"ecs-svc/5","force":true})");
  call("UpdateServicePrimaryTaskSet", R"({"cluster":"c","service":"s","primaryTaskSet":"ecs-svc/5"})");
  const auto& asked = registry->cluster_questions;
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_EQ(command_in<core::UpdateTaskSet>(*asked[0].command).scale.value, 10.0);
  EXPECT_TRUE(command_in<core::DeleteTaskSet>(*asked[1].command).force);
  EXPECT_EQ(command_in<core::UpdateServicePrimaryTaskSet>(*asked[2].command).task_set, "ecs-svc/5");
}

TEST_F(DeploymentOperations, DescribeTaskSetsShowsTagsOnDemand) {
  const auto snapshot = shop_with_task_set();
  answer_with(core::TaskSetsReply{snapshot, snapshot.state.service->task_sets, {}});
  EXPECT_THAT(call("DescribeTaskSets", R"({"cluster":"c","service":"s"})").body, HasSubstr(R"("tags":[])"));
  EXPECT_THAT(call("DescribeTaskSets", R"({"cluster":"c","service":"s","include":["TAGS"]})").body,
              HasSubstr(R"("tags":[{"key":"colour","value":"green"}])"));
}

}  // namespace
}  // namespace troupe::testing
