/// A node that comes back: what ran, ended or never began while no agent was
/// there.

#include "tests/node/node_world.hpp"

#include <cstdlib>
#include <filesystem>

using namespace std::chrono_literals;

namespace troupe::node::testing {
namespace {

using core::TaskStatus;
using runtime::ContainerState;

core::Task web_task(std::uint64_t number) {
  return pending_task(number, definition({container("web")}));
}

class AdoptionTest : public NodeTest {
 protected:
  /// A first agent runs these tasks, and is gone.
  void leave_behind(const std::vector<core::Task>& tasks) {
    boot();
    for (const auto& task : tasks) plane.start(world, shared(task));
    halt();
    host->forget_calls();
    plane.notes->reports.clear();
  }
};

TEST_F(AdoptionTest, EndingTheAgentLeavesContainersAlone) {
  leave_behind({web_task(1)});
  EXPECT_EQ(host->running(), 1U);
}

TEST_F(AdoptionTest, ARunningTaskIsAdoptedAndNotStartedAgain) {
  leave_behind({web_task(1)});
  boot({shared(running_task(web_task(1)))});
  EXPECT_EQ(status(1), TaskStatus::RUNNING);
  EXPECT_EQ(host->count("start " + in(1, "web")), 0U);
  EXPECT_EQ(host->count("create_sandbox " + sandbox(1)), 0U);
  host->end(in(1, "web"), 4);
  world.settle();
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
  EXPECT_EQ(plane.last(task_id(1))->containers[0].exit_code, 4);
}

TEST_F(AdoptionTest, AnExitMeanwhileIsReportedWithItsRealCode) {
  leave_behind({web_task(1)});
  host->end(in(1, "web"), 42, FakeRuntime::Tell::no);
  boot({shared(running_task(web_task(1)))});
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
  EXPECT_EQ(plane.last(task_id(1))->containers[0].exit_code, 42);
  EXPECT_EQ(plane.last(task_id(1))->stop_code, core::TaskStopCode::EssentialContainerExited);
}

TEST_F(AdoptionTest, AnExitBetweenSurveyAndAdoptionIsNotLost) {
  leave_behind({web_task(1)});
  boot_silently();
  host->end(in(1, "web"), 5);
  world.settle();
  plane.manifest(world, {shared(running_task(web_task(1)))});
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
  EXPECT_EQ(plane.last(task_id(1))->containers[0].exit_code, 5);
}

TEST_F(AdoptionTest, ATaskThatNeverRanHereIsStarted) {
  boot({shared(web_task(1))});
  EXPECT_EQ(status(1), TaskStatus::RUNNING);
}

TEST_F(AdoptionTest, ATaskWhoseReportWasLostIsNotRunTwice) {
  leave_behind({web_task(1)});
  host->end(in(1, "web"), 0, FakeRuntime::Tell::no);
  boot({shared(web_task(1))});  // The control plane never heard that it ran.
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
  EXPECT_EQ(plane.last(task_id(1))->containers[0].exit_code, 0);
  EXPECT_EQ(host->count("start " + in(1, "web")), 0U);
}

TEST_F(AdoptionTest, ATaskWhoseContainersAreGoneIsStoppedAndSaysSo) {
  leave_behind({web_task(1)});
  host->wipe();
  boot({shared(running_task(web_task(1)))});
  const auto report = plane.last(task_id(1));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->status, TaskStatus::STOPPED);
  EXPECT_EQ(report->reason, "CannotInspectContainerError: The container is not on this host any more");
  EXPECT_FALSE(report->containers[0].exit_code);
  EXPECT_EQ(host->running(), 0U);
}

TEST_F(AdoptionTest, AContainerThatWasOnlyCreatedIsStarted) {
  runtime::SandboxSpec shared_part;
  shared_part.id = sandbox(1);
  runtime::ContainerSpec created;
  created.id = in(1, "web");
  created.sandbox = sandbox(1);
  ASSERT_TRUE(host->create_sandbox(shared_part));
  ASSERT_TRUE(host->create(created));
  boot({shared(web_task(1))});
  EXPECT_EQ(status(1), TaskStatus::RUNNING);
  EXPECT_EQ(host->count("create " + in(1, "web")), 1U) << "by the test";
  EXPECT_EQ(host->count("start " + in(1, "web")), 1U);
}

TEST_F(AdoptionTest, ASandboxWithoutContainersIsUsed) {
  boot_silently();
  host->on_call = [&](const std::string& call) {
    if (call == "create_sandbox " + sandbox(1)) node->stop();
  };
  plane.start(world, shared(web_task(1)));
  host->on_call = nullptr;
  halt();
  ASSERT_TRUE(host->has_sandbox(sandbox(1)));
  boot({shared(web_task(1))});
  EXPECT_EQ(status(1), TaskStatus::RUNNING);
  EXPECT_EQ(host->count("create_sandbox " + sandbox(1)), 1U);
}

TEST_F(AdoptionTest, WhatBelongsToNoTaskIsRemoved) {
  leave_behind({web_task(1), web_task(2)});
  boot({shared(running_task(web_task(2)))});
  EXPECT_FALSE(host->has_sandbox(sandbox(1)));
  EXPECT_EQ(host->state_of(in(2, "web")), ContainerState::running);
}

/// Its instance was deregistered by force: it registers as another one.
class OrphanTest : public AdoptionTest {
 protected:
  OrphanTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "troupe-node-XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    options.data_directory = pattern + "/node";
  }
  ~OrphanTest() override {
    halt();
    std::filesystem::remove_all(directory_);
  }
  void deregister() {
    plane.notes->instance_id = core::InstanceId{{7, ++instances_}};
    plane.replace_instance(world);
    world.advance(1min);
  }

