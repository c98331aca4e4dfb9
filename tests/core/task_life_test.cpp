/// The life cycle of a task: each transition, and random sequences of them.

#include "actors/core/task_life.hpp"
#include "tests/support/builders.hpp"

#include <gmock/gmock.h>

#include <random>

namespace troupe::core {
namespace {

using troupe::testing::container;
using troupe::testing::definition;

constexpr Stamp at(std::int64_t ms) {
  return {from_epoch_ms(ms), 7};
}

TaskDefinitionPtr web(NetworkMode mode = NetworkMode::bridge) {
  auto sidecar = container("sidecar");
  sidecar.essential = false;
  return definition({container("web"), sidecar}, "web", mode);
}

Task accepted(NetworkMode mode = NetworkMode::bridge) {
  auto launch = std::make_shared<TaskLaunch>();
  launch->cluster = "default";
  launch->family = "web";
  launch->revision = 1;
  NetworkConfiguration network;
  network.awsvpcConfiguration.emplace().subnets = {"subnet-1", "subnet-2"};
  launch->network = network;
  return accept_task({TaskId{{1, 1}}, InstanceId{{2, 2}}, "us-east-1a"}, launch, web(mode), at(1000));
}

TaskReport report(TaskStatus status) {
  TaskReport made;
  made.task = TaskId{{1, 1}};
  made.status = status;
  return made;
}

Task after(const Task& task, const TaskSteps& steps) {
  return steps.empty() ? task : steps.back();
}

Task running(NetworkMode mode = NetworkMode::bridge) {
  const auto task = accepted(mode);
  return after(task, report_task(task, report(TaskStatus::RUNNING), at(2000)));
}

std::vector<TaskStatus> statuses(const TaskSteps& steps) {
  std::vector<TaskStatus> seen;
  for (const auto& step : steps) seen.push_back(step.last_status);
  return seen;
}

TEST(TaskLife, ATaskBeginsPendingWithItsContainers) {
  const auto task = accepted();
  EXPECT_EQ(task.last_status, TaskStatus::PENDING);
  EXPECT_EQ(task.desired_status, DesiredStatus::RUNNING);
  EXPECT_EQ(task.version, 1);
  EXPECT_EQ(task.created_at, from_epoch_ms(1000));
  EXPECT_EQ(task.availability_zone, "us-east-1a");
  ASSERT_EQ(task.containers.size(), 2U);
  EXPECT_EQ(task.containers[0].name, "web");
  EXPECT_NE(task.containers[0].id, task.containers[1].id);
  EXPECT_TRUE(task.attachments.empty());
}

TEST(TaskLife, WithAnAddressOfItsOwnItBeginsProvisioning) {
  const auto task = accepted(NetworkMode::awsvpc);
  EXPECT_EQ(task.last_status, TaskStatus::PROVISIONING);
  ASSERT_EQ(task.attachments.size(), 1U);
  EXPECT_EQ(task.attachments[0].type, "ElasticNetworkInterface");
  EXPECT_EQ(task.attachments[0].status, "PRECREATED");
  EXPECT_EQ(task.attachments[0].details->at(0).value, "subnet-1");
}

TEST(TaskLife, WithoutAPlaceItIsProvisioningUntilItGetsOne) {
  for (const auto mode : {NetworkMode::bridge, NetworkMode::awsvpc}) {
    const auto like = accepted(mode);
    const auto waiting = accept_waiting_task(like.id, like.launch, like.definition, at(1000));
    EXPECT_TRUE(waits_for_place(waiting));
    EXPECT_EQ(waiting.last_status, TaskStatus::PROVISIONING);
    EXPECT_TRUE(waiting.availability_zone.empty());
    const auto placed = place_waiting_task(waiting, {like.id, InstanceId{{2, 2}}, "us-east-1a"}, at(3000));
    EXPECT_FALSE(waits_for_place(placed));
    EXPECT_EQ(placed.version, 2);
    EXPECT_EQ(placed.updated_at, from_epoch_ms(3000));
    EXPECT_EQ(placed.instance, like.instance);
    EXPECT_EQ(placed.availability_zone, "us-east-1a");
    EXPECT_EQ(placed.last_status, like.last_status);
  }
}

TEST(TaskLife, AWaitingTaskThatIsStoppedIsStoppedAtOnce) {
  const auto like = accepted();
  const auto waiting = accept_waiting_task(like.id, like.launch, like.definition, at(1000));
  const auto steps = end_task(waiting, TaskStopCode::UserInitiated, "enough", at(2000));
  EXPECT_EQ(statuses(steps), (std::vector{TaskStatus::PROVISIONING, TaskStatus::STOPPED}));
  EXPECT_EQ(steps.front().desired_status, DesiredStatus::STOPPED);
  EXPECT_EQ(steps.back().stopped_at, from_epoch_ms(2000));
  EXPECT_EQ(steps.back().stopped_reason, "enough");
  EXPECT_FALSE(steps.back().started_at);
  EXPECT_FALSE(waits_for_place(steps.back()));
  EXPECT_TRUE(end_task(steps.back(), TaskStopCode::UserInitiated, "again", at(3000)).empty());
}

TEST(TaskLife, TheNodesReportMakesItRunning) {
  auto said = report(TaskStatus::RUNNING);
  said.containers = {{.name = "web",
                      .status = ContainerStatus::RUNNING,
                      .health = HealthStatus::HEALTHY,
                      .exit_code = {},
                      .reason = {},
                      .runtime_id = "r1",
                      .image_digest = "sha256:1",
                      .bindings = {}}};
  said.pull_started_at = from_epoch_ms(1100);
  said.pull_stopped_at = from_epoch_ms(1200);
  const auto steps = report_task(accepted(), said, at(2000));
  ASSERT_EQ(statuses(steps), std::vector{TaskStatus::RUNNING});
  const auto& task = steps[0];
  EXPECT_EQ(task.version, 2);
  EXPECT_EQ(task.started_at, from_epoch_ms(2000));
  EXPECT_EQ(task.updated_at, from_epoch_ms(2000));
  EXPECT_EQ(task.pull_started_at, from_epoch_ms(1100));
  EXPECT_EQ(task.pull_stopped_at, from_epoch_ms(1200));
  EXPECT_EQ(task.containers[0].runtime_id, "r1");
  EXPECT_EQ(task.health, HealthStatus::HEALTHY);
  EXPECT_TRUE(report_task(task, said, at(3000)).empty()) << "a repeated report is no news";
}

TEST(TaskLife, ProvisioningBecomesPendingThenRunningAndAttached) {
  auto task = accepted(NetworkMode::awsvpc);
  task = after(task, report_task(task, report(TaskStatus::PENDING), at(1500)));
  EXPECT_EQ(task.last_status, TaskStatus::PENDING);
  auto said = report(TaskStatus::RUNNING);
  said.network_details = {{.name = "privateIPv4Address", .value = "10.0.0.2"}};
  task = after(task, report_task(task, said, at(2000)));
  EXPECT_EQ(task.last_status, TaskStatus::RUNNING);
  EXPECT_EQ(task.attachments[0].status, "ATTACHED");
  EXPECT_EQ(task.attachments[0].details->size(), 2U);
  EXPECT_TRUE(report_task(task, said, at(2500)).empty());
}

TEST(TaskLife, StopTaskIsTwoVersionsOfARunningTask) {
  const auto steps = end_task(running(), TaskStopCode::UserInitiated, "enough", at(3000));
  ASSERT_EQ(statuses(steps), (std::vector{TaskStatus::RUNNING, TaskStatus::STOPPING}));
  EXPECT_EQ(steps[0].version, 3);
  EXPECT_EQ(steps[1].version, 4);
  for (const auto& step : steps) {
    EXPECT_EQ(step.desired_status, DesiredStatus::STOPPED);
    EXPECT_EQ(step.stop_code, TaskStopCode::UserInitiated);
    EXPECT_EQ(step.stopped_reason, "enough");
    EXPECT_EQ(step.stopping_at, from_epoch_ms(3000));
  }
  EXPECT_TRUE(end_task(steps.back(), TaskStopCode::UserInitiated, "again", at(4000)).empty());
}

TEST(TaskLife, StopTaskOfAPendingTaskOnlyWantsItStopped) {
  const auto steps = end_task(accepted(), TaskStopCode::UserInitiated, "enough", at(3000));
  ASSERT_EQ(statuses(steps), std::vector{TaskStatus::PENDING});
  EXPECT_EQ(steps[0].desired_status, DesiredStatus::STOPPED);
}

struct EndCase {
  const char* name;
  bool stop_asked;
  std::optional<TaskStopCode> code;
  const char* reason;
  TaskStopCode expected_code;
  const char* expected_reason;
};

class TaskEnd : public ::testing::TestWithParam<EndCase> {};

/// ECS_FACTS: who ended the task first names the reason.
TEST_P(TaskEnd, KeepsTheFirstReason) {
  const auto& how = GetParam();
  auto task = running();
  if (how.stop_asked)
    task = after(task, end_task(task, TaskStopCode::UserInitiated, stopped_by_user, at(3000)));
  auto said = report(TaskStatus::STOPPED);
  said.stop_code = how.code;
  said.reason = how.reason;
  said.containers = {{.name = "web",
                      .status = ContainerStatus::STOPPED,
                      .health = HealthStatus::UNKNOWN,
                      .exit_code = 137,
                      .reason = "OutOfMemoryError: killed",
                      .runtime_id = {},
                      .image_digest = {},
                      .bindings = {}}};
  said.execution_stopped_at = from_epoch_ms(3900);
  const auto steps = report_task(task, said, at(4000));
  ASSERT_EQ(statuses(steps), std::vector{TaskStatus::STOPPED});
  const auto& stopped = steps[0];
  EXPECT_EQ(stopped.stop_code, how.expected_code);
  EXPECT_EQ(stopped.stopped_reason, how.expected_reason);
  EXPECT_EQ(stopped.stopped_at, from_epoch_ms(4000));
  EXPECT_EQ(stopped.stopping_at, from_epoch_ms(how.stop_asked ? 3000 : 4000));
  EXPECT_EQ(stopped.execution_stopped_at, from_epoch_ms(3900));
  EXPECT_EQ(stopped.desired_status, DesiredStatus::STOPPED);
  EXPECT_EQ(stopped.containers[0].exit_code, 137);
  EXPECT_EQ(stopped.containers[0].reason, "OutOfMemoryError: killed");
  for (const auto& one : stopped.containers) EXPECT_EQ(one.last_status, ContainerStatus::STOPPED);
}

INSTANTIATE_TEST_SUITE_P(
    TaskLife, TaskEnd,
    ::testing::Values(EndCase{"Exit",
                              false,
                              {},
                              "",
                              TaskStopCode::EssentialContainerExited,
                              "Essential container in task exited"},
                      EndCase{"FailedStart", false, TaskStopCode::TaskFailedToStart,
                              "CannotPullContainerError: x", TaskStopCode::TaskFailedToStart,
                              "CannotPullContainerError: x"},
                      EndCase{"User", true, TaskStopCode::EssentialContainerExited, "late",
                              TaskStopCode::UserInitiated, "Task stopped by user"}),
    [](const auto& one) { return one.param.name; });

TEST(TaskLife, AReportBeforeTheEndSaysThatItIsStopping) {
  auto said = report(TaskStatus::RUNNING);
  said.stop_code = TaskStopCode::EssentialContainerExited;
  said.reason = "Essential container in task exited";
  const auto steps = report_task(running(), said, at(3000));
  ASSERT_EQ(statuses(steps), std::vector{TaskStatus::STOPPING});
  EXPECT_EQ(steps[0].desired_status, DesiredStatus::STOPPED);
  EXPECT_TRUE(report_task(steps[0], said, at(3100)).empty());
}

TEST(TaskLife, AnAddressIsGivenBackBeforeTheEnd) {
  const auto steps = report_task(running(NetworkMode::awsvpc), report(TaskStatus::STOPPED), at(4000));
  EXPECT_EQ(statuses(steps), (std::vector{TaskStatus::DEPROVISIONING, TaskStatus::STOPPED}));
  EXPECT_EQ(steps[1].version, steps[0].version + 1);
  EXPECT_EQ(steps[1].attachments[0].status, "DELETED");
}

TEST(TaskLife, ATaskThatNeverRanHasNoTimesOfRunning) {
  const auto steps = report_task(accepted(), report(TaskStatus::STOPPED), at(4000));
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_FALSE(steps[0].started_at);
  EXPECT_FALSE(steps[0].execution_stopped_at);
}

TEST(TaskLife, ALostTaskIsStopped) {
  const auto steps = lose_task(running(), TaskStopCode::TerminationNotice, "Host is gone", at(4000));
  ASSERT_EQ(statuses(steps), std::vector{TaskStatus::STOPPED});
  EXPECT_EQ(steps[0].stop_code, TaskStopCode::TerminationNotice);
  EXPECT_EQ(steps[0].execution_stopped_at, from_epoch_ms(4000));
  EXPECT_TRUE(lose_task(steps[0], TaskStopCode::TerminationNotice, "again", at(5000)).empty());
}

TEST(TaskLife, ConnectivityChangesNeitherStatusNorHealth) {
  const auto task = running();
  EXPECT_TRUE(connect_task(task, Connectivity::CONNECTED, at(3000)).empty());
  const auto steps = connect_task(task, Connectivity::DISCONNECTED, at(3000));
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].connectivity, Connectivity::DISCONNECTED);
  EXPECT_EQ(steps[0].connectivity_at, from_epoch_ms(3000));
  EXPECT_EQ(steps[0].last_status, task.last_status);
  EXPECT_EQ(steps[0].health, task.health);
}

