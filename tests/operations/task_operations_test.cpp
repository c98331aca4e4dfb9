/// The operations on tasks and container instances, from the request's JSON to the response's.

#include "tests/operations/api_fixture.hpp"
#include "tests/rendering/records.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::ErrorCode;
using ::testing::HasSubstr;
using ::testing::Not;

class TaskOperations : public ApiTest {
 protected:
  void answer_with(core::Reply reply) {
    registry->on_cluster = [reply](const AskCluster&) -> std::optional<Answer> { return answer(reply); };
  }
  core::RunTask last_run() { return std::get<core::RunTask>(*registry->cluster_questions.back().command); }
};

TEST_F(TaskOperations, RunTaskHandsOnWhatWasGiven) {
  answer_with(core::TasksReply{{web_task()}, {}});
  const auto response = call("RunTask", R"({"cluster":"prod","taskDefinition":"web","count":2,
      "launchType":"EC2","startedBy":"me","group":"batch","enableExecuteCommand":true,
      "placementStrategy":[{"type":"spread","field":"instanceId"}],"clientToken":"t1",
      "overrides":{"containerOverrides":[{"name":"nginx","command":["a"]}]},"tags":[{"key":"k","value":"v"}]})");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(registry->cluster_questions.at(0).cluster, "prod");
  const auto& command = only_command<core::RunTask>();
  EXPECT_EQ(command.task_definition, "web");
  EXPECT_EQ(command.count, 2);
  EXPECT_EQ(command.launch_type, core::LaunchType::EC2);
  EXPECT_EQ(command.started_by, "me");
  EXPECT_EQ(command.group, "batch");
  EXPECT_TRUE(command.enable_execute_command);
  EXPECT_EQ(command.strategies.size(), 1U);
  EXPECT_EQ(command.client_token, "t1");
  EXPECT_EQ(command.tags.size(), 1U);
  EXPECT_FALSE(command.instances);
  EXPECT_THAT(response.body, HasSubstr(R"("failures":[])"));
  EXPECT_THAT(response.body, HasSubstr(R"("tags":[{"key":"team","value":"blue"}])"));
}

TEST_F(TaskOperations, TheRequestDigestIsThatOfTheMeaning) {
  answer_with(core::TasksReply{});
  call("RunTask", R"({"taskDefinition":"web","count":1,"clientToken":"a"})");
  const auto first = last_run().request_digest;
  call("RunTask", R"({ "clientToken":"b", "count":1, "taskDefinition":"web", "unknown":true })");
  EXPECT_EQ(last_run().request_digest, first);
  call("RunTask", R"({"taskDefinition":"web","count":2,"clientToken":"a"})");
  EXPECT_NE(last_run().request_digest, first);
  EXPECT_EQ(first.size(), 64U);
}

TEST_F(TaskOperations, RunTaskIsRefusedBeforeTheClusterIsLookedFor) {
  registry->on_cluster = [](const AskCluster&) -> std::optional<Answer> {
    return refusal(ErrorCode::cluster_not_found, "Cluster not found.");
  };
  EXPECT_EQ(call("RunTask", R"({"cluster":"nope","taskDefinition":"web","launchType":"MOON"})").body,
            refusal_body("InvalidParameterException", "launch type should be one of [EC2,FARGATE,EXTERNAL]"));
  EXPECT_EQ(call("RunTask", R"({"cluster":"nope","taskDefinition":"web","launchType":"EC2",
                                "capacityProviderStrategy":[{"capacityProvider":"p"}]})")
                .body,
            refusal_body("InvalidParameterException",
                         "Specifying both a launch type and capacity provider strategy is not supported. "
                         "Remove one and try again."));
  EXPECT_THAT(call("RunTask", R"({"cluster":"nope","taskDefinition":"web","count":11})").body,
              HasSubstr("InvalidParameterException"));
  EXPECT_THAT(call("RunTask", R"({"cluster":"nope"})").body, HasSubstr("TaskDefinition can not be blank."));
  EXPECT_TRUE(registry->cluster_questions.empty());
  EXPECT_EQ(call("RunTask", R"({"cluster":"nope","taskDefinition":"web"})").body,
            refusal_body("ClusterNotFoundException", "Cluster not found."));
}

TEST_F(TaskOperations, VolumesAtLaunchAreSaidToBeUnsupported) {
  EXPECT_THAT(call("RunTask", R"({"taskDefinition":"web","volumeConfigurations":[{"name":"v"}]})").body,
              HasSubstr("UnsupportedFeatureException"));
}