 private:
  std::string directory_;
  std::uint64_t instances_ = 0;
};

TEST_F(OrphanTest, TasksOfADeregisteredInstanceRunOn) {
  boot();
  plane.start(world, shared(web_task(1)));
  deregister();
  plane.manifest(world, {});
  EXPECT_EQ(host->running(), 1U);
  const auto reports = plane.notes->reports.size();
  host->end(in(1, "web"), 3);
  world.settle();
  EXPECT_EQ(plane.notes->reports.size(), reports) << "nobody speaks for it";
}

TEST_F(OrphanTest, RunOnAlsoWhenTheManifestComesBeforeTheSession) {
  boot();
  plane.start(world, shared(web_task(1)));
  plane.notes->early_manifest = TaskManifest{std::make_shared<const std::vector<core::TaskPtr>>()};
  deregister();
  EXPECT_EQ(host->running(), 1U);
}

TEST_F(AdoptionTest, AManifestBeforeTheSessionIsFollowedAndAnswered) {
  auto task = web_task(1);
  task.desired_status = core::DesiredStatus::STOPPED;
  plane.notes->early_manifest =
      TaskManifest{std::make_shared<const std::vector<core::TaskPtr>>(std::vector{shared(task)})};
  boot_silently();
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
}

TEST_F(OrphanTest, AreLeftAloneByLaterAgentsUntilTheyEnd) {
  boot();
  plane.start(world, shared(web_task(1)));
  deregister();
  plane.start(world, shared(web_task(2)));
  halt();
  boot({shared(running_task(web_task(2)))});
  EXPECT_EQ(host->running(), 2U);
  host->end(in(1, "web"), 0, FakeRuntime::Tell::no);
  halt();
  boot({shared(running_task(web_task(2)))});
  EXPECT_EQ(host->running(), 1U);
  EXPECT_TRUE(host->is_released(sandbox(1)));
}

TEST_F(OrphanTest, AreThoseOfAnAgentThatWasAwayMeanwhile) {
  leave_behind({web_task(1)});
  deregister();
  boot();
  EXPECT_EQ(host->running(), 1U);
}

TEST_F(AdoptionTest, LogsOfTasksThatEndedAreKeptForTheirRetention) {
  leave_behind({web_task(1)});
  host->now = runtime::Time{world.now().time_since_epoch()};
  host->end(in(1, "web"), 0, FakeRuntime::Tell::no);
  boot();
  EXPECT_TRUE(host->has_sandbox(sandbox(1)));
  EXPECT_TRUE(host->is_released(sandbox(1)));
  world.advance(68min);
  EXPECT_FALSE(host->has_sandbox(sandbox(1)));
}

TEST_F(AdoptionTest, AnotherHostsSandboxesAreLeftAlone) {
  options.host_id = "host-2";
  leave_behind({web_task(1)});
  options.host_id = "host-1";
  boot();
  EXPECT_EQ(host->state_of(in(1, "web")), ContainerState::running);
}

TEST_F(AdoptionTest, ATaskThatIsToStopIsStopped) {
  leave_behind({web_task(1)});
  auto task = running_task(web_task(1));
  task.desired_status = core::DesiredStatus::STOPPED;
  boot({shared(task)});
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
  EXPECT_EQ(host->running(), 0U);
}

TEST_F(AdoptionTest, ATaskThatIsToStopAndNeverRanIsNotStarted) {
  auto task = web_task(1);
  task.desired_status = core::DesiredStatus::STOPPED;
  boot({shared(task)});
  EXPECT_EQ(status(1), TaskStatus::STOPPED);
  EXPECT_EQ(host->count("create_sandbox " + sandbox(1)), 0U);
}

TEST_F(AdoptionTest, WaitsUntilTheHostCanBeSurveyed) {
  host->fail("list", {runtime::FailureKind::unavailable, "busy"});
  boot_silently();
  EXPECT_TRUE(plane.notes->registrations.empty()) << "an unknown host takes no tasks";
  world.advance(30s);
  EXPECT_EQ(plane.notes->registrations.size(), 1U);
}

TEST_F(AdoptionTest, HealthChecksGoOn) {
  auto checked = container("web");
  checked.healthCheck = core::HealthCheck{};
  checked.healthCheck->command = std::vector<std::string>{"CMD", "/ok"};
  const auto task = pending_task(1, definition({checked}));
  leave_behind({task});
  boot({shared(running_task(task))});
  world.advance(30s);
  EXPECT_EQ(plane.last(task_id(1))->containers[0].health, core::HealthStatus::HEALTHY);
}

}  // namespace
}  // namespace troupe::node::testing
