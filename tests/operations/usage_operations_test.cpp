/// ReadUsage, from the request's JSON to the response's.

#include "tests/operations/api_fixture.hpp"
#include "tests/rendering/usage_records.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class UsageOperations : public ApiTest {
 protected:
  void answer_with(const core::UsageReply& reply) {
    registry->on_cluster = [reply](const AskCluster&) -> std::optional<Answer> {
      return answer(core::Reply{reply});
    };
  }
};

TEST_F(UsageOperations, ReservedStandsBesideUsed) {
  answer_with(used_cluster());
  const auto response = call("Troupe.ReadUsage", R"({"cluster":"prod"})");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(only_command<core::ReadUsage>().minutes, 0);
  simdjson::dom::parser parser;
  const auto body = parser.parse(response.body);
  const auto instance = body["containerInstances"].at(0);
  EXPECT_EQ(instance["registered"]["cpuUnits"].get_int64().value(), 2048);
  EXPECT_EQ(instance["reserved"]["memoryMib"].get_int64().value(), 192);
  EXPECT_EQ(instance["used"]["cpuUnits"].get_double().value(), 150);
  EXPECT_EQ(instance["used"]["receivedBytesPerSecond"].error(), simdjson::NO_SUCH_FIELD);
  const auto task = body["tasks"].at(0);
  EXPECT_EQ(task["group"].get_string().value(), "family:web");
  EXPECT_EQ(task["reserved"]["cpuUnits"].get_int64().value(), 256);
  EXPECT_EQ(task["used"]["memoryBytes"].get_double().value(), 4096);
  const auto nginx = task["containers"].at(0);
  EXPECT_EQ(nginx["name"].get_string().value(), "nginx");
  EXPECT_EQ(nginx["memoryLimitBytes"].get_int64().value(), 128 << 20);
  EXPECT_EQ(nginx["processes"].get_int64().value(), 3);
  // A container that does not run uses nothing known.
  EXPECT_EQ(task["containers"].at(1)["used"].error(), simdjson::NO_SUCH_FIELD);
  EXPECT_THAT(response.body, Not(HasSubstr("minutes")));
}

TEST_F(UsageOperations, MinutesAreShownWhenAskedFor) {
  answer_with(used_cluster());
  const auto response = call("Troupe.ReadUsage", R"({"minutes":5})");
  EXPECT_EQ(only_command<core::ReadUsage>().minutes, 5);
  EXPECT_THAT(response.body,
              HasSubstr(R"("minutes":[{"startsAt":1768464540.000,)"
                        R"("cpuUnits":{"min":100.0,"avg":150.0,"max":200.0,"sum":300.0,"count":2})"));
}

TEST_F(UsageOperations, ASilentHostUsesNothingKnown) {
  auto reply = used_cluster();
  reply.instances.front().usage = std::make_shared<const core::InstanceUsage>();
  answer_with(reply);
  EXPECT_THAT(call("Troupe.ReadUsage", "{}").body, Not(HasSubstr("\"used\"")));
  reply.instances.front().usage = nullptr;
  answer_with(reply);
  EXPECT_EQ(call("Troupe.ReadUsage", "{}").status, 200U);
}

TEST_F(UsageOperations, OnlyOurTargetHasIt) {
  EXPECT_THAT(call("ReadUsage", "{}").body, HasSubstr("UnknownOperationException"));
}

}  // namespace
}  // namespace troupe::testing
