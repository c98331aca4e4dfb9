/// A whole host on real containers: agent, engine, runners, worker pool, conmon
/// and crun. The control plane is one actor that takes notes.

#include "actors/node/cast_node.hpp"
#include "actors/timer.hpp"
#include "runtime/oci/log_reader.hpp"
#include "tests/oci/world.hpp"
#include "tests/support/builders.hpp"

#include <caf/scoped_actor.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace std::chrono_literals;

namespace troupe::node {
namespace {

using core::TaskStatus;
using troupe::testing::container;
using troupe::testing::definition;
using troupe::testing::pending_task;
using troupe::testing::running_task;
using troupe::testing::shared;
using troupe::testing::task_id;

using Clock = std::chrono::steady_clock;

/// What the host told, readable from the test's thread.
class Notes {
 public:
  void connected(AgentActor agent) {
    const std::lock_guard lock{mutex_};
    agent_ = std::move(agent);
    changed_.notify_all();
  }
  void reported(const std::shared_ptr<const core::TaskReport>& report) {
    const std::lock_guard lock{mutex_};
    reports_[report->task].push_back({report, Clock::now()});
    changed_.notify_all();
  }
  AgentActor agent() {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, 20s, [&] { return static_cast<bool>(agent_); });
    return agent_;
  }
  struct Told {
    std::shared_ptr<const core::TaskReport> report;
    Clock::time_point at;
  };
  /// The first report of this status; waits for it.
  Told wait(const core::TaskId& task, TaskStatus status) {
    std::unique_lock lock{mutex_};
    Told found;
    changed_.wait_for(lock, 30s, [&] {
      for (const auto& told : reports_[task]) {
        if (told.report->status == status) found = told;
        if (found.report) return true;
      }
      return false;
    });
    return found;
  }
  void forget() {
    const std::lock_guard lock{mutex_};
    reports_.clear();
    agent_ = nullptr;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  AgentActor agent_;
  std::map<core::TaskId, std::vector<Told>> reports_;
};

class Instance : public Player<InstanceActor> {
 public:
  Instance(caf::actor_config& config, Notes& notes) : Super(config), notes_(notes) {}
  behavior_type make_behavior() override {
    return {
        [this](const OpenSession&) {
          return AgentConnected{core::InstanceId{{1, 1}}, InstanceActor{this}};
        },
        [](const RegisterHost&) -> caf::result<Answer> { return broken("not here"); },
        [](const ResumeSession&) -> caf::result<SessionOpened> { return broken("not here"); },
        [](const AssignTask&) {},
        [](const StopTask&) {},
        [](const ChangeInstance&) -> caf::result<Answer> { return broken("not here"); },
        [](const TaskChanged&) {},
        [this](const TaskReported& said) { notes_.reported(said.report); },
        [](const Heartbeat&) {},
        [](const HealthReported&) {},
        [](const RuntimeReported&) {},
        [](const LookUpTasks&) { return TasksFound{}; },
        [](const UsageReported&) {},
        [](const LookUpUsage&) { return UsageFound{}; },
        [](const TimerFired&) {},
    };
  }

 private:
  Notes& notes_;
};

class Registry : public Player<RegistryActor> {
 public:
  Registry(caf::actor_config& config, Notes& notes, InstanceActor instance)
      : Super(config), notes_(notes), instance_(std::move(instance)) {}
  behavior_type make_behavior() override {
    return {
        [](const AskRegistry&) -> caf::result<Answer> { return broken("not here"); },
        [](const AskCluster&) -> caf::result<Answer> { return broken("not here"); },
        [this](const ConnectAgent& ask) {
          notes_.connected(ask.agent);
          return AgentConnected{core::InstanceId{{1, 1}}, instance_};
        },
        [](const ResumeAgent&) -> caf::result<SessionOpened> { return broken("not here"); },
        [](const FindInstance&) -> caf::result<SessionOpened> { return broken("not here"); },
        [](const ClusterStatusChanged&) {},
        [](const ServiceNamespaceChanged&) {},
        [](const ReadParts&) -> caf::result<ClusterRead> { return broken("not here"); },
    };
  }

