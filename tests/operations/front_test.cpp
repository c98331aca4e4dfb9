/// No call goes unanswered, whatever happens behind the front actor.

#include "tests/operations/api_fixture.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class Front : public ApiTest {
 protected:
  Front() : ApiTest({.call_timeout = 10s, .tick = 1s, .calls_max = 3}) {}
};

TEST_F(Front, ACallThatNobodyAnswersEndsAtItsDeadline) {
  const auto answered = start("DescribeTasks", R"({"tasks":["a"]})");
  world.advance(9'000ms);
  EXPECT_FALSE(answered->has_value());
  world.advance(2'000ms);
  ASSERT_TRUE(answered->has_value());
  EXPECT_EQ((*answered)->status, 500U);
  EXPECT_THAT((*answered)->body, HasSubstr("ServerException"));
}

TEST_F(Front, FailingMachineryIsAServerException) {
  registry->broken = true;
  const auto response = call("ListClusters", "{}");
  EXPECT_EQ(response.status, 500U);
  EXPECT_EQ(response.body, refusal_body("ServerException", "The request could not be processed."));
}

TEST_F(Front, AnAnswerOfTheWrongKindIsAServerException) {
  registry->on_registry = [](const AskRegistry&) -> std::optional<Answer> {
    return answer(core::Reply{core::TasksReply{}});
  };
  EXPECT_EQ(call("ListClusters", "{}").status, 500U);
}

TEST_F(Front, OverloadIsThrottled) {
  const auto first = start("DescribeTasks", R"({"tasks":["a"]})");
  const auto second = start("DescribeTasks", R"({"tasks":["a"]})");
  const auto third = start("DescribeTasks", R"({"tasks":["a"]})");
  const auto refused = call("DescribeTasks", R"({"tasks":["a"]})");
  EXPECT_EQ(refused.status, 400U);
  EXPECT_EQ(refused.body, refusal_body("ThrottlingException", "Rate exceeded"));
  EXPECT_FALSE(first->has_value());
  world.advance(11'000ms);
  EXPECT_TRUE(first->has_value() && second->has_value() && third->has_value());
}

TEST_F(Front, OneSilentClusterOfManyHoldsOnlyItsOwnCall) {
  registry->on_cluster = [](const AskCluster& question) -> std::optional<Answer> {
    if (question.cluster == "silent") return std::nullopt;
    return cluster_answer(question.cluster);
  };
  const auto waiting = start("DescribeClusters", R"({"clusters":["a","silent"]})");
  EXPECT_EQ(call("DescribeClusters", R"({"clusters":["a"]})").status, 200U);
  EXPECT_FALSE(waiting->has_value());
  world.advance(11'000ms);
  EXPECT_TRUE(waiting->has_value());
}

TEST_F(Front, TimersRestWhenNoCallWaits) {
  registry->on_cluster = [](const AskCluster& question) -> std::optional<Answer> {
    return cluster_answer(question.cluster);
  };
  call("DescribeClusters", R"({"clusters":["a"]})");
  EXPECT_LE(world.advance(60'000ms), 1U);
}

}  // namespace
}  // namespace troupe::testing
