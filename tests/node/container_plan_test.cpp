/// From a task definition to the runtime's words, member by member.

#include "actors/node/container_plan.hpp"

#include "actors/core/task_definition/registration.hpp"
#include "actors/node/node_attributes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace troupe::node {
namespace {

using core::NetworkMode;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;
const std::string task_id(32, 'a');

core::ContainerDefinition container(const std::string& name) {
  core::ContainerDefinition one;
  one.name = name;
  one.image = "busybox:1.36";
  one.memory = 64;
  return one;
}

core::TaskDefinition definition() {
  core::TaskDefinition one;
  one.family = "site";
  one.containerDefinitions = {container("web")};
  return one;
}

core::ContainerDefinition& web(core::TaskDefinition& one) {
  return one.containerDefinitions->front();
}

core::Volume volume(const std::string& name) {
  core::Volume one;
  one.name = name;
  return one;
}

TaskIdentity identity() {
  return {.arn = "arn:aws:ecs:us-east-1:000000000000:task/default/" + task_id,
          .id = task_id,
          .cluster = "default",
          .family = "site",
          .revision = 3,
          .region = "us-east-1",
          .metadata_base = "http://169.254.170.2"};
}

/// The plan of a definition as it is registered.
TaskPlan plan(const core::TaskDefinition& one, const core::TaskOverride& overrides = {}) {
  const auto stored = core::validate_and_normalise({.definition = one, .tags = {}});
  EXPECT_TRUE(stored) << (stored ? "" : stored.error().message);
  if (!stored) return {};
  auto made = plan_task(*stored, overrides, identity());
  EXPECT_TRUE(made) << (made ? "" : made.error().message);
  return made ? std::move(*made) : TaskPlan{};
}

runtime::ContainerSpec spec(const core::TaskDefinition& one) {
  auto made = plan(one);
  return made.containers.empty() ? runtime::ContainerSpec{} : std::move(made.containers.front().spec);
}

TEST(ContainerPlan, NamesTheSandboxAndItsContainers) {
  const TaskPlan made = plan(definition());
  EXPECT_EQ(made.sandbox.id, task_id);
  EXPECT_EQ(made.sandbox.labels.at(label_task_arn), identity().arn);
  ASSERT_THAT(made.containers, SizeIs(1));
  const PlannedContainer& one = made.containers.front();
  EXPECT_EQ(one.name, "web");
  EXPECT_EQ(one.image, "busybox:1.36");
  EXPECT_EQ(one.spec.id, task_id + "-web");
  EXPECT_EQ(one.spec.sandbox, task_id);
  EXPECT_EQ(one.spec.image, "busybox:1.36");
  EXPECT_EQ(one.spec.labels.at(label_container_name), "web");
  EXPECT_EQ(one.spec.labels.at(label_family), "site");
  EXPECT_EQ(one.spec.labels.at(label_revision), "3");
  EXPECT_TRUE(one.essential);
  EXPECT_EQ(one.stop_timeout, seconds{30});
  EXPECT_FALSE(one.start_timeout);
  EXPECT_FALSE(one.health);
  EXPECT_FALSE(one.restart);
}

TEST(ContainerPlan, KeepsIdsShortAndApart) {
  EXPECT_EQ(container_id(task_id, "web-1_x", 0), task_id + "-web-1_x");
  EXPECT_EQ(container_id(task_id, "a/b", 2), task_id + "-a_b.2");
  const std::string first = container_id(task_id, std::string(255, 'n'), 0);
  const std::string second = container_id(task_id, std::string(255, 'n'), 1);
  EXPECT_THAT(first, SizeIs(128));
  EXPECT_THAT(second, SizeIs(128));
  EXPECT_NE(first, second);
  EXPECT_THAT(container_id(task_id, std::string(95, 'n'), 0), SizeIs(128));
}

TEST(ContainerPlan, MakesOneNetworkForEachBridgeContainer) {
  core::TaskDefinition one = definition();
  core::PortMapping fixed;
  fixed.containerPort = 80;
  fixed.hostPort = 8080;
  core::PortMapping dynamic;
  dynamic.containerPort = 53;
  dynamic.protocol = core::TransportProtocol::udp;
  web(one).portMappings = {fixed, dynamic};
  one.containerDefinitions->push_back(container("side"));
  const TaskPlan made = plan(one);
  ASSERT_THAT(made.sandbox.networks, SizeIs(2));
  const runtime::NetworkSpec& first = made.sandbox.networks[0];
  EXPECT_EQ(first.kind, runtime::NetworkKind::bridge);
  EXPECT_EQ(first.name, made.containers[0].spec.network);
  ASSERT_THAT(first.ports, SizeIs(2));
  EXPECT_EQ(first.ports[0].container_port, 80);
  EXPECT_EQ(first.ports[0].host_port, 8080);
  EXPECT_EQ(first.ports[0].protocol, runtime::Protocol::tcp);
  EXPECT_EQ(first.ports[1].host_port, 0);
  EXPECT_EQ(first.ports[1].protocol, runtime::Protocol::udp);
  EXPECT_EQ(made.sandbox.networks[1].name, made.containers[1].spec.network);
  EXPECT_NE(made.sandbox.networks[0].name, made.sandbox.networks[1].name);
  EXPECT_THAT(made.sandbox.networks[1].ports, IsEmpty());
}

TEST(ContainerPlan, SharesTheNetworkInOtherModes) {
  struct Case {
    NetworkMode mode;
    runtime::NetworkKind kind;
  };
  for (const auto& [mode, kind] : {Case{NetworkMode::host, runtime::NetworkKind::host},
                                   Case{NetworkMode::none, runtime::NetworkKind::none},
                                   Case{NetworkMode::awsvpc, runtime::NetworkKind::address}}) {
    core::TaskDefinition one = definition();
    one.networkMode = mode;
    one.containerDefinitions->push_back(container("side"));
    const TaskPlan made = plan(one);
    ASSERT_THAT(made.sandbox.networks, SizeIs(1));
    EXPECT_EQ(made.sandbox.networks[0].kind, kind);
    EXPECT_THAT(made.sandbox.networks[0].ports, IsEmpty());
    for (const auto& planned : made.containers) {
      EXPECT_EQ(planned.spec.network, made.sandbox.networks[0].name);
    }
  }
}

TEST(ContainerPlan, ClosesTheNetworkOfAContainerThatWantsNone) {
  core::TaskDefinition one = definition();
  web(one).disableNetworking = true;
  EXPECT_EQ(plan(one).sandbox.networks[0].kind, runtime::NetworkKind::none);
}

TEST(ContainerPlan, SetsTheEnvironmentOfEcsBelowTheDefinitions) {
  core::TaskDefinition one = definition();
  web(one).environment =
      std::vector<core::KeyValuePair>{{.name = "A", .value = "1"}, {.name = "B", .value = {}}};
  EXPECT_THAT(
      spec(one).environment,
      ElementsAre("AWS_EXECUTION_ENV=AWS_ECS_EC2", "AWS_REGION=us-east-1",
                  "ECS_CONTAINER_METADATA_URI_V4=http://169.254.170.2/v4/" + task_id + "-web", "A=1", "B="));
  web(one).environment->front() = {.name = "AWS_REGION", .value = "eu-west-1"};
  const auto environment = spec(one).environment;
  EXPECT_THAT(environment, Contains("AWS_REGION=eu-west-1"));
  EXPECT_THAT(environment, Not(Contains("AWS_REGION=us-east-1")));
}

TEST(ContainerPlan, OnlyATaskWithARoleIsToldWhereItsCredentialsAre) {
  core::TaskDefinition one = definition();
  const std::string variable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=";
  EXPECT_THAT(spec(one).environment, Not(Contains(::testing::StartsWith(variable))));
  web(one).environment = std::vector<core::KeyValuePair>{
      {.name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", .value = "/v2/credentials/of-another"}};
  auto who = identity();
  who.credentials_path = "/v2/credentials/id";
  const auto stored = core::validate_and_normalise({.definition = one, .tags = {}});
  const auto made = plan_task(*stored, {}, who);
  EXPECT_THAT(made->containers.front().spec.environment,
              ::testing::AllOf(Contains(variable + "/v2/credentials/id"),
                               Not(Contains(variable + "/v2/credentials/of-another"))));
}

TEST(ContainerPlan, MapsTheProcess) {
  core::TaskDefinition one = definition();
  core::ContainerDefinition& given = web(one);
  given.entryPoint = std::vector<std::string>{"/bin/sh", "-c"};
  given.command = std::vector<std::string>{"serve"};
  given.workingDirectory = "/srv";
  given.user = "1000:100";
  given.hostname = "web";
  given.privileged = true;
  given.readonlyRootFilesystem = true;
  given.interactive = true;
  given.pseudoTerminal = true;
  given.dockerSecurityOptions = std::vector<std::string>{"no-new-privileges"};
  given.ulimits = {core::Ulimit{.name = core::UlimitName::nofile, .softLimit = 10, .hardLimit = -1}};
  given.systemControls = {core::SystemControl{.namespace_ = "net.core.somaxconn", .value = "512"}};
  given.extraHosts = {core::HostEntry{.hostname = "db", .ipAddress = "10.0.0.1"}};
  given.dnsServers = std::vector<std::string>{"10.0.0.2"};
  given.dnsSearchDomains = std::vector<std::string>{"local"};
  given.dockerLabels.emplace()["team"] = "a";
  const runtime::ContainerSpec made = spec(one);
  EXPECT_THAT(made.entrypoint.value(), ElementsAre("/bin/sh", "-c"));
  EXPECT_THAT(made.command.value(), ElementsAre("serve"));
  EXPECT_EQ(made.working_directory, "/srv");
  EXPECT_EQ(made.user, "1000:100");
  EXPECT_EQ(made.hostname, "web");
  EXPECT_TRUE(made.privileged && made.read_only_root && made.interactive && made.terminal);
  EXPECT_TRUE(made.no_new_privileges);
  ASSERT_THAT(made.rlimits, SizeIs(1));
  EXPECT_EQ(made.rlimits[0].name, "nofile");
  EXPECT_EQ(made.rlimits[0].soft, 10U);
  EXPECT_EQ(made.rlimits[0].hard, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(made.sysctls.at("net.core.somaxconn"), "512");
  EXPECT_EQ(made.extra_hosts[0].address, "10.0.0.1");
  EXPECT_THAT(made.dns.servers, ElementsAre("10.0.0.2"));
  EXPECT_THAT(made.dns.searches, ElementsAre("local"));
  EXPECT_EQ(made.labels.at("team"), "a");
}

TEST(ContainerPlan, LeavesToTheImageWhatIsNotSaid) {
  core::TaskDefinition one = definition();
  web(one).entryPoint.emplace();
  web(one).command.emplace();
  const runtime::ContainerSpec made = spec(one);
  EXPECT_FALSE(made.entrypoint);
  EXPECT_FALSE(made.command);
  EXPECT_TRUE(made.user.empty() && made.working_directory.empty() && made.hostname.empty());
  EXPECT_FALSE(made.shm_size_bytes);
  EXPECT_FALSE(made.limits.swap_bytes);
}

TEST(ContainerPlan, MapsVolumesByTheirKind) {
  core::TaskDefinition one = definition();
  one.volumes = {volume("host"), volume("scratch"), volume("docker"), volume("shared")};
  (*one.volumes)[0].host = core::HostVolumeProperties{.sourcePath = "/srv/data"};
  (*one.volumes)[2].dockerVolumeConfiguration.emplace();
  (*one.volumes)[3].dockerVolumeConfiguration.emplace().scope = core::Scope::shared;
  std::vector<core::MountPoint> mounts;
  for (const auto& each : *one.volumes) {
    mounts.push_back({.sourceVolume = each.name, .containerPath = "/" + *each.name, .readOnly = {}});
  }
  mounts.front().readOnly = true;
  web(one).mountPoints = mounts;
  const TaskPlan made = plan(one);
  const auto& mounted = made.containers[0].spec.mounts;
  ASSERT_THAT(mounted, SizeIs(4));
  EXPECT_EQ(mounted[0].source, "/srv/data");
  EXPECT_TRUE(mounted[0].read_only && !mounted[0].named_volume);
  EXPECT_EQ(mounted[1].source, task_id + "-scratch");
  EXPECT_TRUE(mounted[1].named_volume && !mounted[1].read_only);
  EXPECT_EQ(mounted[2].source, task_id + "-docker");
  EXPECT_EQ(mounted[3].source, "shared");
  EXPECT_TRUE(mounted[3].named_volume);
  EXPECT_EQ(mounted[3].target, "/shared");
  EXPECT_THAT(made.sandbox.volumes, ElementsAre(task_id + "-scratch", task_id + "-docker"));
}

TEST(ContainerPlan, MapsVolumesFrom) {
  core::TaskDefinition one = definition();
  one.containerDefinitions->push_back(container("data"));
  web(one).volumesFrom = {core::VolumeFrom{.sourceContainer = "data", .readOnly = true}};
  const TaskPlan made = plan(one);
  ASSERT_THAT(made.containers[0].spec.volumes_from, SizeIs(1));
  EXPECT_EQ(made.containers[0].spec.volumes_from[0].container, made.containers[1].spec.id);
  EXPECT_TRUE(made.containers[0].spec.volumes_from[0].read_only);
  EXPECT_THAT(made.containers[0].volume_sources, ElementsAre(1U));
}

TEST(ContainerPlan, MapsLinuxParameters) {
  core::TaskDefinition one = definition();
  core::LinuxParameters& given = web(one).linuxParameters.emplace();
  given.capabilities.emplace().add = std::vector<std::string>{"NET_ADMIN"};
  given.capabilities->drop = std::vector<std::string>{"ALL"};
  core::Device device;
  device.hostPath = "/dev/fuse";
  given.devices = {device, device};
  given.devices->back().permissions =
      std::vector<core::DeviceCgroupPermission>{core::DeviceCgroupPermission::read};
  given.tmpfs = {core::Tmpfs{.containerPath = "/run", .size = 8, .mountOptions = {{"noexec"}}}};
  given.initProcessEnabled = true;
  given.sharedMemorySize = 128;
  given.maxSwap = 32;
  given.swappiness = 60;
  const runtime::ContainerSpec made = spec(one);
  EXPECT_THAT(made.add_capabilities, ElementsAre("NET_ADMIN"));
  EXPECT_THAT(made.drop_capabilities, ElementsAre("ALL"));
  ASSERT_THAT(made.devices, SizeIs(2));
  EXPECT_EQ(made.devices[0].host_path, "/dev/fuse");
  EXPECT_EQ(made.devices[0].permissions, "rwm");
  EXPECT_EQ(made.devices[1].permissions, "r");
  ASSERT_THAT(made.tmpfs, SizeIs(1));
  EXPECT_EQ(made.tmpfs[0].size_bytes, 8 * mib);
  EXPECT_THAT(made.tmpfs[0].options, ElementsAre("noexec"));
  EXPECT_TRUE(made.init_process);
  EXPECT_EQ(made.shm_size_bytes, 128 * mib);
  EXPECT_EQ(made.limits.swap_bytes, 32 * mib);
  EXPECT_EQ(made.limits.swappiness, 60U);
}

TEST(ContainerPlan, LimitsContainersAndTask) {
  core::TaskDefinition one = definition();
  web(one).cpu = 100;
  web(one).memoryReservation = 32;
  one.containerDefinitions->push_back(container("side"));
  TaskPlan made = plan(one);
  EXPECT_EQ(made.containers[0].spec.limits.cpu_shares, 100U);
  EXPECT_EQ(made.containers[0].spec.limits.memory_bytes, 64 * mib);
  EXPECT_EQ(made.containers[0].spec.limits.memory_reservation_bytes, 32 * mib);
  EXPECT_EQ(made.containers[1].spec.limits.cpu_shares, 2U);
  EXPECT_EQ(made.sandbox.limits.cpu_shares, 102U);
  EXPECT_FALSE(made.sandbox.limits.cpu_cores);
  EXPECT_FALSE(made.sandbox.limits.memory_bytes);
  EXPECT_EQ(made.sandbox.limits.processes, task_processes_max);
  one.cpu = "512";
  one.memory = "1GB";
  made = plan(one);
  EXPECT_EQ(made.sandbox.limits.cpu_cores, 0.5);
  EXPECT_EQ(made.sandbox.limits.cpu_shares, 512U);
  EXPECT_EQ(made.sandbox.limits.memory_bytes, 1024 * mib);
  core::TaskOverride overrides;
  overrides.cpu = "2 vCPU";
  EXPECT_EQ(plan(one, overrides).sandbox.limits.cpu_cores, 2.0);
}

TEST(ContainerPlan, SharesNamespacesAsAsked) {
  core::TaskDefinition one = definition();
  EXPECT_EQ(spec(one).pid, runtime::NamespaceMode::own);
  EXPECT_EQ(spec(one).ipc, runtime::NamespaceMode::own);
  one.pidMode = core::PidMode::task;
  one.ipcMode = core::IpcMode::task;
  const TaskPlan made = plan(one);
  EXPECT_TRUE(made.sandbox.share_pid_namespace && made.sandbox.share_ipc_namespace);
  EXPECT_EQ(made.containers[0].spec.pid, runtime::NamespaceMode::sandbox);
  EXPECT_EQ(made.containers[0].spec.ipc, runtime::NamespaceMode::sandbox);
  one.pidMode = core::PidMode::host;
  one.ipcMode = core::IpcMode::host;
  EXPECT_EQ(spec(one).pid, runtime::NamespaceMode::host);
  EXPECT_EQ(spec(one).ipc, runtime::NamespaceMode::host);
  EXPECT_FALSE(plan(one).sandbox.share_pid_namespace);
  one.ipcMode = core::IpcMode::none;
  EXPECT_EQ(spec(one).ipc, runtime::NamespaceMode::own);
}

TEST(ContainerPlan, ReadsTheHealthCheck) {
  core::TaskDefinition one = definition();
  core::HealthCheck& check = web(one).healthCheck.emplace();
  check.command = std::vector<std::string>{"CMD-SHELL", "wget -q localhost"};
  check.startPeriod = 10;
  HealthSpec health = plan(one).containers[0].health.value();
  EXPECT_THAT(health.command, ElementsAre("/bin/sh", "-c", "wget -q localhost"));
  EXPECT_EQ(health.interval, seconds{30});
  EXPECT_EQ(health.timeout, seconds{5});
  EXPECT_EQ(health.retries, 3U);
  EXPECT_EQ(health.start_period, seconds{10});
  check.command = std::vector<std::string>{"CMD", "/check", "now"};
  EXPECT_THAT(plan(one).containers[0].health->command, ElementsAre("/check", "now"));
  check.command = std::vector<std::string>{"NONE"};
  EXPECT_FALSE(plan(one).containers[0].health);
}

TEST(ContainerPlan, ReadsTimesAndRestartPolicy) {
  core::TaskDefinition one = definition();
  web(one).startTimeout = 20;
  web(one).stopTimeout = 5;
  web(one).restartPolicy.emplace().enabled = true;
  web(one).restartPolicy->ignoredExitCodes = std::vector<std::int32_t>{0};
  const PlannedContainer made = plan(one).containers[0];
  EXPECT_EQ(made.start_timeout, seconds{20});
  EXPECT_EQ(made.stop_timeout, seconds{5});
  EXPECT_EQ(made.restart.value().attempt_period, seconds{300});
  EXPECT_THAT(made.restart->ignored_exit_codes, ElementsAre(0));
  web(one).restartPolicy->enabled = false;
  EXPECT_FALSE(plan(one).containers[0].restart);
}

TEST(ContainerPlan, BoundsTheLog) {
  core::TaskDefinition one = definition();
  EXPECT_EQ(spec(one).log.max_size_bytes, 64 * mib);
  core::LogConfiguration& log = web(one).logConfiguration.emplace();
  log.logDriver = core::LogDriver::json_file;
  log.options.emplace()["max-size"] = "10m";
  (*log.options)["max-file"] = "3";
  EXPECT_EQ(spec(one).log.max_size_bytes, 10 * mib);
  EXPECT_EQ(spec(one).log.max_files, 3U);
  (*log.options)["max-size"] = "512";
  EXPECT_EQ(spec(one).log.max_size_bytes, 512U);
}

TEST(ContainerPlan, AppliesOverrides) {
  core::TaskOverride overrides;
  core::ContainerOverride& wanted = overrides.containerOverrides.emplace().emplace_back();
  wanted.name = "web";
  wanted.command = std::vector<std::string>{"migrate"};
  wanted.memory = 128;
  const runtime::ContainerSpec made = plan(definition(), overrides).containers[0].spec;
  EXPECT_THAT(made.command.value(), ElementsAre("migrate"));
  EXPECT_EQ(made.limits.memory_bytes, 128 * mib);
}

/// A definition with a feature that the node lacks is refused twice: by a required
/// attribute that is not advertised (or by GPU), and by the plan.
TEST(ContainerPlan, RefusesWhatTheNodeCannotDo) {
  using Change = void (*)(core::TaskDefinition&);
  const std::pair<Change, const char*> cases[] = {
      {[](core::TaskDefinition& d) {
         d.containerDefinitions->front().logConfiguration.emplace().logDriver = core::LogDriver::journald;
       },
       "container web: only the log driver json-file is supported"},
      {[](core::TaskDefinition& d) {
         d.executionRoleArn = "arn:aws:iam::000000000000:role/x";
         d.containerDefinitions->front().secrets = {core::Secret{.name = "A", .valueFrom = "a"}};
       },
       "container web: secrets are not supported"},
      {[](core::TaskDefinition& d) {
         d.containerDefinitions->front().environmentFiles = {core::EnvironmentFile{
             .value = "arn:aws:s3:::bucket/a.env", .type = core::EnvironmentFileType::s3}};
       },
       "container web: environment files are not supported"},
      {[](core::TaskDefinition& d) {
         d.containerDefinitions->front().repositoryCredentials.emplace().credentialsParameter = "x";
       },
       "container web: repositoryCredentials are not supported"},
      {[](core::TaskDefinition& d) {
         core::PortMapping mapping;
         mapping.containerPortRange = "8000-8010";
         d.containerDefinitions->front().portMappings = {mapping};
       },
       "container web: port ranges are not supported"},
      {[](core::TaskDefinition& d) {
         d.containerDefinitions->front().dockerSecurityOptions = std::vector<std::string>{"apparmor:web"};
       },
       "container web: the security option apparmor:web is not supported"},
      {[](core::TaskDefinition& d) {
         d.volumes = {volume("data")};
         d.volumes->front().efsVolumeConfiguration.emplace().fileSystemId = "fs-1";
       },
       "volume data: EFS volumes are not supported"},
      {[](core::TaskDefinition& d) {
         d.volumes = {volume("data")};
         d.volumes->front().dockerVolumeConfiguration.emplace().driver = "rexray/ebs";
       },
       "volume data: the volume driver rexray/ebs is not supported"},
  };
  const auto offered = supported_attributes();
  for (const auto& [change, reason] : cases) {
    core::TaskDefinition one = definition();
    change(one);
    const auto stored = core::validate_and_normalise({.definition = one, .tags = {}});
    ASSERT_TRUE(stored) << reason << ": " << stored.error().message;
    const auto wanted = core::placement_attributes(*stored);
    EXPECT_TRUE(std::ranges::any_of(wanted, [&](const core::Attribute& attribute) {
      return std::ranges::find(offered, attribute.name, &core::Attribute::name) == offered.end();
    })) << reason;
    const auto made = plan_task(*stored, {}, identity());
    ASSERT_TRUE(made.has_error()) << reason;
    EXPECT_EQ(made.error().message, std::string{"ResourceInitializationError: "} + reason);
  }
}

TEST(NodeAttributes, CoverAnOrdinaryTask) {
  core::TaskDefinition one = definition();
  one.networkMode = NetworkMode::awsvpc;
  one.pidMode = core::PidMode::task;
  one.taskRoleArn = "arn:aws:iam::000000000000:role/task";
  one.volumes = {volume("data")};
  one.volumes->front().dockerVolumeConfiguration.emplace();
  one.runtimePlatform.emplace().operatingSystemFamily = core::OSFamily::LINUX;
  core::ContainerDefinition& given = web(one);
  given.memoryReservation = 32;
  given.privileged = true;
  given.stopTimeout = 5;
  given.healthCheck.emplace().command = std::vector<std::string>{"CMD", "true"};
  given.restartPolicy.emplace().enabled = true;
  given.linuxParameters.emplace().initProcessEnabled = true;
  given.logConfiguration.emplace().logDriver = core::LogDriver::json_file;
  const auto stored = core::validate_and_normalise({.definition = one, .tags = {}});
  ASSERT_TRUE(stored) << stored.error().message;
  const auto offered = supported_attributes();
  for (const core::Attribute& wanted : core::placement_attributes(*stored)) {
    const auto found = std::ranges::find(offered, wanted.name, &core::Attribute::name);
    ASSERT_NE(found, offered.end()) << *wanted.name;
    EXPECT_EQ(found->value, wanted.value) << *wanted.name;
  }
}

}  // namespace
}  // namespace troupe::node
