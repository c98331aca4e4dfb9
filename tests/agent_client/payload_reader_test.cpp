/// A task that went over the wire is the same to a runtime as one that did not.

#include "api/agent_client/payload_reader.hpp"

#include "api/agent_client/client_frames.hpp"
#include "api/agent_gateway/acs_frames.hpp"
#include "tests/agent_client/plan_text.hpp"
#include "tests/support/builders.hpp"

#include <gtest/gtest.h>

#include <random>

namespace troupe::api::agent_client {
namespace {

const core::Realm ireland{"aws", "eu-west-1", "123456789012"};

node::TaskIdentity identity_of(const core::Task& task) {
  node::TaskIdentity identity;
  identity.arn = core::task_arn(ireland, task.launch->cluster, task.id);
  identity.id = core::to_string(task.id);
  identity.cluster = task.launch->cluster;
  identity.family = task.launch->family;
  identity.revision = task.launch->revision;
  identity.region = ireland.region;
  identity.metadata_base = "http://169.254.170.2";
  return identity;
}

/// The plan, or why there is none.
std::string planned(const core::Task& task) {
  const auto plan = node::plan_task(task.definition->definition,
                                    task.launch->overrides.value_or(core::TaskOverride{}), identity_of(task));
  return plan ? testing::plan_text(*plan) : plan.error().message;
}

/// Over the wire and back, as text.
core::Result<core::Task> sent(const core::Task& task) {
  const agent_gateway::FrameContext context{ireland, "h1", core::InstanceId{{1, 2}}, core::Time{}};
  const auto frame = read_server_frame(
      agent_gateway::payload_frame(context, "payload-1", 1, agent_gateway::payload_task(ireland, task, {})));
  if (!frame) return frame.error();
  return read_task(ireland, "h1", std::get<wire::acs::PayloadMessage>(*frame).tasks->front());
}

/// Draws definitions in which every member that a runtime acts on comes up.
class Definitions {
 public:
  explicit Definitions(std::uint64_t seed) : dice_(seed) {}

  core::Task task() {
    const auto mode = pick({core::NetworkMode::bridge, core::NetworkMode::host, core::NetworkMode::none,
                            core::NetworkMode::awsvpc});
    std::vector<core::ContainerDefinition> containers;
    const auto count = 1 + number(3);
    for (int i = 0; i < count; ++i) containers.push_back(container(i, mode));
    auto definition = *testing::definition(std::move(containers), "fam", mode);
    auto& made = definition.definition;
    made.volumes = volumes();
    if (coin()) made.cpu = pick<std::string>({"256", "0.5 vCPU", "1024"});
    if (coin()) made.memory = pick<std::string>({"512", "1GB"});
    if (coin()) made.pidMode = pick({core::PidMode::host, core::PidMode::task});
    if (coin()) made.ipcMode = pick({core::IpcMode::host, core::IpcMode::task, core::IpcMode::none});
    auto task =
        testing::pending_task(7, std::make_shared<const core::TaskDefinitionRecord>(definition), "h1");
    if (coin()) task.launch = overridden(*task.launch);
    return task;
  }

 private:
  bool coin() { return (dice_() & 1U) != 0; }
  std::int32_t number(std::int32_t below) {
    return static_cast<std::int32_t>(dice_() % static_cast<unsigned>(below));
  }
  template <class T>
  T pick(std::initializer_list<T> from) {
    return *(from.begin() + number(static_cast<std::int32_t>(from.size())));
  }
  std::string word() { return pick<std::string>({"a", "b c", "", "d=e", "f\"g", "h:i", "\xC3\xA4"}); }
  template <class T>
  void maybe(std::optional<T>& member, T value) {
    if (coin()) member = std::move(value);
  }

  std::shared_ptr<const core::TaskLaunch> overridden(core::TaskLaunch launch) {
    core::ContainerOverride one;
    one.name = "c0";
    maybe(one.command, std::vector<std::string>{"over", word()});
    maybe(one.environment, std::vector{core::KeyValuePair{"A", "over"}, core::KeyValuePair{"Z", word()}});
    maybe(one.cpu, 77);
    maybe(one.memory, 99);
    launch.overrides.emplace().containerOverrides = {one};
    maybe(launch.overrides->cpu, std::string{"512"});
    maybe(launch.overrides->memory, std::string{"2048"});
    return std::make_shared<const core::TaskLaunch>(std::move(launch));
  }

