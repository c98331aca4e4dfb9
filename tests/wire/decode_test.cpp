#include "api/wire/container_instances.hpp"
#include "api/wire/task_definitions.hpp"
#include "api/wire/tasks.hpp"

#include <gtest/gtest.h>

namespace troupe::api::wire {
namespace {

using core::ErrorCode;

template <class T>
core::Error refusal(std::string_view body) {
  const core::Result<T> read = decode<T>(body);
  return read ? core::Error{ErrorCode::no_update_available, "was read"} : read.error();
}

/// The text of a SerializationException.
template <class T>
std::string wrong_type(std::string_view body) {
  const core::Error error = refusal<T>(body);
  return error.code == ErrorCode::serialization ? error.message : "not a SerializationException";
}

TEST(Decode, ARealRequestIsReadInWhole) {
  const auto read = decode<RegisterTaskDefinitionRequest>(R"({
    "family": "web", "networkMode": "bridge", "cpu": "256",
    "containerDefinitions": [{
      "name": "web", "image": "busybox:1", "cpu": 128, "memory": 64, "essential": true,
      "portMappings": [{"containerPort": 80, "hostPort": 0, "protocol": "tcp"}],
      "environment": [{"name": "GREETING", "value": "h\u00e9llo \"world\"\n"}],
      "dockerLabels": {"a": "1", "b": "2"},
      "logConfiguration": {"logDriver": "json-file", "options": {"max-size": "1m"}},
      "systemControls": [{"namespace": "net.core.somaxconn", "value": "1024"}],
      "dependsOn": []}],
    "tags": [{"key": "team", "value": "blue"}]})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->family, "web");
  EXPECT_EQ(read->networkMode, core::NetworkMode::bridge);
  ASSERT_EQ(read->containerDefinitions->size(), 1U);
  const core::ContainerDefinition& web = read->containerDefinitions->front();
  EXPECT_EQ(web.cpu, 128);
  EXPECT_EQ(web.essential, true);
  EXPECT_EQ(web.portMappings->front().hostPort, 0);
  EXPECT_EQ(web.environment->front().value, "h\xC3\xA9llo \"world\"\n");
  EXPECT_EQ(web.dockerLabels->at("b"), "2");
  EXPECT_EQ(web.logConfiguration->logDriver, core::LogDriver::json_file);
  EXPECT_EQ(web.systemControls->front().namespace_, "net.core.somaxconn");
  EXPECT_TRUE(web.dependsOn);
  EXPECT_FALSE(web.command);
  EXPECT_EQ(read->tags->front().key, "team");
}

TEST(Decode, AnEmptyBodyIsAnEmptyObject) {
  const auto read = decode<ListTasksRequest>("");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, ListTasksRequest{});
}

TEST(Decode, UnknownMembersAreIgnoredWhateverTheyHold) {
  const auto read = decode<StopTaskRequest>(R"({"new":{"deep":[1,{"x":null}]},"task":"t","Task":"u"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->task, "t");
}

TEST(Decode, NullIsAbsent) {
  const auto read =
      decode<RunTaskRequest>(R"({"taskDefinition":"web","count":null,"tags":[null,{"key":"k"}]})");
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->count);
  EXPECT_EQ(read->tags->size(), 1U);
  EXPECT_EQ(refusal<StopTaskRequest>(R"({"task":null})").code, ErrorCode::invalid_parameter);
}

TEST(Decode, OfAMemberGivenTwiceTheLastCounts) {
  EXPECT_EQ(decode<StopTaskRequest>(R"({"task":"a","task":"b"})")->task, "b");
  const auto lists = decode<DescribeTasksRequest>(R"({"tasks":["a","b"],"tasks":["c"]})");
  EXPECT_EQ(lists->tasks, std::vector<std::string>{"c"});
  EXPECT_FALSE(decode<StopTaskRequest>(R"({"task":"a","reason":"r","reason":null})")->reason);
  EXPECT_FALSE(decode<StopTaskRequest>(R"({"task":"a","task":null})"));
}

