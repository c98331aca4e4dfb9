/// The operations on the state of instances, attributes, task protection and
/// capacity providers.

#include "tests/operations/api_fixture.hpp"
#include "tests/rendering/records.hpp"
#include "tests/rendering/service_records.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CapacityOperations : public ApiTest {
 protected:
  void answer_with(core::Reply reply) {
    registry->on_cluster = [reply](const AskCluster&) -> std::optional<Answer> { return answer(reply); };
    registry->on_registry = [reply](const AskRegistry&) -> std::optional<Answer> { return answer(reply); };
  }
  template <class Command>
  const Command& last_command() {
    return std::get<Command>(std::get<core::CapacityProviderCommand>(registry->registry_commands.back()));
  }
  std::string refused(const std::string& operation, const std::string& body) {
    const auto asked = registry->cluster_questions.size() + registry->registry_commands.size();
    const auto response = call(operation, body);
    EXPECT_EQ(response.status, 400U);
    EXPECT_EQ(registry->cluster_questions.size() + registry->registry_commands.size(), asked);
    return response.body;
  }
};

std::string eleven(const std::string& item) {
  std::string list = item;
  for (int i = 0; i < 10; ++i) list += "," + item;
  return "[" + list + "]";
}

TEST_F(CapacityOperations, InstancesAreDrainedAndToldOf) {
  auto record = host_instance();
  record->status = core::InstanceStatus::DRAINING;
  record->status_reason = "spot";
  answer_with(core::InstancesReply{{record}, {core::Failure{"arn:i", "MISSING", std::nullopt}}});
  const auto response = call("UpdateContainerInstancesState",
                             R"({"cluster":"prod","containerInstances":["i","j"],"status":"DRAINING"})");
  const auto& command = only_command<core::UpdateContainerInstancesState>();
  EXPECT_EQ(command.instances.size(), 2U);
  EXPECT_EQ(command.status, core::InstanceStatus::DRAINING);
  EXPECT_THAT(response.body, HasSubstr(R"("status":"DRAINING","statusReason":"spot")"));
  EXPECT_THAT(response.body, HasSubstr(R"("failures":[{"arn":"arn:i","reason":"MISSING"}])"));
}

TEST_F(CapacityOperations, AnInstanceIsSetActiveOrDrainingOnly) {
  const auto words = refusal_body("InvalidParameterException",
                                  "Container instance status should be one of [ACTIVE, DRAINING]");
  EXPECT_EQ(
      refused("UpdateContainerInstancesState", R"({"containerInstances":["i"],"status":"DEREGISTERING"})"),
      words);
  EXPECT_EQ(refused("UpdateContainerInstancesState", R"({"containerInstances":["i"],"status":"ASLEEP"})"),
            words);
  EXPECT_EQ(refused("UpdateContainerInstancesState", R"({"containerInstances":[],"status":"ACTIVE"})"),
            refusal_body("InvalidParameterException", "Container instances cannot be empty."));
  EXPECT_EQ(refused("UpdateContainerInstancesState",
                    R"({"status":"ACTIVE","containerInstances":)" + eleven("\"i\"") + "}"),
            refusal_body("InvalidParameterException", "instanceIds can have at most 10 items."));
}

