/// What agents are told of a task, member by member and with its types.

#include "api/agent_gateway/payload_task.hpp"

#include "actors/core/task_interface.hpp"
#include "api/agent_gateway/acs_frames.hpp"
#include "tests/agent_gateway/realm.hpp"
#include "tests/support/builders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::api::agent_gateway {
namespace {

using testing::container;
using testing::definition;
using testing::pending_task;

core::ContainerDefinition plain() {
  auto app = container("app");
  app.image = "h1busybox:latest";
  app.cpu = 64;
  app.memory = 32;
  app.command = {"/bin/sh", "-c", "httpd -f -p 80"};
  app.environment = std::vector{core::KeyValuePair{"FOO", "bar"}};
  core::PortMapping port;
  port.containerPort = 80;
  app.portMappings = {port};
  return app;
}

core::Task task_of(std::vector<core::ContainerDefinition> containers,
                   core::NetworkMode mode = core::NetworkMode::bridge) {
  auto task = pending_task(1, definition(std::move(containers), "fam", mode), "h1");
  if (mode == core::NetworkMode::awsvpc) {
    core::Attachment own;
    own.id = "01234567-89ab-4cde-8f01-23456789abcd";
    own.type = "ElasticNetworkInterface";
    own.status = "PRECREATED";
    task.attachments.push_back(own);
  }
  return task;
}

wire::acs::Container only_container(const core::Task& task) {
  const auto told = payload_task(realm, task, {});
  EXPECT_EQ(told.containers->size(), 1U);
  return told.containers->front();
}

TEST(PayloadTask, IsWrittenWithTheTypesOfTheAgentsModel) {
  const auto task = task_of({plain()});
  FrameContext context{realm, "h1", core::InstanceId{{1, 2}}, core::from_epoch_ms(1795351443485)};
  EXPECT_EQ(
      payload_frame(context, "payload-7", 7, payload_task(realm, task, {})),
      R"({"type":"PayloadMessage","message":{"messageId":"payload-7",)"
      R"("clusterArn":"arn:aws:ecs:us-east-1:123456789012:cluster/h1",)"
      R"("containerInstanceArn":"arn:aws:ecs:us-east-1:123456789012:container-instance/h1/)"
      R"(00000000000000010000000000000002",)"
      R"("tasks":[{"arn":"arn:aws:ecs:us-east-1:123456789012:task/h1/00000000000000000000000000000001",)"
      R"("taskClusterArn":"arn:aws:ecs:us-east-1:123456789012:cluster/h1",)"
      R"("containers":[{"command":["/bin/sh","-c","httpd -f -p 80"],"cpu":64,)"
      R"("environment":{"AWS_EXECUTION_ENV":"AWS_ECS_EC2","FOO":"bar"},"essential":true,)"
      R"("image":"h1busybox:latest","memory":32,"name":"app","overrides":"{}",)"
      R"("portMappings":[{"containerPort":80,"hostPort":0,"protocol":"tcp"}],"mountPoints":[],"volumesFrom":[],)"
      R"("dockerConfig":{"version":"1.21","config":"{}","hostConfig":"{\"NetworkMode\":\"bridge\"}"},)"
      R"("containerArn":"arn:aws:ecs:us-east-1:123456789012:container/h1/00000000000000000000000000000001/)"
      R"(00000000-0000-0000-0000-000000000000"}],)"
      R"("desiredStatus":"RUNNING","family":"fam","overrides":"{}","version":"1",)"
      R"("taskDefinitionAccountId":"123456789012","volumes":[],"launchType":"EC2","networkMode":"bridge"}],)"
      R"("generatedAt":1795351443485,"seqNum":7}})");
}

TEST(PayloadTask, MergesOverridesAndLeavesTheAgentsOwnEmpty) {
  auto task = task_of({plain()});
  core::ContainerOverride wanted;
  wanted.name = "app";
  wanted.command = {"sleep", "9"};
  wanted.environment = std::vector{core::KeyValuePair{"FOO", "baz"}, core::KeyValuePair{"NEW", "1"}};
  wanted.memory = 99;
  auto launch = *task.launch;
  launch.overrides.emplace().containerOverrides = {wanted};
  launch.overrides->cpu = "256";
  launch.overrides->memory = "512";
  task.launch = std::make_shared<const core::TaskLaunch>(launch);
  const auto told = payload_task(realm, task, {});
  EXPECT_EQ(told.cpu, 0.25);
  EXPECT_EQ(told.memory, 512);
  const auto& app = told.containers->front();
  EXPECT_EQ(app.overrides, "{}");
  EXPECT_EQ(app.command, (std::vector<std::string>{"sleep", "9"}));
  EXPECT_EQ(app.memory, 99);
  EXPECT_EQ(app.environment->at("FOO"), "baz");
  EXPECT_EQ(app.environment->at("NEW"), "1");
}