TEST_F(TaskOperations, StartTaskNamesItsInstances) {
  answer_with(core::TasksReply{});
  call("StartTask", R"({"taskDefinition":"web","containerInstances":["a","b"]})");
  const auto& command = only_command<core::RunTask>();
  EXPECT_EQ(command.instances, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(command.count, 2);
}

TEST_F(TaskOperations, StartTaskRefusesNoneOrTooManyInstances) {
  EXPECT_EQ(call("StartTask", R"({"taskDefinition":"web","containerInstances":[]})").body,
            refusal_body("InvalidParameterException", "Container instances cannot be empty."));
  EXPECT_EQ(
      call("StartTask",
           R"({"taskDefinition":"web","containerInstances":["1","2","3","4","5","6","7","8","9","10","11"]})")
          .body,
      refusal_body("InvalidParameterException", "instanceIds can have at most 10 items."));
}

TEST_F(TaskOperations, StopTaskAnswersWithTheTask) {
  const auto task = web_task();
  task->desired_status = core::DesiredStatus::STOPPED;
  task->stop_code = core::TaskStopCode::UserInitiated;
  task->stopped_reason = "enough";
  answer_with(core::TaskReply{task});
  const auto response = call("StopTask", R"({"cluster":"prod","task":"x","reason":"enough"})");
  EXPECT_EQ(only_command<core::StopTask>().reason, "enough");
  EXPECT_THAT(response.body, HasSubstr(R"("desiredStatus":"STOPPED")"));
  EXPECT_THAT(response.body, HasSubstr(R"("stopCode":"UserInitiated","stoppedReason":"enough")"));
}

TEST_F(TaskOperations, DescribeTasksShowsTagsOnDemand) {
  answer_with(core::TasksReply{{web_task()}, {core::Failure{"arn:x", "MISSING", std::nullopt}}});
  const auto plain = call("DescribeTasks", R"({"cluster":"prod","tasks":["1","x"]})");
  EXPECT_THAT(plain.body, HasSubstr(R"("tags":[])"));
  EXPECT_THAT(plain.body, HasSubstr(R"("failures":[{"arn":"arn:x","reason":"MISSING"}])"));
  const auto tagged = call("DescribeTasks", R"({"cluster":"prod","tasks":["1"],"include":["TAGS"]})");
  EXPECT_THAT(tagged.body, HasSubstr(R"("tags":[{"key":"team","value":"blue"}])"));
}

TEST_F(TaskOperations, DescribeTasksRefusesNoneOrTooMany) {
  EXPECT_EQ(call("DescribeTasks", R"({"tasks":[]})").body,
            refusal_body("InvalidParameterException", "Tasks cannot be empty."));
  std::string ids = "\"0\"";
  for (int i = 1; i < 101; ++i) ids += ",\"" + std::to_string(i) + "\"";
  EXPECT_EQ(call("DescribeTasks", R"({"tasks":[)" + ids + "]}").body,
            refusal_body("InvalidParameterException", "taskIds can have at most 100 items."));
}

TEST_F(TaskOperations, ListTasksHandsOnItsFilters) {
  answer_with(core::ListReply{{"arn:t"}, "t"});
  const auto response = call("ListTasks", R"({"family":"web","desiredStatus":"STOPPED","maxResults":5})");
  const auto& command = only_command<core::ListTasks>();
  EXPECT_EQ(command.family, "web");
  EXPECT_EQ(command.desired_status, core::DesiredStatus::STOPPED);
  EXPECT_EQ(command.page.limit, 5U);
  EXPECT_THAT(response.body, HasSubstr(R"({"taskArns":["arn:t"],"nextToken":")"));
}

TEST_F(TaskOperations, ListTasksWantsRunningOnesAndStartedByAlone) {
  answer_with(core::ListReply{});
  EXPECT_EQ(call("ListTasks", "{}").body, R"({"taskArns":[]})");
  EXPECT_EQ(only_command<core::ListTasks>().desired_status, core::DesiredStatus::RUNNING);
  EXPECT_THAT(call("ListTasks", R"({"startedBy":"me","family":"web"})").body,
              HasSubstr("InvalidParameterException"));
}

TEST_F(TaskOperations, DescribeContainerInstancesShowsResources) {
  answer_with(core::InstancesReply{{host_instance()}, {}});
  const auto response =
      call("DescribeContainerInstances",
           R"({"containerInstances":["i"],"include":["TAGS","CONTAINER_INSTANCE_HEALTH"]})");
  EXPECT_THAT(response.body, HasSubstr(R"("agentConnected":true)"));
  EXPECT_THAT(response.body, HasSubstr(R"("overallStatus":"OK")"));
  EXPECT_THAT(response.body, HasSubstr(R"("tags":[{"key":"rack","value":"7"}])"));
  EXPECT_EQ(call("DescribeContainerInstances", R"({"containerInstances":[]})").body,
            refusal_body("InvalidParameterException", "Container instances cannot be empty."));
}

TEST_F(TaskOperations, ListContainerInstancesHandsOnFilterAndStatus) {
  answer_with(core::ListReply{{"arn:i"}, std::nullopt});
  EXPECT_EQ(call("ListContainerInstances", R"({"filter":"running==0","status":"DRAINING"})").body,
            R"({"containerInstanceArns":["arn:i"]})");
  const auto& command = only_command<core::ListContainerInstances>();
  EXPECT_EQ(command.filter, "running==0");
  EXPECT_EQ(command.status, core::InstanceStatus::DRAINING);
}

}  // namespace
}  // namespace troupe::testing
