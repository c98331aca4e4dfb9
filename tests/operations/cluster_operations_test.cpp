/// The operations on clusters, from the request's JSON to the response's.

#include "tests/operations/api_fixture.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::ErrorCode;
using ::testing::HasSubstr;
using ::testing::Not;

class ClusterOperations : public ApiTest {
 protected:
  void know(const std::string& known) {
    registry->on_cluster = [known](const AskCluster& question) -> std::optional<Answer> {
      if (question.cluster == known) return cluster_answer(known);
      return refusal(ErrorCode::cluster_not_found, "Cluster not found.");
    };
  }
};

TEST_F(ClusterOperations, CreateClusterHandsOnWhatWasGiven) {
  know("prod");
  const auto response = call("CreateCluster", R"({"clusterName":"prod","capacityProviders":["spot"],
      "settings":[{"name":"containerInsights","value":"enabled"}],"tags":[{"key":"a","value":"b"}]})");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(registry->cluster_questions.at(0).cluster, "prod");
  const auto& command = only_command<core::CreateCluster>();
  EXPECT_EQ(command.settings.at(0).value, "enabled");
  EXPECT_EQ(command.capacity_providers, std::vector<std::string>{"spot"});
  EXPECT_EQ(command.tags.at(0), (core::Tag{"a", "b"}));
  EXPECT_THAT(response.body, HasSubstr(R"("clusterArn":"arn:aws:ecs:us-east-1:000000000000:cluster/prod")"));
  EXPECT_THAT(response.body, HasSubstr(R"("tags":[{"key":"team","value":"blue"}])"));
}

TEST_F(ClusterOperations, CreateClusterWithoutNameIsTheDefaultCluster) {
  know("");
  EXPECT_EQ(call("CreateCluster", "").status, 200U);
  EXPECT_EQ(registry->cluster_questions.at(0).cluster, "");
}

TEST_F(ClusterOperations, CreateClusterRefusesBadNamesSettingsAndTags) {
  EXPECT_EQ(call("CreateCluster", R"({"clusterName":"a b"})").body,
            refusal_body("InvalidParameterException", "Cluster name contains invalid characters."));
  EXPECT_EQ(call("CreateCluster", R"({"clusterName":")" + std::string(256, 'a') + "\"}").body,
            refusal_body("InvalidParameterException", "Cluster name cannot be longer than 255 characters."));
  EXPECT_THAT(call("CreateCluster", R"({"settings":[{"name":"containerInsights","value":"on"}]})").body,
              HasSubstr("InvalidParameterException"));
  EXPECT_THAT(call("CreateCluster", R"({"tags":[{"key":"aws:x","value":"1"}]})").body,
              HasSubstr("InvalidParameterException"));
  EXPECT_TRUE(registry->cluster_questions.empty());
}

TEST_F(ClusterOperations, DescribeClustersTellsFoundAndMissingApart) {
  know("prod");
  const auto response = call("DescribeClusters", R"({"clusters":["prod","nope","prod"]})");
  EXPECT_EQ(registry->cluster_questions.size(), 2U);
  EXPECT_THAT(response.body, HasSubstr(R"("clusterName":"prod")"));
  EXPECT_THAT(
      response.body,
      HasSubstr(
          R"("failures":[{"arn":"arn:aws:ecs:us-east-1:000000000000:cluster/nope","reason":"MISSING"}])"));
  EXPECT_THAT(response.body, HasSubstr(R"("tags":[])"));
}

TEST_F(ClusterOperations, DescribeClustersIncludesOnDemand) {
  know("default");
  const auto response =
      call("DescribeClusters", R"({"clusters":["default"],"include":["TAGS","STATISTICS"]})");
  EXPECT_THAT(response.body, HasSubstr(R"("tags":[{"key":"team","value":"blue"}])"));
  EXPECT_THAT(response.body, HasSubstr(R"({"name":"runningEC2TasksCount","value":"2"})"));
  EXPECT_THAT(response.body, HasSubstr(R"("settings":[])"));
}

