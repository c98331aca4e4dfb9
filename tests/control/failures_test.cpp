/// Disks that refuse, agents that go silent, and a control plane that starts again.

#include "tests/control/control_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::TaskStatus;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAreArray;

class Failures : public ControlTest {
 protected:
  Failures() {
    start();
    create_cluster();
    register_definition();
    agent = make_agent();
    EXPECT_TRUE(connect(agent));
  }
  FakeAgent agent;
};

TEST_F(Failures, WhatTheJournalRefusesIsNeitherSeenNorHeld) {
  journal->refuses = true;
  EXPECT_EQ(refusal(ask(run_command(10))), "failure");
  EXPECT_EQ(refusal(ask(core::CreateCluster{}, "second")), "failure");
  core::RegisterTaskDefinition definition;
  definition.definition.family = "other";
  definition.definition.containerDefinitions = {container("web")};
  EXPECT_EQ(refusal(ask(std::move(definition))), "failure");
  EXPECT_THAT(agent.notes->started, IsEmpty());
  EXPECT_THAT(reply<core::ListReply>(ask(core::ListTasks{})).items, IsEmpty());
  EXPECT_EQ(refusal(ask(core::DescribeCluster{}, "second")), "ClusterNotFoundException: Cluster not found.");
  EXPECT_NE(refusal(ask(core::DescribeTaskDefinition{"other"})), "");
  journal->refuses = false;
  // All the memory there is, so nothing is held by the tasks that were refused.
  for (int i = 0; i < 6; ++i) EXPECT_THAT(run(10), SizeIs(10));
  EXPECT_THAT(run(4), SizeIs(4));
  create_cluster("second");
  std::uint64_t expected = 1;
  for (const auto& event : events_after(0)) EXPECT_EQ(event->sequence, expected++);
}

TEST_F(ControlTest, TheJournalTellsWhatItHasDone) {
  core::JournalFigures figures;
  options.on_commit = [&](const core::JournalFigures& now) { figures = now; };
  start();
  create_cluster();
  const auto before = figures;
  EXPECT_GE(before.batches, 1U);
  EXPECT_GT(before.bytes, 0U);
  EXPECT_GE(before.commits.sum, 0);
  create_cluster("second");
  EXPECT_EQ(figures.batches, before.batches + 1);
  EXPECT_GT(figures.bytes, before.bytes);
  journal->refuses = true;
  EXPECT_EQ(refusal(ask(core::CreateCluster{}, "third")), "failure");
  EXPECT_EQ(figures.batches, before.batches + 1);
  EXPECT_EQ(figures.failures, 1U);
}

TEST_F(Failures, CallersWithTheTokenOfARefusedCallAreToldSo) {
  journal->refuses = true;
  auto command = run_command();
  command.client_token = "once";
  const auto first = begin(command);
  const auto second = begin(command);
  world.settle();
  EXPECT_NE(first->error, "");
  EXPECT_NE(second->error, "");
  journal->refuses = false;
  EXPECT_THAT(reply<core::TasksReply>(ask(command)).tasks, SizeIs(1));
}

TEST_F(Failures, ReportsThatTheJournalRefusedAreTakenLater) {
  const auto id = run()[0]->id;
  journal->refuses = true;
  say(agent, report_of(id, TaskStatus::STOPPED));
  EXPECT_EQ(task(id)->last_status, TaskStatus::RUNNING);
  EXPECT_EQ(refusal(ask(core::StopTask{core::to_string(id), ""})), "failure");
  world.advance(5s);
  journal->refuses = false;
  world.advance(2s);
  EXPECT_EQ(task(id)->last_status, TaskStatus::STOPPED);
  EXPECT_EQ(cluster().counts.running_tasks, 0);
}

TEST_F(Failures, AHostThatCannotBeRecordedDoesNotGetInAndComesAgain) {
  auto other = make_agent("host-2");
  const auto living = world.living();
  journal->refuses = true;
  EXPECT_FALSE(connect(other));
  EXPECT_EQ(world.living(), living);
  journal->refuses = false;
  EXPECT_TRUE(connect(other));
  EXPECT_EQ(cluster().counts.registered_instances, 2);
}

TEST_F(Failures, ASilentAgentIsDisconnectedAndHeardAgain) {
  const auto id = run()[0]->id;
  world.advance(61s);
  EXPECT_FALSE(instance(agent.id)->agent_connected);
  const auto alone = task(id);
  EXPECT_EQ(alone->connectivity, core::Connectivity::DISCONNECTED);
  EXPECT_EQ(alone->last_status, TaskStatus::RUNNING);
  const auto refused = reply<core::TasksReply>(ask(run_command()));
  EXPECT_EQ(refused.failures.at(0).reason, "AGENT");
  beat(agent);
  EXPECT_TRUE(instance(agent.id)->agent_connected);
  EXPECT_EQ(task(id)->connectivity, core::Connectivity::CONNECTED);
  EXPECT_THAT(agent.notes->manifests.back(), ElementsAre(id));
  EXPECT_THAT(run(), SizeIs(1));
}

