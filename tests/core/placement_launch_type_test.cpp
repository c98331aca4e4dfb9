/// Instances take tasks of the launch types that their capacity is for, and those
/// that are nobody's container instances are not told of.

#include "actors/core/placement/explain.hpp"
#include "actors/core/placement/fleet.hpp"
#include "tests/core/placement_sample.hpp"

#include <gmock/gmock.h>

namespace troupe::core {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class PlacementByLaunchType : public ::testing::Test {
 protected:
  void host(std::uint64_t number, CapacityUse use, const std::string& zone = "a") {
    ContainerInstance made;
    made.id = instance_id(number);
    made.agent_connected = true;
    made.registered.cpu = {1024};
    made.registered.memory = {1024};
    made.attributes = {attribute("ecs.availability-zone", zone)};
    made.capacity = use;
    fleet.update(std::make_shared<const ContainerInstance>(made));
  }
  PlacementResult ask(LaunchType type, int count, std::int64_t cpu = 128) {
    request = {};
    for (int i = 0; i < count; ++i) request.tasks.push_back(TaskId{{2, ++last_}});
    request.size.cpu = {cpu};
    request.size.memory = {64};
    request.group = "family:web";
    request.launch_type = type;
    return place(fleet, request);
  }
  static std::vector<std::uint64_t> hosts_of(const PlacementResult& result) {
    std::vector<std::uint64_t> numbers;
    for (const auto& each : result.assignments) numbers.push_back(each.instance.bits[1]);
    return numbers;
  }

  Fleet fleet;
  PlacementRequest request;

 private:
  std::uint64_t last_ = 0;
};

TEST_F(PlacementByLaunchType, EachTypeStaysOnItsOwn) {
  host(1, CapacityUse::instances);
  host(2, CapacityUse::fargate);
  host(3, CapacityUse::both);
  host(4, CapacityUse::external);
  EXPECT_THAT(hosts_of(ask(LaunchType::EC2, 4)), UnorderedElementsAre(1, 1, 3, 3));
  EXPECT_THAT(hosts_of(ask(LaunchType::FARGATE, 4)), ::testing::Each(::testing::AnyOf(2, 3)));
  EXPECT_THAT(hosts_of(ask(LaunchType::EXTERNAL, 2)), UnorderedElementsAre(4, 4));
}

TEST_F(PlacementByLaunchType, ASharedHostHasOneLedger) {
  host(1, CapacityUse::both);
  EXPECT_THAT(ask(LaunchType::EC2, 4).assignments, SizeIs(4));
  EXPECT_THAT(ask(LaunchType::FARGATE, 6).assignments, SizeIs(4)) << "1024 units hold eight of 128";
  EXPECT_THAT(ask(LaunchType::EC2, 1).assignments, IsEmpty());
}

TEST_F(PlacementByLaunchType, FargateSpreadsOverTheZones) {
  host(1, CapacityUse::fargate, "a");
  host(2, CapacityUse::fargate, "a");
  host(3, CapacityUse::fargate, "b");
  host(4, CapacityUse::instances, "c");
  int in_b = 0;
  for (const auto number : hosts_of(ask(LaunchType::FARGATE, 8))) in_b += number == 3 ? 1 : 0;
  EXPECT_EQ(in_b, 4);
}

TEST_F(PlacementByLaunchType, ManagedHostsAreNotToldToOthers) {
  host(1, CapacityUse::fargate);
  auto made = ask(LaunchType::EC2, 1);
  EXPECT_TRUE(made.fleet_is_empty);
  EXPECT_THAT(made.refusals, IsEmpty());
  EXPECT_THAT(explain(fleet, request).verdicts, IsEmpty());
  EXPECT_EQ(explain(fleet, request).sentence, "No Container Instances were found in your cluster.");
  request.instances = std::vector{instance_id(1)};
  made = place(fleet, request);
  ASSERT_THAT(made.refusals, SizeIs(1));
  EXPECT_EQ(made.refusals[0].reason, "MISSING");
  EXPECT_EQ(explain(fleet, request).verdicts[0].refusals[0].reason, "MISSING");
  request.instances.reset();
  EXPECT_THAT(eligible(fleet, request), IsEmpty());
}

TEST_F(PlacementByLaunchType, WhoAsksForFargateHearsWhatIsMissing) {
  host(1, CapacityUse::instances);
  auto made = ask(LaunchType::FARGATE, 1);
  EXPECT_TRUE(made.fleet_is_empty);
  EXPECT_THAT(made.refusals, IsEmpty()) << "it is no candidate";
  auto why = explain(fleet, request);
  ASSERT_THAT(why.verdicts, SizeIs(1));
  EXPECT_EQ(why.verdicts[0].refusals[0].change, "start its agent with --capacity both or fargate");
  EXPECT_EQ(why.sentence, no_fargate_capacity);
  host(2, CapacityUse::fargate);
  made = ask(LaunchType::FARGATE, 1, 2048);
  EXPECT_FALSE(made.fleet_is_empty);
  ASSERT_THAT(made.refusals, SizeIs(1));
  EXPECT_EQ(made.refusals[0].reason, "RESOURCE:CPU");
  why = explain(fleet, request);
  EXPECT_EQ(why.closest, instance_id(2));
  EXPECT_EQ(why.sentence, no_fargate_capacity);
}

TEST_F(PlacementByLaunchType, AHostThatChangesItsUseChangesItsTasks) {
  host(1, CapacityUse::instances);
  EXPECT_THAT(ask(LaunchType::FARGATE, 1).assignments, IsEmpty());
  host(1, CapacityUse::both);
  EXPECT_THAT(ask(LaunchType::FARGATE, 1).assignments, SizeIs(1));
  host(1, CapacityUse::external);
  EXPECT_THAT(ask(LaunchType::FARGATE, 1).assignments, IsEmpty());
  EXPECT_THAT(ask(LaunchType::EC2, 1).assignments, IsEmpty());
}

}  // namespace
}  // namespace troupe::core