TEST(PayloadTask, PutsEverythingThatOnlyDockerKnowsIntoItsTexts) {
  auto app = plain();
  app.user = "1000:1000";
  app.workingDirectory = "/t";
  app.hostname = "h";
  app.pseudoTerminal = true;
  app.interactive = true;
  app.dockerLabels.emplace()["my"] = "label";
  core::HealthCheck check;
  check.command = {"CMD-SHELL", "test -f /ok"};
  check.interval = 7;
  check.timeout = 2;
  check.retries = 4;
  app.healthCheck = check;
  app.privileged = true;
  app.readonlyRootFilesystem = true;
  app.dnsServers = {"10.0.0.2"};
  app.extraHosts = std::vector{core::HostEntry{"db", "10.0.0.9"}};
  app.dockerSecurityOptions = {"no-new-privileges"};
  app.ulimits = {{core::UlimitName::nofile, 1024, 2048}};
  app.memoryReservation = 16;
  app.systemControls = std::vector{core::SystemControl{"net.core.somaxconn", "1024"}};
  app.logConfiguration.emplace();
  app.logConfiguration->logDriver = core::LogDriver::json_file;
  app.logConfiguration->options.emplace()["max-size"] = "1m";
  const auto told = only_container(task_of({app}));
  EXPECT_EQ(told.healthCheckType, wire::acs::HealthCheckType::docker);
  EXPECT_EQ(told.dockerConfig->config,
            R"({"Hostname":"h","User":"1000:1000","WorkingDir":"/t","Tty":true,"OpenStdin":true,)"
            R"("Labels":{"my":"label"},"Healthcheck":{"Test":["CMD-SHELL","test -f /ok"],)"
            R"("Interval":7000000000,"Timeout":2000000000,"StartPeriod":0,"Retries":4}})");
  EXPECT_EQ(
      told.dockerConfig->hostConfig,
      R"({"NetworkMode":"bridge","LogConfig":{"Type":"json-file","Config":{"max-size":"1m"}},)"
      R"("Privileged":true,"ReadonlyRootfs":true,"Ulimits":[{"Name":"nofile","Soft":1024,"Hard":2048}],)"
      R"("Sysctls":{"net.core.somaxconn":"1024"},"SecurityOpt":["no-new-privileges"],)"
      R"("Dns":["10.0.0.2"],"ExtraHosts":["db:10.0.0.9"],"MemoryReservation":16777216})");
  EXPECT_EQ(told.dockerConfig->version, "1.24");
}

TEST(PayloadTask, TellsLinuxParametersInBytesAndDockersPermissions) {
  auto app = plain();
  auto& linux_parameters = app.linuxParameters.emplace();
  linux_parameters.capabilities.emplace().add = {"NET_ADMIN"};
  linux_parameters.capabilities->drop = {"MKNOD"};
  core::Device device;
  device.hostPath = "/dev/fuse";
  device.permissions = {core::DeviceCgroupPermission::read, core::DeviceCgroupPermission::write};
  linux_parameters.devices = {device};
  linux_parameters.initProcessEnabled = true;
  linux_parameters.sharedMemorySize = 64;
  core::Tmpfs tmpfs;
  tmpfs.containerPath = "/run";
  tmpfs.size = 1;
  tmpfs.mountOptions = {"noexec"};
  linux_parameters.tmpfs = {tmpfs};
  linux_parameters.maxSwap = 8;
  linux_parameters.swappiness = 10;
  const auto told = only_container(task_of({app}));
  EXPECT_EQ(
      told.dockerConfig->hostConfig,
      R"({"NetworkMode":"bridge","CapAdd":["NET_ADMIN"],"CapDrop":["MKNOD"],"Init":true,)"
      R"("Devices":[{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/fuse","CgroupPermissions":"rw"}],)"
      R"("ShmSize":67108864,"Tmpfs":{"/run":"size=1048576,noexec"},"MemorySwap":41943040,)"
      R"("MemorySwappiness":10})");
  EXPECT_EQ(told.dockerConfig->version, "1.25");
}

