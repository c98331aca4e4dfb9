/// Records to bytes and back, hostile bytes, and the order of keys.

#include "actors/core/store.hpp"
#include "actors/core/task_life.hpp"
#include "tests/core/task_definition_sample.hpp"

#include <gtest/gtest.h>

#include <random>

namespace troupe::core {
namespace {

class Store : public ::testing::Test {
 protected:
  Store() {
    RegisterTaskDefinition command;
    command.definition = sample::fargate();
    command.tags = {{.key = "k", .value = "v"}};
    definition = *catalog.decide(command, from_epoch_ms(1000));
    catalog.put(definition);
    auto launch = std::make_shared<TaskLaunch>();
    launch->cluster = "default";
    launch->family = "site";
    launch->revision = 1;
    launch->group = "family:site";
    launch->started_by = "me";
    launch->size.cpu = {256};
    launch->size.tcp_ports = {80};
    launch->tags = {{.key = "team", .value = "a"}};
    TaskReport said;
    said.status = TaskStatus::RUNNING;
    said.pull_started_at = from_epoch_ms(1100);
    said.network_details = {{.name = "privateIPv4Address", .value = "10.0.0.2"}};
    const auto accepted =
        accept_task({TaskId{{1, 2}}, InstanceId{{3, 4}}, "a"}, launch, definition, {from_epoch_ms(1000), 5});
    task = report_task(accepted, said, {from_epoch_ms(1200), 5}).back();
    instance.id = {{3, 4}};
    instance.cluster = "default";
    instance.agent_connected = true;
    instance.registered.tcp_ports = {22};
    instance.attributes = {{.name = "ecs.os-type", .value = "linux", .targetType = {}, .targetId = {}}};
    instance.used = launch->size;
    cluster.name = "default";
    cluster.settings = {{ClusterSettingName::containerInsights, "enabled"}};
    token = {"t", "digest", from_epoch_ms(5), {TaskId{{1, 2}}}};
  }

  /// Every single-byte change and every shortening is read or refused, never worse.
  template <class Load>
  void mutate(const std::string& bytes, const Load& load) {
    std::mt19937_64 dice{1};
    for (std::size_t length = 0; length < bytes.size(); ++length) EXPECT_FALSE(load(bytes.substr(0, length)));
    for (int i = 0; i < 3000; ++i) {
      auto bad = bytes;
      for (auto changes = 1 + dice() % 3; changes > 0; --changes)
        bad[dice() % bad.size()] = static_cast<char>(dice());
      (void)load(bad);
    }
  }

