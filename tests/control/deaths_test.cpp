/// Actors that die of a fault: who replaces them, and what becomes of what they
/// were asked.

#include "tests/control/control_world.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>

namespace troupe::testing {
namespace {

using core::TaskStatus;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Deaths : public ControlTest {
 protected:
  Deaths() {
    options.on_death = [this](const std::string& what) { deaths.push_back(what); };
    start();
    create_cluster();
    register_definition();
    agent = make_agent();
    EXPECT_TRUE(connect(agent));
  }

  /// Runs until the scheduler has something to do.
  caf::strong_actor_ptr scheduler() {
    for (int i = 0; i < 1000; ++i) {
      if (auto found = world.busy("scheduler")) return found;
      if (!world.step()) break;
    }
    return nullptr;
  }

  void kill_cluster() {
    const auto call = begin(core::DescribeCluster{});
    auto victim = world.busy("cluster");
    for (int i = 0; i < 1000 && !victim && world.step(); ++i) victim = world.busy("cluster");
    ASSERT_TRUE(victim);
    world.kill(victim);
    world.settle();
    EXPECT_TRUE(call->done());
  }

  /// Runs until an actor of that name has something to do.
  caf::strong_actor_ptr at_work(const std::string& name) {
    auto found = world.busy(name);
    for (int i = 0; i < 1000 && !found && world.step(); ++i) found = world.busy(name);
    return found;
  }

  /// Each version of a task or of an instance is told once, in order.
  void expect_no_version_twice() {
    std::map<std::string, std::int64_t> versions;
    for (const auto& event : events_after(0)) {
      std::string of;
      std::int64_t version = 0;
      if (const auto* news = std::get_if<core::TaskStateChange>(&event->event.body)) {
        of = core::to_string(news->task->id);
        version = news->task->version;
      } else if (const auto* change = std::get_if<core::InstanceStateChange>(&event->event.body)) {
        of = core::to_string(change->instance->id);
        version = change->instance->version;
      }
      if (of.empty()) continue;
      EXPECT_GT(version, versions[of]) << of;
      versions[of] = version;
    }
  }

  /// The instance has room for 64 tasks. Fails unless exactly that many run.
  void expect_exactly_full(std::size_t running) {
    for (; running + 10 <= 64; running += 10) EXPECT_THAT(run(10), SizeIs(10));
    for (; running < 64; ++running) EXPECT_THAT(run(1), SizeIs(1));
    const auto refused = reply<core::TasksReply>(ask(run_command()));
    EXPECT_THAT(refused.tasks, IsEmpty());
    EXPECT_THAT(refused.failures, SizeIs(1));
  }

  FakeAgent agent;
  std::vector<std::string> deaths;
};

TEST_F(Deaths, ASchedulerIsReplacedAndKnowsWhatIsTaken) {
  run(10);
  const auto call = begin(run_command(3));
  const auto victim = scheduler();
  ASSERT_TRUE(victim);
  world.settle();
  ASSERT_TRUE(call->answer);
  world.kill(victim);
  world.settle();
  EXPECT_THAT(deaths, IsEmpty()) << "nobody else is taken down";
  expect_exactly_full(13);
}

TEST_F(Deaths, WhatADeadSchedulerWasAskedIsAskedOfTheNext) {
  std::vector<std::shared_ptr<PendingCall>> calls{begin(run_command(2)), begin(run_command(3))};
  const auto victim = scheduler();
  ASSERT_TRUE(victim);
  world.kill(victim);
  calls.push_back(begin(run_command(4)));
  world.settle();
  for (const auto& call : calls) {
    ASSERT_TRUE(call->answer) << call->error;
    EXPECT_EQ(refusal(call->answer), "");
  }
  EXPECT_THAT(agent.notes->started, SizeIs(9));
  expect_exactly_full(9);
}

/// Whenever it dies, nothing is lost, nothing is placed twice.
TEST_F(Deaths, ASchedulerMayDieAtAnyMoment) {
  std::size_t running = 0;
  for (std::uint64_t moment = 0; moment < 30; ++moment) {
    SCOPED_TRACE("moment " + std::to_string(moment));
    world.shuffle(moment + 1);
    const auto first = begin(run_command());
    const auto victim = scheduler();
    ASSERT_TRUE(victim);
    const auto second = begin(run_command());
    for (std::uint64_t i = 0; i < moment; ++i) world.step();
    world.kill(victim);
    world.settle();
    for (const auto& call : {first, second}) {
      ASSERT_TRUE(call->answer) << call->error;
      running += reply<core::TasksReply>(call->answer).tasks.size();
    }
    ASSERT_EQ(running, 2 * (moment + 1));
  }
  EXPECT_THAT(agent.notes->started, SizeIs(running));
  expect_exactly_full(running);
}

/// A request may itself be what schedulers die of: with two of them it is given up,
/// and holds nothing.
TEST_F(Deaths, ACallThatTwoSchedulersDiedOfIsGivenUp) {
  std::size_t running = 0;
  std::size_t given_up = 0;
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto before = begin(run_command());
    auto first = scheduler();
    world.settle();
    ++running;
    // Each of the two is dead before it can look at what it is asked.
    world.shuffle(seed);
    world.kill(first);
    auto command = run_command();
    command.client_token = "token-" + std::to_string(seed);
    const auto call = begin(command);
    const auto same = begin(command);
    for (bool killed = false; !killed && world.step();) {
      const auto next = world.busy("scheduler");
      killed = next && next != first;
      if (killed) world.kill(next);
    }
    first = nullptr;
    world.settle();
    ASSERT_TRUE(before->done() && call->done() && same->done());
    if (call->error.empty()) {
      ++running;
      continue;
    }
    EXPECT_NE(same->error, "");
    if (++given_up > 1) continue;
    EXPECT_THAT(reply<core::TasksReply>(ask(command)).tasks, SizeIs(1)) << "the token is free again";
    ++running;
  }
  EXPECT_GT(given_up, 0U);
  EXPECT_THAT(deaths, IsEmpty());
  EXPECT_THAT(agent.notes->started, SizeIs(running));
  expect_exactly_full(running);
}

TEST_F(Deaths, AClusterIsRestartedFromItsRecords) {
  const auto tasks = run(10);
  core::CreateService creation;
  creation.name = "web";
  creation.task_definition = "web";
  creation.desired_count = 4;
  (void)reply<core::ServiceReply>(ask(creation));
  auto token = run_command(2);
  token.client_token = "once";
  const auto once = reply<core::TasksReply>(ask(token)).tasks;
  const auto before = cluster().counts;
  kill_cluster();
  EXPECT_EQ(refusal(ask(run_command())), "failure") << "it is being restarted";
  EXPECT_FALSE(connect(agent));
  world.advance(2s);
  EXPECT_FALSE(instance(agent.id)->agent_connected);
  ASSERT_TRUE(connect(agent));
  EXPECT_EQ(cluster().counts, before);
  for (const auto& known : tasks) EXPECT_EQ(task(known->id)->last_status, TaskStatus::RUNNING);
  EXPECT_EQ(reply<core::TasksReply>(ask(token)).tasks[0]->id, once[0]->id);
  EXPECT_THAT(deaths, IsEmpty()) << "nobody else is taken down";
  EXPECT_THAT(agent.notes->stopped, IsEmpty());
  expect_exactly_full(16);
  restart();
  ASSERT_TRUE(connect(agent));
  EXPECT_EQ(cluster().counts.running_tasks, 64);
}

/// Whenever it dies: callers are answered, and what was acknowledged is there.
TEST_F(Deaths, AClusterMayDieAtAnyMoment) {
  std::set<core::TaskId> acknowledged;
  for (std::uint64_t moment = 0; moment < 24; ++moment) {
    SCOPED_TRACE("moment " + std::to_string(moment));
    world.shuffle(moment + 1);
    std::vector<std::shared_ptr<PendingCall>> calls{begin(run_command()), begin(run_command())};
    for (std::uint64_t i = 0; i < moment; ++i) world.step();
    auto victim = world.busy("cluster");
    for (int i = 0; i < 100 && !victim && world.step(); ++i) victim = world.busy("cluster");
    if (!victim) {
      kill_cluster();
    } else {
      world.kill(victim);
    }
    world.settle();
    for (const auto& call : calls) {
      EXPECT_TRUE(call->done()) << "a caller waits for ever";
      if (!call->answer) continue;
      for (const auto& task : reply<core::TasksReply>(call->answer).tasks) acknowledged.insert(task->id);
    }
    world.advance(2s);
    ASSERT_TRUE(connect(agent));
    for (const auto& id : acknowledged) {
      const auto known = task(id);
      ASSERT_TRUE(known);
      EXPECT_EQ(known->last_status, TaskStatus::RUNNING);
    }
    const auto counts = cluster().counts;
    EXPECT_EQ(static_cast<std::size_t>(counts.running_tasks), journal->count("t/"));
  }
  const auto running = static_cast<std::size_t>(cluster().counts.running_tasks);
  EXPECT_GE(running, acknowledged.size());
  expect_exactly_full(running);
}

/// What it had on its way to the disk is durable, and its next actor knows it.
TEST_F(Deaths, ATaskMayDieAtAnyMomentOfItsEnd) {
  for (std::uint64_t moment = 0; moment < 24; ++moment) {
    SCOPED_TRACE("moment " + std::to_string(moment));
    world.shuffle(moment + 1);
    const auto started = run(1);
    ASSERT_THAT(started, SizeIs(1));
    const auto id = started.front()->id;
    agent.notes->obedient = false;
    const auto call = begin(core::StopTask{core::to_string(id), "enough"});
    const auto victim = at_work("task");
    ASSERT_TRUE(victim);
    for (std::uint64_t i = 0; i < moment; ++i) world.step();
    world.kill(victim);
    world.settle();
    EXPECT_TRUE(call->done()) << "a caller waits for ever";
    world.advance(2s);
    agent.notes->obedient = true;
    const auto known = task(id);
    ASSERT_TRUE(known);
    if (call->answer) {
      EXPECT_EQ(known->desired_status, core::DesiredStatus::STOPPED);
    }
    say(agent, report_of(id, TaskStatus::STOPPED));
    world.settle();
    EXPECT_EQ(task(id)->last_status, TaskStatus::STOPPED);
  }
  expect_no_version_twice();
}

TEST_F(Deaths, AnInstanceMayDieAtAnyMoment) {
  const auto running = run(3);
  for (std::uint64_t moment = 0; moment < 24; ++moment) {
    SCOPED_TRACE("moment " + std::to_string(moment));
    world.shuffle(moment + 1);
    const auto call = begin(core::PutAttributes{{core::Attribute{
        "moment", std::to_string(moment), core::TargetType::container_instance, core::to_string(agent.id)}}});
    const auto victim = at_work("container_instance");
    ASSERT_TRUE(victim);
    for (std::uint64_t i = 0; i < moment; ++i) world.step();
    world.kill(victim);
    world.settle();
    EXPECT_TRUE(call->done()) << "a caller waits for ever";
    world.advance(2s);
    ASSERT_TRUE(connect(agent));
    for (const auto& one : running) EXPECT_EQ(task(one->id)->last_status, TaskStatus::RUNNING);
  }
  expect_no_version_twice();
  expect_exactly_full(3);
}

TEST_F(Deaths, AClusterThatCannotBeReadEndsTheProcess) {
  kill_cluster();
  journal->unreadable = true;
  world.advance(2s);
  ASSERT_THAT(deaths, SizeIs(1));
  EXPECT_THAT(deaths[0], HasSubstr("the registry died: "));
}

TEST_F(Deaths, AJournalThatDiesIsToldAndNothingIsAcknowledged) {
  journal->breaks = true;
  EXPECT_EQ(refusal(ask(run_command())), "failure");
  ASSERT_THAT(deaths, SizeIs(1));
  EXPECT_THAT(deaths[0], HasSubstr("the journal died: "));
  EXPECT_THAT(deaths[0], HasSubstr("the disk controller caught fire"));
  journal->breaks = false;
  EXPECT_EQ(refusal(ask(run_command())), "failure") << "it is dead";
  EXPECT_THAT(agent.notes->started, IsEmpty());
  restart();
  ASSERT_TRUE(connect(agent));
  EXPECT_THAT(run(), SizeIs(1));
}

TEST_F(Deaths, WhatNothingCanGoOnWithoutIsTold) {
  caf::anon_send_exit(plane.events, caf::exit_reason::kill);
  world.settle();
  EXPECT_THAT(deaths, ElementsAre(HasSubstr("the event stream died: ")));
  caf::anon_send_exit(plane.registry, caf::exit_reason::kill);
  world.settle();
  ASSERT_THAT(deaths, SizeIs(2));
  EXPECT_THAT(deaths[1], HasSubstr("the registry died: "));
}

TEST_F(Deaths, AnOrderlyEndIsNoDeath) {
  run(3);
  stop();
  EXPECT_THAT(deaths, IsEmpty());
}

}  // namespace
}  // namespace troupe::testing
