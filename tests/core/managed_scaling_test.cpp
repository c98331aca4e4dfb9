/// CapacityProviderReservation, and the steps that follow from it.

#include "actors/core/managed_scaling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

namespace troupe::core {
namespace {

using namespace std::chrono_literals;

const Time start_of_day{std::chrono::hours{480'000}};

TaskSize needs(std::int64_t cpu, std::int64_t memory, std::vector<std::uint16_t> ports = {}) {
  TaskSize size;
  size.cpu = {cpu};
  size.memory = {memory};
  size.tcp_ports = std::move(ports);
  return size;
}

Capacity machine(std::int64_t cpu = 1024, std::int64_t memory = 2048) {
  Capacity offer;
  offer.cpu = {cpu};
  offer.memory = {memory};
  return offer;
}

ScalingInstance standing(std::uint64_t number, int tasks, Time since = start_of_day) {
  ScalingInstance made;
  made.id.bits = {number, number};
  made.tasks = tasks;
  made.registered_at = made.idle_since = since;
  return made;
}

ScalingView group_of(std::vector<ScalingInstance> instances, std::vector<TaskSize> waiting = {}) {
  ScalingView view;
  view.rules.managedScaling.emplace();
  view.instances = std::move(instances);
  view.waiting = std::move(waiting);
  view.offer = machine();
  view.size_max = 100;
  return view;
}

TEST(ManagedScaling, TheMetricHasItsSpecialCases) {
  EXPECT_EQ(reservation(0, 0), 100);
  EXPECT_EQ(reservation(3, 0), 200);
  EXPECT_EQ(reservation(0, 4), 0);
  EXPECT_EQ(reservation(3, 4), 75);
  EXPECT_EQ(reservation(6, 4), 150);
}

TEST(ManagedScaling, TheScarcestResourceSaysHowManyInstancesAreNeeded) {
  EXPECT_EQ(instances_needed({}, machine()), 0);
  EXPECT_EQ(instances_needed(std::vector(4, needs(256, 64)), machine()), 1);
  EXPECT_EQ(instances_needed(std::vector(5, needs(256, 64)), machine()), 2);
  EXPECT_EQ(instances_needed(std::vector(5, needs(0, 1024)), machine()), 3);
  EXPECT_EQ(instances_needed(std::vector(4, needs(0, 64, {80})), machine()), 4);
  // Larger than an instance: one is tried, not many.
  EXPECT_EQ(instances_needed({needs(4096, 64)}, machine()), 1);
}

TEST(ManagedScaling, AnEmptyGroupStartsOneToLookAtAndThenWhatIsMissing) {
  auto view = group_of({}, std::vector(8, needs(512, 64)));
  view.offer.reset();
  auto plan = plan_scaling(view, start_of_day);
  EXPECT_EQ(plan.reservation, 200);
  EXPECT_EQ(plan.start, 1);
  view.starting = 1;
  EXPECT_EQ(plan_scaling(view, start_of_day).start, 0);
  view = group_of({standing(1, 2)}, std::vector(6, needs(512, 64)));
  plan = plan_scaling(view, start_of_day);
  EXPECT_EQ(plan.reservation, 400);
  EXPECT_EQ(plan.start, 3);
  view.starting = 3;
  plan = plan_scaling(view, start_of_day);
  EXPECT_EQ(plan.reservation, 100);
  EXPECT_EQ(plan.start, 0);
}

TEST(ManagedScaling, StepsAndBoundsHold) {
  auto view = group_of({standing(1, 1)}, std::vector(20, needs(1024, 64)));
  auto& rules = *view.rules.managedScaling;
  rules.maximumScalingStepSize = 4;
  EXPECT_EQ(plan_scaling(view, start_of_day).start, 4);
  view.size_max = 3;
  EXPECT_EQ(plan_scaling(view, start_of_day).start, 2);
  view.size_max = 100;
  view.waiting.resize(1);
  rules.minimumScalingStepSize = 3;
  EXPECT_EQ(plan_scaling(view, start_of_day).start, 3);
  view = group_of({});
  view.size_min = 2;
  EXPECT_EQ(plan_scaling(view, start_of_day).start, 2);
}

TEST(ManagedScaling, ALowerTargetKeepsSpareInstances) {
  auto view = group_of({standing(1, 1), standing(2, 1)});
  view.rules.managedScaling->targetCapacity = 50;
  EXPECT_EQ(plan_scaling(view, start_of_day).start, 2);
  view.instances.push_back(standing(3, 0));
  view.instances.push_back(standing(4, 0));
  const auto plan = plan_scaling(view, start_of_day + 24h);
  EXPECT_EQ(plan.start, 0);
  EXPECT_TRUE(plan.drain.empty());
}

TEST(ManagedScaling, OnlyInstancesWithoutTasksAreEndedAndNotBeforeTheyAreWarm) {
  auto view = group_of({standing(1, 1), standing(2, 0), standing(3, 0, start_of_day + 60s)});
  view.instances[1].daemons = 1;
  auto plan = plan_scaling(view, start_of_day + 299s);
  EXPECT_TRUE(plan.drain.empty());
  EXPECT_EQ(plan.look_again_at, start_of_day + 300s);
  plan = plan_scaling(view, start_of_day + 300s);
  ASSERT_EQ(plan.drain.size(), 1U);
  EXPECT_EQ(plan.drain[0], view.instances[1].id);
  EXPECT_TRUE(plan.end.empty());
  EXPECT_EQ(plan.look_again_at, start_of_day + 360s);

  view.instances[1].draining = true;
  EXPECT_TRUE(plan_scaling(view, start_of_day + 301s).end.empty());
  view.instances[1].daemons = 0;
  plan = plan_scaling(view, start_of_day + 302s);
  ASSERT_EQ(plan.end.size(), 1U);
  EXPECT_EQ(plan.end[0], view.instances[1].id);
}

TEST(ManagedScaling, WithoutManagedDrainingInstancesEndAtOnce) {
  auto view = group_of({standing(1, 0)});
  view.rules.managedDraining = ManagedDraining::DISABLED;
  const auto plan = plan_scaling(view, start_of_day + 1h);
  EXPECT_TRUE(plan.drain.empty());
  EXPECT_EQ(plan.end.size(), 1U);
  view.size_min = 1;
  EXPECT_TRUE(plan_scaling(view, start_of_day + 1h).end.empty());
}

/// A group that does what it is told, and tasks that come and go.
TEST(ManagedScaling, RandomLivesStayInBoundsAndSettle) {
  constexpr int lives = 300;
  for (int life = 0; life < lives; ++life) {
    Dice dice{static_cast<std::uint64_t>(life)};
    auto view = group_of({});
    view.size_min = static_cast<int>(dice.below(3));
    view.size_max = view.size_min + static_cast<int>(dice.below(10));
    view.rules.managedScaling->maximumScalingStepSize = static_cast<std::int32_t>(1 + dice.below(4));
    auto now = start_of_day;
    std::uint64_t next = 1;
    for (int step = 0; step < 60; ++step, now += 400s) {
      if (step < 20) view.waiting.resize(dice.below(12), needs(512, 64));
      const auto plan = plan_scaling(view, now);
      const auto standing_now = static_cast<int>(view.instances.size()) + view.starting;
      ASSERT_LE(standing_now + plan.start, std::max(view.size_max, standing_now)) << "life " << life;
      ASSERT_LE(plan.start, *view.rules.managedScaling->maximumScalingStepSize) << "life " << life;
      for (const auto& id : plan.drain) {
        for (auto& one : view.instances) {
          ASSERT_TRUE(one.id != id || one.tasks == 0) << "life " << life;
          if (one.id == id) one.draining = true;
        }
      }
      std::erase_if(view.instances, [&](const ScalingInstance& one) {
        return std::ranges::find(plan.end, one.id) != plan.end.end();
      });
      for (int i = 0; i < plan.start; ++i) view.instances.push_back(standing(next++, 0, now));
      for (auto& one : view.instances) {
        if (one.draining) continue;
        while (one.tasks < 2 && !view.waiting.empty()) {
          ++one.tasks;
          view.waiting.pop_back();
        }
        if (step >= 20 && step < 25) one.tasks = 0;
        if (one.tasks == 0 && step < 25) one.idle_since = now;
      }
      if (step >= 25) view.waiting.clear();
    }
    int busy = 0;
    for (const auto& one : view.instances) busy += one.tasks > 0 ? 1 : 0;
    EXPECT_EQ(static_cast<int>(view.instances.size()), std::max(busy, view.size_min)) << "life " << life;
  }
  std::cout << "lives: " << lives << "\n";
}

}  // namespace
}  // namespace troupe::core