TEST_F(ClusterOperations, DescribeClustersWithoutNamesDescribesDefault) {
  know("default");
  EXPECT_THAT(call("DescribeClusters", "{}").body, HasSubstr(R"("clusterName":"default")"));
}

TEST_F(ClusterOperations, DescribeClustersRefusesMoreThanAHundred) {
  std::string names;
  for (int i = 0; i < 101; ++i) names += (i > 0 ? ",\"c" : "\"c") + std::to_string(i) + "\"";
  EXPECT_EQ(call("DescribeClusters", R"({"clusters":[)" + names + "]}").body,
            refusal_body("InvalidParameterException", "clusters can have at most 100 items."));
}

TEST_F(ClusterOperations, DescribeClustersFailsAsAWholeForAForeignArn) {
  registry->on_cluster = [](const AskCluster&) -> std::optional<Answer> {
    return refusal(ErrorCode::invalid_parameter, "Unsupported resource type: task");
  };
  EXPECT_EQ(call("DescribeClusters", R"({"clusters":["arn:aws:ecs:us-east-1:000000000000:task/a"]})").body,
            refusal_body("InvalidParameterException", "Unsupported resource type: task"));
}

TEST_F(ClusterOperations, ListClustersGoesOnWhereThePageEnded) {
  registry->on_registry = [](const AskRegistry& question) -> std::optional<Answer> {
    const auto& page = std::get<core::ListClusters>(*question.command).page;
    if (page.after.empty()) return answer(core::Reply{core::ListReply{{"arn:a"}, "a"}});
    EXPECT_EQ(page.after, "a");
    return answer(core::Reply{core::ListReply{{"arn:b"}, std::nullopt}});
  };
  const auto first = call("ListClusters", R"({"maxResults":1})");
  simdjson::dom::parser parser;
  const std::string token{parser.parse(first.body)["nextToken"].get_string().value()};
  const auto second = call("ListClusters", R"({"maxResults":1,"nextToken":")" + token + "\"}");
  EXPECT_EQ(second.body, R"({"clusterArns":["arn:b"]})");
}

TEST_F(ClusterOperations, ATokenOfAnotherListIsRefused) {
  registry->on_registry = [](const AskRegistry&) -> std::optional<Answer> {
    return answer(core::Reply{core::ListReply{{"web"}, "web"}});
  };
  const auto families = call("ListTaskDefinitionFamilies", "{}");
  simdjson::dom::parser parser;
  const std::string token{parser.parse(families.body)["nextToken"].get_string().value()};
  EXPECT_THAT(call("ListClusters", R"({"nextToken":")" + token + "\"}").body,
              HasSubstr("InvalidParameterException"));
}

TEST_F(ClusterOperations, MaxResultsHasARange) {
  EXPECT_THAT(call("ListClusters", R"({"maxResults":0})").body, HasSubstr("InvalidParameterException"));
  EXPECT_THAT(call("ListClusters", R"({"maxResults":101})").body, HasSubstr("InvalidParameterException"));
}

TEST_F(ClusterOperations, DeleteClusterPassesARefusalOn) {
  registry->on_cluster = [](const AskCluster&) -> std::optional<Answer> {
    return refusal(ErrorCode::cluster_contains_tasks,
                   "The Cluster cannot be deleted while Tasks are active.");
  };
  const auto response = call("DeleteCluster", R"({"cluster":"prod"})");
  EXPECT_EQ(response.status, 400U);
  EXPECT_EQ(response.body, refusal_body("ClusterContainsTasksException",
                                        "The Cluster cannot be deleted while Tasks are active."));
}

TEST_F(ClusterOperations, DeleteClusterNeedsAName) {
  EXPECT_THAT(call("DeleteCluster", "{}").body, HasSubstr("InvalidParameterException"));
}

}  // namespace
}  // namespace troupe::testing
