/// RunTask and StopTask through the whole control plane, to an agent and back.

#include "tests/control/control_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::TaskStatus;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class Tasks : public ControlTest {
 protected:
  Tasks() {
    start();
    create_cluster();
    register_definition();
    agent = make_agent();
  }
  FakeAgent agent;
};

TEST_F(Tasks, RunTaskReachesTheAgentAndItsReportComesBack) {
  ASSERT_TRUE(connect(agent));
  const auto tasks = run(2);
  ASSERT_THAT(tasks, SizeIs(2));
  EXPECT_EQ(tasks[0]->last_status, TaskStatus::PENDING);
  EXPECT_EQ(tasks[0]->version, 1);
  EXPECT_EQ(tasks[0]->instance, agent.id);
  EXPECT_THAT(agent.notes->started, UnorderedElementsAre(tasks[0]->id, tasks[1]->id));
  const auto now = task(tasks[0]->id);
  EXPECT_EQ(now->last_status, TaskStatus::RUNNING);
  EXPECT_EQ(now->started_at, world.now());
  EXPECT_EQ(cluster().counts.running_tasks, 2);
  EXPECT_EQ(instance(agent.id)->running_tasks, 2);
  EXPECT_EQ(instance(agent.id)->used.memory, core::MemoryMib{128});
}

TEST_F(Tasks, StopTaskReachesTheAgentAndFreesWhatTheTaskHeld) {
  ASSERT_TRUE(connect(agent));
  const auto id = run()[0]->id;
  const auto stopping = reply<core::TaskReply>(ask(core::StopTask{core::to_string(id), "enough"})).task;
  EXPECT_EQ(stopping->last_status, TaskStatus::RUNNING);
  EXPECT_EQ(stopping->desired_status, core::DesiredStatus::STOPPED);
  EXPECT_EQ(stopping->stop_code, core::TaskStopCode::UserInitiated);
  EXPECT_THAT(agent.notes->stopped, ElementsAre(id));
  const auto stopped = task(id);
  EXPECT_EQ(stopped->last_status, TaskStatus::STOPPED);
  EXPECT_EQ(stopped->stopped_reason, "enough");
  EXPECT_EQ(cluster().counts.running_tasks, 0);
  EXPECT_EQ(instance(agent.id)->used.memory, core::MemoryMib{0});
  // All of it can be taken again.
  EXPECT_THAT(run(10), SizeIs(10));
}

TEST_F(Tasks, StoppingAStoppedTaskAnswersWithIt) {
  ASSERT_TRUE(connect(agent));
  const auto id = run()[0]->id;
  (void)ask(core::StopTask{core::to_string(id), "first"});
  const auto again = reply<core::TaskReply>(ask(core::StopTask{core::to_string(id), "second"})).task;
  EXPECT_EQ(again->last_status, TaskStatus::STOPPED);
  EXPECT_EQ(again->stopped_reason, "first");
}

TEST_F(Tasks, TwoStopsAtOnceAreBothAnsweredWithTheDurableRecord) {
  ASSERT_TRUE(connect(agent));
  agent.notes->obedient = false;
  const auto id = run()[0]->id;
  const auto first = begin(core::StopTask{core::to_string(id), "first"});
  const auto second = begin(core::StopTask{core::to_string(id), "second"});
  world.settle();
  for (const auto& call : {first, second}) {
    ASSERT_TRUE(call->answer) << call->error;
    EXPECT_EQ(reply<core::TaskReply>(call->answer).task->desired_status, core::DesiredStatus::STOPPED);
  }
}

TEST_F(Tasks, WithoutAnInstanceRunTaskIsRefused) {
  EXPECT_EQ(refusal(ask(run_command())),
            "InvalidParameterException: No Container Instances were found in your cluster.");
}

TEST_F(Tasks, UnknownTasksAndClustersAreNamed) {
  EXPECT_EQ(refusal(ask(core::StopTask{std::string(32, 'a'), ""})),
            "InvalidParameterException: The referenced task was not found.");
  EXPECT_EQ(refusal(ask(core::StopTask{"nonsense", ""})),
            "InvalidParameterException: Task Identifier is invalid");
  EXPECT_EQ(refusal(ask(run_command(), "nowhere")), "ClusterNotFoundException: Cluster not found.");
  auto unknown = run_command();
  unknown.task_definition = "nothing";
  EXPECT_EQ(refusal(ask(unknown)), "ClientException: TaskDefinition not found.");
}

TEST_F(Tasks, WhatDoesNotFitFailsWithTheInstancesReason) {
  agent.said.capacity.memory = {100};
  ASSERT_TRUE(connect(agent));
  const auto result = reply<core::TasksReply>(ask(run_command(3)));
  EXPECT_THAT(result.tasks, SizeIs(1));
  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_EQ(result.failures[0].reason, "RESOURCE:MEMORY");
  EXPECT_EQ(result.failures[0].arn, core::instance_arn({}, "default", agent.id));
}

