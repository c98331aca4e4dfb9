/// Which containers may start, never can, and may be stopped.

#include "actors/node/dependencies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace troupe::node {
namespace {

using core::ContainerCondition;
using core::HealthStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

PlannedContainer planned(const std::string& name, std::vector<Dependency> dependencies = {}) {
  PlannedContainer one;
  one.name = name;
  one.image = name + ":1";
  one.dependencies = std::move(dependencies);
  return one;
}

TaskPlan plan_of(std::vector<PlannedContainer> containers) {
  TaskPlan plan;
  plan.containers = std::move(containers);
  return plan;
}

ContainerFacts absent() {
  return {};
}
ContainerFacts created() {
  ContainerFacts facts;
  facts.stage = ContainerStage::created;
  return facts;
}
ContainerFacts running(HealthStatus health = HealthStatus::UNKNOWN) {
  ContainerFacts facts;
  facts.stage = ContainerStage::running;
  facts.health = health;
  return facts;
}
ContainerFacts ended(std::optional<std::int32_t> exit_code) {
  ContainerFacts facts;
  facts.stage = ContainerStage::ended;
  facts.exit_code = exit_code;
  return facts;
}
ContainerFacts late() {
  ContainerFacts facts = running();
  facts.start_timed_out = true;
  return facts;
}

/// How `app` stands when it waits for `db` with one condition.
StartDecision waits(ContainerCondition condition, const ContainerFacts& db) {
  const TaskPlan plan = plan_of({planned("db"), planned("app", {{.container = 0, .condition = condition}})});
  return may_start(plan, 1, std::vector{db, absent()});
}

constexpr const char* prefix = "CannotStartContainerError: dependency graph: ";

TEST(Dependencies, StartIsMetByRunningOrHavingRun) {
  EXPECT_EQ(waits(ContainerCondition::START, absent()).readiness, Readiness::waiting);
  EXPECT_EQ(waits(ContainerCondition::START, created()).readiness, Readiness::waiting);
  EXPECT_EQ(waits(ContainerCondition::START, running()).readiness, Readiness::ready);
  EXPECT_EQ(waits(ContainerCondition::START, ended(0)).readiness, Readiness::ready);
  EXPECT_EQ(waits(ContainerCondition::START, ended(1)).readiness, Readiness::ready);
  EXPECT_EQ(waits(ContainerCondition::START, late()).readiness, Readiness::ready);
}

TEST(Dependencies, CompleteIsMetByAnyExitCode) {
  EXPECT_EQ(waits(ContainerCondition::COMPLETE, absent()).readiness, Readiness::waiting);
  EXPECT_EQ(waits(ContainerCondition::COMPLETE, running()).readiness, Readiness::waiting);
  EXPECT_EQ(waits(ContainerCondition::COMPLETE, ended(0)).readiness, Readiness::ready);
  EXPECT_EQ(waits(ContainerCondition::COMPLETE, ended(137)).readiness, Readiness::ready);
  const StartDecision never = waits(ContainerCondition::COMPLETE, ended(std::nullopt));
  EXPECT_EQ(never.readiness, Readiness::never);
  EXPECT_EQ(never.reason,
            std::string{prefix} +
                "failed to resolve container ordering dependency [db(db:1) (STOPPED->RUNNING)] for "
                "target [app(app:1) (NONE->RUNNING)] as dependency did not start.");
}

TEST(Dependencies, SuccessNeedsExitCodeZero) {
  EXPECT_EQ(waits(ContainerCondition::SUCCESS, running()).readiness, Readiness::waiting);
  EXPECT_EQ(waits(ContainerCondition::SUCCESS, ended(0)).readiness, Readiness::ready);
  const StartDecision never = waits(ContainerCondition::SUCCESS, ended(1));
  EXPECT_EQ(never.readiness, Readiness::never);
  EXPECT_EQ(never.reason, std::string{prefix} +
                              "failed to resolve container ordering dependency [db(db:1) (STOPPED->RUNNING) "
                              "- Exit: 1] for target "
                              "[app(app:1) (NONE->RUNNING)] as dependency did not exit successfully.");
  EXPECT_EQ(waits(ContainerCondition::SUCCESS, ended(std::nullopt)).readiness, Readiness::never);
}

TEST(Dependencies, HealthyNeedsAPassingCheck) {
  EXPECT_EQ(waits(ContainerCondition::HEALTHY, running()).readiness, Readiness::waiting);
  EXPECT_EQ(waits(ContainerCondition::HEALTHY, running(HealthStatus::UNHEALTHY)).readiness,
            Readiness::waiting);
  EXPECT_EQ(waits(ContainerCondition::HEALTHY, running(HealthStatus::HEALTHY)).readiness, Readiness::ready);
  const StartDecision never = waits(ContainerCondition::HEALTHY, ended(0));
  EXPECT_EQ(never.readiness, Readiness::never);
  EXPECT_THAT(never.reason, ::testing::EndsWith("as dependency stopped without being healthy."));
}

TEST(Dependencies, TimeOutAfterTheirStartTimeout) {
  for (const ContainerCondition condition :
       {ContainerCondition::COMPLETE, ContainerCondition::SUCCESS, ContainerCondition::HEALTHY}) {
    const StartDecision never = waits(condition, late());
    EXPECT_EQ(never.readiness, Readiness::never);
    EXPECT_EQ(never.reason, std::string{prefix} +
                                "container ordering dependency [db(db:1) (RUNNING->RUNNING)] for target "
                                "[app(app:1) (NONE->RUNNING)] has timed out.");
  }
  ContainerFacts in_time = ended(0);
  in_time.start_timed_out = true;
  EXPECT_EQ(waits(ContainerCondition::SUCCESS, in_time).readiness, Readiness::ready);
  ContainerFacts healthy = running(HealthStatus::HEALTHY);
  healthy.start_timed_out = true;
  EXPECT_EQ(waits(ContainerCondition::HEALTHY, healthy).readiness, Readiness::ready);
}

/// base ← left, right ← top
TaskPlan diamond() {
  return plan_of({planned("base"),
                  planned("left", {{.container = 0, .condition = ContainerCondition::START}}),
                  planned("right", {{.container = 0, .condition = ContainerCondition::START}}),
                  planned("top", {{.container = 1, .condition = ContainerCondition::START},
                                  {.container = 2, .condition = ContainerCondition::SUCCESS}})});
}

TEST(Dependencies, OfADiamondAreMetTogether) {
  const TaskPlan plan = diamond();
  std::vector<ContainerFacts> facts(4);
  EXPECT_EQ(may_start(plan, 0, facts).readiness, Readiness::ready);
  EXPECT_EQ(may_start(plan, 1, facts).readiness, Readiness::waiting);
  facts[0] = running();
  EXPECT_EQ(may_start(plan, 1, facts).readiness, Readiness::ready);
  EXPECT_EQ(may_start(plan, 2, facts).readiness, Readiness::ready);
  facts[1] = running();
  facts[2] = running();
  EXPECT_EQ(may_start(plan, 3, facts).readiness, Readiness::waiting);
  facts[2] = ended(0);
  EXPECT_EQ(may_start(plan, 3, facts).readiness, Readiness::ready);
  facts[2] = ended(2);
  EXPECT_EQ(may_start(plan, 3, facts).readiness, Readiness::never);
}

TEST(Dependencies, NeverWinsOverWaiting) {
  const TaskPlan plan = diamond();
  const std::vector facts = {absent(), absent(), ended(1), absent()};
  EXPECT_EQ(may_start(plan, 3, facts).readiness, Readiness::never);
}

TEST(Dependencies, VolumesFromWaitForCreation) {
  TaskPlan plan = plan_of({planned("data"), planned("web")});
  plan.containers[1].volume_sources = {0};
  std::vector<ContainerFacts> facts(2);
  EXPECT_EQ(may_create(plan, 0, facts).readiness, Readiness::ready);
  EXPECT_EQ(may_create(plan, 1, facts).readiness, Readiness::waiting);
  EXPECT_EQ(may_start(plan, 1, facts).readiness, Readiness::waiting);
  facts[0] = created();
  EXPECT_EQ(may_create(plan, 1, facts).readiness, Readiness::ready);
  EXPECT_EQ(may_start(plan, 1, facts).readiness, Readiness::ready);
}

TEST(Dependencies, StopInReverse) {
  const TaskPlan plan = diamond();
  std::vector<ContainerFacts> facts = {running(), running(), running(), running()};
  EXPECT_THAT(may_stop(plan, facts), ElementsAre(3U));
  facts[3] = ended(0);
  EXPECT_THAT(may_stop(plan, facts), ElementsAre(1U, 2U));
  facts[1] = ended(0);
  EXPECT_THAT(may_stop(plan, facts), ElementsAre(2U));
  facts[2] = ended(137);
  EXPECT_THAT(may_stop(plan, facts), ElementsAre(0U));
  facts[0] = ended(0);
  EXPECT_THAT(may_stop(plan, facts), IsEmpty());
}

TEST(Dependencies, StopOfIndependentContainersIsAtOnce) {
  const TaskPlan plan = plan_of({planned("a"), planned("b")});
  EXPECT_THAT(may_stop(plan, std::vector{running(), created()}), ElementsAre(0U, 1U));
  EXPECT_THAT(may_stop(plan, std::vector{running(), absent()}), ElementsAre(0U));
}

TEST(Dependencies, StopKeepsVolumesUntilTheirUsersEnded) {
  TaskPlan plan = plan_of({planned("data"), planned("web")});
  plan.containers[1].volume_sources = {0};
  EXPECT_THAT(may_stop(plan, std::vector{running(), running()}), ElementsAre(1U));
}

/// Whatever the graph without cycles: starting what is ready starts everything,
/// and stopping what may stop ends everything.
TEST(Dependencies, NeverBlockAnAcyclicTask) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random{seed};
    TaskPlan plan;
    for (std::size_t index = 0; index < 10; ++index) {
      PlannedContainer one = planned("c" + std::to_string(index));
      for (std::size_t earlier = 0; earlier < index; ++earlier) {
        if (random() % 4 == 0) one.dependencies.push_back({.container = earlier});
        if (random() % 8 == 0) one.volume_sources.push_back(earlier);
      }
      plan.containers.push_back(std::move(one));
    }
    std::vector<ContainerFacts> facts(10);
    for (std::size_t round = 0; round < 10; ++round) {
      const auto before = facts;
      for (std::size_t index = 0; index < 10; ++index) {
        if (may_start(plan, index, before).readiness == Readiness::ready) facts[index] = running();
      }
    }
    for (const ContainerFacts& one : facts) ASSERT_EQ(one.stage, ContainerStage::running) << "seed " << seed;
    std::size_t stopped = 0;
    for (auto next = may_stop(plan, facts); !next.empty(); next = may_stop(plan, facts)) {
      for (const std::size_t index : next) facts[index] = ended(0);
      stopped += next.size();
    }
    EXPECT_EQ(stopped, 10U) << "seed " << seed;
  }
}

}  // namespace
}  // namespace troupe::node