TEST_F(CapacityOperations, DeregisterContainerInstanceHandsOnForce) {
  answer_with(core::InstanceReply{host_instance()});
  const auto response = call("DeregisterContainerInstance", R"({"containerInstance":"i","force":true})");
  EXPECT_TRUE(only_command<core::DeregisterContainerInstance>().force);
  EXPECT_THAT(response.body, HasSubstr(R"({"containerInstance":{"containerInstanceArn":")"));
}

TEST_F(CapacityOperations, AttributesAreHandedOnAndEchoed) {
  answer_with(core::AttributesReply{{{"stack", "prod", core::TargetType::container_instance, "arn:i"}},
                                    std::nullopt});
  const std::string attributes =
      R"({"attributes":[{"name":"stack","value":"prod","targetId":"i","targetType":"container-instance"}]})";
  const std::string echo =
      R"({"attributes":[{"name":"stack","value":"prod","targetType":"container-instance","targetId":"arn:i"}]})";
  EXPECT_EQ(call("PutAttributes", attributes).body, echo);
  EXPECT_EQ(call("DeleteAttributes", attributes).body, echo);
  EXPECT_EQ(call("ListAttributes", R"({"targetType":"container-instance","attributeName":"stack"})").body,
            echo);
  const auto& asked = registry->cluster_questions;
  EXPECT_EQ(command_in<core::PutAttributes>(*asked.at(0).command).attributes.at(0).value, "prod");
  EXPECT_EQ(command_in<core::DeleteAttributes>(*asked.at(1).command).attributes.size(), 1U);
  EXPECT_EQ(command_in<core::ListAttributes>(*asked.at(2).command).name, "stack");
  EXPECT_EQ(command_in<core::ListAttributes>(*asked.at(2).command).page.limit, 100U);
}

TEST_F(CapacityOperations, BadAttributesAreRefused) {
  const auto put = [this](const std::string& list) {
    return refused("PutAttributes", R"({"attributes":)" + list + "}");
  };
  EXPECT_THAT(put("[]"), HasSubstr("Attributes cannot be empty."));
  EXPECT_THAT(put(eleven(R"({"name":"a","targetId":"arn:i"})")),
              HasSubstr("attributes can have at most 10 items."));
  EXPECT_THAT(put(R"([{"name":"a b","targetId":"arn:i"}])"),
              HasSubstr("Attribute name contains invalid characters."));
  EXPECT_THAT(put(R"([{"name":")" + std::string(129, 'a') + R"(","targetId":"arn:i"}])"),
              HasSubstr("Attribute name cannot be longer than 128 characters."));
  EXPECT_THAT(put(R"([{"name":"a","value":" x","targetId":"arn:i"}])"),
              HasSubstr("Attribute value contains invalid characters."));
  EXPECT_THAT(put(R"([{"name":"a","value":"x"}])"), HasSubstr("Attribute targetId can not be blank."));
  EXPECT_THAT(put(R"([{"name":"a","value":"x","targetId":"1234"}])"),
              HasSubstr("targetType can not be blank when targetId is a short id."));
}

TEST_F(CapacityOperations, TaskProtectionHasItsBounds) {
  const core::ProtectedTask task{"arn:t", true, noon()};
  answer_with(core::ProtectionReply{{task}, {core::Failure{"arn:u", "TASK_NOT_VALID", std::nullopt}}});
  const auto response =
      call("UpdateTaskProtection",
           R"({"cluster":"c","tasks":["t","u"],"protectionEnabled":true,"expiresInMinutes":60})");
  EXPECT_EQ(only_command<core::UpdateTaskProtection>().expires_in_minutes, 60);
  EXPECT_TRUE(only_command<core::UpdateTaskProtection>().enabled);
  const std::string shown =
      R"({"protectedTasks":[{"taskArn":"arn:t","protectionEnabled":true,"expirationDate":1768464000.000}],)"
      R"("failures":[{"arn":"arn:u","reason":"TASK_NOT_VALID"}]})";
  EXPECT_EQ(response.body, shown);
  EXPECT_EQ(call("GetTaskProtection", R"({"cluster":"c"})").body, shown);
  EXPECT_THAT(refused("UpdateTaskProtection",
                      R"({"cluster":"c","tasks":["t"],"protectionEnabled":true,"expiresInMinutes":2881})"),
              HasSubstr("expiresInMinutes should be between 1 and 2880."));
  EXPECT_THAT(refused("UpdateTaskProtection", R"({"cluster":"c","tasks":["t"]})"),
              HasSubstr("ProtectionEnabled should not be null or empty."));
  EXPECT_THAT(refused("GetTaskProtection", R"({"cluster":"c","tasks":)" + eleven("\"t\"") + "}"),
              HasSubstr("taskIds can have at most 10 items."));
}

TEST_F(CapacityOperations, CapacityProvidersAreAskedOfTheRegistry) {
  answer_with(core::CapacityProviderReply{spot_provider()});
  const auto created = call("CreateCapacityProvider", R"({"name":"spot","autoScalingGroupProvider":
      {"autoScalingGroupArn":"arn:group","managedScaling":{"status":"ENABLED","targetCapacity":80}},
      "tags":[{"key":"k","value":"v"}]})");
  EXPECT_EQ(last_command<core::CreateCapacityProvider>().group->managedScaling->targetCapacity, 80);
  EXPECT_THAT(created.body, HasSubstr(R"("tags":[{"key":"team","value":"blue"}])"));
  call("UpdateCapacityProvider",
       R"({"name":"spot","autoScalingGroupProvider":{"managedDraining":"DISABLED"}})");
  EXPECT_EQ(last_command<core::UpdateCapacityProvider>().group->managedDraining,
            core::ManagedDraining::DISABLED);
  const auto deleted = call("DeleteCapacityProvider", R"({"capacityProvider":"spot"})");
  EXPECT_EQ(last_command<core::DeleteCapacityProvider>().capacity_provider, "spot");
  EXPECT_THAT(deleted.body, HasSubstr(R"("tags":[])"));
}