 private:
  Notes& notes_;
  InstanceActor instance_;
};

caf::actor_system_config& configured(caf::actor_system_config& config) {
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", std::size_t{2});
  return config;
}

class HostTest : public ::testing::Test {
 protected:
  troupe::testing::World world;
  Notes notes;
  caf::actor_system_config config;
  caf::actor_system system{configured(config)};
  TimerActor timer = system.spawn<Timer>();
  InstanceActor instance = system.spawn<Instance>(notes);
  RegistryActor registry = system.spawn<Registry>(notes, instance);
  std::optional<NodeHandle> node;

  ~HostTest() override {
    halt();
    for (const auto& task : used_) static_cast<void>(world.runtime().remove_sandbox(core::to_string(task)));
    caf::anon_send_exit(registry, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(instance, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(timer, caf::exit_reason::user_shutdown);
  }

  void boot(std::vector<core::TaskPtr> tasks = {}) {
    NodeOptions options;
    options.host_id = "host-1";
    // The world owns the runtime and outlives the node.
    const std::shared_ptr<runtime::ContainerRuntime> host{&world.runtime(), [](auto*) {}};
    const auto clock = [] {
      return std::chrono::time_point_cast<core::Millis>(std::chrono::system_clock::now());
    };
    node.emplace(spawn_node(system, registry, timer, host, options, clock));
    ASSERT_TRUE(notes.agent());
    caf::anon_send(notes.agent(),
                   TaskManifest{std::make_shared<const std::vector<core::TaskPtr>>(std::move(tasks))});
  }
  void halt() {
    if (node) node->shut_down(system);
    node.reset();
    notes.forget();
  }
  /// The process ends and begins again: nothing but what is on the disk stays.
  void restart(std::vector<core::TaskPtr> tasks) {
    halt();
    world.close();
    world.open();
    boot(std::move(tasks));
  }

  core::Task script(std::uint64_t number, const std::string& text) {
    auto one = container("main");
    one.image = "oci:" + world.directory() + "/layout:busybox";
    one.command = std::vector<std::string>{"/bin/sh", "-c", text};
    used_.push_back(task_id(number));
    return pending_task(number, definition({one}));
  }
  double by_hand();
  void start(const core::Task& task) { caf::anon_send(notes.agent(), StartTask{shared(task)}); }
  void stop(std::uint64_t number) { caf::anon_send(notes.agent(), StopTask{task_id(number)}); }

  std::vector<core::TaskId> used_;
};

TEST_F(HostTest, ATaskRunsAndItsExitCodeIsReported) {
  boot();
  start(script(1, "exit 7"));
  EXPECT_TRUE(notes.wait(task_id(1), TaskStatus::RUNNING).report);
  const auto stopped = notes.wait(task_id(1), TaskStatus::STOPPED).report;
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->containers[0].exit_code, 7);
  EXPECT_EQ(stopped->stop_code, core::TaskStopCode::EssentialContainerExited);
}

TEST_F(HostTest, AStopIsATermSignal) {
  boot();
  start(script(1, "trap 'exit 5' TERM; echo trapped; while :; do sleep 0.05; done"));
  ASSERT_TRUE(notes.wait(task_id(1), TaskStatus::RUNNING).report);
  // Until the trap is set the shell, being process 1, does not hear the signal.
  const auto containers = world.runtime().list();
  ASSERT_TRUE(containers && containers->size() == 1);
  auto log = runtime::LogReader::open(containers->front().log_path);
  ASSERT_TRUE(log);
  auto lines = log->read();
  if (lines && lines->empty() && log->wait(30s)) lines = log->read();
  ASSERT_TRUE(lines && !lines->empty());
  stop(1);
  const auto stopped = notes.wait(task_id(1), TaskStatus::STOPPED).report;
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->containers[0].exit_code, 5);
}

TEST_F(HostTest, AnImageThatDoesNotExistFailsTheTask) {
  boot();
  auto one = container("main");
  one.image = "oci:" + world.directory() + "/layout:nothing";
  used_.push_back(task_id(1));
  start(pending_task(1, definition({one})));
  const auto stopped = notes.wait(task_id(1), TaskStatus::STOPPED).report;
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->reason.rfind("CannotPullContainerError: ", 0), 0U) << stopped->reason;
}

TEST_F(HostTest, RunningContainersAreAdoptedAfterARestart) {
  boot();
  const auto task = script(1, "trap 'exit 5' TERM; while :; do sleep 0.05; done");
  start(task);
  ASSERT_TRUE(notes.wait(task_id(1), TaskStatus::RUNNING).report);
  const auto before = world.runtime().list();
  restart({shared(running_task(task))});
  ASSERT_TRUE(notes.wait(task_id(1), TaskStatus::RUNNING).report);
  const auto after = world.runtime().list();
  ASSERT_EQ(after->size(), 1U);
  EXPECT_EQ((*after)[0].pid, (*before)[0].pid) << "the very same process";
  stop(1);
  const auto stopped = notes.wait(task_id(1), TaskStatus::STOPPED).report;
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->containers[0].exit_code, 5);
}