TEST(Decode, WrongTypesAreToldInAwssWords) {
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"count":"1"})"), "STRING_VALUE cannot be converted to Integer");
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"count":true})"), "TRUE_VALUE cannot be converted to Integer");
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"count":[1]})"), "Start of list found where not expected");
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"count":{}})"),
            "Start of structure or map found where not expected.");
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"cluster":1})"), "NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"cluster":false})"),
            "FALSE_VALUE can not be converted to a String");
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"launchType":1})"),
            "NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"enableExecuteCommand":"true"})"),
            "STRING_VALUE can not be converted to a Boolean");
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"tags":"k"})"), "Expected list or null");
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"tags":{}})"),
            "Start of structure or map found where not expected.");
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"overrides":[]})"), "Start of list found where not expected");
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"overrides":"x"})"), "Unexpected field type");
  EXPECT_EQ(
      wrong_type<RegisterTaskDefinitionRequest>(R"({"containerDefinitions":[{"dockerLabels":{"a":1}}]})"),
      "NUMBER_VALUE can not be converted to a String");
}

TEST(Decode, IntegersMustFit) {
  EXPECT_EQ(decode<ListTasksRequest>(R"({"maxResults":2147483647})")->maxResults, 2147483647);
  EXPECT_EQ(decode<ListTasksRequest>(R"({"maxResults":-2147483648})")->maxResults, -2147483647 - 1);
  EXPECT_EQ(decode<ListTasksRequest>(R"({"maxResults":5.0e1})")->maxResults, 50);
  EXPECT_EQ(wrong_type<ListTasksRequest>(R"({"maxResults":2147483648})"),
            "Numeric value (2147483648) out of range of int");
  EXPECT_EQ(wrong_type<ListTasksRequest>(R"({"maxResults":18446744073709551615})"),
            "Numeric value (18446744073709551615) out of range of int");
  EXPECT_EQ(wrong_type<ListTasksRequest>(R"({"maxResults":1.5})"),
            "NUMBER_VALUE cannot be converted to Integer");
  EXPECT_EQ(wrong_type<ListTasksRequest>(R"({"maxResults":1e300})"),
            "NUMBER_VALUE cannot be converted to Integer");
  EXPECT_EQ(wrong_type<DescribeTasksResponse>(R"({"tasks":[{"version":9223372036854775808}]})"),
            "Numeric value (9223372036854775808) out of range of long");
  EXPECT_EQ(
      decode<DescribeTasksResponse>(R"({"tasks":[{"version":9223372036854775807}]})")->tasks->front().version,
      9223372036854775807);
}

TEST(Decode, WhatIsNoJsonObjectIsRefused) {
  for (const std::string_view body : {"{", "nonsense", "{\"task\":\"\x01\"}", "{\"task\":01}", "{} {}", " ",
                                      "{\"task\":99999999999999999999999}", "{\"a\":\"\\ud800\"}"}) {
    EXPECT_EQ(wrong_type<StopTaskRequest>(body), "The request body is not valid JSON") << body;
  }
  EXPECT_EQ(wrong_type<StopTaskRequest>("{\"task\":\"\xC0\x80\"}"), "The request body is not valid UTF-8");
  EXPECT_EQ(wrong_type<StopTaskRequest>("[]"), "Start of list found where not expected");
  EXPECT_EQ(wrong_type<StopTaskRequest>("\"x\""), "Unexpected field type");
  EXPECT_EQ(wrong_type<StopTaskRequest>("null"), "Unexpected field type");
}

TEST(Decode, DeepNestingIsRefusedAndTheNextBodyIsRead) {
  const std::string deep = R"({"task":"t","x":)" + std::string(100, '[') + std::string(100, ']') + "}";
  EXPECT_EQ(wrong_type<StopTaskRequest>(deep), "The request body is nested too deeply");
  EXPECT_TRUE(decode<StopTaskRequest>(R"({"task":"t"})"));
}

