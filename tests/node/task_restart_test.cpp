/// Containers that are started again by their restartPolicy.

#include "tests/node/run_driver.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe::node::testing {
namespace {

using core::ContainerCondition;

TEST(TaskRunRestart, HappensInPlaceAndIsNotReported) {
  auto plan = plan_of({planned("web")});
  plan->containers[0].restart = RestartSpec{{0}, 60s};
  RunDriver task{plan};
  task.bring_up();
  task.now += 60s;
  EXPECT_EQ(task.exited(0, 1), Lines{"start 0"});
  EXPECT_EQ(task.started(0), Lines{});
  EXPECT_EQ(task.run.status, core::TaskStatus::RUNNING);
  EXPECT_EQ(task.run.containers[0].incarnation, 2U);
}

TEST(TaskRunRestart, OneThatFailsLeavesTheEndAsItWas) {
  auto plan = plan_of({planned("web")});
  plan->containers[0].restart = RestartSpec{{0}, 60s};
  RunDriver task{plan};
  task.bring_up();
  task.now += 60s;
  const auto ended = task.now;
  task.exited(0, 9);
  task.now += 1s;
  EXPECT_EQ(task.on(ContainerStartFailed{0, {runtime::FailureKind::failed, "no memory"}}), Lines{"release"});
  EXPECT_EQ(task.released(), Lines{"report STOPPED: STOPPED(9)"});
  EXPECT_EQ(task.last_report->stop_code, core::TaskStopCode::EssentialContainerExited);
  EXPECT_EQ(task.last_report->containers[0].reason, "CannotStartContainerError: no memory");
  EXPECT_EQ(task.last_report->execution_stopped_at, ended);
}

TEST(TaskRunRestart, AStopThatComesMeanwhileEndsTheNewRun) {
  auto plan = plan_of({planned("web")});
  plan->containers[0].restart = RestartSpec{{}, 60s};
  RunDriver task{plan};
  task.bring_up();
  task.now += 60s;
  task.exited(0, 1);
  EXPECT_EQ(task.on(StopAsked{}), Lines{});
  EXPECT_EQ(task.started(0), (Lines{"signal 0 15", "timer stop_grace 0 30000"}));
  task.now += 1s;
  EXPECT_EQ(task.exited(0, 143), Lines{"release"});
  EXPECT_EQ(task.released(), Lines{"report STOPPED: STOPPED(143)"});
}

TEST(TaskRunRestart, NotTooEarlyNotForIgnoredCodesAndNotWhileStopping) {
  auto plan = plan_of({planned("web")});
  plan->containers[0].restart = RestartSpec{{0}, 60s};
  RunDriver early{plan};
  early.bring_up();
  early.now += 59s;
  EXPECT_EQ(early.exited(0, 1), Lines{"release"});

  RunDriver ignored{plan};
  ignored.bring_up();
  ignored.now += 600s;
  EXPECT_EQ(ignored.exited(0, 0), Lines{"release"});

  RunDriver stopping{plan};
  stopping.bring_up();
  stopping.now += 600s;
  stopping.on(StopAsked{});
  EXPECT_EQ(stopping.exited(0, 143), Lines{"release"});
}

TEST(TaskRunRestart, ARepeatedExitDoesNotEndTheNextIncarnation) {
  auto plan = plan_of({planned("web")});
  plan->containers[0].restart = RestartSpec{{}, 60s};
  RunDriver task{plan};
  task.bring_up();
  task.now += 60s;
  const ContainerExited exit{0, {1, false, task.now}};
  task.on(exit);
  task.started(0);
  EXPECT_EQ(task.on(exit), Lines{});
  EXPECT_EQ(task.run.containers[0].phase, ContainerPhase::running);
}

}  // namespace
}  // namespace troupe::node::testing