TEST(PayloadTask, HasAnInterfaceAndNoPortMappingsInAwsvpc) {
  const auto task = task_of({plain()}, core::NetworkMode::awsvpc);
  const auto told = payload_task(realm, task, {});
  EXPECT_TRUE(told.containers->front().portMappings->empty());
  EXPECT_EQ(told.containers->front().dockerConfig->hostConfig, "{}");
  ASSERT_EQ(told.elasticNetworkInterfaces->size(), 1U);
  const auto& interface = told.elasticNetworkInterfaces->front();
  EXPECT_EQ(interface.macAddress, "02:01:23:45:67:89");
  EXPECT_EQ(interface.attachmentArn,
            "arn:aws:ecs:us-east-1:123456789012:attachment/01234567-89ab-4cde-8f01-23456789abcd");
  EXPECT_EQ(interface.ipv4Addresses->front().privateAddress, core::task_interface(task)->address);
  EXPECT_EQ(interface.subnetGatewayIpv4Address, "10.0.0.1/8");
  EXPECT_EQ(payload_task(realm, task_of({plain()}), {}).elasticNetworkInterfaces, std::nullopt);
}

TEST(PayloadTask, GivesEveryVolumeWhatItsTypeNeeds) {
  auto task = task_of({plain()});
  auto record = *task.definition;
  core::Volume bind;
  bind.name = "hv";
  bind.host.emplace().sourcePath = "/p";
  core::Volume empty;
  empty.name = "ev";
  core::Volume docker;
  docker.name = "dv";
  docker.dockerVolumeConfiguration.emplace();
  record.definition.volumes = {bind, empty, docker};
  task.definition = std::make_shared<const core::TaskDefinitionRecord>(record);
  const auto told = payload_task(realm, task, {});
  EXPECT_EQ(told.volumes->at(0).host->sourcePath, "/p");
  EXPECT_TRUE(told.volumes->at(1).host.has_value());
  EXPECT_EQ(told.volumes->at(1).type, wire::acs::VolumeType::host);
  EXPECT_EQ(told.volumes->at(2).type, wire::acs::VolumeType::docker);
  EXPECT_EQ(told.volumes->at(2).dockerVolumeConfiguration->driver, "local");
  EXPECT_EQ(told.volumes->at(2).dockerVolumeConfiguration->scope, core::Scope::task);
}

TEST(PayloadTask, NamesWhereSecretsAndLoginsComeFrom) {
  auto app = plain();
  app.image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1";
  app.secrets = std::vector{core::Secret{"A", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:s"},
                            core::Secret{"B", "/plain/name"}};
  app.logConfiguration.emplace();
  app.logConfiguration->logDriver = core::LogDriver::awslogs;
  app.logConfiguration->secretOptions = std::vector{core::Secret{"C", "/log"}};
  auto task = task_of({app});
  auto record = *task.definition;
  record.definition.executionRoleArn = "arn:aws:iam::123456789012:role/x";
  task.definition = std::make_shared<const core::TaskDefinitionRecord>(record);
  const auto told = only_container(task);
  ASSERT_EQ(told.secrets->size(), 3U);
  EXPECT_EQ(told.secrets->at(0).provider, wire::acs::SecretProvider::asm_);
  EXPECT_EQ(told.secrets->at(0).region, "eu-west-1");
  EXPECT_EQ(told.secrets->at(1).provider, wire::acs::SecretProvider::ssm);
  EXPECT_EQ(told.secrets->at(1).region, "us-east-1");
  EXPECT_EQ(told.secrets->at(2).target, wire::acs::SecretTarget::LOG_DRIVER);
  EXPECT_EQ(told.logsAuthStrategy, wire::acs::AuthStrategy::ExecutionRole);
  EXPECT_EQ(told.registryAuthentication->ecrAuthData->registryId, "123456789012");
  EXPECT_EQ(told.registryAuthentication->ecrAuthData->region, "eu-west-1");
  EXPECT_EQ(told.registryAuthentication->ecrAuthData->useExecutionRole, true);
}

TEST(PayloadTask, CarriesCredentialsOfItsRoles) {
  const RoleCredentials role{"cid-1", "arn:aws:iam::123456789012:role/app", "ASIA", "sk",
                             "tok",   core::from_epoch_ms(1798761600000)};
  const auto told = payload_task(realm, task_of({plain()}), {role, std::nullopt});
  EXPECT_EQ(told.roleCredentials->credentialsId, "cid-1");
  EXPECT_EQ(told.roleCredentials->expiration, "2027-01-01T00:00:00Z");
  EXPECT_EQ(told.executionRoleCredentials, std::nullopt);
}

}  // namespace
}  // namespace troupe::api::agent_gateway
