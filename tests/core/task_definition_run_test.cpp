/// Sizes, references, overrides and network configurations.

#include "tests/core/task_definition_sample.hpp"

#include "actors/core/task_definition/reference.hpp"
#include "actors/core/task_definition/run_options.hpp"
#include "actors/core/task_definition/task_size.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::core::sample {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TaskSizes, AreParsed) {
  const auto cpu = [](std::string_view text) { return parse_task_cpu(text).value_or(CpuUnits{-1}).count; };
  EXPECT_EQ(cpu("1024"), 1024);
  EXPECT_EQ(cpu("1 vCPU"), 1024);
  EXPECT_EQ(cpu("0.25 VCPU"), 256);
  EXPECT_EQ(cpu(".5 vcpu"), 512);
  EXPECT_EQ(cpu("2vCPUs"), 2048);
  for (const char* bad :
       {"", " ", "vcpu", "-1", "+1", "1e3", "1.5", "0", "nan", "inf", "1 core", "99999999999"}) {
    EXPECT_EQ(cpu(bad), -1) << bad;
  }
  const auto memory = [](std::string_view text) {
    return parse_task_memory(text).value_or(MemoryMib{-1}).count;
  };
  EXPECT_EQ(memory("512"), 512);
  EXPECT_EQ(memory("1GB"), 1024);
  EXPECT_EQ(memory("1 gb"), 1024);
  EXPECT_EQ(memory("1.5 GB"), 1536);
  EXPECT_EQ(memory("512MiB"), 512);
  EXPECT_EQ(memory("512 B"), -1);
}

TEST(TaskSizes, SumTheContainers) {
  TaskDefinition one = definition();
  web(one).cpu = 100;
  web(one).memoryReservation = 32;
  add_container(one, "side").cpu = 28;
  TaskSize size = required_resources(stored(one), {});
  EXPECT_EQ(size.cpu.count, 128);
  EXPECT_EQ(size.memory.count, 32 + 64);
  TaskOverride overrides;
  overrides.containerOverrides.emplace().emplace_back().name = "web";
  overrides.containerOverrides->front().cpu = 300;
  overrides.containerOverrides->front().memoryReservation = 40;
  size = required_resources(stored(one), overrides);
  EXPECT_EQ(size.cpu.count, 328);
  EXPECT_EQ(size.memory.count, 104);
}

TEST(TaskSizes, OfTheTaskCountFirst) {
  TaskDefinition one = definition();
  web(one).cpu = 100;
  one.cpu = "256";
  one.memory = "1GB";
  EXPECT_EQ(required_resources(stored(one), {}).cpu.count, 256);
  EXPECT_EQ(required_resources(stored(one), {}).memory.count, 1024);
  TaskOverride overrides;
  overrides.cpu = "1 vCPU";
  overrides.memory = "2048";
  EXPECT_EQ(required_resources(stored(one), overrides).cpu.count, 1024);
  EXPECT_EQ(required_resources(stored(one), overrides).memory.count, 2048);
}

TEST(TaskSizes, CountStaticHostPortsByMode) {
  TaskDefinition one = definition();
  web(one).portMappings = {port(80, 8080), port(81), port(53, 53)};
  web(one).portMappings->back().protocol = TransportProtocol::udp;
  TaskSize size = required_resources(stored(one), {});
  EXPECT_THAT(size.tcp_ports, ElementsAre(8080));
  EXPECT_THAT(size.udp_ports, ElementsAre(53));
  web(one).portMappings->erase(web(one).portMappings->begin());
  one.networkMode = NetworkMode::host;
  EXPECT_THAT(required_resources(stored(one), {}).tcp_ports, ElementsAre(81));
  one.networkMode = NetworkMode::awsvpc;
  EXPECT_THAT(required_resources(stored(one), {}).tcp_ports, IsEmpty());
}

TEST(TaskSizes, CountGpus) {
  TaskDefinition one = definition();
  web(one).resourceRequirements = {ResourceRequirement{.value = "2", .type = ResourceType::GPU}};
  add_container(one, "side").resourceRequirements = {
      ResourceRequirement{.value = "1", .type = ResourceType::GPU}};
  EXPECT_EQ(required_resources(stored(one), {}).gpus, 3);
}

