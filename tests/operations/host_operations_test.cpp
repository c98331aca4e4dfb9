/// DescribeHosts and DeregisterHost, from the request's JSON to the response's.

#include "tests/operations/api_fixture.hpp"
#include "tests/rendering/records.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using HostOperations = ApiTest;

std::shared_ptr<core::ContainerInstance> managed_host() {
  auto record = std::make_shared<core::ContainerInstance>();
  record->id = core::InstanceId{{1, 2}};
  record->cluster = "prod";
  record->host_id = "box-1";
  record->capacity = core::CapacityUse::fargate;
  record->attributes = {{"ecs.availability-zone", "us-east-1c", {}, {}}};
  record->running_tasks = 1;
  return record;
}

TEST_F(HostOperations, AHostIsShownWithItsStateAndItsTasks) {
  const auto task = web_task();
  registry->on_cluster = [task](const AskCluster&) -> std::optional<Answer> {
    return answer(core::Reply{core::HostsReply{{{managed_host(), {task}}}}});
  };
  const auto response = call("Troupe.DescribeHosts", R"({"cluster":"prod","host":"h"})");
  EXPECT_EQ(response.status, 200U) << response.body;
  const auto& command = only_command<core::DescribeHosts>();
  EXPECT_EQ(command.host, "h");
  EXPECT_THAT(response.body, HasSubstr(R"("ec2InstanceId":"box-1","capacity":"fargate","status":"ACTIVE",)"
                                       R"("agentConnected":false,"availabilityZone":"us-east-1c")"));
  EXPECT_THAT(response.body, HasSubstr(R"("runningTasksCount":1)"));
  EXPECT_THAT(response.body, HasSubstr(R"("tasks":[{"taskArn":")"));
  EXPECT_THAT(response.body, Not(HasSubstr("capacityProviderName")));
}

TEST_F(HostOperations, OneIsDeregisteredByNameAndOnlyOurTargetDoesIt) {
  registry->on_cluster = [](const AskCluster&) -> std::optional<Answer> {
    auto gone = managed_host();
    gone->status = core::InstanceStatus::INACTIVE;
    return answer(core::Reply{core::InstanceReply{gone}});
  };
  EXPECT_EQ(call("Troupe.DeregisterHost", "{}").status, 400U);
  EXPECT_THAT(call("DeregisterHost", R"({"host":"h"})").body, HasSubstr("UnknownOperationException"));
  const auto response = call("Troupe.DeregisterHost", R"({"host":"h","force":true})");
  EXPECT_THAT(response.body, HasSubstr(R"("status":"INACTIVE")"));
  const auto& command = only_command<core::DeregisterHost>();
  EXPECT_EQ(command.host, "h");
  EXPECT_TRUE(command.force);
}

}  // namespace
}  // namespace troupe::testing