TEST_F(Tasks, TwoRunTasksAtOnceDoNotShareOneSpace) {
  agent.said.capacity.memory = {64};
  ASSERT_TRUE(connect(agent));
  const auto first = begin(run_command());
  const auto second = begin(run_command());
  world.settle();
  const auto placed = reply<core::TasksReply>(first->answer).tasks.size() +
                      reply<core::TasksReply>(second->answer).tasks.size();
  EXPECT_EQ(placed, 1U);
}

TEST_F(Tasks, OneTokenMakesOneTask) {
  ASSERT_TRUE(connect(agent));
  auto command = run_command();
  command.client_token = "once";
  command.request_digest = "digest";
  const auto first = reply<core::TasksReply>(ask(command)).tasks;
  const auto second = reply<core::TasksReply>(ask(command)).tasks;
  ASSERT_THAT(first, SizeIs(1));
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(first[0]->id, second[0]->id);
  restart();
  EXPECT_EQ(reply<core::TasksReply>(ask(command)).tasks.at(0)->id, first[0]->id);
  command.request_digest = "other";
  EXPECT_EQ(refusal(ask(command)).substr(0, 17), "ConflictException");
}

TEST_F(Tasks, CallsWithOneTokenAtOnceAreAnsweredAlike) {
  ASSERT_TRUE(connect(agent));
  auto command = run_command();
  command.client_token = "once";
  const auto first = begin(command);
  const auto second = begin(command);
  world.settle();
  EXPECT_EQ(reply<core::TasksReply>(first->answer).tasks.at(0)->id,
            reply<core::TasksReply>(second->answer).tasks.at(0)->id);
  EXPECT_EQ(cluster().counts.running_tasks, 1);
}

TEST_F(Tasks, ATokenWhoseCallFailedCanBeUsedAgain) {
  auto command = run_command();
  command.client_token = "once";
  EXPECT_NE(refusal(ask(command)), "");
  ASSERT_TRUE(connect(agent));
  EXPECT_THAT(reply<core::TasksReply>(ask(command)).tasks, SizeIs(1));
}

TEST_F(Tasks, TokensAreForgottenAfterADay) {
  ASSERT_TRUE(connect(agent));
  auto command = run_command();
  command.client_token = "once";
  (void)ask(command);
  EXPECT_EQ(journal->count("k/"), 1U);
  world.advance(25h);
  EXPECT_EQ(journal->count("k/"), 0U);
  ASSERT_TRUE(connect(agent));
  command.count = 2;
  command.request_digest = "another request";
  EXPECT_THAT(reply<core::TasksReply>(ask(command)).tasks, SizeIs(2)) << "in memory, too";
}

/// However many there were, none is kept for longer, and a restart keeps none of them.
TEST_F(Tasks, ManyTokensAreForgottenTogether) {
  ASSERT_TRUE(connect(agent));
  for (int i = 0; i < 50; ++i) {
    auto command = run_command();
    command.client_token = "token-" + std::to_string(i);
    for (const auto& task : reply<core::TasksReply>(ask(command)).tasks) {
      (void)ask(core::StopTask{core::to_string(task->id), ""});
    }
  }
  EXPECT_EQ(journal->count("k/"), 50U);
  world.advance(23h);
  restart();
  EXPECT_EQ(journal->count("k/"), 50U);
  world.advance(2h);
  EXPECT_EQ(journal->count("k/"), 0U);
}

TEST_F(Tasks, StartTaskRunsOnTheInstanceThatIsNamed) {
  auto other = make_agent("host-2");
  ASSERT_TRUE(connect(agent));
  ASSERT_TRUE(connect(other));
  auto command = run_command();
  command.instances = {core::to_string(other.id), std::string(32, 'a')};
  const auto result = reply<core::TasksReply>(ask(command));
  ASSERT_THAT(result.tasks, SizeIs(1));
  EXPECT_EQ(result.tasks[0]->instance, other.id);
  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_EQ(result.failures[0].reason, "MISSING");
}

TEST_F(Tasks, StoppedTasksAreForgottenAfterTheirRetention) {
  ASSERT_TRUE(connect(agent));
  const auto id = run()[0]->id;
  (void)ask(core::StopTask{core::to_string(id), ""});
  world.advance(59min);
  beat(agent);
  EXPECT_TRUE(task(id));
  world.advance(3min);
  EXPECT_EQ(journal->count("t/"), 0U);
  const auto missing = reply<core::TasksReply>(ask(core::DescribeTasks{{core::to_string(id)}}));
  ASSERT_THAT(missing.failures, SizeIs(1));
  EXPECT_EQ(missing.failures[0].reason, "MISSING");
}