TEST_F(HostTest, AnExitWhileNobodyWatchedKeepsItsCode) {
  boot();
  const auto task = script(1, "sleep 0.3; exit 9");
  start(task);
  ASSERT_TRUE(notes.wait(task_id(1), TaskStatus::RUNNING).report);
  halt();
  ASSERT_TRUE(troupe::testing::eventually([&] { return (*world.runtime().list())[0].exit.has_value(); }));
  restart({shared(running_task(task))});
  const auto stopped = notes.wait(task_id(1), TaskStatus::STOPPED).report;
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->containers[0].exit_code, 9);
}

/// The median, in milliseconds, of what a start costs without any actor.
double HostTest::by_hand() {
  std::vector<double> times;
  for (std::uint64_t number = 201; number <= 220; ++number) {
    const auto task = script(number, "exec sleep 100");
    TaskIdentity identity;
    identity.id = core::to_string(task.id);
    auto plan = plan_task(task.definition->definition, {}, identity);
    EXPECT_TRUE(plan);
    runtime::PullRequest pull;
    pull.reference = plan->containers[0].image;
    auto& host = world.runtime();
    const auto began = Clock::now();
    EXPECT_TRUE(host.pull(pull));
    EXPECT_TRUE(host.create_sandbox(plan->sandbox));
    EXPECT_TRUE(host.create(plan->containers[0].spec));
    EXPECT_TRUE(host.start(plan->containers[0].spec.id));
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

/// Prints what a start costs here; the figures are for people, not asserted.
TEST_F(HostTest, TwentyTasksOneAfterAnotherAndAtOnce) {
  boot();
  std::vector<double> times;
  const auto task_for = [&](std::uint64_t number) { return script(number, "exec sleep 100"); };
  const auto milliseconds = [](Clock::duration took) {
    return std::chrono::duration<double, std::milli>(took).count();
  };
  for (std::uint64_t number = 1; number <= 20; ++number) {
    const auto task = task_for(number);
    const auto began = Clock::now();
    start(task);
    const auto told = notes.wait(task_id(number), TaskStatus::RUNNING);
    ASSERT_TRUE(told.report);
    times.push_back(milliseconds(told.at - began));
  }
  std::sort(times.begin(), times.end());
  std::printf("one after another: p50 %.1f ms, max %.1f ms\n", times[10], times.back());
  std::printf("the same calls of the runtime by hand: p50 %.1f ms\n", by_hand());
  const auto began = Clock::now();
  for (std::uint64_t number = 101; number <= 120; ++number) start(task_for(number));
  Clock::time_point last = began;
  for (std::uint64_t number = 101; number <= 120; ++number) {
    const auto told = notes.wait(task_id(number), TaskStatus::RUNNING);
    ASSERT_TRUE(told.report);
    last = std::max(last, told.at);
  }
  std::printf("twenty at once: %.1f ms to the last\n", milliseconds(last - began));
}

}  // namespace
}  // namespace troupe::node
