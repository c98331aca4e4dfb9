/// What registration stores: defaults, sizes, compatibilities, required attributes.

#include "tests/core/task_definition_sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::core::sample {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> attribute_names(const TaskDefinition& one) {
  std::vector<std::string> names;
  const TaskDefinition kept = stored(one);
  for (const Attribute& attribute : *kept.requiresAttributes) names.push_back(*attribute.name);
  return names;
}

TEST(TaskDefinitionDefaults, AreFilledIn) {
  const TaskDefinition one = stored(definition());
  EXPECT_EQ(one.networkMode, NetworkMode::bridge);
  EXPECT_THAT(one.volumes.value(), IsEmpty());
  EXPECT_THAT(one.placementConstraints.value(), IsEmpty());
  EXPECT_FALSE(one.requiresCompatibilities);
  EXPECT_FALSE(one.revision);
  const ContainerDefinition& container = one.containerDefinitions->front();
  EXPECT_EQ(container.cpu, 0);
  EXPECT_EQ(container.essential, true);
  EXPECT_THAT(container.portMappings.value(), IsEmpty());
  EXPECT_THAT(container.environment.value(), IsEmpty());
  EXPECT_THAT(container.mountPoints.value(), IsEmpty());
  EXPECT_THAT(container.volumesFrom.value(), IsEmpty());
  EXPECT_THAT(container.systemControls.value(), IsEmpty());
  EXPECT_FALSE(container.command);
}

TEST(TaskDefinitionDefaults, OfPortsFollowTheNetworkMode) {
  TaskDefinition one = definition();
  web(one).portMappings = {port(80), port(81, 8081)};
  PortMapping mapping = stored(one).containerDefinitions->front().portMappings->front();
  EXPECT_EQ(mapping.hostPort, 0);
  EXPECT_EQ(mapping.protocol, TransportProtocol::tcp);
  EXPECT_EQ(stored(one).containerDefinitions->front().portMappings->back().hostPort, 8081);
  for (const NetworkMode mode : {NetworkMode::awsvpc, NetworkMode::host}) {
    web(one).portMappings = {port(80), port(81, 0)};
    one.networkMode = mode;
    const auto mappings = stored(one).containerDefinitions->front().portMappings.value();
    EXPECT_EQ(mappings[0].hostPort, 80);
    EXPECT_EQ(mappings[1].hostPort, 81);
  }
}

TEST(TaskDefinitionDefaults, OfHealthChecksAreStored) {
  TaskDefinition one = definition();
  web(one).healthCheck.emplace().command = {"CMD", "true"};
  const HealthCheck check = stored(one).containerDefinitions->front().healthCheck.value();
  EXPECT_EQ(check.interval, 30);
  EXPECT_EQ(check.timeout, 5);
  EXPECT_EQ(check.retries, 3);
  EXPECT_FALSE(check.startPeriod);
}

TEST(TaskDefinitionDefaults, OfVolumesFollowTheirKind) {
  TaskDefinition one = definition();
  one.volumes = {volume("plain"), volume("docker"), volume("shared"), volume("efs")};
  (*one.volumes)[1].dockerVolumeConfiguration.emplace();
  (*one.volumes)[2].dockerVolumeConfiguration.emplace().scope = Scope::shared;
  (*one.volumes)[3].efsVolumeConfiguration.emplace().fileSystemId = "fs-1";
  const auto volumes = stored(one).volumes.value();
  EXPECT_EQ(volumes[0].host, HostVolumeProperties{});
  EXPECT_FALSE(volumes[1].host);
  EXPECT_EQ(volumes[1].dockerVolumeConfiguration->scope, Scope::task);
  EXPECT_EQ(volumes[1].dockerVolumeConfiguration->driver, "local");
  EXPECT_FALSE(volumes[1].dockerVolumeConfiguration->autoprovision);
  EXPECT_EQ(volumes[2].dockerVolumeConfiguration->autoprovision, false);
  EXPECT_EQ(volumes[3].efsVolumeConfiguration->rootDirectory, "/");
}

TEST(TaskDefinitionSizes, AreStoredAsWholeNumbers) {
  TaskDefinition one = definition();
  one.cpu = "1 vCPU";
  one.memory = "1GB";
  EXPECT_EQ(stored(one).cpu, "1024");
  EXPECT_EQ(stored(one).memory, "1024");
  one.cpu = ".5 vcpu";
  one.memory = "0.5 GB";
  EXPECT_EQ(stored(one).cpu, "512");
  EXPECT_EQ(stored(one).memory, "512");
}