TEST_F(Failures, AHostThatIsSilentForLongIsLostAndItsTasksWithIt) {
  options.limits.instance_loss = 300s;
  restart();
  ASSERT_TRUE(connect(agent));
  const auto id = run()[0]->id;
  world.advance(250s);
  EXPECT_FALSE(instance(agent.id)->agent_connected);
  EXPECT_EQ(task(id)->last_status, TaskStatus::RUNNING);
  world.advance(70s);
  const auto lost = task(id);
  EXPECT_EQ(lost->last_status, TaskStatus::STOPPED);
  EXPECT_EQ(lost->stop_code, core::TaskStopCode::TerminationNotice);
  EXPECT_EQ(lost->stopped_reason, "Host EC2 (instance host-1) terminated.");
  EXPECT_EQ(instance(agent.id)->status, core::InstanceStatus::ACTIVE);
  EXPECT_EQ(instance(agent.id)->running_tasks, 0);

  // It was only cut off: it is told to stop what it still runs, and gets work again.
  beat(agent);
  EXPECT_TRUE(instance(agent.id)->agent_connected);
  EXPECT_THAT(agent.notes->manifests.back(), IsEmpty());
  say(agent, report_of(id, TaskStatus::RUNNING));
  EXPECT_THAT(agent.notes->stopped, ElementsAre(id));
  EXPECT_EQ(task(id)->last_status, TaskStatus::STOPPED);
  EXPECT_THAT(run(), SizeIs(1));
}

TEST_F(Failures, SilenceIsCountedAnewAfterARestart) {
  options.limits.instance_loss = 300s;
  restart();
  ASSERT_TRUE(connect(agent));
  const auto id = run()[0]->id;
  world.advance(290s);
  restart();
  world.advance(290s);
  EXPECT_EQ(task(id)->last_status, TaskStatus::RUNNING);
  ASSERT_TRUE(connect(agent));
  world.advance(30s);
  EXPECT_EQ(task(id)->last_status, TaskStatus::RUNNING);
}

TEST_F(Failures, HeartbeatsKeepAnAgentConnected) {
  for (int i = 0; i < 30; ++i) {
    world.advance(20s);
    beat(agent);
  }
  EXPECT_TRUE(instance(agent.id)->agent_connected);
}

TEST_F(Failures, WhatAnAgentMissedIsInItsManifest) {
  const auto id = run()[0]->id;
  world.advance(61s);
  agent.notes->obedient = false;
  (void)ask(core::StopTask{core::to_string(id), ""});
  EXPECT_EQ(task(id)->last_status, TaskStatus::STOPPING);
  agent.notes->obedient = true;
  ASSERT_TRUE(connect(agent));
  EXPECT_EQ(task(id)->last_status, TaskStatus::STOPPED);
}

TEST_F(Failures, AnAgentThatEndsIsDisconnectedAtOnce) {
  caf::anon_send_exit(agent.actor, caf::exit_reason::kill);
  world.settle();
  EXPECT_FALSE(instance(agent.id)->agent_connected);
  auto again = make_agent();
  again.id = agent.id;
  ASSERT_TRUE(connect(again));
  EXPECT_EQ(again.id, agent.id);
  EXPECT_TRUE(instance(agent.id)->agent_connected);
}

TEST_F(Failures, OneAgentThatSpeaksDoesNotReviveAnothersSession) {
  auto impostor = make_agent("host-2");
  impostor.instance = agent.instance;
  world.advance(61s);
  beat(impostor);
  EXPECT_FALSE(instance(agent.id)->agent_connected);
}

