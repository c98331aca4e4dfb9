/// Capacity providers: what is refused, in ECS's words, and what is filled in.

#include "actors/core/capacity_providers.hpp"

#include <gmock/gmock.h>

namespace troupe::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Stamp provider_time{from_epoch_ms(1000), 1};

CreateCapacityProvider provider_creation(const std::string& name = "mine") {
  CreateCapacityProvider command;
  command.name = name;
  command.group.emplace().autoScalingGroupArn =
      "arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/" + name;
  return command;
}

class CapacityProviders : public ::testing::Test {
 protected:
  std::string refusal(const CreateCapacityProvider& command) const {
    const auto made = decide(known, command, provider_time);
    return made ? "" : made.error().message;
  }
  void add(const std::string& name) {
    known[name] =
        std::make_shared<const CapacityProvider>(*decide(known, provider_creation(name), provider_time));
  }
  Result<Cluster> put(std::vector<std::string> names, std::vector<CapacityProviderStrategyItem> strategy,
                      const std::set<std::string>& used = {}) const {
    return decide(cluster, PutClusterCapacityProviders{std::move(names), std::move(strategy)}, known, used);
  }
  Result<std::vector<std::string>> described(DescribeCapacityProviders query) const {
    const auto reply = describe(known, query, realm);
    if (!reply) return reply.error();
    std::vector<std::string> names;
    for (const auto& provider : reply->providers) names.push_back(provider->name);
    for (const auto& failure : reply->failures) names.push_back(*failure.arn + " " + *failure.reason);
    return names;
  }

  Realm realm;
  Cluster cluster;
  Providers known;
};

