/// Order, repetition and bounds of what is submitted.

#include "api/agent_client/report_queue.hpp"

#include "tests/support/builders.hpp"

#include <gtest/gtest.h>

namespace troupe::api::agent_client {
namespace {

using core::TaskStatus;
using testing::task_id;
using Outcome = ReportQueue::Outcome;
using namespace std::chrono_literals;

constexpr core::Time start{};

ReportPtr report(std::uint64_t task, TaskStatus status, const std::string& reason = "") {
  core::TaskReport made;
  made.task = task_id(task);
  made.status = status;
  made.reason = reason;
  return std::make_shared<const core::TaskReport>(std::move(made));
}

TEST(ReportQueue, SaysOneThingOfATaskAtATimeAndInOrder) {
  ReportQueue queue;
  queue.push(report(1, TaskStatus::RUNNING));
  ASSERT_EQ(queue.due(start).size(), 1U);
  queue.push(report(1, TaskStatus::STOPPED));
  EXPECT_TRUE(queue.due(start).empty());
  EXPECT_FALSE(queue.next());
  queue.settle(task_id(1), Outcome::kept, start, 0);
  const auto next = queue.due(start);
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next.front()->status, TaskStatus::STOPPED);
  queue.settle(task_id(1), Outcome::kept, start, 0);
  EXPECT_TRUE(queue.empty());
}

TEST(ReportQueue, KeepsOfThoseThatWaitWithOneStatusTheNewest) {
  ReportQueue queue;
  queue.push(report(1, TaskStatus::RUNNING, "first"));
  ASSERT_EQ(queue.due(start).front()->reason, "first");
  queue.push(report(1, TaskStatus::RUNNING, "second"));
  queue.push(report(1, TaskStatus::RUNNING, "third"));
  queue.settle(task_id(1), Outcome::kept, start, 0);
  EXPECT_EQ(queue.due(start).front()->reason, "third");
  queue.settle(task_id(1), Outcome::kept, start, 0);
  EXPECT_TRUE(queue.empty());
}

TEST(ReportQueue, TriesAgainForEverAndEachTimeLater) {
  ReportQueue queue;
  queue.push(report(1, TaskStatus::STOPPED));
  auto now = start;
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(queue.due(now).size(), 1U);
    queue.settle(task_id(1), Outcome::failed, now, 400);
    ASSERT_TRUE(queue.next());
    const auto wait = *queue.next() - now;
    EXPECT_GE(wait, 800ms);
    EXPECT_LE(wait, 36'000ms);
    if (i > 20) {
      EXPECT_EQ(wait, 36'000ms);
    }
    EXPECT_TRUE(queue.due(*queue.next() - 1ms).empty());
    now = *queue.next();
  }
}

TEST(ReportQueue, GoesOnAfterWhatIsRefusedForGood) {
  ReportQueue queue;
  queue.push(report(1, TaskStatus::RUNNING));
  queue.push(report(1, TaskStatus::STOPPED));
  queue.due(start);
  queue.settle(task_id(1), Outcome::refused, start, 0);
  EXPECT_EQ(queue.due(start).front()->status, TaskStatus::STOPPED);
}

TEST(ReportQueue, SaysAtMostTenThingsAtATime) {
  ReportQueue queue;
  for (std::uint64_t i = 1; i <= 25; ++i) queue.push(report(i, TaskStatus::RUNNING));
  const auto first = queue.due(start);
  EXPECT_EQ(first.size(), 10U);
  EXPECT_TRUE(queue.due(start).empty());
  EXPECT_FALSE(queue.next());
  queue.settle(first.front()->task, Outcome::kept, start, 0);
  EXPECT_TRUE(queue.next());
  EXPECT_EQ(queue.due(start).size(), 1U);
}

TEST(ReportQueue, DelaysAreSpreadByChanceAndBounded) {
  const Backoff rule{250ms, 1.5, 120s};
  EXPECT_EQ(delay_of(rule, 1, 0), 200ms);
  EXPECT_EQ(delay_of(rule, 1, 400), 300ms);
  EXPECT_EQ(delay_of(rule, 2, 200), 375ms);
  EXPECT_EQ(delay_of(rule, 4'000'000, 400), 144s);
}

}  // namespace
}  // namespace troupe::api::agent_client