  std::vector<core::Volume> volumes() {
    core::Volume plain;
    plain.name = "plain";
    core::Volume bound;
    bound.name = "bound";
    bound.host.emplace().sourcePath = "/srv/data";
    core::Volume docker;
    docker.name = "docker";
    maybe(docker.dockerVolumeConfiguration.emplace().scope, pick({core::Scope::task, core::Scope::shared}));
    if (coin()) docker.dockerVolumeConfiguration->driver = pick<std::string>({"local", "other"});
    return {plain, bound, docker};
  }

  core::ContainerDefinition container(int index, core::NetworkMode mode) {
    auto made = testing::container("c" + std::to_string(index));
    maybe(made.cpu, number(4) * 128);
    if (coin()) made.memory = 64 + number(1000);
    maybe(made.memoryReservation, 32 + number(30));
    maybe(made.essential, coin());
    maybe(made.command, std::vector<std::string>{"sh", "-c", word()});
    maybe(made.entryPoint, std::vector<std::string>{"/init"});
    maybe(made.environment, std::vector{core::KeyValuePair{"A", word()}, core::KeyValuePair{"B", word()},
                                        core::KeyValuePair{"AWS_EXECUTION_ENV", "own"}});
    maybe(made.startTimeout, 10 + number(100));
    maybe(made.stopTimeout, 2 + number(100));
    // Of a task in mode awsvpc the ports are not told: it has an address of its own.
    if (mode != core::NetworkMode::awsvpc) ports(made);
    take_process(made);
    take_relations(made, index);
    take_host(made);
    return made;
  }

  void ports(core::ContainerDefinition& made) {
    core::PortMapping mapping;
    mapping.containerPort = 80 + number(100);
    maybe(mapping.hostPort, 8000 + number(100));
    maybe(mapping.protocol, core::TransportProtocol::udp);
    maybe(made.portMappings, std::vector{mapping});
  }

  void take_process(core::ContainerDefinition& made) {
    maybe(made.user, std::string{"1000:1000"});
    maybe(made.workingDirectory, std::string{"/work"});
    maybe(made.hostname, std::string{"host"});
    maybe(made.privileged, coin());
    maybe(made.readonlyRootFilesystem, coin());
    maybe(made.interactive, coin());
    maybe(made.pseudoTerminal, coin());
    maybe(made.disableNetworking, coin());
    maybe(made.ulimits,
          std::vector<core::Ulimit>{{core::UlimitName::nofile, 1024, -1}, {core::UlimitName::core, 0, 0}});
    maybe(made.systemControls, std::vector{core::SystemControl{"net.core.somaxconn", "1024"}});
    maybe(made.dockerSecurityOptions, std::vector<std::string>{"no-new-privileges"});
    maybe(made.dnsServers, std::vector<std::string>{"10.0.0.2", "10.0.0.3"});
    maybe(made.dnsSearchDomains, std::vector<std::string>{"example.com"});
    maybe(made.extraHosts, std::vector{core::HostEntry{"db", "10.0.0.9"}, core::HostEntry{"six", "fd00::9"}});
    if (coin()) made.dockerLabels.emplace()["label"] = word();
    if (!coin()) return;
    auto& log = made.logConfiguration.emplace();
    log.logDriver = pick({core::LogDriver::json_file, core::LogDriver::json_file, core::LogDriver::awslogs});
    log.options = std::map<std::string, std::string>{{"max-size", "10m"}, {"max-file", "3"}};
  }

  void take_relations(core::ContainerDefinition& made, int index) {
    maybe(made.mountPoints, std::vector{core::MountPoint{"plain", "/plain", coin()},
                                        core::MountPoint{"bound", "/bound", std::nullopt},
                                        core::MountPoint{"docker", "/docker", true}});
    core::HealthCheck check;
    check.command = coin() ? std::vector<std::string>{"CMD-SHELL", "test -f /ok"}
                           : std::vector<std::string>{"CMD", "true", "x"};
    maybe(check.interval, 5 + number(100));
    maybe(check.timeout, 2 + number(50));
    maybe(check.retries, 1 + number(9));
    maybe(check.startPeriod, number(300));
    maybe(made.healthCheck, check);
    core::ContainerRestartPolicy policy;
    policy.enabled = coin();
    maybe(policy.ignoredExitCodes, std::vector<std::int32_t>{0, 3});
    maybe(policy.restartAttemptPeriod, 60 + number(100));
    maybe(made.restartPolicy, policy);
    if (index == 0) return;
    const auto condition = pick({core::ContainerCondition::START, core::ContainerCondition::COMPLETE,
                                 core::ContainerCondition::SUCCESS, core::ContainerCondition::HEALTHY});
    maybe(made.dependsOn, std::vector{core::ContainerDependency{"c0", condition}});
    maybe(made.volumesFrom, std::vector{core::VolumeFrom{"c0", coin()}});
  }

