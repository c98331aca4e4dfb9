/// Refusals that explain themselves, expressions as constraints, and DAEMON instances.

#include "actors/core/placement/explain.hpp"
#include "actors/core/placement/fleet.hpp"
#include "tests/core/placement_sample.hpp"

#include <gmock/gmock.h>

namespace troupe::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Attribute valued(const std::string& name, const std::string& value) {
  return {.name = name, .value = value, .targetType = {}, .targetId = {}};
}

class PlacementExplanation : public ::testing::Test {
 protected:
  PlacementExplanation() {
    asked.tasks = {TaskId{{1, 1}}};
    asked.size.cpu = {256};
    asked.size.memory = {256};
    asked.group = "service:web";
  }

  ContainerInstance& host(std::uint64_t number) {
    const auto [entry, fresh] = hosts_.try_emplace(number);
    auto& made = entry->second;
    if (!fresh) return made;
    made.id = instance_id(number);
    made.agent_connected = true;
    made.registered.cpu = {1024};
    made.registered.memory = {1024};
    return made;
  }
  Fleet fleet() const {
    Fleet made;
    for (const auto& [number, each] : hosts_) made.update(std::make_shared<const ContainerInstance>(each));
    return made;
  }
  [[nodiscard]] std::string sentence() const { return explain(fleet(), asked).sentence; }

  PlacementRequest asked;

 private:
  std::map<std::uint64_t, ContainerInstance> hosts_;
};

TEST_F(PlacementExplanation, EveryFilterThatRefusesIsNamedWithItsAmounts) {
  host(1).registered.cpu = {200};
  host(1).registered.memory = {100};
  host(1).agent_connected = false;
  const auto made = explain(fleet(), asked);
  ASSERT_THAT(made.verdicts, SizeIs(1));
  const auto& refusals = made.verdicts[0].refusals;
  ASSERT_THAT(refusals, SizeIs(3));
  EXPECT_EQ(refusals[0].filter, "agent");
  EXPECT_EQ(refusals[0].needed, std::nullopt);
  EXPECT_EQ(refusals[0].change, "connect its agent");
  EXPECT_EQ(refusals[1].filter, "cpu");
  EXPECT_EQ(refusals[1].needed, 256);
  EXPECT_EQ(refusals[1].available, 200);
  EXPECT_EQ(refusals[1].unit, "CPU units");
  EXPECT_EQ(refusals[1].change, "ask for at most 200 CPU units");
  EXPECT_EQ(refusals[2].detail, "needs 256 MiB, has 100 left");
}

TEST_F(PlacementExplanation, WhatTasksHoldCanBeFreed) {
  host(1);
  auto cluster = fleet();
  TaskSize held;
  held.cpu = {900};
  cluster.reserve(TaskId{{2, 2}}, {instance_id(1), held, "family:batch"});
  const auto made = explain(cluster, asked);
  EXPECT_EQ(made.verdicts.at(0).refusals.at(0).change, "free 132 CPU units on it");
  EXPECT_EQ(made.closest, instance_id(1));
  cluster.release(TaskId{{2, 2}});
  EXPECT_EQ(explain(cluster, asked).sentence, "");
  EXPECT_EQ(explain(cluster, asked).closest, std::nullopt);
}

TEST_F(PlacementExplanation, TheClosestLacksLeast) {
  host(1).registered = {};
  host(2).registered.cpu = {100};
  host(3).registered.cpu = {200};
  host(4).agent_connected = false;
  const auto text = "The closest matching (container-instance " + to_string(instance_id(3)) + ") ";
  EXPECT_EQ(sentence(), text + "has insufficient CPU units available.");
}

TEST_F(PlacementExplanation, TheSentencesAreThoseOfServiceEvents) {
  EXPECT_EQ(sentence(), "No Container Instances were found in your cluster.");
  const auto text = "The closest matching (container-instance " + to_string(instance_id(1)) + ") ";
  host(1).registered.memory = {100};
  EXPECT_EQ(sentence(), text + "has insufficient memory available.");
  host(1).registered.memory = {1000};
  host(1).registered.tcp_ports = {80};
  asked.size.tcp_ports = {80};
  EXPECT_EQ(sentence(), text + "is already using a port required by your task.");
  asked.size.tcp_ports = {};
  asked.attributes = {valued("stack", "prod")};
  EXPECT_EQ(sentence(), text + "is missing an attribute required by your task.");
  asked.attributes = {};
  EXPECT_EQ(sentence(), "");
}

TEST_F(PlacementExplanation, OtherReasonsAreGivenAsErrors) {
  auto& away = host(1);
  away.agent_connected = false;
  const auto text = "The closest matching (container-instance " + to_string(instance_id(1)) + ") ";
  EXPECT_EQ(sentence(), text + "encountered error \"AGENT\".");
  away.agent_connected = true;
  asked.constraints = {{PlacementConstraintType::memberOf, "attribute:stack == prod"}};
  EXPECT_EQ(sentence(), text + "encountered error \"MemberOf placement constraint unsatisfied.\".");
}

