/// What an agent knows of its tasks.

#include "api/metadata/task_book.hpp"

#include "tests/support/builders.hpp"

#include <gtest/gtest.h>

namespace troupe::api::metadata {
namespace {

using testing::container;
using testing::definition;
using testing::pending_task;
using testing::shared;
using testing::task_id;

const core::Time now = core::from_epoch_ms(1'768'464'551'000);

core::TaskReport report_on(std::uint64_t task, core::TaskStatus status, core::ContainerStatus of_container) {
  core::TaskReport report;
  report.task = task_id(task);
  report.status = status;
  core::ContainerReport app;
  app.name = "app";
  app.status = of_container;
  app.runtime_id = "r1";
  report.containers.push_back(app);
  return report;
}

TEST(TaskBook, FollowsATaskFromItsComingToItsEnd) {
  TaskBook book;
  EXPECT_EQ(book.find(task_id(7)), nullptr);
  const auto task = shared(pending_task(7, definition({container("app")})));
  book.add(task);
  EXPECT_EQ(book.find(task_id(7)), task);

  book.take(report_on(7, core::TaskStatus::RUNNING, core::ContainerStatus::RUNNING), now);
  auto seen = book.find(task_id(7));
  EXPECT_EQ(seen->last_status, core::TaskStatus::RUNNING);
  EXPECT_EQ(seen->started_at, now);
  EXPECT_EQ(seen->containers.front().runtime_id, "r1");
  book.add(task);
  EXPECT_EQ(book.find(task_id(7)), seen);

  book.stop(task_id(7), now);
  seen = book.find(task_id(7));
  EXPECT_EQ(seen->desired_status, core::DesiredStatus::STOPPED);
  EXPECT_EQ(seen->last_status, core::TaskStatus::STOPPING);

  book.take(report_on(7, core::TaskStatus::STOPPED, core::ContainerStatus::STOPPED), now);
  EXPECT_EQ(book.find(task_id(7)), nullptr);
}

TEST(TaskBook, PassesOverWhatItDoesNotKnow) {
  TaskBook book;
  book.stop(task_id(7), now);
  book.take(report_on(7, core::TaskStatus::RUNNING, core::ContainerStatus::RUNNING), now);
  EXPECT_EQ(book.find(task_id(7)), nullptr);
}

}  // namespace
}  // namespace troupe::api::metadata