  void take_host(core::ContainerDefinition& made) {
    if (coin()) return;
    auto& linux_parameters = made.linuxParameters.emplace();
    if (coin()) {
      linux_parameters.capabilities = core::KernelCapabilities{std::vector<std::string>{"NET_ADMIN"},
                                                               std::vector<std::string>{"CHOWN", "KILL"}};
    }
    core::Device device{"/dev/fuse", "/dev/fuse", std::nullopt};
    maybe(device.permissions, std::vector{core::DeviceCgroupPermission::read});
    maybe(linux_parameters.devices, std::vector{device});
    core::Tmpfs tmpfs{"/tmp/b", 64, std::nullopt};
    maybe(tmpfs.mountOptions, std::vector<std::string>{"noexec", "nosuid"});
    maybe(linux_parameters.tmpfs, std::vector{tmpfs, core::Tmpfs{"/tmp/a", 1, std::nullopt}});
    maybe(linux_parameters.initProcessEnabled, coin());
    maybe(linux_parameters.sharedMemorySize, 128);
    maybe(linux_parameters.maxSwap, number(500));
    maybe(linux_parameters.swappiness, number(100));
  }

  std::mt19937_64 dice_;
};

TEST(PayloadReader, GivesARuntimeTheSamePlanAsTheDefinition) {
  int runnable = 0;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    const auto task = Definitions{seed}.task();
    const auto read = sent(task);
    ASSERT_TRUE(read) << "seed " << seed << ": " << read.error().message;
    const auto wanted = planned(task);
    ASSERT_EQ(planned(*read), wanted) << "seed " << seed;
    EXPECT_EQ(read->id, task.id);
    EXPECT_EQ(read->launch->group, task.launch->group);
    runnable += wanted.starts_with("sandbox=") ? 1 : 0;
  }
  // Most of what is drawn can run: the comparison is not one of refusals.
  EXPECT_GT(runnable, 500);
}

TEST(PayloadReader, KeepsTheNamesAndIdsOfContainers) {
  auto task = Definitions{1}.task();
  for (std::size_t i = 0; i < task.containers.size(); ++i) task.containers[i].id = core::Uuid{{7, i + 1}};
  const auto read = sent(task);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->containers.size(), task.containers.size());
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    EXPECT_EQ(read->containers[i].name, task.containers[i].name);
    EXPECT_EQ(read->containers[i].id, task.containers[i].id);
  }
}

TEST(PayloadReader, RefusesWhatIsOfAnotherPlaceOrHasNoContainers) {
  auto payload = agent_gateway::payload_task(ireland, Definitions{1}.task(), {});
  EXPECT_FALSE(read_task(ireland, "h2", payload));
  EXPECT_FALSE(read_task({"aws", "eu-west-1", "999999999999"}, "h1", payload));
  payload.containers->clear();
  EXPECT_FALSE(read_task(ireland, "h1", payload));
  payload = agent_gateway::payload_task(ireland, Definitions{1}.task(), {});
  payload.containers->front().dockerConfig->hostConfig = "{";
  const auto read = read_task(ireland, "h1", payload);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message.rfind("HostConfigError: Unable to decode given host config: ", 0), 0U);
}

TEST(PayloadReader, AFargateTaskComesWithItsStorage) {
  auto task = testing::pending_task(
      7, testing::definition({testing::container("web")}, "fam", core::NetworkMode::awsvpc), "h1");
  auto launch = *task.launch;
  launch.launch_type = core::LaunchType::FARGATE;
  launch.overrides.emplace().ephemeralStorage = core::EphemeralStorage{33};
  task.launch = std::make_shared<const core::TaskLaunch>(launch);
  const auto read = sent(task);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->launch->launch_type, core::LaunchType::FARGATE);
  EXPECT_EQ(read->definition->definition.ephemeralStorage, core::EphemeralStorage{33});
}

}  // namespace
}  // namespace troupe::api::agent_client
