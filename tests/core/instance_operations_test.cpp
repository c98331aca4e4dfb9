/// Operations on container instances: states, deregistration, attributes.

#include "actors/core/instance_operations.hpp"

#include "tests/core/placement_sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Stamp stamp{from_epoch_ms(5'000), 1};

ContainerInstance host(std::uint64_t number) {
  ContainerInstance made;
  made.id = instance_id(number);
  made.cluster = "default";
  made.agent_connected = true;
  made.attributes = {attribute("ecs.os-type", "linux")};
  return made;
}

Attribute on(const std::string& target, const std::string& name, const std::string& value) {
  auto made = attribute(name, value);
  made.targetId = target;
  if (!target.starts_with("arn:")) made.targetType = TargetType::container_instance;
  return made;
}

InstanceMap fleet_of(const std::vector<ContainerInstance>& instances) {
  InstanceMap map;
  for (const auto& one : instances) map[one.id] = std::make_shared<const ContainerInstance>(one);
  return map;
}

TEST(InstanceOperations, StatesAreCheckedBeforeAnyInstanceIsLookedAt) {
  const auto refusal = [](std::vector<std::string> ids, InstanceStatus status) {
    const auto checked = check(UpdateContainerInstancesState{std::move(ids), status});
    return checked ? std::string{} : checked.error().message;
  };
  EXPECT_EQ(refusal({"a"}, InstanceStatus::DRAINING), "");
  EXPECT_EQ(refusal({}, InstanceStatus::DRAINING), "Container instances cannot be empty.");
  EXPECT_EQ(refusal(std::vector<std::string>(11, "a"), InstanceStatus::ACTIVE),
            "Container instances cannot have more than 10 elements.");
  EXPECT_EQ(refusal({"a"}, InstanceStatus::REGISTERING),
            "Container instance status should be one of [ACTIVE, DRAINING]");
}

TEST(InstanceOperations, AStatusIsANewVersionOnlyWhenItChanges) {
  const auto active = host(1);
  const auto draining = set_status(active, InstanceStatus::DRAINING, stamp).value();
  EXPECT_EQ(draining.status, InstanceStatus::DRAINING);
  EXPECT_EQ(draining.version, active.version + 1);
  EXPECT_EQ(draining.updated_at, stamp.now);
  EXPECT_EQ(set_status(draining, InstanceStatus::DRAINING, stamp).value(), draining);
  auto gone = active;
  gone.status = InstanceStatus::INACTIVE;
  EXPECT_EQ(set_status(gone, InstanceStatus::ACTIVE, stamp).error().message, "INACTIVE");
}