TEST(TaskLife, HealthIsThatOfTheEssentialContainers) {
  auto task = running();
  const auto health = [&](HealthStatus web_is, HealthStatus sidecar_is) {
    task.containers[0].health = web_is;
    task.containers[1].health = sidecar_is;
    return health_of(task);
  };
  EXPECT_EQ(health(HealthStatus::HEALTHY, HealthStatus::UNHEALTHY), HealthStatus::HEALTHY);
  EXPECT_EQ(health(HealthStatus::UNHEALTHY, HealthStatus::HEALTHY), HealthStatus::UNHEALTHY);
  EXPECT_EQ(health(HealthStatus::UNKNOWN, HealthStatus::HEALTHY), HealthStatus::UNKNOWN);
}

/// Any sequence of messages: never back, versions one by one, STOPPED is final,
/// what is repeated at once changes nothing.
TEST(TaskLife, RandomSequencesOnlyMoveForward) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 dice{seed};
    auto task = accepted(dice() % 2 == 0 ? NetworkMode::awsvpc : NetworkMode::bridge);
    for (int i = 0; i < 30; ++i) {
      const auto stamp = at(2000 + 10 * i);
      const auto choice = dice() % 8;
      auto said =
          report(std::array{TaskStatus::PENDING, TaskStatus::RUNNING, TaskStatus::STOPPED}[dice() % 3]);
      if (said.status == TaskStatus::STOPPED && dice() % 4 != 0) said.status = TaskStatus::RUNNING;
      if (dice() % 5 == 0) said.stop_code = TaskStopCode::EssentialContainerExited;
      said.containers.push_back({.name = "web",
                                 .status = static_cast<ContainerStatus>(dice() % 3),
                                 .health = static_cast<HealthStatus>(dice() % 3),
                                 .exit_code = {},
                                 .reason = {},
                                 .runtime_id = {},
                                 .image_digest = {},
                                 .bindings = {}});
      const auto decide = [&](const Task& now) -> TaskSteps {
        if (choice == 0) return end_task(now, TaskStopCode::UserInitiated, "user", stamp);
        if (choice == 1 && i > 20) return lose_task(now, TaskStopCode::TerminationNotice, "lost", stamp);
        if (choice == 2) return connect_task(now, static_cast<Connectivity>(dice() % 2), stamp);
        return report_task(now, said, stamp);
      };
      const auto steps = decide(task);
      if (task.last_status == TaskStatus::STOPPED) {
        ASSERT_TRUE(steps.empty());
      }
      for (const auto& step : steps) {
        ASSERT_EQ(step.version, task.version + 1);
        ASSERT_GE(step.last_status, task.last_status);
        ASSERT_GE(step.desired_status, task.desired_status);
        ASSERT_EQ(step.last_status == TaskStatus::STOPPED, step.stopped_at.has_value());
        ASSERT_EQ(step.desired_status == DesiredStatus::STOPPED, step.stop_code.has_value());
        if (task.stop_code) {
          ASSERT_EQ(step.stop_code, task.stop_code);
        }
        if (task.started_at) {
          ASSERT_EQ(step.started_at, task.started_at);
        }
        for (std::size_t c = 0; c < step.containers.size(); ++c) {
          ASSERT_GE(step.containers[c].last_status, task.containers[c].last_status);
        }
        task = step;
      }
      if (choice > 2 || choice == 0) {
        ASSERT_TRUE(decide(task).empty()) << "the same again is no news";
      }
    }
  }
}

}  // namespace
}  // namespace troupe::core