TEST_F(CapacityProviders, ANewOneIsActiveWithItsDefaults) {
  const auto made = *decide(known, provider_creation(), provider_time);
  EXPECT_EQ(made.status, CapacityProviderStatus::ACTIVE);
  EXPECT_EQ(made.type, CapacityProviderType::EC2_AUTOSCALING);
  EXPECT_EQ(made.created_at, provider_time.now);
  const auto& scaling = *made.group->managedScaling;
  EXPECT_EQ(scaling.status, ManagedScalingStatus::DISABLED);
  EXPECT_EQ(scaling.targetCapacity, 100);
  EXPECT_EQ(scaling.minimumScalingStepSize, 1);
  EXPECT_EQ(scaling.maximumScalingStepSize, 10'000);
  EXPECT_EQ(scaling.instanceWarmupPeriod, 300);
  EXPECT_EQ(made.group->managedTerminationProtection, ManagedTerminationProtection::DISABLED);
  EXPECT_EQ(made.group->managedDraining, ManagedDraining::ENABLED);
}

TEST_F(CapacityProviders, NamesAreChecked) {
  for (const auto* name : {"", "with space", "dot.ted"}) {
    EXPECT_TRUE(refusal(provider_creation(name))
                    .starts_with("The specified capacity provider name is invalid. Up to"));
  }
  EXPECT_NE(refusal(provider_creation(std::string(256, 'a'))), "");
  EXPECT_EQ(refusal(provider_creation(std::string(255, 'a'))), "");
  for (const auto* name : {"aws-mine", "ECS-mine", "fargate", "FARGATE_SPOT"}) {
    EXPECT_TRUE(refusal(provider_creation(name))
                    .ends_with("cannot be prefixed with \"aws\", \"ecs\", or \"fargate\"."));
  }
  add("mine");
  EXPECT_TRUE(
      refusal(provider_creation("mine")).starts_with("The specified capacity provider already exists."));
}

TEST_F(CapacityProviders, ItIsOfExactlyOneKind) {
  auto command = provider_creation();
  command.group.reset();
  EXPECT_NE(refusal(command), "");
  command.managed_instances.emplace();
  EXPECT_EQ(refusal(command), "A cluster must be specified with managedInstancesProvider.");
  command.cluster = "default";
  EXPECT_EQ(decide(known, command, provider_time)->type, CapacityProviderType::MANAGED_INSTANCES);
  command.group = provider_creation().group;
  EXPECT_NE(refusal(command), "");
}

TEST_F(CapacityProviders, ScalingStaysWithinItsBounds) {
  const auto with = [](auto change) {
    auto command = provider_creation();
    change(command.group->managedScaling.emplace());
    return command;
  };
  EXPECT_EQ(refusal(with([](auto& s) { s.targetCapacity = 101; })),
            "The managed scaling targetCapacity must be between 1 and 100.");
  EXPECT_NE(refusal(with([](auto& s) { s.minimumScalingStepSize = 0; })), "");
  EXPECT_NE(refusal(with([](auto& s) { s.maximumScalingStepSize = 10'001; })), "");
  EXPECT_NE(refusal(with([](auto& s) { s.instanceWarmupPeriod = -1; })), "");
  EXPECT_EQ(refusal(with([](auto& s) { s.targetCapacity = 1; })), "");
  auto guarded = provider_creation();
  guarded.group->managedTerminationProtection = ManagedTerminationProtection::ENABLED;
  EXPECT_TRUE(refusal(guarded).starts_with("The managed termination protection setting"));
  guarded.group->managedScaling.emplace().status = ManagedScalingStatus::ENABLED;
  EXPECT_EQ(refusal(guarded), "");
}

TEST_F(CapacityProviders, AnUpdateTakesOverWhatWasGivenAndNothingElse) {
  add("mine");
  UpdateCapacityProvider command;
  command.name = "mine";
  command.group.emplace().managedScaling.emplace().targetCapacity = 80;
  const auto next = *decide(known, command);
  EXPECT_EQ(next.group->managedScaling->targetCapacity, 80);
  EXPECT_EQ(next.group->managedScaling->instanceWarmupPeriod, 300);
  EXPECT_EQ(next.group->autoScalingGroupArn, provider_creation().group->autoScalingGroupArn);
  EXPECT_EQ(next.update_status, CapacityProviderUpdateStatus::UPDATE_COMPLETE);
  command.group->managedScaling->targetCapacity = 0;
  EXPECT_FALSE(decide(known, command));
  command.name = "other";
  EXPECT_EQ(decide(known, command).error().message,
            "The specified capacity provider 'other' was not found. Specify a valid name and try again.");
}

TEST_F(CapacityProviders, WhatIsUsedOrReservedCannotBeDeleted) {
  add("mine");
  DeleteCapacityProvider command;
  command.capacity_provider = "FARGATE";
  EXPECT_NE(decide(known, command, {}, realm).error().message.find("reserved"), std::string::npos);
  command.capacity_provider = "mine";
  EXPECT_EQ(decide(known, command, {"mine"}, realm).error().message,
            "The specified capacity provider is in use and cannot be removed.");
  const auto gone = *decide(known, command, {}, realm);
  EXPECT_EQ(gone.status, CapacityProviderStatus::INACTIVE);
  EXPECT_EQ(gone.update_status, CapacityProviderUpdateStatus::DELETE_COMPLETE);
  known["mine"] = std::make_shared<const CapacityProvider>(gone);
  EXPECT_EQ(refusal(provider_creation("mine")), "") << "its name is free again";
}

TEST_F(CapacityProviders, FargatesAlwaysExistAndPagesGoOnByName) {
  for (const auto* name : {"a", "b"}) add(name);
  EXPECT_THAT(*described({}), ElementsAre("FARGATE", "FARGATE_SPOT", "a", "b"));
  DescribeCapacityProviders page;
  page.page.limit = 3;
  const auto first = *describe(known, page, realm);
  EXPECT_THAT(first.providers, SizeIs(3));
  EXPECT_EQ(first.next, "a");
  page.page.after = *first.next;
  EXPECT_THAT(*described(page), ElementsAre("b"));
  DescribeCapacityProviders named;
  named.capacity_providers = {"arn:aws:ecs:us-east-1:000000000000:capacity-provider/b", "c"};
  EXPECT_THAT(*described(named), ElementsAre("b", "c MISSING"));
  named.capacity_providers.assign(101, "a");
  EXPECT_FALSE(described(named));
}

TEST_F(CapacityProviders, AClusterTakesThoseThatExist) {
  add("mine");
  EXPECT_EQ(put({"nowhere"}, {}).error().message,
            "The specified capacity provider 'nowhere' was not found. Specify a valid name and try again.");
  const auto next = *put({"mine", "FARGATE"}, {{"mine", 1, 2}});
  EXPECT_THAT(next.capacity_providers, ElementsAre("mine", "FARGATE"));
  EXPECT_THAT(next.default_strategy, SizeIs(1));
  cluster = next;
  EXPECT_EQ(put({}, {}, {"mine"}).error().code, ErrorCode::resource_in_use);
  EXPECT_THAT(put({}, {})->capacity_providers, IsEmpty());
}

TEST_F(CapacityProviders, ADefaultStrategyNamesTheClustersOwn) {
  add("one");
  add("two");
  EXPECT_TRUE(put({"one"}, {{"two", 1, 0}})
                  .error()
                  .message.starts_with("The default capacity provider strategy cannot contain a capacity "
                                       "provider that is not associated"));
  EXPECT_TRUE(
      put({"one", "two"}, {{"one", 1, 1}, {"two", 1, 1}}).error().message.ends_with("with a base defined."));
  EXPECT_TRUE(
      put({"one"}, {{"one", 0, 1}})
          .error()
          .message.starts_with("There are no capacity providers with a weight value greater than zero"));
  EXPECT_FALSE(put({"one"}, std::vector<CapacityProviderStrategyItem>(21, {"one", 1, 0})));
  EXPECT_TRUE(put({"one"}, std::vector<CapacityProviderStrategyItem>(20, {"one", 1, 0})));
}

TEST_F(CapacityProviders, RoomIsMadeByManagedScalingAndManagedInstances) {
  EXPECT_FALSE(makes_room(known, "nowhere"));
  add("still");
  EXPECT_FALSE(makes_room(known, "still"));
  auto command = provider_creation("elastic");
  command.group->managedScaling.emplace().status = ManagedScalingStatus::ENABLED;
  known["elastic"] = std::make_shared<const CapacityProvider>(*decide(known, command, provider_time));
  EXPECT_TRUE(makes_room(known, "elastic"));
  CapacityProvider managed;
  managed.type = CapacityProviderType::MANAGED_INSTANCES;
  known["managed"] = std::make_shared<const CapacityProvider>(managed);
  EXPECT_TRUE(makes_room(known, "managed"));
}

}  // namespace
}  // namespace troupe::core
