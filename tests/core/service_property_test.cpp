/// Random services, operations and faults: what holds whatever happens.
///
/// Never above maximumPercent, never below minimumHealthyPercent by our own act,
/// never against distinctInstance or memberOf, also when the records are all that
/// is left after a restart; and everything converges once the faults stop. Mistakes
/// that are planted on purpose are seen.

#include "tests/core/service_referee.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iostream>

namespace troupe::core::service_test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t seeds = 60;
constexpr std::uint64_t seeds_of_mistakes = 12;
constexpr int actions = 30;  ///< Operations and faults in one life.

/// One service's life.
class Life {
 public:
  explicit Life(std::uint64_t seed) : world(seed), referee(world), dice_(seed) {
    for (std::uint64_t i = 3; i < 6; ++i) {
      world.instances[InstanceId{{1, i}}] = i % 2 == 0 ? "us-east-1a" : "us-east-1b";
    }
    world.zones = {"us-east-1a", "us-east-1b"};
    for (std::int32_t revision = 1; revision <= 6; ++revision) {
      Behaviour behaviour;
      behaviour.starts_after = Millis{dice_.below(8'000)};
      behaviour.starts_within = 20'000ms;
      behaviour.stops_after = Millis{dice_.below(40'000)};
      behaviour.fails_to_start = revision == 2;
      behaviour.fails_one_in = revision == 3 ? 3 : 0;
      behaviour.turns_unhealthy = revision == 4;
      definitions_.push_back(world.define("app", revision, behaviour, revision >= 4));
    }
    good_ = world.define("app", 7, {});
  }

  void run() {
    const auto percents = pick_percents();
    auto command =
        with_percents(replicas(static_cast<std::int32_t>(dice_.below(8))), percents.first, percents.second);
    auto& breaker = command.deployment_configuration->deploymentCircuitBreaker.emplace();
    breaker.enable = dice_.below(2) == 0;
    breaker.rollback = dice_.below(2) == 0;
    constrain(command);
    world.take(world.create(command, definitions_[dice_.below(definitions_.size())]));
    for (int i = 0; i < actions && !::testing::Test::HasFailure(); ++i) {
      act();
      world.run(Millis{dice_.below(90'000)});
      world.forget_stopped(20min);
    }
  }

  /// Faults stop; the last word is a definition that works.
  void converge() {
    world.draining.clear();
    for (auto& [id, task] : world.tasks) task.protected_until.reset();
    UpdateService command;
    command.task_definition = "app:7";
    command.force_new_deployment = true;
    command.desired_count = 5;
    auto& configuration = command.deployment_configuration.emplace();
    configuration.minimumHealthyPercent = 50;
    configuration.maximumPercent = 200;
    world.take(world.update(command, good_));
    EXPECT_TRUE(world.run_until_completed(2h)) << "seed " << world.seed;
    world.run(5min);
    EXPECT_EQ(world.running("app:7"), 5) << "seed " << world.seed;
    EXPECT_EQ(world.live(), 5) << "seed " << world.seed;
    EXPECT_EQ(world.service().deployments.size(), 1U) << "seed " << world.seed;
    EXPECT_TRUE(world.service().current_deployment.empty()) << "seed " << world.seed;
  }

  ServiceWorld world;
  Referee referee;

 private:
  std::pair<std::int32_t, std::int32_t> pick_percents() {
    constexpr std::array<std::pair<std::int32_t, std::int32_t>, 7> all{
        {{100, 200}, {50, 100}, {50, 200}, {0, 100}, {100, 150}, {75, 125}, {0, 200}}};
    return all[dice_.below(all.size())];
  }

  /// A third of all lives have the real placement and distinctInstance, a third
  /// memberOf.
  void constrain(CreateService& command) {
    PlacementConstraint constraint;
    const auto kind = dice_.below(3);
    if (kind == 0) return;
    constraint.type = PlacementConstraintType::distinctInstance;
    if (kind == 2) {
      referee.zone = "us-east-1b";
      constraint.type = PlacementConstraintType::memberOf;
      constraint.expression = "attribute:ecs.availability-zone == " + referee.zone;
    }
    world.places = true;
    command.constraints = {constraint};
  }

  std::optional<TaskId> some_running() {
    std::vector<TaskId> running;
    for (const auto& [id, task] : world.tasks) {
      if (task.last_status == TaskStatus::RUNNING) running.push_back(id);
    }
    if (running.empty()) return std::nullopt;
    return running[dice_.below(running.size())];
  }

  void act() {
    const auto victim = some_running();
    switch (dice_.below(8)) {
      case 0:
        update();
        break;
      case 1:
        scale();
        break;
      case 2:
        if (victim) world.kill(*victim);
        break;
      case 3:
        if (victim) world.sicken(*victim);
        break;
      case 4:
        drain();
        break;
      case 5:
        if (victim) world.protect(*victim, Millis{dice_.below(600'000)});
        break;
      case 6:
        world.reload();
        break;
      case 7:
        reconfigure();
        break;
      default:
        break;
    }
  }

  void update() {
    UpdateService command;
    command.task_definition = "app";
    command.force_new_deployment = dice_.below(3) == 0;
    world.take(world.update(command, definitions_[dice_.below(definitions_.size())]));
  }

  void scale() {
    UpdateService command;
    command.desired_count = static_cast<std::int32_t>(dice_.below(12));
    world.take(world.update(command));
  }

  void reconfigure() {
    const auto percents = pick_percents();
    UpdateService command;
    auto& configuration = command.deployment_configuration.emplace();
    configuration.minimumHealthyPercent = percents.first;
    configuration.maximumPercent = percents.second;
    world.take(world.update(command));
  }

  /// At least one instance stays.
  void drain() {
    const InstanceId id{{1, 1 + dice_.below(4)}};
    if (!world.draining.erase(id)) world.draining.insert(id);
  }

  Dice dice_;
  std::vector<TaskDefinitionPtr> definitions_;
  TaskDefinitionPtr good_;
};

TEST(ServiceProperties, LimitsHoldAndEveryServiceConverges) {
  std::int64_t plans = 0;
  std::int64_t starts = 0;
  std::int64_t stops = 0;
  std::int64_t constrained = 0;
  for (std::uint64_t seed = 1; seed <= seeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("first seed " + std::to_string(seed));
    Life life{seed};
    life.run();
    life.converge();
    EXPECT_THAT(life.referee.breaches, ::testing::IsEmpty());
    plans += life.referee.plans;
    starts += life.referee.starts;
    stops += life.referee.stops;
    constrained += life.world.places ? 1 : 0;
  }
  std::cout << "services " << seeds << " (" << constrained << " with placement constraints), plans " << plans
            << ", starts " << starts << ", stops " << stops << "\n";
  EXPECT_GT(starts, static_cast<std::int64_t>(seeds));
  EXPECT_GT(constrained, 0);
}

/// Plants a mistake into lives of services and counts those in which it is seen.
int lives_caught(const std::function<void(ServiceWorld&, Plan&)>& mistake, const std::string& named) {
  int caught = 0;
  for (std::uint64_t seed = 1; seed <= seeds_of_mistakes; ++seed) {
    Life life{seed};
    life.world.spoil = [&](Plan& plan) { mistake(life.world, plan); };
    life.run();
    const auto& breaches = life.referee.breaches;
    caught += std::ranges::any_of(
        breaches, [&](const std::string& breach) { return breach.find(named) != std::string::npos; });
  }
  std::cout << named << ": a planted mistake is seen in " << caught << " of " << seeds_of_mistakes
            << " lives\n";
  return caught;
}

/// One more than is planned, whenever something is planned.
void stop_one_too_many(ServiceWorld& world, Plan& plan) {
  if (plan.stop.empty()) return;
  for (const auto& [id, task] : world.tasks) {
    const bool planned = std::ranges::any_of(plan.stop, [&](const auto& stop) { return stop.task == id; });
    if (planned || !world.is_healthy(task)) continue;
    plan.stop.push_back({id, "by mistake"});
    return;
  }
}

TEST(ServiceProperties, AMistakeBelowTheMinimumIsSeen) {
  EXPECT_GE(lives_caught(stop_one_too_many, "minimumHealthyPercent"), 1);
}

TEST(ServiceProperties, AMistakeAboveTheMaximumIsSeen) {
  const auto start_one_too_many = [](ServiceWorld&, Plan& plan) {
    if (!plan.start.empty()) ++plan.start.front().count;
  };
  EXPECT_GE(lives_caught(start_one_too_many, "maximumPercent"), 1);
}

TEST(ServiceProperties, ATaskOnTheWrongInstanceIsSeen) {
  ServiceWorld world;
  const auto definition = world.define("app", 1, {});
  auto command = replicas(2);
  command.constraints.emplace_back().type = PlacementConstraintType::distinctInstance;
  world.take(world.create(command, definition));
  world.places = true;
  world.run(1min);
  EXPECT_THAT(breaches_of_constraints(world, ""), ::testing::IsEmpty());
  EXPECT_THAT(breaches_of_constraints(world, "us-east-1b"), ::testing::SizeIs(2));
  world.tasks.begin()->second.instance = world.tasks.rbegin()->second.instance;
  EXPECT_THAT(breaches_of_constraints(world, ""), ::testing::SizeIs(1));
}

}  // namespace
}  // namespace troupe::core::service_test