TEST_F(PlacementExplanation, NamedInstancesAreExplainedInTheirOrder) {
  host(1).registered.cpu = {1};
  host(2);
  asked.instances = {instance_id(2), instance_id(9), instance_id(1)};
  const auto made = explain(fleet(), asked);
  ASSERT_THAT(made.verdicts, SizeIs(3));
  EXPECT_THAT(made.verdicts[0].refusals, IsEmpty());
  EXPECT_EQ(made.verdicts[1].refusals.at(0).reason, "MISSING");
  EXPECT_EQ(made.verdicts[2].refusals.at(0).reason, "RESOURCE:CPU");
}

TEST_F(PlacementExplanation, MemberOfFollowsRecordsAndTasks) {
  host(1).attributes = {valued("stack", "prod")};
  host(2);
  auto cluster = fleet();
  asked.constraints = {{PlacementConstraintType::memberOf, "attribute:stack == prod"},
                       {PlacementConstraintType::memberOf, "runningTasksCount < 1"}};
  ASSERT_THAT(place(cluster, asked).assignments, SizeIs(1));
  asked.tasks = {TaskId{{1, 2}}};
  EXPECT_THAT(place(cluster, asked).assignments, IsEmpty());
  auto changed = host(2);
  changed.attributes = {valued("stack", "prod")};
  cluster.update(std::make_shared<const ContainerInstance>(changed));
  const auto placed = place(cluster, asked);
  ASSERT_THAT(placed.assignments, SizeIs(1));
  EXPECT_EQ(placed.assignments[0].instance, instance_id(2));
  cluster.release(TaskId{{1, 1}});
  asked.tasks = {TaskId{{1, 3}}};
  EXPECT_EQ(place(cluster, asked).assignments.at(0).instance, instance_id(1));
}

TEST_F(PlacementExplanation, AnExpressionThatIsNoneRefusesWithItsError) {
  host(1);
  auto cluster = fleet();
  asked.constraints = {{PlacementConstraintType::memberOf, "rank"}};
  const auto result = place(cluster, asked);
  ASSERT_THAT(result.refusals, SizeIs(1));
  EXPECT_EQ(result.refusals[0].reason, "MemberOf placement constraint unsatisfied.");
  EXPECT_EQ(result.refusals[0].detail, "Invalid expression: unknown subject at column 1.");
}

TEST_F(PlacementExplanation, RefusalsAreLeftOutWhenNotAskedFor) {
  host(1).registered.cpu = {1};
  auto cluster = fleet();
  asked.list_refusals = ListRefusals::no;
  EXPECT_THAT(place(cluster, asked).refusals, IsEmpty());
  asked.list_refusals = ListRefusals::yes;
  EXPECT_THAT(place(cluster, asked).refusals, SizeIs(1));
  EXPECT_THAT(place(cluster, asked).refusals, SizeIs(1));
  host(2).registered.cpu = {2};
  cluster.update(std::make_shared<const ContainerInstance>(host(2)));
  EXPECT_THAT(place(cluster, asked).refusals, SizeIs(2));
}

TEST_F(PlacementExplanation, DaemonsGoWhereTheCriteriaAreMetWhateverIsFree) {
  host(1).registered.cpu = {1};
  host(1).attributes = {valued("stack", "prod")};
  host(2).attributes = {valued("stack", "prod")};
  host(2).status = InstanceStatus::DRAINING;
  host(3).attributes = {valued("stack", "dev")};
  host(4).attributes = {valued("stack", "prod")};
  host(4).agent_connected = false;
  host(5).attributes = {valued("stack", "prod")};
  asked.constraints = {{PlacementConstraintType::memberOf, "attribute:stack == prod"}};
  EXPECT_THAT(eligible(fleet(), asked), ElementsAre(instance_id(1), instance_id(5)));
}

TEST_F(PlacementExplanation, AnInstanceOfAnotherCapacityProviderIsNoCandidate) {
  asked.capacity_provider = "spot";
  host(1).capacity_provider = "steady";
  host(2);
  EXPECT_EQ(sentence(), "No Container Instances were found in your capacity provider.");
  const auto alone = explain(fleet(), asked);
  EXPECT_EQ(alone.closest, std::nullopt);
  ASSERT_THAT(alone.verdicts, SizeIs(2));
  ASSERT_THAT(alone.verdicts[0].refusals, SizeIs(1));
  const auto& refusal = alone.verdicts[0].refusals[0];
  EXPECT_EQ(refusal.filter, "capacityProvider");
  EXPECT_EQ(refusal.detail, "belongs to capacity provider steady");
  EXPECT_EQ(
      refusal.change,
      "register it with the attribute ecs.capacity-provider=spot, or name its provider in the strategy");
  EXPECT_EQ(alone.verdicts[1].refusals[0].detail, "belongs to no capacity provider");

  host(3).capacity_provider = "spot";
  host(3).registered.cpu = {100};
  host(3).registered.memory = {100};
  const auto made = explain(fleet(), asked);
  EXPECT_EQ(made.closest, instance_id(3));
  EXPECT_TRUE(made.sentence.ends_with("has insufficient CPU units available.")) << made.sentence;
  auto changing = fleet();
  const auto placed = place(changing, asked);
  ASSERT_THAT(placed.refusals, SizeIs(1));
  EXPECT_EQ(placed.refusals[0].instance, instance_id(3));
  EXPECT_FALSE(placed.provider_is_empty);
}

}  // namespace
}  // namespace troupe::core