TEST(TaskDefinitionCompatibilities, FollowTheRules) {
  EXPECT_THAT(stored(definition()).compatibilities.value(),
              ElementsAre(Compatibility::EXTERNAL, Compatibility::EC2));
  EXPECT_THAT(stored(fargate()).compatibilities.value(),
              ElementsAre(Compatibility::EC2, Compatibility::FARGATE));
  TaskDefinition one = fargate();
  one.requiresCompatibilities.reset();
  EXPECT_THAT(stored(one).compatibilities.value(), Contains(Compatibility::FARGATE));
  web(one).privileged = true;
  EXPECT_THAT(stored(one).compatibilities.value(), ElementsAre(Compatibility::EC2));
}

TEST(TaskDefinitionReadOnlyMembers, AreNotTakenFromTheCaller) {
  TaskDefinition one = definition();
  one.revision = 7;
  one.taskDefinitionArn = "arn";
  one.status = TaskDefinitionStatus::INACTIVE;
  one.registeredBy = "someone";
  one.compatibilities = {Compatibility::FARGATE};
  one.requiresAttributes = {Attribute{}};
  EXPECT_EQ(stored(one), stored(definition()));
}

TEST(TaskDefinitionAttributes, FollowTheFeatures) {
  const std::string old = "com.amazonaws.ecs.capability.";
  EXPECT_THAT(attribute_names(definition()), ElementsAre(old + "docker-remote-api.1.18"));
  TaskDefinition one = definition();
  one.networkMode = NetworkMode::awsvpc;
  one.taskRoleArn = "arn:aws:iam::000000000000:role/task";
  one.executionRoleArn = "arn:aws:iam::000000000000:role/run";
  one.pidMode = PidMode::task;
  one.volumes = {volume("docker"), volume("efs")};
  one.volumes->front().dockerVolumeConfiguration.emplace().driver = "rexray/ebs";
  one.volumes->back().efsVolumeConfiguration.emplace().fileSystemId = "fs-1";
  ContainerDefinition& container = web(one);
  container.image = "000000000000.dkr.ecr.us-east-1.amazonaws.com/web:1";
  container.privileged = true;
  container.memoryReservation = 32;
  container.stopTimeout = 5;
  container.healthCheck.emplace().command = {"CMD", "true"};
  container.restartPolicy.emplace().enabled = true;
  container.linuxParameters.emplace().initProcessEnabled = true;
  container.secrets = {Secret{.name = "A", .valueFrom = "a"},
                       Secret{.name = "B", .valueFrom = "arn:aws:secretsmanager:us-east-1:1:secret:b"}};
  container.environmentFiles = {
      EnvironmentFile{.value = "arn:aws:s3:::bucket/a.env", .type = EnvironmentFileType::s3}};
  LogConfiguration& log = container.logConfiguration.emplace();
  log.logDriver = LogDriver::awslogs;
  log.options.emplace()["awslogs-region"] = "us-east-1";
  (*log.options)["awslogs-group"] = "web";
  const auto names = attribute_names(one);
  for (const std::string& name : {old + "docker-remote-api.1.18",
                                  old + "docker-remote-api.1.19",
                                  old + "docker-remote-api.1.21",
                                  old + "docker-remote-api.1.24",
                                  old + "docker-remote-api.1.25",
                                  old + "ecr-auth",
                                  old + "logging-driver.awslogs",
                                  old + "privileged-container",
                                  old + "task-iam-role",
                                  std::string{"ecs.capability.container-health-check"},
                                  std::string{"ecs.capability.container-ordering"},
                                  std::string{"ecs.capability.container-restart-policy"},
                                  std::string{"ecs.capability.docker-plugin.rexray/ebs"},
                                  std::string{"ecs.capability.efs"},
                                  std::string{"ecs.capability.env-files.s3"},
                                  std::string{"ecs.capability.execution-role-awslogs"},
                                  std::string{"ecs.capability.execution-role-ecr-pull"},
                                  std::string{"ecs.capability.pid-ipc-namespace-sharing"},
                                  std::string{"ecs.capability.secrets.asm.environment-variables"},
                                  std::string{"ecs.capability.secrets.ssm.environment-variables"},
                                  std::string{"ecs.capability.task-eni"}}) {
    EXPECT_THAT(names, Contains(name));
  }
  EXPECT_EQ(names.size(), 21U);
}

TEST(TaskDefinitionAttributes, OfPlacementIncludeThePlatform) {
  TaskDefinition one = definition();
  one.runtimePlatform = {.cpuArchitecture = CPUArchitecture::ARM64, .operatingSystemFamily = OSFamily::LINUX};
  const TaskDefinition kept = stored(one);
  EXPECT_EQ(kept.requiresAttributes->size(), 1U);
  const auto wanted = placement_attributes(kept);
  ASSERT_EQ(wanted.size(), 3U);
  EXPECT_EQ(wanted[1].name, "ecs.cpu-architecture");
  EXPECT_EQ(wanted[1].value, "arm64");
  EXPECT_EQ(wanted[2].name, "ecs.os-type");
  EXPECT_EQ(wanted[2].value, "linux");
}

}  // namespace
}  // namespace troupe::core::sample
