/// The instances of a cluster as its services see them.

#include "actors/core/service_fleet.hpp"

#include "tests/core/placement_sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

InstancePtr instance(std::uint64_t number, const std::string& zone,
                     InstanceStatus status = InstanceStatus::ACTIVE, bool connected = true) {
  ContainerInstance made;
  made.id = instance_id(number);
  made.status = status;
  made.agent_connected = connected;
  made.attributes = {attribute("ecs.availability-zone", zone)};
  return std::make_shared<const ContainerInstance>(std::move(made));
}

TEST(ServiceFleet, HasTheZonesOfActiveInstancesAndNoneThatLeft) {
  const auto facts =
      fleet_facts({instance(1, "b"), instance(2, "a"), instance(3, "c", InstanceStatus::DRAINING),
                   instance(4, "d", InstanceStatus::INACTIVE)},
                  {});
  EXPECT_THAT(facts.instances, SizeIs(3));
  EXPECT_THAT(facts.zones.at(LaunchType::EC2), ElementsAre("a", "b"));
  EXPECT_THAT(facts.draining, ElementsAre(instance_id(3)));
}

TEST(ServiceFleet, KnowsWhetherAnyAgentIsThere) {
  EXPECT_FALSE(fleet_facts({}, {}).any_connected());
  EXPECT_FALSE(fleet_facts({instance(1, "a", InstanceStatus::ACTIVE, false)}, {}).any_connected());
  EXPECT_TRUE(
      fleet_facts({instance(1, "a", InstanceStatus::ACTIVE, false), instance(2, "a")}, {}).any_connected());
}

TEST(ServiceFleet, ATaskMoreOrLessIsNoChange) {
  const auto before = *instance(1, "a");
  auto after = before;
  after.running_tasks = 5;
  ++after.version;
  EXPECT_TRUE(same_for_services(before, after));
  after.agent_connected = false;
  EXPECT_FALSE(same_for_services(before, after));
  after = before;
  after.attributes.push_back(attribute("stack", "prod"));
  EXPECT_FALSE(same_for_services(before, after));
}

TEST(ServiceFleet, TellsADaemonWhatEachInstanceIsToIt) {
  const auto facts = fleet_facts({instance(1, "a"), instance(2, "a", InstanceStatus::ACTIVE, false),
                                  instance(3, "a", InstanceStatus::DRAINING), instance(4, "b")},
                                 {instance_id(3)});
  PlacementRequest request;
  request.attributes = {attribute("ecs.availability-zone", "a")};
  const auto daemons = daemon_instances(facts, request);
  ASSERT_THAT(daemons, SizeIs(3));
  EXPECT_EQ(daemons[0].place, DaemonPlace::eligible);
  EXPECT_EQ(daemons[1].place, DaemonPlace::disconnected);
  EXPECT_EQ(daemons[2].place, DaemonPlace::draining);
  EXPECT_FALSE(daemons[0].busy);
  EXPECT_TRUE(daemons[2].busy);
  request.attributes = {attribute("ecs.availability-zone", "nowhere")};
  EXPECT_THAT(daemon_instances(facts, request), IsEmpty());
}

}  // namespace
}  // namespace troupe::core
