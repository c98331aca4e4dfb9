/// The operations on task definitions, from the request's JSON to the response's.

#include "tests/operations/api_fixture.hpp"
#include "tests/rendering/records.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TaskDefinitionOperations : public ApiTest {
 protected:
  void answer_with(core::Reply reply) {
    registry->on_registry = [reply](const AskRegistry&) -> std::optional<Answer> { return answer(reply); };
  }
  template <class Command>
  Command last() {
    return std::get<Command>(registry->registry_commands.back());
  }
};

TEST_F(TaskDefinitionOperations, RegisterHandsOnTheDefinitionAsGiven) {
  answer_with(core::TaskDefinitionReply{web_definition()});
  const auto response = call("RegisterTaskDefinition", R"({"family":"web","networkMode":"bridge","cpu":"256",
      "containerDefinitions":[{"name":"nginx","image":"nginx:1"}],"tags":[{"key":"stack","value":"one"}],
      "requiresCompatibilities":["EC2"],"runtimePlatform":{"cpuArchitecture":"ARM64"}})");
  const auto command = last<core::RegisterTaskDefinition>();
  EXPECT_EQ(command.definition.family, "web");
  EXPECT_EQ(command.definition.networkMode, core::NetworkMode::bridge);
  EXPECT_EQ(command.definition.containerDefinitions->at(0).image, "nginx:1");
  EXPECT_EQ(command.definition.runtimePlatform->cpuArchitecture, core::CPUArchitecture::ARM64);
  EXPECT_EQ(command.registered_by, "arn:aws:iam::000000000000:root");
  EXPECT_THAT(response.body, HasSubstr(R"("revision":3)"));
  EXPECT_THAT(response.body, HasSubstr(R"(,"tags":[{"key":"stack","value":"one"}]})"));
}

TEST_F(TaskDefinitionOperations, RegisterRefusesWhatIsMissingOrMistyped) {
  EXPECT_EQ(call("RegisterTaskDefinition", R"({"containerDefinitions":[]})").body,
            refusal_body("ClientException", "Family should not be null or empty."));
  EXPECT_THAT(call("RegisterTaskDefinition", R"({"family":1,"containerDefinitions":[]})").body,
              HasSubstr("SerializationException"));
  EXPECT_THAT(call("RegisterTaskDefinition", "{").body, HasSubstr("SerializationException"));
  EXPECT_TRUE(registry->registry_commands.empty());
}

TEST_F(TaskDefinitionOperations, DescribePutsTagsBesideTheDefinitionOnDemand) {
  answer_with(core::TaskDefinitionReply{web_definition()});
  EXPECT_THAT(call("DescribeTaskDefinition", R"({"taskDefinition":"web"})").body,
              HasSubstr(R"(,"tags":[]})"));
  EXPECT_EQ(last<core::DescribeTaskDefinition>().task_definition, "web");
  EXPECT_THAT(call("DescribeTaskDefinition", R"({"taskDefinition":"web","include":["TAGS"]})").body,
              HasSubstr(R"(,"tags":[{"key":"stack","value":"one"}]})"));
}

TEST_F(TaskDefinitionOperations, DeregisterAnswersWithTheDefinition) {
  answer_with(core::TaskDefinitionReply{web_definition()});
  const auto response = call("DeregisterTaskDefinition", R"({"taskDefinition":"web:3"})");
  EXPECT_EQ(last<core::DeregisterTaskDefinition>().task_definition, "web:3");
  EXPECT_THAT(response.body, HasSubstr(R"("family":"web")"));
  EXPECT_THAT(response.body, Not(HasSubstr("tags")));
}

TEST_F(TaskDefinitionOperations, ListsHandOnFiltersAndOrder) {
  answer_with(core::ListReply{{"a", "b"}, std::nullopt});
  EXPECT_EQ(call("ListTaskDefinitions", R"({"familyPrefix":"web","status":"INACTIVE","sort":"DESC"})").body,
            R"({"taskDefinitionArns":["a","b"]})");
  const auto definitions = last<core::ListTaskDefinitions>();
  EXPECT_EQ(definitions.family, "web");
  EXPECT_EQ(definitions.status, core::TaskDefinitionStatus::INACTIVE);
  EXPECT_EQ(definitions.sort, core::SortOrder::DESC);
  EXPECT_EQ(definitions.page.limit, 100U);
  EXPECT_EQ(call("ListTaskDefinitionFamilies", R"({"familyPrefix":"w","status":"ALL"})").body,
            R"({"families":["a","b"]})");
  EXPECT_EQ(last<core::ListTaskDefinitionFamilies>().status, core::FamilyStatus::ALL);
  call("ListTaskDefinitions", "{}");
  EXPECT_EQ(last<core::ListTaskDefinitions>().status, core::TaskDefinitionStatus::ACTIVE);
}

}  // namespace
}  // namespace troupe::testing
