/// Logging, secrets, platform, Fargate, placement and tags.

#include "tests/core/task_definition_refusal.hpp"

#include "actors/core/task_definition/tags.hpp"

namespace troupe::core::sample {
namespace {

class TaskDefinitionServices : public ::testing::TestWithParam<Refusal> {};

TEST_P(TaskDefinitionServices, IsRefused) {
  expect_refused(definition(), GetParam());
}

LogConfiguration& log_to(ContainerDefinition& one, LogDriver driver) {
  LogConfiguration configuration;
  configuration.logDriver = driver;
  return one.logConfiguration.emplace(configuration);
}

constexpr Refusal log_refusals[] = {
    {"NoDriver", [](auto& d) { web(d).logConfiguration.emplace(); },
     "Log driver of container 'web' should not be null or empty."},
    {"AwslogsBare", [](auto& d) { log_to(web(d), LogDriver::awslogs); },
     "Log driver awslogs requires options: awslogs-region, awslogs-group"},
    {"AwslogsWithoutGroup",
     [](auto& d) {
       log_to(web(d), LogDriver::awslogs).options =
           std::map<std::string, std::string>{{"awslogs-region", "us-east-1"}};
     },
     "Log driver awslogs requires options: awslogs-group"},
    {"JsonFileSize",
     [](auto& d) {
       log_to(web(d), LogDriver::json_file).options = std::map<std::string, std::string>{{"max-size", "big"}};
     },
     "Invalid 'max-size' option of log driver json-file for container 'web'."},
    {"JsonFileFiles",
     [](auto& d) {
       log_to(web(d), LogDriver::json_file).options = std::map<std::string, std::string>{{"max-file", "0"}};
     },
     "Invalid 'max-file' option of log driver json-file for container 'web'."},
    {"RouterMissing", [](auto& d) { log_to(web(d), LogDriver::awsfirelens); },
     "When awsfirelens log driver is specified in log configuration, a firelens configuration object must be "
     "configured in one of the containers."},
    {"RouterUnused",
     [](auto& d) {
       web(d).firelensConfiguration =
           FirelensConfiguration{.type = FirelensConfigurationType::fluentbit, .options = {}};
     },
     "When a firelensConfiguration object is specified, at least one container has to be configured with the "
     "awsfirelens log driver."},
    {"TwoRouters",
     [](auto& d) {
       log_to(web(d), LogDriver::awsfirelens);
       for (const char* name : {"one", "two"}) {
         add_container(d, name).firelensConfiguration =
             FirelensConfiguration{.type = FirelensConfigurationType::fluentd, .options = {}};
       }
     },
     "Only one container of a task can have a firelensConfiguration object."},
    {"RouterWithoutType",
     [](auto& d) {
       log_to(web(d), LogDriver::awsfirelens);
       add_container(d, "router").firelensConfiguration.emplace();
     },
     "firelensConfiguration requires a type."},
};
INSTANTIATE_TEST_SUITE_P(Logging, TaskDefinitionServices, ::testing::ValuesIn(log_refusals), rule_name);

constexpr Refusal secret_refusals[] = {
    {"WithoutRole", [](auto& d) { web(d).secrets = {Secret{.name = "KEY", .valueFrom = "key"}}; },
     "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."},
    {"OfLogWithoutRole",
     [](auto& d) {
       log_to(web(d), LogDriver::splunk).secretOptions = {
           Secret{.name = "splunk-token", .valueFrom = "token"}};
     },
     "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."},
    {"RoleWithSpace", [](auto& d) { d.taskRoleArn = "my role"; }, "Role is not valid"},
    {"RoleOfAUser", [](auto& d) { d.executionRoleArn = "arn:aws:iam::000000000000:user/x"; },
     "Role is not valid"},
    {"NameMissing", [](auto& d) { web(d).secrets = {Secret{.name = {}, .valueFrom = "key"}}; },
     "Secret.name should not be null or empty."},
    {"SourceMissing", [](auto& d) { web(d).secrets = {Secret{.name = "KEY", .valueFrom = {}}}; },
     "Secret.valueFrom should not be null or empty."},
    {"SourceOfOtherService",
     [](auto& d) { web(d).secrets = {Secret{.name = "KEY", .valueFrom = "arn:aws:s3:us-east-1:1:bucket"}}; },
     "Invalid arn syntax"},
    {"SharedWithEnvironment",
     [](auto& d) {
       d.executionRoleArn = "arn:aws:iam::000000000000:role/x";
       web(d).environment = {pair("KEY", "1")};
       web(d).secrets = {Secret{.name = "KEY", .valueFrom = "key"}};
     },
     "The secret name must be unique and not shared with any new or existing environment variables set on "
     "the "
     "container, such as 'KEY'."},
    {"EnvironmentNameMissing", [](auto& d) { web(d).environment = {pair("", "1")}; },
     "Environment variable names of container 'web' should not be null or empty."},
    {"ElevenFiles",
     [](auto& d) {
       web(d).environmentFiles = std::vector<EnvironmentFile>(
           11, EnvironmentFile{.value = "arn:aws:s3:::bucket/a.env", .type = EnvironmentFileType::s3});
     },
     "The maximum number of environment files was exceeded. Specify ten or less and try again."},
    {"FileNoArn",
     [](auto& d) {
       web(d).environmentFiles = {EnvironmentFile{.value = "a.env", .type = EnvironmentFileType::s3}};
     },
     "Invalid arn syntax"},
    {"FileOtherName",
     [](auto& d) {
       web(d).environmentFiles = {
           EnvironmentFile{.value = "arn:aws:s3:::bucket/a.txt", .type = EnvironmentFileType::s3}};
     },
     "Environment files must have the .env file extension."},
    {"FileWithoutType",
     [](auto& d) {
       web(d).environmentFiles = {EnvironmentFile{.value = "arn:aws:s3:::bucket/a.env", .type = {}}};
     },
     "EnvironmentFile.type should not be null or empty."},
    {"RepositoryCredentials", [](auto& d) { web(d).repositoryCredentials.emplace(); },
     "repositoryCredentials.credentialsParameter should not be null or empty."},
};
INSTANTIATE_TEST_SUITE_P(Secrets, TaskDefinitionServices, ::testing::ValuesIn(secret_refusals), rule_name);

constexpr Refusal platform_refusals[] = {
    {"ExternalWithAwsvpc",
     [](auto& d) {
       d.networkMode = NetworkMode::awsvpc;
       d.requiresCompatibilities = {Compatibility::EXTERNAL};
     },
     "Tasks using the External launch type do not support network mode awsvpc."},
    {"WindowsPidMode",
     [](auto& d) {
       d.runtimePlatform = {.cpuArchitecture = {},
                            .operatingSystemFamily = OSFamily::WINDOWS_SERVER_2022_FULL};
       d.pidMode = PidMode::task;
     },
     "pidMode and ipcMode are not supported for Windows containers."},
    {"GpuNoNumber",
     [](auto& d) {
       web(d).resourceRequirements = {ResourceRequirement{.value = "all", .type = ResourceType::GPU}};
     },
     "Invalid 'resourceRequirements' setting for container 'web'. The value of GPU must be a positive "
     "number."},
    {"AcceleratorUnknown",
     [](auto& d) {
       web(d).resourceRequirements = {
           ResourceRequirement{.value = "fast", .type = ResourceType::InferenceAccelerator}};
     },
     "Invalid 'resourceRequirements' setting for container 'web'. Unknown inference accelerator: 'fast'."},
    {"TwoCredentialSpecs",
     [](auto& d) {
       web(d).credentialSpecs = {"a", "b"};
     },
     "Container 'web' cannot have more than one credential spec."},
    {"ProxyWithBridge", [](auto& d) { d.proxyConfiguration.emplace().containerName = "web"; },
     "APPMESH proxy configuration is only supported in networkMode=awsvpc."},
    {"ProxyUnknown",
     [](auto& d) {
       d.networkMode = NetworkMode::awsvpc;
       d.proxyConfiguration.emplace().containerName = "envoy";
     },
     "Proxy container [envoy] does not exist"},
    {"ProxyWithoutIngress",
     [](auto& d) {
       d.networkMode = NetworkMode::awsvpc;
       d.proxyConfiguration.emplace().containerName = "web";
     },
     "Ingress port not found"},
    {"StorageSmall", [](auto& d) { d.ephemeralStorage = {.sizeInGiB = 20}; },
     "EphemeralStorage size should be at least 21"},
    {"StorageLarge", [](auto& d) { d.ephemeralStorage = {.sizeInGiB = 201}; },
     "EphemeralStorage size should be at most 200"},
    {"StorageOfInstances", [](auto& d) { d.ephemeralStorage = {.sizeInGiB = 30}; },
     "EphemeralStorage is only supported for task definitions that are compatible with Fargate."},
    {"ElevenConstraints",
     [](auto& d) {
       d.placementConstraints = std::vector<TaskDefinitionPlacementConstraint>(
           11, TaskDefinitionPlacementConstraint{.type = TaskDefinitionPlacementConstraintType::memberOf,
                                                 .expression = "agentConnected == true"});
     },
     "A task definition cannot have more than 10 placement constraints."},
    {"ConstraintWithoutType", [](auto& d) { d.placementConstraints = {TaskDefinitionPlacementConstraint{}}; },
     "Placement constraints require a type."},
    {"ConstraintWithoutExpression",
     [](auto& d) {
       d.placementConstraints = {TaskDefinitionPlacementConstraint{
           .type = TaskDefinitionPlacementConstraintType::memberOf, .expression = {}}};
     },
     "Placement constraints of type memberOf require an expression."},
    {"ConstraintLong",
     [](auto& d) {
       d.placementConstraints = {TaskDefinitionPlacementConstraint{
           .type = TaskDefinitionPlacementConstraintType::memberOf, .expression = std::string(2001, 'x')}};
     },
     "The expression of a placement constraint cannot be longer than 2000 characters."},
};

TEST(TaskDefinitionConstraints, AnExpressionThatCannotBeReadIsRefusedWithItsColumn) {
  auto definition = sample::definition();
  definition.placementConstraints = {TaskDefinitionPlacementConstraint{
      .type = TaskDefinitionPlacementConstraintType::memberOf, .expression = "attribute:rack =="}};
  const auto refused = registered(definition);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_parameter);
  EXPECT_TRUE(refused.error().message.starts_with("Invalid expression: ")) << refused.error().message;
  EXPECT_TRUE(refused.error().message.ends_with(" at column 18.")) << refused.error().message;
  definition.placementConstraints->front().expression = "attribute:rack == 1";
  EXPECT_TRUE(registered(definition));
}

INSTANTIATE_TEST_SUITE_P(Platform, TaskDefinitionServices, ::testing::ValuesIn(platform_refusals), rule_name);

class TaskDefinitionFargate : public ::testing::TestWithParam<Refusal> {};

TEST_P(TaskDefinitionFargate, IsRefused) {
  ASSERT_TRUE(registered(fargate()));
  expect_refused(fargate(), GetParam());
}

constexpr Refusal fargate_refusals[] = {
    {"Bridge", [](auto& d) { d.networkMode.reset(); }, "Fargate only supports network mode ‘awsvpc’."},
    {"NoCpu", [](auto& d) { d.cpu.reset(); }, "Fargate requires that 'cpu' be defined at the task level."},
    {"NoMemory", [](auto& d) { d.memory.reset(); },
     "Fargate requires that 'memory' be defined at the task level."},
    {"NoSuchSize", [](auto& d) { d.memory = "4096"; },
     "No Fargate configuration exists for given values: 256 CPU, 4096 memory. See the Amazon ECS "
     "documentation for "
     "the valid values."},
    {"WindowsQuarter",
     [](auto& d) {
       d.runtimePlatform = {.cpuArchitecture = {},
                            .operatingSystemFamily = OSFamily::WINDOWS_SERVER_2022_CORE};
     },
     "No Fargate configuration exists for given values: 256 CPU, 512 memory. See the Amazon ECS "
     "documentation for "
     "the valid values."},
    {"PidHost", [](auto& d) { d.pidMode = PidMode::host; },
     "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is "
     "'task'."},
    {"Ipc", [](auto& d) { d.ipcMode = IpcMode::task; },
     "Tasks using the Fargate launch type do not support ipcMode."},
    {"Privileged", [](auto& d) { web(d).privileged = true; },
     "Fargate requires that the 'privileged' setting be 'false'."},
    {"Constraints",
     [](auto& d) {
       d.placementConstraints = {TaskDefinitionPlacementConstraint{
           .type = TaskDefinitionPlacementConstraintType::memberOf, .expression = "agentConnected == true"}};
     },
     "Fargate compatible task definitions do not support constraints"},
    {"SourcePath",
     [](auto& d) {
       d.volumes = {volume("data")};
       d.volumes->front().host = HostVolumeProperties{.sourcePath = "/data"};
     },
     "Fargate compatible task definitions do not support sourcePath"},
    {"DockerVolume",
     [](auto& d) {
       d.volumes = {volume("data")};
       d.volumes->front().dockerVolumeConfiguration.emplace();
     },
     "Fargate compatible task definitions do not support dockerVolumeConfiguration"},
    {"Devices", [](auto& d) { web(d).linuxParameters.emplace().devices = {Device{}}; },
     "Fargate compatible task definitions do not support devices"},
    {"SharedMemory", [](auto& d) { web(d).linuxParameters.emplace().sharedMemorySize = 1; },
     "Fargate compatible task definitions do not support sharedMemorySize"},
    {"MaxSwap", [](auto& d) { web(d).linuxParameters.emplace().maxSwap = 1; },
     "Fargate compatible task definitions do not support maxSwap"},
    {"Swappiness", [](auto& d) { web(d).linuxParameters.emplace().swappiness = 1; },
     "Fargate compatible task definitions do not support swappiness"},
    {"Capability",
     [](auto& d) { web(d).linuxParameters.emplace().capabilities = {.add = {{"NET_ADMIN"}}, .drop = {}}; },
     "NET_ADMIN is not allowed on Fargate."},
    {"SecurityOptions", [](auto& d) { web(d).dockerSecurityOptions = {"no-new-privileges"}; },
     "Fargate compatible task definitions do not support dockerSecurityOptions"},
    {"Gpu",
     [](auto& d) {
       web(d).resourceRequirements = {ResourceRequirement{.value = "1", .type = ResourceType::GPU}};
     },
     "Tasks using the Fargate launch type do not support GPU resource requirements."},
    {"Ulimit",
     [](auto& d) { web(d).ulimits = {Ulimit{.name = UlimitName::nproc, .softLimit = 1, .hardLimit = 1}}; },
     "Fargate compatible task definitions do not support ulimit nproc"},
    {"JsonFile", [](auto& d) { log_to(web(d), LogDriver::json_file); },
     "json-file is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]"},
    {"AwslogsWithoutRole", [](auto& d) { log_to(web(d), LogDriver::awslogs); },
     "Fargate requires task definition to have execution role ARN to support log driver awslogs."},
    {"StopTimeout", [](auto& d) { web(d).stopTimeout = 121; },
     "Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds."},
    {"StartTimeout", [](auto& d) { web(d).startTimeout = 121; },
     "Tasks using the Fargate launch type must have a container start timeout of less than 120 seconds."},
};
INSTANTIATE_TEST_SUITE_P(Rules, TaskDefinitionFargate, ::testing::ValuesIn(fargate_refusals), rule_name);

TEST(TaskDefinitionFargateSizes, FollowTheTable) {
  const auto accepts = [](const char* cpu, const char* memory) {
    TaskDefinition one = fargate();
    one.cpu = cpu;
    one.memory = memory;
    return registered(one).has_value();
  };
  EXPECT_TRUE(accepts("256", "2048"));
  EXPECT_FALSE(accepts("256", "1536"));
  EXPECT_TRUE(accepts(".5 vCPU", "4 GB"));
  EXPECT_FALSE(accepts("512", "512"));
  EXPECT_TRUE(accepts("4 vCPU", "30GB"));
  EXPECT_FALSE(accepts("4096", "31744"));
  EXPECT_TRUE(accepts("8192", "61440"));
  EXPECT_FALSE(accepts("8192", "17408"));
  EXPECT_TRUE(accepts("16384", "122880"));
  EXPECT_FALSE(accepts("300", "1024"));
}

struct TagCase {
  std::vector<Tag> tags;
  const char* message;  ///< Empty: accepted.
};

TEST(TaskDefinitionTags, FollowTheRules) {
  const auto tag = [](std::string key, std::string value) {
    return Tag{.key = std::move(key), .value = std::move(value)};
  };
  const TagCase cases[] = {
      {{tag("team", "a b_.:/=+-@"), tag("Größe", "")}, ""},
      {{tag("", "x")}, "Tag keys must have between 1 and 128 characters."},
      {{tag(std::string(129, 'k'), "x")}, "Tag keys must have between 1 and 128 characters."},
      {{tag("k", std::string(257, 'v'))}, "Tag values cannot be longer than 256 characters."},
      {{tag("AwS:team", "x")}, "Tag keys cannot begin with the reserved prefix aws:."},
      {{tag("a#b", "x")}, "Tag keys and values contain invalid characters."},
      {{tag("a", "x"), tag("a", "y")}, "Duplicate tag keys are not allowed."},
      {std::vector<Tag>(51, tag("k", "v")), "A resource cannot have more than 50 tags."},
  };
  for (const TagCase& one : cases) {
    const auto checked = validate_tags(one.tags);
    EXPECT_EQ(checked.has_error() ? checked.error().message : "", one.message);
    if (checked.has_error()) {
      EXPECT_EQ(checked.error().code, ErrorCode::invalid_parameter);
    }
  }
  const auto refused = validate_and_normalise({.definition = definition(), .tags = {tag("aws:x", "y")}});
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_parameter);
}

}  // namespace
}  // namespace troupe::core::sample