TEST(InstanceOperations, OnlyForceDeregistersAnInstanceWithTasks) {
  const auto active = host(1);
  const auto refused = deregister(active, true, false, stamp);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_parameter);
  EXPECT_EQ(refused.error().message, "Found running tasks on the instance.");
  const auto forced = deregister(active, true, true, stamp).value();
  EXPECT_EQ(forced.status, InstanceStatus::INACTIVE);
  EXPECT_FALSE(forced.agent_connected);
  EXPECT_EQ(deregister(active, false, false, stamp).value(), forced);
  EXPECT_EQ(deregister(forced, false, false, {from_epoch_ms(9'000), 1}).value(), forced);
}

TEST(InstanceOperations, AttributesFindTheirInstanceByIdOrArn) {
  const auto fleet = fleet_of({host(1), host(2)});
  const auto arn = instance_arn({}, "default", instance_id(2));
  const auto sorted = sort_by_target(
      {}, "default", fleet,
      {on(to_string(instance_id(1)), "stack", "prod"), on(arn, "rack", "7"), on(arn, "row", "2")});
  ASSERT_TRUE(sorted);
  EXPECT_THAT(sorted->at(instance_id(1)), SizeIs(1));
  EXPECT_THAT(sorted->at(instance_id(2)), SizeIs(2));
}

TEST(InstanceOperations, AttributesWithoutATargetAreRefused) {
  auto inactive = host(2);
  inactive.status = InstanceStatus::INACTIVE;
  const auto fleet = fleet_of({host(1), inactive});
  const auto refusal = [&](const std::vector<Attribute>& attributes) {
    const auto sorted = sort_by_target({}, "default", fleet, attributes);
    if (sorted) return std::string{};
    return std::string{exception_name(sorted.error().code)} + ": " + sorted.error().message;
  };
  const auto one = to_string(instance_id(1));
  EXPECT_EQ(refusal({}), "InvalidParameterException: Attributes cannot be empty.");
  EXPECT_EQ(refusal(std::vector<Attribute>(11, on(one, "a", "b"))),
            "InvalidParameterException: Attributes cannot have more than 10 elements.");
  EXPECT_EQ(refusal({on("", "a", "b")}), "InvalidParameterException: targetId can not be blank.");
  auto untyped = on(one, "a", "b");
  untyped.targetType.reset();
  EXPECT_EQ(refusal({untyped}),
            "InvalidParameterException: targetType can not be blank when targetId is not an ARN.");
  for (const auto number : {2, 3}) {
    const auto gone = to_string(instance_id(static_cast<std::uint64_t>(number)));
    EXPECT_EQ(refusal({on(gone, "a", "b")}), "TargetNotFoundException: The specified target was not found.");
  }
  for (const auto* name : {"", "a b", "a:b"}) {
    EXPECT_EQ(refusal({on(one, name, "b")}),
              std::string{"InvalidParameterException: Invalid attribute name: "} + name);
  }
  EXPECT_EQ(refusal({on(one, std::string(129, 'a'), "b")}),
            "InvalidParameterException: Invalid attribute name: " + std::string(129, 'a'));
  for (const auto* value : {" x", "x ", "x;y"}) {
    EXPECT_EQ(refusal({on(one, "a", value)}),
              std::string{"InvalidParameterException: Invalid attribute value: "} + value);
  }
  EXPECT_EQ(refusal({on(one, "a/b_c-d.e", "x: y@z")}), "");
}

TEST(InstanceOperations, AnAttributeIsReplacedByNameAndAtMostTenAreCustom) {
  auto known = put_attributes(host(1), {attribute("stack", "test")}, stamp).value();
  EXPECT_EQ(known.version, 2);
  known = put_attributes(known, {attribute("stack", "prod")}, stamp).value();
  EXPECT_THAT(known.attributes, ElementsAre(attribute("ecs.os-type", "linux"), attribute("stack", "prod")));
  EXPECT_EQ(put_attributes(known, {attribute("stack", "prod")}, stamp).value(), known);
  std::vector<Attribute> nine;
  for (int i = 0; i < 9; ++i) nine.push_back(attribute("custom" + std::to_string(i), "x"));
  known = put_attributes(known, nine, stamp).value();
  const auto refused = put_attributes(known, {attribute("one-more", "x")}, stamp);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::attribute_limit_exceeded);
  EXPECT_TRUE(put_attributes(known, {attribute("ecs.instance-type", "m5.large")}, stamp));
}

TEST(InstanceOperations, AnAttributeIsDeletedByNameOrByNameAndValue) {
  const auto known = put_attributes(host(1), {attribute("a", "1"), attribute("b", "2")}, stamp).value();
  auto by_name = attribute("a", "");
  by_name.value.reset();
  EXPECT_THAT(delete_attributes(known, {by_name}, stamp).value().attributes, SizeIs(2));
  EXPECT_THAT(delete_attributes(known, {attribute("b", "2")}, stamp).value().attributes, SizeIs(2));
  EXPECT_EQ(delete_attributes(known, {attribute("b", "3")}, stamp).value(), known);
}

TEST(InstanceOperations, AttributesAreListedPageByPage) {
  auto first = host(1);
  first.attributes.push_back(attribute("stack", "prod"));
  auto second = host(2);
  second.attributes.push_back(attribute("stack", "test"));
  auto gone = host(3);
  gone.status = InstanceStatus::INACTIVE;
  const auto fleet = fleet_of({first, second, gone});
  ListAttributes query;
  query.name = "stack";
  EXPECT_THAT(list_attributes({}, "default", fleet, query).attributes, SizeIs(2));
  query.value = "test";
  const auto tests = list_attributes({}, "default", fleet, query).attributes;
  ASSERT_THAT(tests, SizeIs(1));
  EXPECT_EQ(tests[0].targetId, instance_arn({}, "default", instance_id(2)));
  EXPECT_EQ(tests[0].targetType, TargetType::container_instance);
  ListAttributes all;
  all.page.limit = 3;
  const auto page = list_attributes({}, "default", fleet, all);
  ASSERT_THAT(page.attributes, SizeIs(3));
  ASSERT_TRUE(page.next);
  all.page.after = *page.next;
  const auto rest = list_attributes({}, "default", fleet, all);
  EXPECT_THAT(rest.attributes, SizeIs(1));
  EXPECT_FALSE(rest.next);
  query.value = "nowhere";
  EXPECT_THAT(list_attributes({}, "default", fleet, query).attributes, IsEmpty());
}

}  // namespace
}  // namespace troupe::core
