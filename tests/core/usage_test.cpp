/// What is kept of what hosts report: minutes, bounds, and what is fresh.

#include "actors/core/usage/usage_history.hpp"
#include "actors/core/usage/usage_query.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe::core {
namespace {

const TaskId first{{0, 1}};
const TaskId second{{0, 2}};
const Time start = from_epoch_ms(1'768'464'540'000);  // Of a minute.

ContainerUsage usage_of(const std::string& name, double cpu, double memory) {
  ContainerUsage usage;
  usage.name = name;
  usage.figures.cpu_units.add(cpu);
  usage.figures.memory_bytes.add(memory);
  return usage;
}

UsageReport report_of(const TaskId& task, std::vector<ContainerUsage> containers) {
  UsageReport report;
  report.tasks.push_back({task, std::move(containers)});
  return report;
}

std::optional<std::set<std::string>> both(const TaskId& task) {
  if (task != first && task != second) return std::nullopt;
  return std::set<std::string>{"app", "side"};
}

const ContainerHistory& container(const InstanceUsage& usage, const TaskId& task, const std::string& name) {
  for (const auto& one : usage.tasks.at(task)) {
    if (one.name == name) return one;
  }
  throw std::runtime_error(name);
}

TEST(Spread, JoinsSamples) {
  Spread spread;
  EXPECT_EQ(spread.average(), 0.0);
  spread.add(4);
  spread.add(-2);
  Spread other;
  other.add(10);
  spread.merge(other);
  spread.merge({});
  EXPECT_EQ(spread, (Spread{-2, 10, 12, 3}));
  EXPECT_EQ(spread.average(), 4.0);
}

TEST(UsageReport, JoinsALaterOne) {
  auto report = report_of(first, {usage_of("app", 10, 100), usage_of("side", 1, 1)});
  auto later = report_of(first, {usage_of("app", 30, 300)});
  later.tasks.front().containers.front().processes = 7;
  later.tasks.push_back({second, {usage_of("app", 5, 50)}});
  join(report, later);
  ASSERT_EQ(report.tasks.size(), 2U);
  ASSERT_EQ(report.tasks.front().containers.size(), 1U);
  const auto& app = report.tasks.front().containers.front();
  EXPECT_EQ(app.figures.cpu_units, (Spread{10, 30, 40, 2}));
  EXPECT_EQ(app.processes, 7U);
}

TEST(UsageHistory, GathersByMinuteAndSumsContainers) {
  InstanceUsage known;
  take_usage(known, report_of(first, {usage_of("app", 100, 1000), usage_of("side", 50, 500)}), both, start);
  take_usage(known, report_of(first, {usage_of("app", 300, 3000), usage_of("side", 50, 500)}), both,
             start + 10s);
  take_usage(known, report_of(first, {usage_of("app", 20, 200)}), both, start + 61s);
  const auto& app = container(known, first, "app");
  ASSERT_EQ(app.minutes.size(), 2U);
  EXPECT_EQ(app.minutes[0].figures.cpu_units, (Spread{100, 300, 400, 2}));
  EXPECT_EQ(app.minutes[1].minute, app.minutes[0].minute + 1);
  EXPECT_EQ(app.latest->figures.cpu_units.average(), 20.0);
  EXPECT_FALSE(container(known, first, "side").latest);
  ASSERT_EQ(known.minutes.size(), 2U);
  EXPECT_EQ(known.minutes[0].figures.cpu_units, (Spread{150, 350, 500, 2}));
  EXPECT_EQ(known.latest.memory_bytes.average(), 200.0);
  EXPECT_EQ(known.at, start + 61s);
}

TEST(UsageHistory, PassesOverWhatIsNotItsOwn) {
  InstanceUsage known;
  auto report = report_of(first, {usage_of("app", 1, 1), usage_of("stranger", 999, 999)});
  report.tasks.push_back({TaskId{{9, 9}}, {usage_of("app", 999, 999)}});
  take_usage(known, report, both, start);
  EXPECT_EQ(known.tasks.size(), 1U);
  EXPECT_EQ(known.tasks.at(first).size(), 1U);
  EXPECT_EQ(known.latest.cpu_units.average(), 1.0);
}

TEST(UsageHistory, ForgetsTasksThatLeft) {
  InstanceUsage known;
  take_usage(known, report_of(first, {usage_of("app", 1, 1)}), both, start);
  const auto only_second = [](const TaskId& task) { return task == second ? both(task) : std::nullopt; };
  take_usage(known, {}, only_second, start + 10s);
  EXPECT_TRUE(known.tasks.empty());
  EXPECT_EQ(known.latest.cpu_units, (Spread{0, 0, 0, 1}));
}

TEST(UsageHistory, KeepsAnHour) {
  InstanceUsage known;
  for (int minute = 0; minute < 200; ++minute) {
    take_usage(known, report_of(first, {usage_of("app", minute, 1)}), both, start + minute * 1min);
  }
  const auto& minutes = container(known, first, "app").minutes;
  EXPECT_EQ(minutes.size(), 60U);
  EXPECT_EQ(known.minutes.size(), 60U);
  EXPECT_EQ(minutes.front().figures.cpu_units.average(), 140.0);
  EXPECT_EQ(minutes.back().figures.cpu_units.average(), 199.0);
}

TEST(UsageHistory, IsBoundedHoweverManyContainersThereAre) {
  constexpr std::size_t tasks = 1'000;
  UsageReport report;
  for (std::uint64_t i = 0; i < tasks; ++i) report.tasks.push_back({TaskId{{1, i}}, {usage_of("app", 1, 1)}});
  const auto all = [](const TaskId&) { return std::optional{std::set<std::string>{"app"}}; };
  InstanceUsage known;
  for (int minute = 0; minute < 30; ++minute) take_usage(known, report, all, start + minute * 1min);
  std::size_t held = 0;
  for (const auto& [id, containers] : known.tasks) held += containers.front().minutes.size();
  EXPECT_LE(held, container_minutes_max);
  EXPECT_EQ(known.tasks.at(TaskId{{1, 0}}).front().minutes.size(), 20U);
  EXPECT_EQ(known.minutes.size(), 30U);
}

TEST(UsageHistory, AClockThatIsSetBackLosesNothing) {
  InstanceUsage known;
  take_usage(known, report_of(first, {usage_of("app", 1, 1)}), both, start + 1h);
  take_usage(known, report_of(first, {usage_of("app", 3, 1)}), both, start);
  const auto& minutes = container(known, first, "app").minutes;
  ASSERT_EQ(minutes.size(), 1U);
  EXPECT_EQ(minutes.front().figures.cpu_units, (Spread{1, 3, 4, 2}));
}

TEST(UsageHistory, ShowsTheLastMinutesAndOnlyWhatIsFresh) {
  InstanceUsage known;
  for (int minute = 0; minute < 10; ++minute) {
    take_usage(known, report_of(first, {usage_of("app", minute, 1)}), both, start + minute * 1min);
  }
  const auto now = start + 9min + 30s;
  EXPECT_EQ(container(show_usage(known, 3, now), first, "app").minutes.size(), 3U);
  EXPECT_TRUE(container(show_usage(known, 0, now), first, "app").minutes.empty());
  EXPECT_EQ(show_usage(known, 60, now).minutes.size(), 10U);
  EXPECT_TRUE(container(show_usage(known, 0, now), first, "app").latest);
  const auto silent = show_usage(known, 60, now + 90s);
  EXPECT_FALSE(silent.at);
  EXPECT_FALSE(container(silent, first, "app").latest);
  EXPECT_EQ(silent.minutes.size(), 10U);
}

TEST(ReadUsage, RefusesMinutesThatAreNotKept) {
  EXPECT_TRUE(check(ReadUsage{60}));
  EXPECT_FALSE(check(ReadUsage{61}));
  EXPECT_EQ(check(ReadUsage{-1}).error().message, "minutes must be between 0 and 60.");
}

}  // namespace
}  // namespace troupe::core