TEST(TaskDefinitionReferences, AreReadInThreeForms) {
  const auto family = parse_task_definition_reference("site").value();
  EXPECT_EQ(family.family, "site");
  EXPECT_FALSE(family.revision);
  const auto revision = parse_task_definition_reference("site:12").value();
  EXPECT_EQ(revision.family, "site");
  EXPECT_EQ(revision.revision, 12);
  const auto arn =
      parse_task_definition_reference("arn:aws:ecs:us-east-1:000000000000:task-definition/site:3").value();
  EXPECT_EQ(arn.family, "site");
  EXPECT_EQ(arn.revision, 3);
  EXPECT_EQ(arn.region, "us-east-1");
  EXPECT_EQ(arn.account, "000000000000");
  EXPECT_EQ(task_definition_name("site", 3), "site:3");
}

TEST(TaskDefinitionReferences, AreRefusedWithEcsTexts) {
  struct Case {
    const char* text;
    ErrorCode code;
    const char* message;
  };
  for (const Case& one :
       {Case{"", ErrorCode::invalid_parameter, "TaskDefinition can not be blank."},
        Case{"site", ErrorCode::client, "Revision is missing."},
        Case{"site:foo", ErrorCode::invalid_parameter, "Invalid revision number. Number: foo"},
        Case{"site:0", ErrorCode::invalid_parameter, "Invalid revision number. Number: 0"},
        Case{"site:", ErrorCode::invalid_parameter, "Invalid revision number. Number: "},
        Case{"site:99999999999", ErrorCode::invalid_parameter,
             "Invalid revision number. Number: 99999999999"},
        Case{"my site:1", ErrorCode::client, "Family contains invalid characters."},
        Case{"arn:aws:ecs:us-east-1:000000000000:cluster/default", ErrorCode::invalid_parameter,
             "Unsupported resource type: cluster"},
        Case{"arn:aws:ecs", ErrorCode::invalid_parameter, "Invalid arn syntax"},
        Case{"arn:aws:s3:us-east-1:000000000000:task-definition/site:1", ErrorCode::invalid_parameter,
             "Invalid arn syntax"},
        Case{"arn:aws:ecs:us-east-1:000000000000:task-definition", ErrorCode::invalid_parameter,
             "Invalid arn syntax"}}) {
    const auto result = parse_task_definition_revision(one.text);
    ASSERT_TRUE(result.has_error()) << one.text;
    EXPECT_EQ(result.error().message, one.message);
    EXPECT_EQ(result.error().code, one.code);
  }
}

ContainerOverride override_of(const std::string& name) {
  ContainerOverride one;
  one.name = name;
  return one;
}

TEST(Overrides, ReplaceAndMerge) {
  TaskDefinition one = definition();
  web(one).command = {"serve"};
  web(one).environment = {pair("A", "1"), pair("B", "2")};
  TaskOverride overrides;
  ContainerOverride wanted = override_of("web");
  wanted.command = {"migrate", "--now"};
  wanted.environment = {pair("B", "3"), pair("C", "4")};
  wanted.memory = 128;
  overrides.containerOverrides = {wanted};
  const ContainerDefinition container = effective_containers(stored(one), overrides).front();
  EXPECT_THAT(container.command.value(), ElementsAre("migrate", "--now"));
  EXPECT_THAT(container.environment.value(), ElementsAre(pair("A", "1"), pair("B", "3"), pair("C", "4")));
  EXPECT_EQ(container.memory, 128);
}

