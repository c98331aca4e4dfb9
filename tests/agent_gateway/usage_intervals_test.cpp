/// Intervals of telemetry: their parts, and what becomes of their numbers.

#include "api/agent_gateway/usage_intervals.hpp"

#include "tests/support/builders.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe::api::agent_gateway {
namespace {

using troupe::testing::task_id;

InstanceUsage part(const std::string& message, std::uint64_t task, core::Time at, double read_bytes) {
  InstanceUsage said;
  said.message = message;
  said.at = at;
  said.tasks.push_back({task_id(task), {}});
  auto& container = said.tasks.front().containers.emplace_back();
  container.name = "app";
  container.cpu_percent = {1, 3, 4, 2};
  container.read_bytes = {0, read_bytes, read_bytes, 1};
  return said;
}

TEST(UsageIntervals, AreWholeWithTheirLastPart) {
  UsageIntervals intervals{{2048}};
  EXPECT_FALSE(intervals.take(part("a", 1, {}, 0)));
  auto last = part("a", 2, {}, 0);
  last.last_part = true;
  const auto report = intervals.take(last);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->host_cpu_units, 2048);
  ASSERT_EQ(report->tasks.size(), 2U);
  const auto& cpu = report->tasks[1].containers[0].figures.cpu_units;
  EXPECT_NEAR(cpu.least, 20.48, 0.001);
  EXPECT_NEAR(cpu.average(), 40.96, 0.001);
}

TEST(UsageIntervals, OneThatNeverEndsIsGivenUpForTheNext) {
  UsageIntervals intervals{{1024}};
  intervals.take(part("a", 1, {}, 0));
  auto next = part("b", 2, {}, 0);
  next.last_part = true;
  const auto report = intervals.take(next);
  ASSERT_EQ(report->tasks.size(), 1U);
  EXPECT_EQ(report->tasks[0].task, task_id(2));
}

TEST(UsageIntervals, TotalsBecomeRatesFromTheSecondOnwards) {
  UsageIntervals intervals{{1024}};
  const auto take = [&](core::Time at, double read_bytes) {
    auto said = part("m", 1, at, read_bytes);
    said.last_part = true;
    return intervals.take(said)->tasks.at(0).containers.at(0);
  };
  EXPECT_EQ(take(core::Time{20s}, 500).figures.read_bytes.count, 0U);
  const auto second = take(core::Time{40s}, 2'500);
  EXPECT_EQ(second.figures.read_bytes, (core::Spread{100, 100, 100, 1}));
  EXPECT_EQ(second.totals.read_bytes, 2'500U);
  // A container that began anew, and a clock that stands still.
  EXPECT_EQ(take(core::Time{60s}, 10).figures.read_bytes.count, 0U);
  EXPECT_EQ(take(core::Time{60s}, 20).figures.read_bytes.count, 0U);
}

TEST(UsageIntervals, MadnessIsBounded) {
  UsageIntervals intervals{{1024}};
  InstanceUsage said;
  for (std::uint64_t i = 0; i < 20'000; ++i) said.tasks.push_back({task_id(i), {}});
  said.last_part = true;
  EXPECT_EQ(intervals.take(said)->tasks.size(), 10'000U);
  auto strange = part("x", 1, {}, 0);
  strange.tasks[0].containers[0].cpu_percent = {-1, 1, 1, -5};
  strange.last_part = true;
  EXPECT_EQ(intervals.take(strange)->tasks[0].containers[0].figures.cpu_units.count, 0U);
}

}  // namespace
}  // namespace troupe::api::agent_gateway
