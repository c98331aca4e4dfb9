/// InterruptTask, from the request's JSON to the response's.

#include "tests/operations/api_fixture.hpp"
#include "tests/rendering/records.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using ::testing::HasSubstr;

using InterruptionOperations = ApiTest;

TEST_F(InterruptionOperations, TheTaskIsShownAsItStops) {
  const auto task = web_task();
  task->desired_status = core::DesiredStatus::STOPPED;
  task->stop_code = core::interruption_code;
  task->stopped_reason = core::interruption_reason;
  registry->on_cluster = [task](const AskCluster&) -> std::optional<Answer> {
    return answer(core::Reply{core::TaskReply{task}});
  };
  const auto id = core::to_string(task->id);
  const auto response = call("Troupe.InterruptTask", R"({"cluster":"prod","task":")" + id + "\"}");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(only_command<core::InterruptTask>().task, id);
  EXPECT_THAT(response.body, HasSubstr(R"("stopCode":"SpotInterruption")"));
  EXPECT_THAT(response.body, HasSubstr(R"("stoppedReason":"Your Spot Task was interrupted.")"));
}

TEST_F(InterruptionOperations, ATaskIsNamedAndOnlyOurTargetHasIt) {
  EXPECT_EQ(call("Troupe.InterruptTask", "{}").status, 400U);
  EXPECT_THAT(call("InterruptTask", R"({"task":"a"})").body, HasSubstr("UnknownOperationException"));
}

}  // namespace
}  // namespace troupe::testing
