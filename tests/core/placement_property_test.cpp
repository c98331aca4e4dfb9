/// Indexed placement against the linear scan, over random clusters that change.

#include "actors/core/placement/criteria.hpp"
#include "tests/core/placement_sample.hpp"
#include "tools/bench/place_scan.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <iostream>
#include <random>

namespace troupe::core {
namespace {

using tools::bench::scan;

struct Extent {
  std::uint64_t clusters;
  std::uint64_t instances_least;
  std::uint64_t instances_most;
  std::uint64_t rounds;
  std::uint64_t racks;
  std::uint64_t groups;
};

/// A cluster, the requests made to it, and what must hold after each.
class Trial {
 public:
  Trial(std::uint64_t seed, const Extent& scale) : dice_(seed), scale_(scale) {
    const auto count = scale.instances_least + below(scale.instances_most - scale.instances_least + 1);
    for (std::uint64_t i = 1; i <= count; ++i) fleet_.update(instance(i));
    instances_ = count;
  }

  void round() {
    const auto asked = request();
    auto before = fleet_;
    const auto result = place(fleet_, asked);
    ASSERT_NO_FATAL_FAILURE(check(before, asked, result));
    for (const auto& made : result.assignments) held_.push_back(made.task);
    placements += result.assignments.size();
    const auto going = held_.size() > 40 * instances_ || below(4) == 0 ? held_.size() / 2 : below(3);
    for (std::uint64_t i = 0; i < going && !held_.empty(); ++i) {
      std::swap(held_[below(held_.size())], held_.back());
      fleet_.release(held_.back());
      held_.pop_back();
    }
    if (below(3) == 0) fleet_.update(instance(1 + below(instances_)));
  }

  void give_everything_back() {
    for (const auto& task : held_) fleet_.release(task);
    EXPECT_EQ(fleet_.reserved_tasks(), 0U);
    for (const auto& [id, known] : fleet_.instances()) {
      const auto& load = fleet_.load(known);
      EXPECT_EQ(load.cpu_left, known.record->registered.cpu);
      EXPECT_EQ(load.memory_left, known.record->registered.memory);
      EXPECT_EQ(load.gpus_left, known.record->registered.gpus);
      EXPECT_EQ(load.tasks, 0);
      EXPECT_TRUE(load.groups.empty() && known.tcp_ports.empty() && known.udp_ports.empty());
    }
  }

  std::uint64_t placements = 0;
  std::uint64_t refused = 0;

 private:
  std::uint64_t below(std::uint64_t bound) { return dice_() % bound; }
  std::int64_t amount(std::uint64_t bound) { return static_cast<std::int64_t>(below(bound)); }

  InstancePtr instance(std::uint64_t number) {
    auto made = std::make_shared<ContainerInstance>();
    made->id = InstanceId{{0, number}};
    made->agent_connected = below(10) != 0;
    made->status = below(12) == 0   ? InstanceStatus::DRAINING
                   : below(15) == 0 ? InstanceStatus::INACTIVE
                                    : InstanceStatus::ACTIVE;
    made->registered.cpu = {500 + 250 * amount(4)};
    made->registered.memory = {500 + amount(1000)};
    made->registered.gpus = static_cast<std::int32_t>(below(3));
    if (below(4) == 0) made->registered.tcp_ports = {8000};
    if (below(8) != 0) {
      made->attributes.push_back(
          attribute("ecs.availability-zone", std::string{"a"} + std::to_string(below(3))));
    }
    made->attributes.push_back(attribute("rack", std::to_string(below(scale_.racks))));
    made->attributes.push_back(attribute("ecs.instance-type", below(2) == 0 ? "t2.small" : "m5.large"));
    made->capacity_provider = std::vector<std::string>{"", "spot", "steady"}[below(3)];
    return made;
  }

  PlacementStrategy strategy() {
    switch (below(7)) {
      case 0:
        return {PlacementStrategyType::random, {}};
      case 1:
        return {PlacementStrategyType::binpack, "cpu"};
      case 2:
        return {PlacementStrategyType::binpack, "MEMORY"};
      case 3:
        return {PlacementStrategyType::spread, "instanceId"};
      case 4:
        return {PlacementStrategyType::spread, "attribute:rack"};
      default:
        return {PlacementStrategyType::spread, "attribute:ecs.availability-zone"};
    }
  }