TEST(Decode, ABodyOfAnySizeIsRead) {
  for (const std::size_t length : {1U, 1'000U, 65'000U, 66'000U, 1'000'000U, 10U}) {
    const auto read = decode<StopTaskRequest>(R"({"task":")" + std::string(length, 't') + "\"}");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->task->size(), length);
  }
}

TEST(Decode, AnUnknownChoiceIsRefusedWithTheKnownOnes) {
  const core::Error launch = refusal<RunTaskRequest>(R"({"taskDefinition":"t","launchType":"LAMBDA"})");
  EXPECT_EQ(launch.code, ErrorCode::invalid_parameter);
  EXPECT_EQ(launch.message, "launch type should be one of [EC2,FARGATE,EXTERNAL]");
  const core::Error mode = refusal<RegisterTaskDefinitionRequest>(
      R"({"family":"f","containerDefinitions":[],"networkMode":"vlan"})");
  EXPECT_EQ(mode.code, ErrorCode::client);
  EXPECT_EQ(mode.message, "network mode should be one of [bridge,host,awsvpc,none]");
  EXPECT_EQ(
      refusal<RegisterTaskDefinitionRequest>(
          R"({"family":"f","containerDefinitions":[{"logConfiguration":{"logDriver":"json_file"}}]})")
          .message,
      "log driver should be one of [json-file,syslog,journald,gelf,fluentd,awslogs,splunk,awsfirelens]");
  EXPECT_EQ(
      refusal<DescribeContainerInstancesRequest>(R"({"containerInstances":["i"],"include":["ALL"]})").message,
      "include should be one of [TAGS,CONTAINER_INSTANCE_HEALTH]");
}

TEST(Decode, AMissingMemberIsNamed) {
  EXPECT_EQ(refusal<RunTaskRequest>("{}").message, "TaskDefinition can not be blank.");
  EXPECT_EQ(refusal<DescribeTasksRequest>("{}").message, "Tasks cannot be empty.");
  EXPECT_EQ(refusal<StartTaskRequest>(R"({"taskDefinition":"t"})").message,
            "Container instances cannot be empty.");
  EXPECT_EQ(refusal<StopTaskRequest>("{}").message, "Task should not be null or empty.");
  const core::Error family = refusal<RegisterTaskDefinitionRequest>("{}");
  EXPECT_EQ(family.code, ErrorCode::client);
  EXPECT_EQ(family.message, "Family should not be null or empty.");
  EXPECT_EQ(refusal<RegisterTaskDefinitionRequest>(
                R"({"family":"f","containerDefinitions":[{"secrets":[{"name":"S"}]}]})")
                .message,
            "Secrets.valueFrom should not be null or empty.");
}

TEST(Decode, AWrongTypeCountsBeforeARefusal) {
  EXPECT_EQ(wrong_type<RunTaskRequest>(R"({"launchType":"LAMBDA","count":"x"})"),
            "STRING_VALUE cannot be converted to Integer");
}

TEST(Decode, TimestampsAreEpochSeconds) {
  const auto read = decode<DescribeTasksResponse>(
      R"({"tasks":[{"createdAt":1.619952106055E9,"startedAt":1619952106,"stoppedAt":-0.001}]})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->tasks->front().createdAt, core::from_epoch_ms(1'619'952'106'055));
  EXPECT_EQ(read->tasks->front().startedAt, core::from_epoch_ms(1'619'952'106'000));
  EXPECT_EQ(read->tasks->front().stoppedAt, core::from_epoch_ms(-1));
  EXPECT_EQ(wrong_type<DescribeTasksResponse>(R"({"tasks":[{"createdAt":"2026-01-15T08:09:10Z"}]})"),
            "STRING_VALUE can not be converted to milliseconds since epoch");
  EXPECT_EQ(wrong_type<DescribeTasksResponse>(R"({"tasks":[{"createdAt":1e300}]})"),
            "NUMBER_VALUE can not be converted to milliseconds since epoch");
}

}  // namespace
}  // namespace troupe::api::wire