TEST_F(Failures, AfterARestartEverythingIsAsItWas) {
  const auto running = run(3);
  const auto stopped = run()[0]->id;
  (void)ask(core::StopTask{core::to_string(stopped), "done"});
  create_cluster("second");
  std::vector<core::Task> before;
  for (const auto& one : running) before.push_back(*task(one->id));
  before.push_back(*task(stopped));
  const auto clusters = reply<core::ListReply>(ask(core::ListClusters{})).items;
  const auto record = *cluster().cluster;
  restart();
  for (const auto& was : before) {
    const auto is = task(was.id);
    ASSERT_TRUE(is);
    EXPECT_TRUE(core::equal_fields(*is, was));
    EXPECT_EQ(*is->launch, *was.launch);
    EXPECT_EQ(*is->definition, *was.definition);
  }
  EXPECT_EQ(reply<core::ListReply>(ask(core::ListClusters{})).items, clusters);
  EXPECT_EQ(*cluster().cluster, record);
  EXPECT_EQ(cluster().counts, (core::ClusterCounts{1, 3, 0, 0, {{3, 0}, 0, 0}}));
  // The agent has to come again; its tasks stay as they are, and keep what they hold.
  EXPECT_FALSE(instance(agent.id)->agent_connected);
  ASSERT_TRUE(connect(agent));
  EXPECT_THAT(agent.notes->manifests.back(), SizeIs(3));
  EXPECT_EQ(task(running[0]->id)->version, before[0].version);
  EXPECT_EQ(instance(agent.id)->running_tasks, 3);
  for (int i = 0; i < 6; ++i) EXPECT_THAT(run(10), SizeIs(10));
  EXPECT_THAT(reply<core::TasksReply>(ask(run_command(2))).tasks, SizeIs(1));
  EXPECT_EQ(register_definition()->definition.revision, 2);
}

/// However the agent and the tasks' actors come, the manifest names every task:
/// an agent stops what is not in it.
TEST_F(Failures, AManifestAfterARestartIsCompleteInEveryOrder) {
  std::vector<core::TaskId> ids;
  for (const auto& one : run(8)) ids.push_back(one->id);
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    stop();
    world.shuffle(seed);
    auto started = start_control_plane(world.system(), journal, options);
    ASSERT_TRUE(started);
    plane = std::move(*started);
    agent.notes->manifests.clear();
    ASSERT_TRUE(connect(agent));
    ASSERT_THAT(agent.notes->manifests, ::testing::Not(IsEmpty()));
    for (const auto& manifest : agent.notes->manifests) EXPECT_THAT(manifest, UnorderedElementsAreArray(ids));
    EXPECT_EQ(cluster().counts.running_tasks, 8);
  }
  EXPECT_THAT(agent.notes->stopped, IsEmpty());
}

TEST_F(Failures, TasksOfAnAgentThatDoesNotComeBackAreDisconnected) {
  const auto id = run()[0]->id;
  restart();
  EXPECT_EQ(task(id)->connectivity, core::Connectivity::CONNECTED);
  world.advance(80s);
  EXPECT_EQ(task(id)->connectivity, core::Connectivity::DISCONNECTED);
  ASSERT_TRUE(connect(agent));
  EXPECT_EQ(task(id)->connectivity, core::Connectivity::CONNECTED);
}

TEST_F(Failures, AStopThatWasDurableIsCarriedOutAfterARestart) {
  const auto id = run()[0]->id;
  agent.notes->obedient = false;
  (void)ask(core::StopTask{core::to_string(id), "enough"});
  restart();
  agent.notes->obedient = true;
  ASSERT_TRUE(connect(agent));
  EXPECT_EQ(task(id)->last_status, TaskStatus::STOPPED);
  EXPECT_EQ(task(id)->stopped_reason, "enough");
}

/// Ends in the middle of everything: no promise may keep an actor, as that keeps
/// the journal, and with it the thread of a real one.
TEST_F(Failures, AControlPlaneThatEndsInTheMiddleLeavesNothingBehind) {
  const auto ids = run(5);
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    world.shuffle(seed);
    std::vector<std::shared_ptr<PendingCall>> calls;
    auto with_token = run_command();
    with_token.client_token = "t" + std::to_string(seed);
    calls.push_back(begin(with_token));
    calls.push_back(begin(with_token));
    for (const auto& one : ids) calls.push_back(begin(core::StopTask{core::to_string(one->id), ""}));
    calls.push_back(begin(core::CreateCluster{}, "c" + std::to_string(seed)));
    for (std::uint64_t i = 0; i < seed; ++i) world.step();
    stop();
    start();
    ASSERT_TRUE(connect(agent));
    if (HasFailure()) break;
  }
}

TEST_F(Failures, ManyOwnersShareOneCommit) {
  const auto tasks = run(10);
  const auto before = journal->commits;
  std::vector<std::shared_ptr<PendingCall>> stops;
  agent.notes->obedient = false;
  for (const auto& one : tasks) stops.push_back(begin(core::StopTask{core::to_string(one->id), ""}));
  world.settle();
  for (const auto& stop : stops) EXPECT_TRUE(stop->answer);
  EXPECT_LE(journal->commits - before, 4U);
}

}  // namespace
}  // namespace troupe::testing