  PlacementConstraint constraint() {
    static const std::vector<std::string> expressions = {
        "attribute:ecs.instance-type =~ t2.*", "attribute:rack != 1 and agentConnected == true",
        "runningTasksCount < 3", "not (task:group == service:g1)", "this is none"};
    if (below(2) == 0) return {PlacementConstraintType::distinctInstance, {}};
    return {PlacementConstraintType::memberOf, expressions[below(below(20) == 0 ? 5 : 4)]};
  }

  PlacementRequest request() {
    PlacementRequest made;
    made.seed = dice_();
    Dice ids{dice_()};
    for (auto i = 1 + below(12); i > 0; --i) made.tasks.push_back(ids.id<TaskId>());
    made.group = "service:g" + std::to_string(below(scale_.groups));
    made.size.cpu = {50 * amount(5)};
    made.size.memory = {amount(200)};
    made.size.gpus = below(6) == 0 ? 1 : 0;
    if (below(6) == 0) made.size.tcp_ports = {static_cast<std::uint16_t>(8000 + below(3))};
    if (below(8) == 0) made.size.udp_ports = {53};
    if (below(4) == 0) made.attributes = {attribute("ecs.instance-type", "t2.small")};
    for (auto i = below(6); i > 0; --i) made.strategies.push_back(strategy());
    if (below(2) == 0) made.constraints.push_back(constraint());
    if (below(4) == 0) made.capacity_provider = below(8) == 0 ? "nobody" : below(2) == 0 ? "spot" : "steady";
    return made;
  }

  /// Replays the result on the fleet as it was, one task at a time.
  void check(Fleet& before, const PlacementRequest& asked, const PlacementResult& result) {
    for (const auto& made : result.assignments) {
      const auto candidates = scan(before, asked);
      ASSERT_FALSE(candidates.empty());
      const auto chosen = std::find_if(candidates.begin(), candidates.end(), [&](const auto& each) {
        return each.instance->record->id == made.instance;
      });
      ASSERT_NE(chosen, candidates.end()) << "placed where it does not fit";
      for (const auto& other : candidates) ASSERT_LE(chosen->cost, other.cost) << "a better one was there";
      before.reserve(made.task, {made.instance, asked.size, asked.group});
    }
    if (result.assignments.size() == asked.tasks.size()) {
      ASSERT_TRUE(result.refusals.empty());
      return;
    }
    ++refused;
    ASSERT_TRUE(scan(before, asked).empty()) << "a place was overlooked";
    const auto candidates = std::count_if(
        before.instances().begin(), before.instances().end(),
        [&](auto& each) { return is_of_provider(*each.second.record, asked.capacity_provider); });
    ASSERT_EQ(result.refusals.size(), static_cast<std::size_t>(candidates));
    ASSERT_EQ(result.provider_is_empty, candidates == 0 && !asked.capacity_provider.empty());
  }

  std::mt19937_64 dice_;
  Extent scale_;
  Fleet fleet_;
  std::uint64_t instances_ = 0;
  std::vector<TaskId> held_;
};

void run(const Extent& scale) {
  std::uint64_t placements = 0;
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 1; seed <= scale.clusters; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Trial trial{seed, scale};
    for (std::uint64_t i = 0; i < scale.rounds; ++i) {
      ASSERT_NO_FATAL_FAILURE(trial.round()) << "round " << i;
    }
    trial.give_everything_back();
    placements += trial.placements;
    refused += trial.refused;
  }
  std::cout << scale.clusters << " clusters, " << scale.clusters * scale.rounds << " requests, " << placements
            << " tasks placed, " << refused << " requests without a place\n";
  EXPECT_GT(placements, scale.clusters * scale.rounds);
  EXPECT_GT(refused, 0U);
}

TEST(PlacementProperties, SmallClustersArePlacedOnAsByAScan) {
  run({300, 1, 12, 60, 4, 4});
}

TEST(PlacementProperties, LargeGroupsGetRankingsOfTheirOwn) {
  run({12, 150, 220, 60, 4, 2});
}

TEST(PlacementProperties, AttributesOfManyValuesAreSpread) {
  run({12, 100, 160, 60, 90, 3});
}

}  // namespace
}  // namespace troupe::core
