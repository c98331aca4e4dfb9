/// Scale-in protection: who may have it, for how long, and when it would block.

#include "actors/core/task_protection.hpp"

#include "tests/support/builders.hpp"

#include <gtest/gtest.h>

namespace troupe::core {
namespace {

using namespace std::chrono_literals;

const Time today = from_epoch_ms(1'000'000'000);

Task service_task(std::uint64_t number) {
  auto task = troupe::testing::running_task(troupe::testing::pending_task(
      number, troupe::testing::definition({troupe::testing::container("web")})));
  auto launch = *task.launch;
  launch.group = "service:web";
  task.launch = std::make_shared<const TaskLaunch>(std::move(launch));
  return task;
}

TaskPtr protected_task(std::uint64_t number, Time until) {
  auto task = service_task(number);
  task.protected_until = until;
  return troupe::testing::shared(std::move(task));
}

TEST(TaskProtection, EndsAfterTwoHoursUnlessToldOtherwise) {
  UpdateTaskProtection command{{"a"}, true, std::nullopt};
  EXPECT_EQ(protection_end(command, today).value(), today + 2h);
  command.expires_in_minutes = 2880;
  EXPECT_EQ(protection_end(command, today).value(), today + 48h);
  command.enabled = false;
  EXPECT_FALSE(protection_end(command, today).value());
}

TEST(TaskProtection, TakesOneToTenTasksAndOneTo2880Minutes) {
  EXPECT_EQ(protection_end({{}, true, {}}, today).error().message, "Tasks cannot be empty.");
  EXPECT_EQ(protection_end({std::vector<std::string>(11, "a"), true, {}}, today).error().message,
            "Tasks cannot have more than 10 elements.");
  for (const auto minutes : {0, -1, 2881}) {
    const auto refused = protection_end({{"a"}, true, minutes}, today);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_parameter);
    EXPECT_EQ(refused.error().message, "expiresInMinutes must be between 1 and 2880.");
  }
}

TEST(TaskProtection, IsForRunningTasksOfServicesThatAreToStay) {
  auto task = service_task(1);
  EXPECT_TRUE(is_protectable(task));
  auto leaving = task;
  leaving.desired_status = DesiredStatus::STOPPED;
  EXPECT_FALSE(is_protectable(leaving));
  auto pending = task;
  pending.last_status = TaskStatus::PENDING;
  EXPECT_FALSE(is_protectable(pending));
  const auto alone = troupe::testing::running_task(
      troupe::testing::pending_task(2, troupe::testing::definition({troupe::testing::container("web")})));
  EXPECT_FALSE(is_protectable(alone));
  EXPECT_EQ(protect_task(alone, today, {today, 1}).error().message, "TASK_NOT_VALID");
}

TEST(TaskProtection, IsANewVersionOnlyWhenSomethingChanges) {
  const auto task = service_task(1);
  const auto steps = protect_task(task, today + 1h, {today, 1}).value();
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].version, task.version + 1);
  EXPECT_EQ(steps[0].protected_until, today + 1h);
  EXPECT_EQ(steps[0].updated_at, today);
  EXPECT_TRUE(protect_task(steps[0], today + 1h, {today, 1}).value().empty());
  EXPECT_FALSE(protect_task(steps[0], std::nullopt, {today, 1}).value().at(0).protected_until);
}

TEST(TaskProtection, IsShownUntilItRunsOut) {
  const auto task = protected_task(1, today + 1h);
  const auto shown = show_protection(*task, {}, today);
  EXPECT_EQ(shown.protectionEnabled, true);
  EXPECT_EQ(shown.expirationDate, today + 1h);
  EXPECT_EQ(shown.taskArn, task_arn({}, "default", task->id));
  const auto over = show_protection(*task, {}, today + 1h);
  EXPECT_EQ(over.protectionEnabled, false);
  EXPECT_FALSE(over.expirationDate);
}

TEST(TaskProtection, OfMoreTasksThanAreWantedBlocks) {
  const auto fresh = service_task(3);
  const std::vector<TaskPtr> tasks{protected_task(1, today + 1h), protected_task(2, today),
                                   troupe::testing::shared(fresh), troupe::testing::shared(service_task(4))};
  EXPECT_FALSE(blocks_deployment(fresh, tasks, {}, 2, today));
  EXPECT_TRUE(blocks_deployment(fresh, tasks, {}, 1, today)) << "one is protected already";
  EXPECT_TRUE(blocks_deployment(fresh, tasks, {tasks[3]->id}, 2, today)) << "the same call protects another";
  EXPECT_FALSE(blocks_deployment(*tasks[0], tasks, {}, 1, today)) << "it may go on being protected";
  EXPECT_TRUE(blocks_deployment(fresh, tasks, {}, 0, today));
}

}  // namespace
}  // namespace troupe::core
