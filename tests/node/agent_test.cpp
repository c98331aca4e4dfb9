/// A node at work: registration, tasks from start to end, and what it does when
/// the control plane or its own parts fail.

#include "tests/node/node_world.hpp"

#include <filesystem>

using namespace std::chrono_literals;

namespace troupe::node::testing {
namespace {

using core::TaskStatus;
using Statuses = std::vector<TaskStatus>;

core::TaskPtr pending_web_task(std::uint64_t number) {
  return shared(pending_task(number, definition({container("web")})));
}

TEST_F(NodeTest, RegistersWithWhatTheHostOffers) {
  options.cpu_units = 2048;
  options.memory_mib = 4000;
  options.attributes = {{"rack", "7", std::nullopt, std::nullopt}};
  boot();
  ASSERT_EQ(plane.notes->registrations.size(), 1U);
  const auto& said = plane.notes->registrations[0].said;
  EXPECT_EQ(plane.notes->registrations[0].cluster, "default");
  EXPECT_FALSE(plane.notes->registrations[0].instance);
  EXPECT_EQ(said.capacity.cpu.count, 2048);
  EXPECT_EQ(said.capacity.memory.count, 4000);
  EXPECT_EQ(said.capacity.tcp_ports, options.reserved_tcp_ports);
  const auto has = [&](const char* name, const char* value) {
    return std::any_of(said.attributes.begin(), said.attributes.end(),
                       [&](const core::Attribute& one) { return one.name == name && one.value == value; });
  };
  EXPECT_TRUE(has("rack", "7"));
  EXPECT_TRUE(has("ecs.os-type", "linux"));
  EXPECT_TRUE(has("ecs.availability-zone", "us-east-1a"));
}

TEST_F(NodeTest, KeepsItsIdAcrossRestarts) {
  std::string pattern = (std::filesystem::temp_directory_path() / "troupe-node-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  options.data_directory = pattern + "/node";
  boot();
  halt();
  boot();
  EXPECT_EQ(plane.notes->registrations.back().instance, plane.notes->instance_id);
  halt();
  std::filesystem::remove_all(pattern);
}

TEST_F(NodeTest, ATokenIsKeptBeforeAnybodyIsAskedAndSaidEachTime) {
  std::string pattern = (std::filesystem::temp_directory_path() / "troupe-node-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  options.data_directory = pattern + "/node";
  plane.notes->silent = true;
  boot_silently();
  world.advance(options.register_deadline + options.reconnect_delay_max);
  halt();
  plane.notes->silent = false;
  boot();
  halt();
  const auto& said = plane.notes->registrations;
  ASSERT_GE(said.size(), 3U);
  EXPECT_FALSE(said.front().client_token.empty());
  for (const auto& each : said) {
    EXPECT_FALSE(each.instance);
    EXPECT_EQ(each.client_token, said.front().client_token) << "nobody answered, the process ended";
  }
  options.data_directory = pattern + "/other";
  boot();
  EXPECT_NE(said.back().client_token, said.front().client_token);
  halt();
  std::filesystem::remove_all(pattern);
}

TEST_F(NodeTest, AsksAgainWhenRefusedOrNotAnswered) {
  plane.notes->refusals = 2;
  boot_silently();
  EXPECT_EQ(plane.notes->registrations.size(), 1U);
  world.advance(500ms);
  EXPECT_EQ(plane.notes->registrations.size(), 2U);
  world.advance(1s);
  EXPECT_EQ(plane.notes->registrations.size(), 3U);
  EXPECT_EQ(plane.notes->heartbeats, 1U);
}

TEST_F(NodeTest, AsksAgainWhenNobodyAnswers) {
  plane.notes->silent = true;
  boot_silently();
  world.advance(10s);
  plane.notes->silent = false;
  world.advance(500ms);
  EXPECT_EQ(plane.notes->registrations.size(), 2U);
  EXPECT_EQ(plane.notes->heartbeats, 1U);
}

TEST_F(NodeTest, SendsHeartbeats) {
  boot();
  const auto before = plane.notes->heartbeats;
  world.advance(60s);
  EXPECT_EQ(plane.notes->heartbeats - before, 4U);
}

TEST_F(NodeTest, RunsATaskAndReportsIt) {
  boot();
  plane.start(world, pending_web_task(1));
  EXPECT_EQ(plane.statuses(task_id(1)), Statuses{TaskStatus::RUNNING});
  EXPECT_EQ(host->state_of(in(1, "web")), runtime::ContainerState::running);
  const auto report = plane.last(task_id(1));
  EXPECT_EQ(report->containers[0].runtime_id, in(1, "web"));
  EXPECT_EQ(report->containers[0].image_digest, "sha256:of-web:1");
  EXPECT_EQ(report->pull_started_at, world.now());

  host->end(in(1, "web"), 3);
  world.settle();
  EXPECT_EQ(plane.statuses(task_id(1)), (Statuses{TaskStatus::RUNNING, TaskStatus::STOPPED}));
  EXPECT_EQ(plane.last(task_id(1))->containers[0].exit_code, 3);
  EXPECT_TRUE(host->is_released(sandbox(1)));
}

TEST_F(NodeTest, AsksWhereCredentialsAreAndTellsWhenATaskIsOver) {
  std::vector<core::TaskId> asked;
  std::vector<core::TaskId> over;
  options.credentials_path = [&](const core::Task& task) {
    asked.push_back(task.id);
    return "/v2/credentials/of-" + core::to_string(task.id);
  };
  options.task_ended = [&](const core::TaskId& task) { over.push_back(task); };
  boot();
  plane.start(world, pending_web_task(1));
  EXPECT_EQ(asked, std::vector{task_id(1)});
  EXPECT_TRUE(over.empty());
  // A node that comes back asks again: the task is adopted, and its credentials with it.
  halt();
  boot({shared(running_task(*pending_web_task(1)))});
  EXPECT_EQ(asked, (std::vector{task_id(1), task_id(1)}));
  EXPECT_TRUE(over.empty());
  host->end(in(1, "web"), 0);
  world.settle();
  EXPECT_EQ(over, std::vector{task_id(1)});
}

TEST_F(NodeTest, StopsATaskBySignalThenKill) {
  boot();
  plane.start(world, pending_web_task(1));
  host->ignore_signal(in(1, "web"), 15);
  plane.stop(world, task_id(1));
  EXPECT_EQ(host->count("signal " + in(1, "web") + " 15"), 1U);
  world.advance(29s);
  EXPECT_EQ(status(1), TaskStatus::RUNNING);
  world.advance(1s);
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
  EXPECT_EQ(plane.last(task_id(1))->containers[0].exit_code, 137);
}

TEST_F(NodeTest, FindsAnExitThatNobodyToldOf) {
  boot();
  plane.start(world, pending_web_task(1));
  host->end(in(1, "web"), 9, FakeRuntime::Tell::no);
  plane.stop(world, task_id(1));
  world.advance(30s);
  EXPECT_EQ(status(1), TaskStatus::RUNNING) << "killed, and not heard of";
  world.advance(10s);
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
  EXPECT_EQ(plane.last(task_id(1))->containers[0].exit_code, 9);
}

TEST_F(NodeTest, ReportsAPullThatFailed) {
  boot();
  host->fail_always("pull web:1", {runtime::FailureKind::denied, "pull access denied for web"});
  plane.start(world, pending_web_task(1));
  const auto report = plane.last(task_id(1));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->status, TaskStatus::STOPPED);
  EXPECT_EQ(report->stop_code, core::TaskStopCode::TaskFailedToStart);
  EXPECT_EQ(report->reason, "CannotPullContainerError: pull access denied for web");
  EXPECT_TRUE(host->is_released(sandbox(1)));
}

TEST_F(NodeTest, AnAdapterThatThrowsFailsOneTaskOnly) {
  boot();
  host->throw_on("start " + in(1, "web"));
  plane.start(world, pending_web_task(1));
  plane.start(world, pending_web_task(2));
  EXPECT_EQ(plane.last(task_id(1))->reason, "CannotStartContainerError: the adapter is broken");
  EXPECT_EQ(status(2), TaskStatus::RUNNING);
}

TEST_F(NodeTest, RepeatedCommandsChangeNothing) {
  boot();
  plane.start(world, pending_web_task(1));
  plane.start(world, pending_web_task(1));
  EXPECT_EQ(host->count("create_sandbox " + sandbox(1)), 1U);
  plane.stop(world, task_id(1));
  plane.stop(world, task_id(1));
  plane.start(world, pending_web_task(1));
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
  EXPECT_EQ(host->count("create_sandbox " + sandbox(1)), 1U) << "what ended is not run again";
}

TEST_F(NodeTest, ATaskItDoesNotKnowIsStopped) {
  boot();
  plane.stop(world, task_id(9));
  EXPECT_EQ(status(9), TaskStatus::STOPPED);
}

TEST_F(NodeTest, RefusesWhatItCannotHonour) {
  auto odd = container("web");
  odd.image = std::nullopt;
  odd.links = std::vector<std::string>{"db"};
  boot();
  plane.start(world, shared(pending_task(1, definition({odd}))));
  const auto report = plane.last(task_id(1));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->status, TaskStatus::STOPPED);
  EXPECT_EQ(report->stop_code, core::TaskStopCode::TaskFailedToStart);
  EXPECT_EQ(host->count("create_sandbox " + sandbox(1)), 0U);
}

TEST_F(NodeTest, ProbesHealthByItsInterval) {
  auto checked = container("web");
  checked.healthCheck = core::HealthCheck{};
  checked.healthCheck->command = std::vector<std::string>{"CMD", "/ok"};
  checked.healthCheck->interval = 10;
  checked.healthCheck->retries = 2;
  boot();
  plane.start(world, shared(pending_task(1, definition({checked}))));
  world.advance(10s);
  EXPECT_EQ(plane.last(task_id(1))->containers[0].health, core::HealthStatus::HEALTHY);
  host->set_probe(in(1, "web"), 1);
  world.advance(20s);
  EXPECT_EQ(plane.last(task_id(1))->containers[0].health, core::HealthStatus::UNHEALTHY);
  EXPECT_EQ(host->count("exec " + in(1, "web")), 3U);
}

TEST_F(NodeTest, ReportsAgainAfterAReconnect) {
  boot();
  plane.start(world, pending_web_task(1));
  plane.notes->reports.clear();
  plane.replace_instance(world);
  world.settle();
  host->end(in(1, "web"), 0);
  world.settle();
  EXPECT_TRUE(plane.notes->reports.empty()) << "nobody is there to be told";
  world.advance(1s);
  plane.manifest(world, {shared(running_task(*pending_web_task(1)))});
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
}

TEST_F(NodeTest, StopsWhatTheManifestDoesNotKnow) {
  boot();
  plane.start(world, pending_web_task(1));
  plane.manifest(world, {});
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
}

TEST_F(NodeTest, RemovesStoppedTasksAfterTheirRetention) {
  boot();
  plane.start(world, pending_web_task(1));
  host->end(in(1, "web"), 0);
  world.advance(59min);
  EXPECT_TRUE(host->has_sandbox(sandbox(1))) << "its logs can still be read";
  world.advance(9min);
  EXPECT_FALSE(host->has_sandbox(sandbox(1)));
}

TEST_F(NodeTest, KeepsABoundedNumberOfStoppedTasks) {
  options.stopped_tasks_max = 2;
  boot();
  for (std::uint64_t number = 1; number <= 4; ++number) {
    plane.start(world, pending_web_task(number));
    host->end(in(number, "web"), 0);
    world.advance(1s);
  }
  world.advance(8min);
  EXPECT_FALSE(host->has_sandbox(sandbox(1)));
  EXPECT_FALSE(host->has_sandbox(sandbox(2)));
  EXPECT_TRUE(host->has_sandbox(sandbox(3)));
}

TEST_F(NodeTest, TriesARemovalAgainThatFailed) {
  boot();
  plane.start(world, pending_web_task(1));
  host->end(in(1, "web"), 0);
  world.settle();
  host->fail("remove_sandbox " + sandbox(1), {runtime::FailureKind::failed, "busy"});
  world.advance(64min);
  EXPECT_TRUE(host->has_sandbox(sandbox(1)));
  world.advance(8min);
  EXPECT_FALSE(host->has_sandbox(sandbox(1)));
}

core::TaskPtr checked_task(std::uint64_t number) {
  auto checked = container("web");
  checked.healthCheck = core::HealthCheck{};
  checked.healthCheck->command = std::vector<std::string>{"CMD", "/ok"};
  checked.healthCheck->interval = 10;
  return shared(pending_task(number, definition({checked})));
}

TEST_F(NodeTest, ARunnerThatDiesIsReplacedAndItsTaskAdopted) {
  boot();
  plane.start(world, checked_task(1));
  plane.start(world, pending_web_task(2));
  break_clock = true;  // The first to look at the clock dies: the runner whose probe is due.
  world.advance(10s);
  ASSERT_FALSE(break_clock);
  EXPECT_EQ(host->count("start " + in(1, "web")), 1U) << "the container noticed nothing";
  host->end(in(1, "web"), 6);
  world.settle();
  EXPECT_EQ(plane.last(task_id(1))->containers[0].exit_code, 6);
  EXPECT_EQ(status(2), TaskStatus::RUNNING);
}

TEST_F(NodeTest, ARunnerThatAlwaysDiesEndsItsTask) {
  boot();
  plane.start(world, checked_task(1));
  for (int death = 0; death < 4; ++death) {
    break_clock = true;
    world.advance(10s);
  }
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
  EXPECT_EQ(host->running(), 0U);
  EXPECT_EQ(plane.last(task_id(1))->reason, "TaskStateError: The agent cannot follow this task");
}

TEST_F(NodeTest, AnAgentThatDiesComesBackAndAdoptsItsTasks) {
  boot();
  plane.start(world, pending_web_task(1));
  break_clock = true;  // The agent looks at the clock when it sweeps.
  world.advance(8min);
  ASSERT_FALSE(break_clock);
  ASSERT_EQ(plane.notes->registrations.size(), 2U);
  plane.manifest(world, {shared(running_task(*pending_web_task(1)))});
  EXPECT_EQ(host->count("start " + in(1, "web")), 1U);
  host->end(in(1, "web"), 8);
  world.settle();
  EXPECT_EQ(plane.last(task_id(1))->containers[0].exit_code, 8);
}

TEST_F(NodeTest, NoActorIsLeftInMemoryWhenTheHostEnds) {
  boot();
  plane.start(world, pending_web_task(1));
  ASSERT_EQ(status(1), TaskStatus::RUNNING);
  ASSERT_GT(host.use_count(), 1);
  halt();
  EXPECT_EQ(host.use_count(), 1) << "an actor that ended still has the runtime";
}

TEST_F(NodeTest, NoActorIsLeftInMemoryWhenAnotherTakesItsPlace) {
  boot();
  plane.start(world, pending_web_task(1));
  const auto before = host.use_count();
  break_clock = true;  // The agent looks at the clock when it sweeps.
  world.advance(8min);
  ASSERT_FALSE(break_clock);
  plane.manifest(world, {shared(running_task(*pending_web_task(1)))});
  EXPECT_EQ(host.use_count(), before);
}

TEST_F(NodeTest, FiftyTasksInAnyOrderAllRun) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SCOPED_TRACE(seed);
    world.shuffle(seed);
    boot();
    for (std::uint64_t number = seed * 100; number < seed * 100 + 50; ++number) {
      world.tell(plane.notes->agent, StartTask{pending_web_task(number)});
    }
    world.settle();
    for (std::uint64_t number = seed * 100; number < seed * 100 + 50; ++number) {
      EXPECT_EQ(status(number), TaskStatus::RUNNING) << number;
    }
    halt();
  }
  EXPECT_EQ(host->running(), 50U) << "each boot's empty manifest ends what was there";
}

}  // namespace
}  // namespace troupe::node::testing