TEST(Overrides, AreChecked) {
  const auto refusal = [](const ContainerOverride& wanted) {
    TaskOverride overrides;
    overrides.containerOverrides = {wanted};
    const auto checked = validate_overrides(stored(definition()), overrides);
    return checked.has_error() ? checked.error().message : std::string{};
  };
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal(override_of("web")), "");
  EXPECT_EQ(refusal(override_of("db")),
            "Override for container named db is not a container in the TaskDefinition.");
  ContainerOverride wanted;
  wanted.command = {"true"};
  EXPECT_EQ(refusal(wanted), "Container override requires the name of a container.");
  wanted = override_of("web");
  wanted.cpu = -1;
  EXPECT_EQ(refusal(wanted), "Invalid 'cpu' override for container 'web'.");
  wanted = override_of("web");
  wanted.memory = 0;
  EXPECT_EQ(refusal(wanted), "Invalid 'memory' override for container 'web'.");
  wanted = override_of("web");
  wanted.memoryReservation = 65;
  EXPECT_EQ(refusal(wanted),
            "Invalid 'memory' override for container 'web'. It must be greater than or equal to "
            "'memoryReservation'.");
  wanted = override_of("web");
  wanted.environment = {pair("", "x")};
  EXPECT_EQ(refusal(wanted), "Invalid 'environment' override for container 'web'.");
  wanted = override_of("web");
  wanted.command = {std::string(8192, 'x')};
  EXPECT_EQ(refusal(wanted), "Container Overrides length must be at most 8192");
}

TEST(Overrides, OfTaskSizesAreChecked) {
  TaskOverride overrides;
  overrides.cpu = "plenty";
  EXPECT_EQ(validate_overrides(definition(), overrides).error().message, "Invalid 'cpu' setting for task.");
  overrides.cpu.reset();
  overrides.memory = "plenty";
  EXPECT_EQ(validate_overrides(definition(), overrides).error().message,
            "Invalid 'memory' setting for task.");
}

TEST(Overrides, OfRolesAreChecked) {
  TaskOverride overrides;
  overrides.taskRoleArn = "arn:aws:iam::000000000000:role/web";
  overrides.executionRoleArn = "runner";
  EXPECT_TRUE(validate_overrides(definition(), overrides));
  overrides.executionRoleArn = "arn:aws:s3:::bucket";
  EXPECT_EQ(validate_overrides(definition(), overrides).error().message, "Role is not valid");
  EXPECT_EQ(validate_overrides(definition(), overrides).error().code, ErrorCode::client);
}

TEST(Overrides, AreEchoedForEachContainer) {
  TaskDefinition one = definition();
  add_container(one, "side");
  TaskOverride overrides;
  overrides.containerOverrides = {override_of("side")};
  overrides.containerOverrides->front().cpu = 5;
  const TaskOverride echoed = echoed_overrides(stored(one), overrides);
  ASSERT_EQ(echoed.containerOverrides->size(), 2U);
  EXPECT_EQ(echoed.containerOverrides->front().cpu, 5);
  EXPECT_EQ(echoed.containerOverrides->back(), override_of("web"));
  EXPECT_THAT(echoed.inferenceAcceleratorOverrides.value(), IsEmpty());
}

TEST(NetworkConfigurations, BelongToAwsvpc) {
  TaskDefinition one = definition();
  const auto message = [&](const std::optional<NetworkConfiguration>& network,
                           LaunchType type = LaunchType::EC2) {
    const auto checked = validate_network_configuration(stored(one), network, type);
    if (checked) return std::string{};
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_parameter);
    return checked.error().message;
  };
  NetworkConfiguration network;
  network.awsvpcConfiguration.emplace().subnets = {"subnet-1"};
  EXPECT_EQ(message(std::nullopt), "");
  EXPECT_EQ(message(network),
            "Network Configuration is not valid for the given networkMode of this task definition.");
  one.networkMode = NetworkMode::awsvpc;
  EXPECT_EQ(message(network), "");
  EXPECT_EQ(message(std::nullopt),
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  EXPECT_EQ(message(NetworkConfiguration{}),
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  network.awsvpcConfiguration->assignPublicIp = AssignPublicIp::ENABLED;
  EXPECT_EQ(message(network), "Assign public IP is not supported for this launch type.");
  EXPECT_EQ(message(network, LaunchType::FARGATE), "");
  network.awsvpcConfiguration->securityGroups = std::vector<std::string>(6, "sg-1");
  EXPECT_EQ(message(network), "securityGroups can have at most 5 items.");
  network.awsvpcConfiguration->subnets = std::vector<std::string>(17, "subnet-1");
  EXPECT_EQ(message(network), "subnets can have at most 16 items.");
  network.awsvpcConfiguration->subnets->clear();
  EXPECT_EQ(message(network), "subnets can not be empty.");
}

}  // namespace
}  // namespace troupe::core::sample
