/// ExplainPlacement, from the request's JSON to the response's.

#include "tests/operations/api_fixture.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using ::testing::HasSubstr;

class PlacementOperations : public ApiTest {
 protected:
  void answer_with(const core::PlacementReply& reply) {
    registry->on_cluster = [reply](const AskCluster&) -> std::optional<Answer> {
      return answer(core::Reply{reply});
    };
  }
};

TEST_F(PlacementOperations, EachInstanceSaysWhy) {
  core::PlacementReply reply;
  reply.subject = "arn:aws:ecs:us-east-1:000000000000:service/prod/web";
  reply.status = "0 of 1 task runs, 0 are pending";
  const core::InstanceId full{{0, 1}};
  const core::InstanceId empty{{0, 2}};
  reply.explanation.verdicts = {{full,
                                 {{.instance = full,
                                   .reason = "RESOURCE:CPU",
                                   .detail = {},
                                   .filter = "cpu",
                                   .needed = 512,
                                   .available = 256,
                                   .unit = "CPU units"}}},
                                {empty, {}}};
  answer_with(reply);
  const auto response = call("Troupe.ExplainPlacement", R"({"cluster":"prod","service":"web"})");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(only_command<core::ExplainPlacement>().service, "web");
  EXPECT_THAT(response.body, HasSubstr(R"("status":"0 of 1 task runs, 0 are pending")"));
  EXPECT_THAT(response.body, HasSubstr(R"("refusals":[{"filter":"cpu","reason":"RESOURCE:CPU","needed":512,)"
                                       R"("available":256,"unit":"CPU units"}])"));
  EXPECT_THAT(response.body,
              HasSubstr(R"(container-instance/prod/00000000000000000000000000000002","fits":true)"));
}

TEST_F(PlacementOperations, OneSubjectIsNamed) {
  for (const auto* body : {"{}", R"({"task":"a","service":"b"})"}) {
    const auto response = call("Troupe.ExplainPlacement", body);
    EXPECT_EQ(response.status, 400U);
    EXPECT_EQ(response.body,
              refusal_body("InvalidParameterException", "Either a task or a service is to be named."));
  }
}

TEST_F(PlacementOperations, OnlyOurTargetHasIt) {
  EXPECT_THAT(call("ExplainPlacement", R"({"service":"web"})").body, HasSubstr("UnknownOperationException"));
  EXPECT_THAT(call("Troupe.RunTask", "{}").body, HasSubstr("UnknownOperationException"));
}

}  // namespace
}  // namespace troupe::testing
