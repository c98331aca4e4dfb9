/// Random services, operations and faults: what holds whatever happens.
///
/// Never above maximumPercent, never below minimumHealthyPercent by our own act,
/// also when the records are all that is left after a restart; and everything
/// converges once the faults stop.

#include "tests/core/service_world.hpp"

#include <gtest/gtest.h>

#include <array>
#include <iostream>

namespace troupe::core::service_test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t seeds = 60;
constexpr int actions = 30;  ///< Operations and faults in one life.

/// Watches every plan of one world.
class Referee {
 public:
  explicit Referee(ServiceWorld& world) : world_(world) {
    world.on_plan = [this](const Plan& plan) { judge(plan); };
  }

  std::int64_t plans = 0;
  std::int64_t starts = 0;
  std::int64_t stops = 0;

 private:
  void judge(const Plan& plan) {
    ++plans;
    const auto& service = plan.change.service ? *plan.change.service : *world_.state.service;
    if (service.status != ServiceStatus::ACTIVE) return;
    const std::int64_t desired = service.desired_count;
    const auto least = (desired * *service.configuration.minimumHealthyPercent + 99) / 100;
    const auto most = desired * *service.configuration.maximumPercent / 100;
    std::int64_t healthy = 0;
    for (const auto& [id, task] : world_.tasks) healthy += world_.is_healthy(task) ? 1 : 0;
    std::int64_t healthy_stops = 0;
    for (const auto& stop : plan.stop) {
      healthy_stops += world_.is_healthy(world_.tasks.at(stop.task)) ? 1 : 0;
    }
    std::int64_t launches = 0;
    for (const auto& start : plan.start) launches += start.count;
    starts += launches;
    stops += static_cast<std::int64_t>(plan.stop.size());
    if (launches > 0) {
      EXPECT_LE(world_.live() + launches, most);
    }
    if (healthy_stops > 0) {
      EXPECT_GE(healthy - healthy_stops, least);
    }
  }

  ServiceWorld& world_;
};

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
  for (std::uint64_t seed = 1; seed <= seeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("first seed " + std::to_string(seed));
    Life life{seed};
    life.run();
    life.converge();
    plans += life.referee.plans;
    starts += life.referee.starts;
    stops += life.referee.stops;
  }
  std::cout << "services " << seeds << ", plans " << plans << ", starts " << starts << ", stops " << stops
            << "\n";
  EXPECT_GT(starts, static_cast<std::int64_t>(seeds));
}

}  // namespace
}  // namespace troupe::core::service_test