TEST_F(CapacityOperations, CapacityProvidersOfEcsMachinesAreHandedOn) {
  answer_with(core::CapacityProviderReply{spot_provider()});
  const auto response =
      call("CreateCapacityProvider", R"({"name":"mi","cluster":"prod","managedInstancesProvider":
      {"infrastructureRoleArn":"arn:role","instanceLaunchTemplate":{"ec2InstanceProfileArn":"arn:profile",
       "networkConfiguration":{"subnets":["s"]},"instanceRequirements":{"vCpuCount":{"min":1},"memoryMiB":{"min":1},
       "cpuManufacturers":["amazon-web-services"]}}}})");
  EXPECT_EQ(response.status, 200U) << response.body;
  const auto& command = last_command<core::CreateCapacityProvider>();
  EXPECT_EQ(command.cluster, "prod");
  EXPECT_FALSE(command.group);
  EXPECT_EQ(command.managed_instances->instanceLaunchTemplate->ec2InstanceProfileArn, "arn:profile");
}

TEST_F(CapacityOperations, BadCapacityProvidersAreRefused) {
  for (const auto* name : {"aws-one", "ECSone", "fargate2", "a b", ""}) {
    EXPECT_THAT(
        refused("CreateCapacityProvider", R"({"name":")" + std::string{name} +
                                              R"(","autoScalingGroupProvider":{"autoScalingGroupArn":"a"}})"),
        HasSubstr("The specified capacity provider name is invalid."))
        << name;
  }
  EXPECT_THAT(refused("CreateCapacityProvider", R"({"name":"p"})"), HasSubstr("Exactly one of"));
  EXPECT_THAT(refused("CreateCapacityProvider", R"({"name":"p","autoScalingGroupProvider":
                         {"autoScalingGroupArn":"a","managedScaling":{"targetCapacity":101}}})"),
              HasSubstr("targetCapacity should be between 1 and 100."));
}

TEST_F(CapacityOperations, DescribeCapacityProvidersPagesByTen) {
  answer_with(core::CapacityProvidersReply{{spot_provider()}, {{"arn:p", "MISSING", std::nullopt}}, "spot"});
  const auto response = call("DescribeCapacityProviders", R"({"include":["TAGS"]})");
  EXPECT_EQ(last_command<core::DescribeCapacityProviders>().page.limit, 10U);
  EXPECT_THAT(response.body, HasSubstr(R"("name":"spot")"));
  EXPECT_THAT(response.body, HasSubstr(R"("tags":[{"key":"team","value":"blue"}])"));
  EXPECT_THAT(response.body, HasSubstr(R"("reason":"MISSING")"));
  EXPECT_THAT(response.body, HasSubstr(R"("nextToken":")"));
  EXPECT_THAT(refused("DescribeCapacityProviders", R"({"maxResults":11})"),
              HasSubstr("maxResults should be between 1 and 10."));
}

TEST_F(CapacityOperations, PutClusterCapacityProvidersNeedsBothLists) {
  registry->on_cluster = [](const AskCluster&) -> std::optional<Answer> { return cluster_answer("prod"); };
  const auto response = call("PutClusterCapacityProviders", R"({"cluster":"prod","capacityProviders":["spot"],
      "defaultCapacityProviderStrategy":[{"capacityProvider":"spot","weight":1,"base":2}]})");
  const auto& command = only_command<core::PutClusterCapacityProviders>();
  EXPECT_EQ(command.capacity_providers, std::vector<std::string>{"spot"});
  EXPECT_EQ(command.default_strategy.at(0).base, 2);
  EXPECT_THAT(response.body, HasSubstr(R"("clusterName":"prod")"));
  EXPECT_THAT(refused("PutClusterCapacityProviders", R"({"cluster":"prod","capacityProviders":[]})"),
              HasSubstr("DefaultCapacityProviderStrategy should not be null or empty."));
}

}  // namespace
}  // namespace troupe::testing
