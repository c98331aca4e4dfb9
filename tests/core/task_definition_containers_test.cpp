/// Volumes, dependencies and how a container's process is watched and limited.

#include "tests/core/task_definition_refusal.hpp"

namespace troupe::core::sample {
namespace {

class TaskDefinitionContainers : public ::testing::TestWithParam<Refusal> {};

TEST_P(TaskDefinitionContainers, IsRefused) {
  expect_refused(definition(), GetParam());
}

EFSVolumeConfiguration& add_efs(TaskDefinition& one) {
  one.volumes = {volume("data")};
  return one.volumes->front().efsVolumeConfiguration.emplace(
      EFSVolumeConfiguration{.fileSystemId = "fs-1",
                             .rootDirectory = {},
                             .transitEncryption = {},
                             .transitEncryptionPort = {},
                             .authorizationConfig = {}});
}

constexpr Refusal volume_refusals[] = {
    {"NameMissing", [](auto& d) { d.volumes = {Volume{}}; }, "volume.name should not be null or empty."},
    {"NameCharacters", [](auto& d) { d.volumes = {volume("my data")}; },
     "volume.name contains invalid characters."},
    {"NameLong", [](auto& d) { d.volumes = {volume(std::string(256, 'v'))}; },
     "volume.name cannot be longer than 255 characters."},
    {"NamesTwice",
     [](auto& d) {
       d.volumes = {volume("data"), volume("data")};
     },
     "Volume names must be unique within a task definition."},
    {"TwoConfigurations",
     [](auto& d) {
       add_efs(d);
       d.volumes->front().host.emplace();
     },
     "Volume 'data' can have only one volume configuration."},
    {"SourcePathBlank",
     [](auto& d) {
       d.volumes = {volume("data")};
       d.volumes->front().host = HostVolumeProperties{.sourcePath = ""};
     },
     "host.sourcePath should not be blank."},
    {"UnknownVolume", [](auto& d) { web(d).mountPoints = {mount("data", "/data")}; },
     "Unknown volume 'data'."},
    {"UnnamedVolume", [](auto& d) { web(d).mountPoints = {MountPoint{}}; }, "Unknown volume 'null'."},
    {"MountWithoutPath",
     [](auto& d) {
       d.volumes = {volume("data")};
       web(d).mountPoints = {mount("data", "")};
     },
     "Mount point of volume 'data' in container 'web' requires a containerPath."},
    {"MountPathTwice",
     [](auto& d) {
       d.volumes = {volume("data"), volume("more")};
       web(d).mountPoints = {mount("data", "/data"), mount("more", "/data")};
     },
     "Container 'web' has more than one mount point at '/data'."},
    {"VolumesFromUnknown", [](auto& d) { web(d).volumesFrom = {volumes_from("db")}; },
     "Invalid 'volumesFrom' setting. Unknown container: 'db'"},
    {"VolumesFromItself", [](auto& d) { web(d).volumesFrom = {volumes_from("web")}; },
     "Invalid 'volumesFrom' setting. Container 'web' cannot use its own volumes."},
    {"EfsId", [](auto& d) { add_efs(d).fileSystemId = "data"; },
     "Invalid fileSystemId in efsVolumeConfiguration: 'data'."},
    {"EfsAccessPointAndRoot",
     [](auto& d) {
       add_efs(d).rootDirectory = "/data";
       d.volumes->front().efsVolumeConfiguration->authorizationConfig = {.accessPointId = "fsap-1",
                                                                         .iam = {}};
     },
     "When using an EFS access point, the root directory must either be set to \"/\" or be omitted."},
    {"EfsIamUnencrypted",
     [](auto& d) {
       add_efs(d).authorizationConfig = {.accessPointId = {}, .iam = EFSAuthorizationConfigIAM::ENABLED};
     },
     "EFS IAM authorization requires TransitEncryption to be enabled."},
    {"EfsPortUnencrypted", [](auto& d) { add_efs(d).transitEncryptionPort = 2049; },
     "TransitEncryptionPort requires that TransitEncryption is enabled."},
    {"AutoprovisionOfTaskScope",
     [](auto& d) {
       d.volumes = {volume("data")};
       d.volumes->front().dockerVolumeConfiguration.emplace().autoprovision = true;
     },
     "autoprovision of volume 'data' requires the scope 'shared'."},
    {"LaunchVolumeNotMounted",
     [](auto& d) {
       d.volumes = {volume("data")};
       d.volumes->front().configuredAtLaunch = true;
     },
     "Volumes [data] are not referenced by any of the containers."},
};
INSTANTIATE_TEST_SUITE_P(Volumes, TaskDefinitionContainers, ::testing::ValuesIn(volume_refusals), rule_name);

constexpr Refusal dependency_refusals[] = {
    {"Unknown", [](auto& d) { web(d).dependsOn = {depends_on("db", ContainerCondition::START)}; },
     "Cannot depend on container + 'db' because it does not exist"},
    {"Itself", [](auto& d) { web(d).dependsOn = {depends_on("web", ContainerCondition::START)}; },
     "Container 'web' cannot depend on itself."},
    {"NoCondition",
     [](auto& d) {
       add_container(d, "db");
       web(d).dependsOn = {ContainerDependency{.containerName = "db", .condition = {}}};
     },
     "The dependency of container 'web' on 'db' requires a condition."},
    {"EssentialSuccess",
     [](auto& d) {
       add_container(d, "db");
       web(d).dependsOn = {depends_on("db", ContainerCondition::SUCCESS)};
     },
     "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container"},
    {"EssentialComplete",
     [](auto& d) {
       add_container(d, "db");
       web(d).dependsOn = {depends_on("db", ContainerCondition::COMPLETE)};
     },
     "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container"},
    {"HealthyUnchecked",
     [](auto& d) {
       add_container(d, "db");
       web(d).dependsOn = {depends_on("db", ContainerCondition::HEALTHY)};
     },
     "A dependency container with HEALTHY condition must have health check configured"},
    {"CycleOfTwo",
     [](auto& d) {
       web(d).dependsOn = {depends_on("db", ContainerCondition::START)};
       add_container(d, "db").dependsOn = {depends_on("web", ContainerCondition::START)};
     },
     "Container dependencies should not have a cycle"},
    {"CycleThroughVolumes",
     [](auto& d) {
       web(d).dependsOn = {depends_on("db", ContainerCondition::START)};
       add_container(d, "db").dependsOn = {depends_on("log", ContainerCondition::START)};
       add_container(d, "log").volumesFrom = {volumes_from("web")};
     },
     "Container dependencies should not have a cycle"},
    {"StartTimeoutShort", [](auto& d) { web(d).startTimeout = 1; },
     "Granular start timeout on container 'web' must be at least 2 seconds."},
    {"StopTimeoutShort", [](auto& d) { web(d).stopTimeout = 1; },
     "Granular stop timeout on container 'web' must be at least 2 seconds."},
};
INSTANTIATE_TEST_SUITE_P(Dependencies, TaskDefinitionContainers, ::testing::ValuesIn(dependency_refusals),
                         rule_name);

HealthCheck& add_check(TaskDefinition& one) {
  HealthCheck check;
  check.command = {"CMD-SHELL", "true"};
  return web(one).healthCheck.emplace(check);
}

constexpr Refusal process_refusals[] = {
    {"HealthWithoutCommand", [](auto& d) { web(d).healthCheck.emplace(); },
     "Invalid 'command' setting for the health check of container 'web'. It should not be null or empty."},
    {"HealthOtherCommand",
     [](auto& d) {
       add_check(d).command = {"curl", "localhost"};
     },
     "Invalid 'command' setting for the health check of container 'web'. It must start with CMD or "
     "CMD-SHELL."},
    {"HealthBareCommand", [](auto& d) { add_check(d).command = {"CMD"}; },
     "Invalid 'command' setting for the health check of container 'web'. A command must follow CMD."},
    {"HealthInterval", [](auto& d) { add_check(d).interval = 4; },
     "Invalid 'interval' setting for the health check of container 'web'. It must be between 5 and 300."},
    {"HealthTimeout", [](auto& d) { add_check(d).timeout = 61; },
     "Invalid 'timeout' setting for the health check of container 'web'. It must be between 2 and 60."},
    {"HealthRetries", [](auto& d) { add_check(d).retries = 0; },
     "Invalid 'retries' setting for the health check of container 'web'. It must be between 1 and 10."},
    {"HealthStartPeriod", [](auto& d) { add_check(d).startPeriod = 301; },
     "Invalid 'startPeriod' setting for the health check of container 'web'. It must be between 0 and 300."},
    {"RestartUndecided", [](auto& d) { web(d).restartPolicy.emplace(); },
     "the 'enabled' setting for container 'web' must be specified"},
    {"RestartPeriod",
     [](auto& d) {
       web(d).restartPolicy = {.enabled = true, .ignoredExitCodes = {}, .restartAttemptPeriod = 59};
     },
     "the 'restartAttemptPeriod' setting for container 'web' must be between 60 and 1800"},
    {"RestartExitCodes",
     [](auto& d) {
       web(d).restartPolicy = {
           .enabled = true, .ignoredExitCodes = std::vector<std::int32_t>(51, 1), .restartAttemptPeriod = {}};
     },
     "the 'ignoredExitCodes' setting for container 'web' must have at most 50 entries"},
    {"UlimitSoftAboveHard",
     [](auto& d) { web(d).ulimits = {Ulimit{.name = UlimitName::nofile, .softLimit = 2, .hardLimit = 1}}; },
     "Soft limit exceeds hard limit for ulimit nofile"},
    {"UlimitSoftUnlimited",
     [](auto& d) { web(d).ulimits = {Ulimit{.name = UlimitName::nproc, .softLimit = -1, .hardLimit = 1}}; },
     "Soft limit exceeds hard limit for ulimit nproc"},
    {"UlimitNegative",
     [](auto& d) { web(d).ulimits = {Ulimit{.name = UlimitName::nproc, .softLimit = -2, .hardLimit = 1}}; },
     "Limits cannot be negative for ulimit nproc"},
    {"UlimitTwice",
     [](auto& d) {
       web(d).ulimits =
           std::vector<Ulimit>(2, Ulimit{.name = UlimitName::core, .softLimit = 0, .hardLimit = 0});
     },
     "Ulimit core is specified twice"},
    {"UlimitIncomplete", [](auto& d) { web(d).ulimits = {Ulimit{}}; },
     "Ulimits of container 'web' require 'name', 'softLimit' and 'hardLimit'."},
    {"SysctlWithoutValue",
     [](auto& d) {
       web(d).systemControls = {SystemControl{.namespace_ = "net.core.somaxconn", .value = {}}};
     },
     "System controls of container 'web' require 'namespace' and 'value'."},
    {"SysctlOfNetworkOnHost",
     [](auto& d) {
       d.networkMode = NetworkMode::host;
       web(d).systemControls = {SystemControl{.namespace_ = "net.core.somaxconn", .value = "1"}};
     },
     "System control 'net.core.somaxconn' is not supported when networkMode=host."},
    {"SysctlOfIpcOnHost",
     [](auto& d) {
       d.ipcMode = IpcMode::host;
       web(d).systemControls = {SystemControl{.namespace_ = "kernel.shmmax", .value = "1"}};
     },
     "System control 'kernel.shmmax' is not supported when ipcMode=host."},
    {"SysctlOfTheHost",
     [](auto& d) { web(d).systemControls = {SystemControl{.namespace_ = "vm.swappiness", .value = "1"}}; },
     "System control 'vm.swappiness' is not supported."},
};
INSTANTIATE_TEST_SUITE_P(Process, TaskDefinitionContainers, ::testing::ValuesIn(process_refusals), rule_name);

constexpr Refusal linux_refusals[] = {
    {"Capability",
     [](auto& d) { web(d).linuxParameters.emplace().capabilities = {.add = {{"FLY"}}, .drop = {}}; },
     "Invalid 'capabilities' setting for container 'web'. Unknown capability: 'FLY'."},
    {"CapabilityDropped",
     [](auto& d) { web(d).linuxParameters.emplace().capabilities = {.add = {}, .drop = {{"cap_chown"}}}; },
     "Invalid 'capabilities' setting for container 'web'. Unknown capability: 'cap_chown'."},
    {"Device", [](auto& d) { web(d).linuxParameters.emplace().devices = {Device{}}; },
     "Invalid 'devices' setting for container 'web'. An absolute hostPath is required."},
    {"SharedMemory", [](auto& d) { web(d).linuxParameters.emplace().sharedMemorySize = 0; },
     "Invalid 'sharedMemorySize' setting for container 'web'."},
    {"MaxSwap", [](auto& d) { web(d).linuxParameters.emplace().maxSwap = -1; },
     "Invalid 'maxSwap' setting for container 'web'."},
    {"Swappiness", [](auto& d) { web(d).linuxParameters.emplace().swappiness = 101; },
     "Invalid 'swappiness' setting for container 'web'. It must be between 0 and 100."},
    {"TmpfsWithoutSize",
     [](auto& d) {
       web(d).linuxParameters.emplace().tmpfs = {
           Tmpfs{.containerPath = "/run", .size = {}, .mountOptions = {}}};
     },
     "Invalid 'tmpfs' setting for container 'web'. An absolute containerPath and a size above 0 are "
     "required."},
    {"TmpfsOption",
     [](auto& d) {
       web(d).linuxParameters.emplace().tmpfs = {
           Tmpfs{.containerPath = "/run", .size = 1, .mountOptions = {{"mode=0700", "fast"}}}};
     },
     "Invalid 'tmpfs' setting for container 'web'. Unknown mount option: 'fast'."},
};
INSTANTIATE_TEST_SUITE_P(LinuxParameters, TaskDefinitionContainers, ::testing::ValuesIn(linux_refusals),
                         rule_name);

TEST(TaskDefinitionDependencies, ADiamondIsNoCycle) {
  TaskDefinition one = definition();
  web(one).dependsOn = {depends_on("left", ContainerCondition::START),
                        depends_on("right", ContainerCondition::START)};
  add_container(one, "left").dependsOn = {depends_on("base", ContainerCondition::COMPLETE)};
  add_container(one, "right").dependsOn = {depends_on("base", ContainerCondition::SUCCESS)};
  add_container(one, "base").essential = false;
  EXPECT_TRUE(registered(one));
}

TEST(TaskDefinitionUlimits, UnlimitedIsAboveEverything) {
  TaskDefinition one = definition();
  web(one).ulimits = {Ulimit{.name = UlimitName::memlock, .softLimit = -1, .hardLimit = -1},
                      Ulimit{.name = UlimitName::nofile, .softLimit = 1024, .hardLimit = -1}};
  EXPECT_TRUE(registered(one));
}

}  // namespace
}  // namespace troupe::core::sample
