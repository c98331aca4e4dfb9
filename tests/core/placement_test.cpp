/// Where tasks are placed: ECS's rules one by one, and random fleets.

#include "actors/core/placement/placement.hpp"
#include "actors/core/ids.hpp"
#include "actors/core/placement/fleet.hpp"
#include "tests/core/placement_sample.hpp"

#include <gmock/gmock.h>

#include <random>

namespace troupe::core {
namespace {

ContainerInstance instance(std::uint64_t number, std::int64_t cpu = 1024, std::int64_t memory = 1024) {
  ContainerInstance made;
  made.id = instance_id(number);
  made.agent_connected = true;
  made.registered.cpu = {cpu};
  made.registered.memory = {memory};
  return made;
}

void add(Fleet& fleet, ContainerInstance made) {
  fleet.update(std::make_shared<const ContainerInstance>(std::move(made)));
}

PlacementRequest request(std::size_t count, std::int64_t cpu = 100, std::int64_t memory = 100,
                         std::uint64_t seed = 1) {
  PlacementRequest made;
  Dice dice{seed * 1000};
  for (std::size_t i = 0; i < count; ++i) made.tasks.push_back(dice.id<TaskId>());
  made.size.cpu = {cpu};
  made.size.memory = {memory};
  made.group = "family:web";
  made.seed = seed;
  return made;
}

std::map<InstanceId, int> per_instance(const PlacementResult& result) {
  std::map<InstanceId, int> counts;
  for (const auto& assignment : result.assignments) ++counts[assignment.instance];
  return counts;
}

std::string reason(const ContainerInstance& made, const PlacementRequest& asked) {
  Fleet fleet;
  add(fleet, made);
  const auto refusal = refuse(fleet, fleet.instances().begin()->second, asked);
  return refusal ? refusal->reason : "";
}

TEST(Placement, EachShortageHasItsReason) {
  auto asked = request(1);
  EXPECT_EQ(reason(instance(1), asked), "");
  EXPECT_EQ(reason(instance(1, 99), asked), "RESOURCE:CPU");
  EXPECT_EQ(reason(instance(1, 100, 99), asked), "RESOURCE:MEMORY");
  auto away = instance(1);
  away.agent_connected = false;
  EXPECT_EQ(reason(away, asked), "AGENT");
  auto draining = instance(1);
  draining.status = InstanceStatus::DRAINING;
  EXPECT_EQ(reason(draining, asked), "INACTIVE");
  asked.size.gpus = 1;
  EXPECT_EQ(reason(instance(1), asked), "RESOURCE:GPU");
  asked.size.gpus = 0;
  asked.attributes = {attribute("ecs.os-type", "linux")};
  EXPECT_EQ(reason(instance(1), asked), "ATTRIBUTE");
  auto windows = instance(1);
  windows.attributes = {attribute("ecs.os-type", "windows")};
  EXPECT_EQ(reason(windows, asked), "ATTRIBUTE");
  windows.attributes = {attribute("ecs.os-type", "linux")};
  EXPECT_EQ(reason(windows, asked), "");
}

TEST(Placement, PortsReservedByTheHostOrTakenByATaskAreRefused) {
  Fleet fleet;
  auto host = instance(1);
  host.registered.tcp_ports = {22};
  add(fleet, host);
  auto asked = request(1);
  asked.size.tcp_ports = {22};
  EXPECT_EQ(place(fleet, asked).refusals.at(0).reason, "RESOURCE:PORTS");
  asked.size.tcp_ports = {80};
  EXPECT_EQ(place(fleet, asked).assignments.size(), 1U);
  auto second = request(1, 100, 100, 2);
  second.size.tcp_ports = {80};
  EXPECT_EQ(place(fleet, second).refusals.at(0).reason, "RESOURCE:PORTS");
  second.size.tcp_ports = {};
  second.size.udp_ports = {80};
  EXPECT_EQ(place(fleet, second).assignments.size(), 1U);
}

TEST(Placement, APortThatTheHostKeepsForItselfStaysReserved) {
  Fleet fleet;
  add(fleet, instance(1));
  auto asked = request(1);
  asked.size.tcp_ports = {80};
  const auto placed = place(fleet, asked);
  auto host = instance(1);
  host.registered.tcp_ports = {80};
  add(fleet, host);
  fleet.release(placed.assignments.at(0).task);
  EXPECT_EQ(place(fleet, request(1, 100, 100, 2)).assignments.size(), 1U);
  asked.tasks = {TaskId{{9, 9}}};
  EXPECT_EQ(place(fleet, asked).refusals.at(0).reason, "RESOURCE:PORTS");
}

TEST(Placement, TheFirstTaskWithoutAPlaceIsExplainedByEveryInstance) {
  Fleet fleet;
  add(fleet, instance(1, 250));
  add(fleet, instance(2, 1024, 150));
  const auto result = place(fleet, request(10));
  EXPECT_EQ(result.assignments.size(), 3U);
  ASSERT_EQ(result.refusals.size(), 2U);
  EXPECT_EQ(result.refusals[0].reason, "RESOURCE:CPU");
  EXPECT_EQ(result.refusals[0].detail, "needs 100 CPU units, has 50 left");
  EXPECT_EQ(result.refusals[1].reason, "RESOURCE:MEMORY");
}

TEST(Placement, AnEmptyFleetSaysSo) {
  Fleet fleet;
  EXPECT_TRUE(place(fleet, request(1)).fleet_is_empty);
  add(fleet, instance(1));
  EXPECT_FALSE(place(fleet, request(1)).fleet_is_empty);
  auto gone = instance(1);
  gone.status = InstanceStatus::INACTIVE;
  add(fleet, gone);
  EXPECT_TRUE(place(fleet, request(1)).fleet_is_empty);
}

TEST(Placement, SpreadEvensOutAnAttribute) {
  Fleet fleet;
  for (std::uint64_t i = 1; i <= 6; ++i) {
    auto made = instance(i);
    made.attributes = {attribute("rack", i <= 4 ? "a" : "b")};
    add(fleet, made);
  }
  auto asked = request(8);
  asked.strategies = {{PlacementStrategyType::spread, "attribute:rack"},
                      {PlacementStrategyType::spread, "instanceId"}};
  const auto counts = per_instance(place(fleet, asked));
  for (std::uint64_t i = 1; i <= 4; ++i) EXPECT_EQ(counts.at(instance_id(i)), 1);
  for (std::uint64_t i = 5; i <= 6; ++i) EXPECT_EQ(counts.at(instance_id(i)), 2);
}

TEST(Placement, SpreadCountsTasksOfTheSameGroupOnly) {
  Fleet fleet;
  add(fleet, instance(1));
  add(fleet, instance(2));
  for (std::uint64_t i = 0; i < 4; ++i) {
    fleet.reserve(TaskId{{7, i}}, {instance_id(1), {}, "family:other"});
  }
  auto asked = request(2);
  asked.strategies = {{PlacementStrategyType::spread, "host"}};
  const auto counts = per_instance(place(fleet, asked));
  EXPECT_EQ(counts.at(instance_id(1)), 1);
  EXPECT_EQ(counts.at(instance_id(2)), 1);
}

TEST(Placement, WithoutAStrategyZonesAreSpreadThenInstances) {
  Fleet fleet;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    auto made = instance(i);
    made.attributes = {attribute("ecs.availability-zone", i == 3 ? "b" : "a")};
    add(fleet, made);
  }
  const auto result = place(fleet, request(4));
  const auto counts = per_instance(result);
  EXPECT_EQ(counts.at(instance_id(1)), 1);
  EXPECT_EQ(counts.at(instance_id(2)), 1);
  EXPECT_EQ(counts.at(instance_id(3)), 2);
  for (const auto& made : result.assignments) {
    EXPECT_EQ(made.availability_zone, made.instance == instance_id(3) ? "b" : "a");
  }
}

TEST(Placement, BinpackFillsOneInstanceFirst) {
  Fleet fleet;
  add(fleet, instance(1, 1000, 500));
  add(fleet, instance(2, 500, 1000));
  auto asked = request(3);
  asked.strategies = {{PlacementStrategyType::binpack, "cpu"}};
  EXPECT_EQ(per_instance(place(fleet, asked)), (std::map<InstanceId, int>{{instance_id(2), 3}}));
  auto by_memory = request(3, 100, 100, 2);
  by_memory.strategies = {{PlacementStrategyType::binpack, "memory"}};
  EXPECT_EQ(per_instance(place(fleet, by_memory)), (std::map<InstanceId, int>{{instance_id(1), 3}}));
}

TEST(Placement, DistinctInstanceTakesOneTaskOfAGroupEach) {
  Fleet fleet;
  add(fleet, instance(1));
  add(fleet, instance(2));
  auto asked = request(3);
  asked.constraints = {{PlacementConstraintType::distinctInstance, {}}};
  const auto result = place(fleet, asked);
  EXPECT_EQ(result.assignments.size(), 2U);
  EXPECT_EQ(per_instance(result).size(), 2U);
  ASSERT_EQ(result.refusals.size(), 2U);
  EXPECT_THAT(result.refusals[0].reason, ::testing::HasSubstr("distinctInstance"));
}

TEST(Placement, NamedInstancesGetOneTaskEachOrSayWhyNot) {
  Fleet fleet;
  add(fleet, instance(1));
  add(fleet, instance(2, 50));
  auto asked = request(3);
  asked.instances = {instance_id(1), instance_id(2), instance_id(3)};
  const auto result = place(fleet, asked);
  ASSERT_EQ(result.assignments.size(), 1U);
  EXPECT_EQ(result.assignments[0].instance, instance_id(1));
  ASSERT_EQ(result.refusals.size(), 2U);
  EXPECT_EQ(result.refusals[0].reason, "RESOURCE:CPU");
  EXPECT_EQ(result.refusals[1].reason, "MISSING");
}

TEST(Placement, OneSeedGivesOnePlacement) {
  const auto run = [](std::uint64_t seed) {
    Fleet fleet;
    for (std::uint64_t i = 1; i <= 20; ++i) add(fleet, instance(i));
    auto asked = request(10, 100, 100, 5);
    asked.seed = seed;
    asked.strategies = {{PlacementStrategyType::random, {}}};
    std::vector<InstanceId> chosen;
    for (const auto& assignment : place(fleet, asked).assignments) chosen.push_back(assignment.instance);
    return chosen;
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST(Placement, ATaskThatIsPlacedAgainHoldsWhatItHeld) {
  Fleet fleet;
  add(fleet, instance(1, 1000, 1000));
  add(fleet, instance(2, 1000, 1000));
  auto asked = request(1, 100, 100, 1);
  asked.strategies = {{PlacementStrategyType::binpack, "memory"}};
  const auto first = place(fleet, asked);
  ASSERT_EQ(first.assignments.size(), 1U);
  place(fleet, asked);
  EXPECT_EQ(fleet.reserved_tasks(), 1U);
  const auto next = place(fleet, request(18, 100, 100, 2));
  EXPECT_EQ(next.assignments.size(), 18U);
  fleet.release(asked.tasks.front());
  EXPECT_EQ(place(fleet, request(3, 100, 100, 3)).assignments.size(), 2U);
}

/// Sums what is reserved by hand and compares it with the fleet.
class Ledger {
 public:
  void add(const TaskId& task, const InstanceId& on, const TaskSize& size) { held_[task] = {on, size}; }
  void erase(const TaskId& task) { held_.erase(task); }
  [[nodiscard]] std::vector<TaskId> tasks() const {
    std::vector<TaskId> ids;
    for (const auto& [id, what] : held_) ids.push_back(id);
    return ids;
  }
  void check(const Fleet& fleet) const {
    for (const auto& [id, known] : fleet.instances()) {
      CpuUnits cpu;
      MemoryMib memory;
      std::multiset<std::uint16_t> ports;
      int tasks = 0;
      for (const auto& [task, what] : held_) {
        if (what.first != id) continue;
        cpu += what.second.cpu;
        memory += what.second.memory;
        ports.insert(what.second.tcp_ports.begin(), what.second.tcp_ports.end());
        ++tasks;
      }
      const auto& load = fleet.load(known);
      ASSERT_EQ(known.record->registered.cpu - load.cpu_left, cpu);
      ASSERT_EQ(known.record->registered.memory - load.memory_left, memory);
      ASSERT_EQ(load.tasks, tasks);
      ASSERT_LE(cpu, known.record->registered.cpu);
      ASSERT_LE(memory, known.record->registered.memory);
      ASSERT_EQ(ports.size(), std::set(ports.begin(), ports.end()).size()) << "a port is used twice";
      ASSERT_EQ(known.tcp_ports.size(), ports.size());
    }
  }

 private:
  std::map<TaskId, std::pair<InstanceId, TaskSize>> held_;
};

TEST(Placement, RandomFleetsAreNeverOversubscribedAndGiveEverythingBack) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 dice{seed};
    Fleet fleet;
    Ledger ledger;
    const auto instances = 1 + dice() % 8;
    for (std::uint64_t i = 1; i <= instances; ++i) {
      add(fleet,
          instance(i, static_cast<std::int64_t>(dice() % 2000), static_cast<std::int64_t>(dice() % 2000)));
    }
    for (std::uint64_t round = 0; round < 40; ++round) {
      auto asked = request(1 + dice() % 10, static_cast<std::int64_t>(dice() % 300),
                           static_cast<std::int64_t>(dice() % 300), seed * 100 + round);
      if (dice() % 3 == 0) asked.size.tcp_ports = {static_cast<std::uint16_t>(8000 + dice() % 5)};
      if (dice() % 2 == 0) asked.strategies = {{PlacementStrategyType::spread, "instanceId"}};
      if (dice() % 4 == 0) asked.strategies = {{PlacementStrategyType::binpack, "memory"}};
      if (dice() % 5 == 0) asked.constraints = {{PlacementConstraintType::distinctInstance, {}}};
      const auto result = place(fleet, asked);
      for (const auto& made : result.assignments) ledger.add(made.task, made.instance, asked.size);
      if (result.assignments.size() < asked.tasks.size()) {
        ASSERT_EQ(result.refusals.size(), instances);
        for (const auto& [id, known] : fleet.instances()) ASSERT_TRUE(refuse(fleet, known, asked));
      } else {
        ASSERT_TRUE(result.refusals.empty());
      }
      for (const auto& task : ledger.tasks()) {
        if (dice() % 4 != 0) continue;
        fleet.release(task);
        ledger.erase(task);
      }
      if (dice() % 6 == 0) {  // The instance says what it has again.
        auto grown = *fleet.instances().begin()->second.record;
        grown.registered.cpu += {10};
        add(fleet, grown);
      }
      ledger.check(fleet);
      if (HasFatalFailure()) return;
    }
    for (const auto& task : ledger.tasks()) fleet.release(task);
    EXPECT_EQ(fleet.reserved_tasks(), 0U);
    for (const auto& [id, known] : fleet.instances()) {
      EXPECT_EQ(fleet.load(known).cpu_left, known.record->registered.cpu);
      EXPECT_EQ(fleet.load(known).memory_left, known.record->registered.memory);
      EXPECT_TRUE(fleet.load(known).groups.empty());
      EXPECT_TRUE(known.tcp_ports.empty());
    }
  }
}

}  // namespace
}  // namespace troupe::core