  Catalog catalog;
  TaskDefinitionPtr definition;
  Task task;
  ContainerInstance instance;
  Cluster cluster;
  ClientToken token;
};

TEST_F(Store, EveryRecordComesBack) {
  EXPECT_EQ(*load_cluster(store(cluster)), cluster);
  EXPECT_EQ(*load_task_definition(store(*definition)), *definition);
  EXPECT_EQ(*load_instance(store(instance)), instance);
  EXPECT_EQ(*load_token(store(token)), token);
  const auto back = load_task(store(task), catalog);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(equal_fields(*back, task));
  EXPECT_EQ(*back->launch, *task.launch);
  EXPECT_EQ(back->definition, definition);
}

TEST_F(Store, EveryRecordOfAServiceComesBack) {
  Service service;
  service.cluster = "default";
  service.name = "web";
  service.desired_count = 3;
  service.deployments = {Deployment{}};
  service.deployments[0].failures.counted = {TaskId{{1, 2}}};
  service.task_sets = {TaskSet{}};
  service.placement_failures = 2;
  EXPECT_EQ(*load_service(store(service)), service);
  ServiceRevision revision;
  revision.number = 1234567890123456789U;
  revision.what.family = "site";
  EXPECT_EQ(*load_service_revision(store(revision)), revision);
  ServiceDeployment deployment;
  deployment.id = "abc";
  deployment.progress.emplace();
  EXPECT_EQ(*load_service_deployment(store(deployment)), deployment);
  CapacityProvider provider;
  provider.name = "spot";
  EXPECT_EQ(*load_capacity_provider(store(provider)), provider);
  mutate(store(service), [](std::string_view bytes) { return load_service(bytes).has_value(); });
  mutate(store(deployment),
         [](std::string_view bytes) { return load_service_deployment(bytes).has_value(); });
}

TEST_F(Store, KeysOfServicesNameTheirCluster) {
  ServiceRevision revision;
  revision.cluster = "prod";
  revision.service = "web";
  revision.number = 7;
  EXPECT_EQ(service_revision_key(revision), "sr/prod/web/0000000000000000007");
  EXPECT_EQ(cluster_in_key(service_revision_key(revision)), "prod");
  EXPECT_EQ(cluster_in_key(service_key("prod", "web")), "prod");
}

TEST_F(Store, EveryKindOfEventComesBack) {
  ServiceAction action;
  action.cluster = "default";
  action.service = "web";
  action.desired_count = 3;
  DeploymentStateChange rollout;
  rollout.cluster = "default";
  rollout.deployment_id = "ecs-svc/1";
  const EventBody bodies[] = {TaskStateChange{std::make_shared<const Task>(task)},
                              InstanceStateChange{std::make_shared<const ContainerInstance>(instance)},
                              ClusterStateChange{std::make_shared<const Cluster>(cluster)}, action, rollout};
  for (const auto& body : bodies) {
    const Event event{Dice{3}.uuid(), from_epoch_ms(77), body};
    const auto back = load_event(store(event), catalog);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->id, event.id);
    EXPECT_EQ(back->at, event.at);
    EXPECT_EQ(back->body.index(), body.index());
    EXPECT_EQ(resource_key(back->body), resource_key(body));
    EXPECT_EQ(cluster_of(back->body), "default");
    EXPECT_STREQ(detail_type(back->body), detail_type(body));
    EXPECT_EQ(store(*back), store(event));
  }
}

TEST_F(Store, HostileBytesAreRefusedOrRead) {
  mutate(store(cluster), [](std::string_view bytes) { return load_cluster(bytes).has_value(); });
  mutate(store(*definition), [](std::string_view bytes) { return load_task_definition(bytes).has_value(); });
  mutate(store(instance), [](std::string_view bytes) { return load_instance(bytes).has_value(); });
  mutate(store(token), [](std::string_view bytes) { return load_token(bytes).has_value(); });
  mutate(store(task), [&](std::string_view bytes) { return load_task(bytes, catalog).has_value(); });
  const Event event{Dice{3}.uuid(), from_epoch_ms(77), TaskStateChange{std::make_shared<const Task>(task)}};
  mutate(store(event), [&](std::string_view bytes) { return load_event(bytes, catalog).has_value(); });
}

TEST_F(Store, AnUnknownLayoutAndAMissingDefinitionAreNamed) {
  auto bytes = store(cluster);
  bytes[0] = 9;
  EXPECT_EQ(load_cluster(bytes).error().message, "another version of Troupe wrote it");
  const auto orphan = load_task(store(task), Catalog{});
  ASSERT_FALSE(orphan);
  EXPECT_NE(orphan.error().message.find("site:1"), std::string::npos);
}

TEST_F(Store, KeysSortInTheOrderOfWhatTheyName) {
  std::mt19937_64 dice{1};
  for (int i = 0; i < 1000; ++i) {
    const auto one = dice() >> (dice() % 64);
    const auto other = dice() >> (dice() % 64);
    EXPECT_EQ(event_key(one) < event_key(other), one < other);
    EXPECT_EQ(event_sequence(event_key(one)), one);
    const TaskId a{{one, other}};
    const TaskId b{{other, one}};
    EXPECT_EQ(task_key("c", a) < task_key("c", b), a < b);
  }
  EXPECT_LT(task_definition_key("web", 9), task_definition_key("web", 10));
  EXPECT_LT(task_definition_key("web", 99'999), task_definition_key("web", 1'000'000));
}

TEST_F(Store, KeysOfDifferentKindsDoNotMeetAndNameTheirCluster) {
  EXPECT_EQ(cluster_key("one"), "c/one");
  EXPECT_EQ(cluster_in_key(task_key("one", {})), "one");
  EXPECT_EQ(cluster_in_key(instance_key("one", {})), "one");
  EXPECT_EQ(cluster_in_key(token_key("one", "a/b")), "one");
  EXPECT_NE(token_key("one", "a"), token_key("one", "b"));
}

}  // namespace
}  // namespace troupe::core
