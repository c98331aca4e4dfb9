/// Decisions on clusters and container instances.

#include "actors/core/cluster_life.hpp"
#include "actors/core/task_life.hpp"
#include "actors/core/task_tally.hpp"
#include "tests/support/builders.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>

namespace troupe::core {
namespace {

const Stamp now{from_epoch_ms(1000), 1};
const Stamp later{from_epoch_ms(2000), 2};

TEST(ClusterLife, ReferencesAreNamesOrArnsAndEmptyIsDefault) {
  EXPECT_EQ(*cluster_name({}, ""), "default");
  EXPECT_EQ(*cluster_name({}, "one"), "one");
  EXPECT_EQ(*cluster_name({}, cluster_arn({}, "one")), "one");
  EXPECT_EQ(cluster_name({}, task_arn({}, "one", {})).error().message, "Unsupported resource type: task");
  EXPECT_FALSE(cluster_name({}, cluster_arn({}, "one") + "/two"));
}

TEST(ClusterLife, NamesAreLimited) {
  EXPECT_TRUE(check_cluster_name("A-z_09"));
  EXPECT_TRUE(check_cluster_name(std::string(255, 'a')));
  for (const auto& bad : {std::string{}, std::string(256, 'a'), std::string{"a b"}, std::string{"a/b"},
                          std::string{"\xc3\xa9"}}) {
    EXPECT_FALSE(check_cluster_name(bad));
  }
}

TEST(ClusterLife, CreatingTwiceGivesTheFirst) {
  const auto made = *create_cluster(nullptr, "one", {}, {}, now);
  EXPECT_EQ(made.status, ClusterStatus::ACTIVE);
  EXPECT_EQ(made.settings.at(0).value, "disabled");
  EXPECT_EQ(*create_cluster(&made, "one", {}, {}, later), made);
  CreateCluster other;
  other.capacity_providers = {"mine"};
  EXPECT_EQ(
      create_cluster(&made, "one", other, {}, later).error().message,
      "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).");
}

TEST(ClusterLife, ACallThatNamesNoProvidersFitsAClusterThatGotSome) {
  auto made = *create_cluster(nullptr, "one", {}, {}, now);
  made.capacity_providers = {"mine"};
  made.default_strategy = {{"mine", 1, 0}};
  EXPECT_EQ(*create_cluster(&made, "one", {}, {}, later), made);
  CreateCluster half;
  half.capacity_providers = {"mine"};
  EXPECT_FALSE(create_cluster(&made, "one", half, {}, later));
  half.default_strategy = made.default_strategy;
  EXPECT_EQ(*create_cluster(&made, "one", half, {}, later), made);
}

TEST(ClusterLife, ADeletedClusterIsMadeAnew) {
  const auto made = *create_cluster(nullptr, "one", {}, {}, now);
  const auto gone = *delete_cluster(made, {});
  EXPECT_EQ(gone.status, ClusterStatus::INACTIVE);
  const auto again = *create_cluster(&gone, "one", {}, {}, later);
  EXPECT_EQ(again.status, ClusterStatus::ACTIVE);
  EXPECT_EQ(again.created_at, later.now);
}

TEST(ClusterLife, SettingsAreChecked) {
  CreateCluster command;
  command.settings = {{ClusterSettingName::containerInsights, "maybe"}};
  EXPECT_FALSE(create_cluster(nullptr, "one", command, {}, now));
  command.settings = {{ClusterSettingName::containerInsights, "enhanced"}};
  EXPECT_TRUE(create_cluster(nullptr, "one", command, {}, now));
}

TEST(ClusterLife, WhatIsInUseIsNotDeleted) {
  const auto made = *create_cluster(nullptr, "one", {}, {}, now);
  const auto refusal = [&](ClusterCounts counts) { return delete_cluster(made, counts).error(); };
  EXPECT_EQ(refusal({1, 0, 0, 0}).code, ErrorCode::cluster_contains_container_instances);
  EXPECT_EQ(refusal({0, 0, 0, 1}).message, "The Cluster cannot be deleted while Services are active.");
  EXPECT_EQ(refusal({0, 1, 0, 0}).message, "The Cluster cannot be deleted while Tasks are active.");
  EXPECT_EQ(refusal({0, 0, 1, 0}).code, ErrorCode::cluster_contains_tasks);
}

Attribute attribute(const std::string& name, const std::string& value) {
  return {.name = name, .value = value, .targetType = {}, .targetId = {}};
}

TEST(InstanceLife, AHostThatComesAgainKeepsItsIdStatusAndOwnAttributes) {
  Registration said;
  said.host_id = "host";
  said.capacity.cpu = {1024};
  said.attributes = {attribute("ecs.os-type", "linux"), attribute("zone", "a")};
  auto known = join_instance("default", InstanceId{{1, 1}}, said, now);
  EXPECT_TRUE(known.agent_connected);
  EXPECT_EQ(known.registered_at, now.now);
  EXPECT_EQ(known.version, 1);
  known.status = InstanceStatus::DRAINING;
  known.attributes.push_back(attribute("custom", "1"));
  said.capacity.cpu = {2048};
  said.attributes = {attribute("zone", "b"), attribute("new", "1")};
  const auto again = rejoin_instance(known, said, later);
  EXPECT_EQ(again.status, InstanceStatus::DRAINING);
  EXPECT_EQ(again.registered.cpu, CpuUnits{2048});
  EXPECT_EQ(again.version, 2);
  EXPECT_EQ(again.registered_at, now.now);
  EXPECT_EQ(again.updated_at, later.now);
  EXPECT_EQ(find_attribute(again, "zone")->value, "b");
  EXPECT_EQ(find_attribute(again, "custom")->value, "1");
  EXPECT_TRUE(find_attribute(again, "new"));
}

TEST(InstanceLife, ConnectivityIsAVersionOfItsOwn) {
  const auto known = join_instance("default", InstanceId{{1, 1}}, {}, now);
  const auto away = connect_instance(known, Connectivity::DISCONNECTED, later);
  EXPECT_FALSE(away.agent_connected);
  EXPECT_EQ(away.version, 2);
  EXPECT_EQ(away.updated_at, later.now);
  EXPECT_TRUE(connect_instance(away, Connectivity::CONNECTED, later).agent_connected);
}

TEST(InstanceLife, TasksAreCountedAfreshInAnyOrder) {
  const auto what = troupe::testing::definition({troupe::testing::container("web")});
  std::vector<TaskPtr> tasks;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    auto launch = std::make_shared<TaskLaunch>();
    launch->size.cpu = {100};
    launch->size.tcp_ports = {static_cast<std::uint16_t>(8000 + i)};
    auto task = accept_task({TaskId{{0, i}}, {}, ""}, launch, what, now);
    task.last_status = i == 1 ? TaskStatus::RUNNING : i == 2 ? TaskStatus::PENDING : TaskStatus::STOPPED;
    tasks.push_back(std::make_shared<const Task>(task));
  }
  auto instance = join_instance("default", InstanceId{{1, 1}}, {}, now);
  count_tasks(instance, tasks);
  EXPECT_EQ(instance.running_tasks, 1);
  EXPECT_EQ(instance.pending_tasks, 1);
  EXPECT_EQ(instance.used.cpu, CpuUnits{200});
  EXPECT_EQ(instance.used.tcp_ports, (std::vector<std::uint16_t>{8001, 8002}));
  auto other = instance;
  std::reverse(tasks.begin(), tasks.end());
  count_tasks(other, tasks);
  EXPECT_EQ(other, instance);
}

TEST(TaskTally, IsWhatCountingAfreshGivesAfterAnyChanges) {
  const auto what = troupe::testing::definition({troupe::testing::container("web")});
  std::mt19937_64 chance{20261130};
  std::map<std::uint64_t, TaskPtr> tasks;
  TaskTally tally;
  auto kept = join_instance("default", InstanceId{{1, 1}}, {}, now);
  for (int step = 0; step < 2000; ++step) {
    auto& known = tasks[chance() % 40];
    if (known) tally.take_out(*known);
    auto launch = std::make_shared<TaskLaunch>();
    launch->size = {
        {static_cast<std::int64_t>(chance() % 512)}, {static_cast<std::int64_t>(chance() % 512)}, 1, {}, {}};
    for (auto ports = chance() % 4; ports > 0; --ports) {
      launch->size.tcp_ports.push_back(static_cast<std::uint16_t>(8000 + 4 * (chance() % 8) + ports));
      launch->size.udp_ports.push_back(static_cast<std::uint16_t>(9000 + 4 * (chance() % 8) + ports));
    }
    auto task = accept_task({TaskId{{0, static_cast<std::uint64_t>(step)}}, {}, ""}, launch, what, now);
    task.last_status =
        std::array{TaskStatus::PENDING, TaskStatus::RUNNING, TaskStatus::STOPPED}[chance() % 3];
    known = std::make_shared<const Task>(task);
    tally.put(*known);
    tally.show(kept);
    std::vector<TaskPtr> all;
    for (const auto& [number, each] : tasks) {
      if (each) all.push_back(each);
    }
    auto counted = kept;
    count_tasks(counted, all);
    ASSERT_EQ(counted, kept) << "at step " << step;
  }
}

RegisterContainerInstance registration_for(const std::string& attribute, const std::string& value,
                                           PrincipalKind kind = PrincipalKind::agent) {
  RegisterContainerInstance command;
  command.caller.kind = kind;
  command.caller.access_key = "TRPA1";
  command.said.attributes = {{.name = "rack", .value = "9", .targetType = {}, .targetId = {}}};
  if (!attribute.empty()) {
    command.said.attributes.push_back({.name = attribute, .value = value, .targetType = {}, .targetId = {}});
  }
  return command;
}

TEST(InstanceLife, AnAgentSaysWhatItsHostIsForAndNobodySeesIt) {
  const InstanceId id{{0, 7}};
  const auto made =
      *register_instance({}, "one", id, nullptr, registration_for("troupe.capacity", "fargate"), now);
  EXPECT_EQ(made.capacity, CapacityUse::fargate);
  EXPECT_EQ(find_attribute(made, "troupe.capacity"), nullptr);
  EXPECT_NE(find_attribute(made, "rack"), nullptr);
  const auto again =
      *register_instance({}, "one", id, &made, registration_for("troupe.capacity", "both"), later);
  EXPECT_EQ(again.capacity, CapacityUse::both);
  EXPECT_EQ(register_instance({}, "one", id, &again, registration_for("", ""), later)->capacity,
            CapacityUse::instances);
  const auto away =
      *register_instance({}, "one", id, nullptr, registration_for("ecs.capability.external", ""), now);
  EXPECT_EQ(away.capacity, CapacityUse::external);
  EXPECT_NE(find_attribute(away, "ecs.capability.external"), nullptr) << "as on AWS";
}

TEST(InstanceLife, OnlyAnAgentThatJoinedOffersFargate) {
  const auto refused = [](const std::string& value, PrincipalKind kind) {
    const auto made = register_instance({}, "one", InstanceId{{0, 7}}, nullptr,
                                        registration_for("troupe.capacity", value, kind), now);
    return made ? "" : made.error().message;
  };
  for (const auto* value : {"fargate", "both"}) {
    EXPECT_EQ(refused(value, PrincipalKind::administrator),
              "Only an agent that joined the cluster with a token may offer Fargate capacity.");
    EXPECT_EQ(refused(value, PrincipalKind::agent), "");
  }
  EXPECT_EQ(refused("instances", PrincipalKind::administrator), "");
  EXPECT_EQ(refused("much", PrincipalKind::agent), "Invalid value for attribute troupe.capacity.");
}

}  // namespace
}  // namespace troupe::core