TEST_F(Tasks, ManyStoppedTasksAreAllForgotten) {
  options.limits.stopped_task_retention = 1min;
  agent.said.capacity = {{1'000'000}, {1'000'000}, {}, {}, 0};
  restart();
  ASSERT_TRUE(connect(agent));
  for (int i = 0; i < 150; ++i) {
    for (const auto& one : run(10)) (void)begin(core::StopTask{core::to_string(one->id), ""});
  }
  world.settle();
  EXPECT_EQ(journal->count("t/"), 1500U);
  world.advance(100s);
  EXPECT_EQ(journal->count("t/"), 0U);
}

TEST_F(Tasks, ATaskThatIsNotPlacedHereIsStopped) {
  ASSERT_TRUE(connect(agent));
  const core::TaskId stray{{1, 2}};
  say(agent, report_of(stray, TaskStatus::RUNNING));
  EXPECT_THAT(agent.notes->stopped, ElementsAre(stray));
  EXPECT_EQ(cluster().counts.running_tasks, 0);
}

TEST_F(Tasks, AnAgentCannotSpeakForAnothersTask) {
  auto other = make_agent("host-2");
  ASSERT_TRUE(connect(agent));
  ASSERT_TRUE(connect(other));
  auto command = run_command();
  command.instances = {core::to_string(agent.id)};
  const auto id = reply<core::TasksReply>(ask(command)).tasks.at(0)->id;
  say(other, report_of(id, TaskStatus::STOPPED));
  EXPECT_EQ(task(id)->last_status, TaskStatus::RUNNING);
}

TEST_F(Tasks, ATaskActorThatDiesIsGivenItsRecordAgain) {
  ASSERT_TRUE(connect(agent));
  const auto id = run()[0]->id;
  const auto before = world.living();
  clock_fails = true;
  say(agent, report_of(id, TaskStatus::RUNNING));
  clock_fails = false;
  EXPECT_EQ(world.living(), before - 1);
  EXPECT_EQ(refusal(ask(core::StopTask{core::to_string(id), ""})), "failure");
  // What the node says meanwhile is not lost.
  say(agent, report_of(id, TaskStatus::STOPPED));
  world.advance(2s);
  EXPECT_EQ(task(id)->last_status, TaskStatus::STOPPED);
}

TEST_F(Tasks, AnInstanceActorThatDiesIsGivenItsRecordAndItsTasks) {
  ASSERT_TRUE(connect(agent));
  const auto id = run()[0]->id;
  clock_fails = true;
  EXPECT_FALSE(connect(agent));
  EXPECT_THAT(world.last_error(), ::testing::HasSubstr("the clock fails"));
  clock_fails = false;
  world.advance(2s);
  EXPECT_FALSE(instance(agent.id)->agent_connected);
  ASSERT_TRUE(connect(agent));
  EXPECT_TRUE(instance(agent.id)->agent_connected);
  EXPECT_THAT(agent.notes->manifests.back(), ElementsAre(id));
  (void)ask(core::StopTask{core::to_string(id), ""});
  EXPECT_EQ(task(id)->last_status, TaskStatus::STOPPED);
}

/// A whole life under a seeded order of messages; prints the seed when it fails.
TEST_F(Tasks, EveryOrderOfMessagesGivesTheSameEnd) {
  ASSERT_TRUE(connect(agent));
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    world.shuffle(seed);
    auto command = run_command(5);
    command.client_token = "token-" + std::to_string(seed);
    const auto first = begin(command);
    const auto twin = begin(command);
    const auto other = begin(run_command(3));
    world.settle();
    const auto tasks = reply<core::TasksReply>(first->answer).tasks;
    ASSERT_THAT(tasks, SizeIs(5));
    EXPECT_EQ(reply<core::TasksReply>(twin->answer).tasks.size(), 5U);
    EXPECT_EQ(cluster().counts.running_tasks, 8);
    std::vector<std::shared_ptr<PendingCall>> stops;
    for (const auto& made : {first, other}) {
      for (const auto& one : reply<core::TasksReply>(made->answer).tasks) {
        stops.push_back(begin(core::StopTask{core::to_string(one->id), ""}));
        stops.push_back(begin(core::StopTask{core::to_string(one->id), ""}));
      }
    }
    world.settle();
    for (const auto& stop : stops) EXPECT_EQ(refusal(stop->answer), "") << stop->error;
    EXPECT_EQ(cluster().counts, (core::ClusterCounts{1, 0, 0, 0}));
    EXPECT_EQ(instance(agent.id)->used, core::TaskSize{});
    for (const auto& one : tasks) EXPECT_EQ(task(one->id)->last_status, TaskStatus::STOPPED);
    if (HasFailure()) break;
  }
  std::uint64_t expected = 1;
  for (const auto& event : events_after(0)) EXPECT_EQ(event->sequence, expected++);
  EXPECT_GT(expected, 60U * 8);
}

}  // namespace
}  // namespace troupe::testing
