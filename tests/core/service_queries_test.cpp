/// Describe and List of services, their deployments, revisions and task sets.

#include "actors/core/service_queries.hpp"

#include "tests/core/service_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::core::service_test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string ecs = "arn:aws:ecs:us-east-1:000000000000:";

class ServiceQueries : public ::testing::Test {
 protected:
  ServiceQueries() {
    world.take(world.create(replicas(2), definition));
    world.run_until_completed(10min);
    publish();
  }
  /// What the cluster would hold of the world now.
  void publish() {
    ServiceEntry entry{world.state, {}};
    for (const auto& [number, revision] : world.state.revisions) entry.definitions[number] = definition;
    services["web"] = std::make_shared<const ServiceEntry>(std::move(entry));
    for (const auto& [id, task] : world.tasks) tasks.put(std::make_shared<const Task>(task));
  }
  /// Another service, made from this one.
  void add(const std::string& name, const std::function<void(Service&)>& change = {}) {
    auto record = world.service();
    record.name = name;
    if (change) change(record);
    ServiceEntry entry{world.state, {}};
    entry.state.service = std::make_shared<const Service>(std::move(record));
    services[name] = std::make_shared<const ServiceEntry>(std::move(entry));
  }
  ListReply list(const ListServices& query = {}) { return list_services({}, "default", services, query); }

  ServiceWorld world;
  TaskDefinitionPtr definition = world.define("app", 1, {});
  ServiceMap services;
  TaskIndex tasks;
};

TEST_F(ServiceQueries, AServiceIsFoundByNameAndArn) {
  EXPECT_EQ(find_service_name({}, "default", "web").value(), "web");
  EXPECT_EQ(find_service_name({}, "default", ecs + "service/default/web").value(), "web");
  EXPECT_FALSE(find_service_name({}, "default", ecs + "service/other/web").value());
  EXPECT_FALSE(find_service_name({}, "default", ecs + "cluster/default"));
}

TEST_F(ServiceQueries, DescribeCountsTasksAndNamesWhatIsMissing) {
  const auto found =
      describe_services({}, "default", services, tasks, {{"web", "other", ecs + "service/other/web"}});
  ASSERT_TRUE(found);
  ASSERT_THAT(found->services, SizeIs(1));
  EXPECT_EQ(found->services[0].counts.at(world.primary().id), (TaskCounts{2, 0}));
  ASSERT_THAT(found->failures, SizeIs(2));
  EXPECT_EQ(found->failures[0].arn, ecs + "service/other");
  EXPECT_EQ(found->failures[0].reason, "MISSING");
  EXPECT_EQ(found->failures[1].arn, ecs + "service/other/web");
}

TEST_F(ServiceQueries, ListGivesTheActiveOnesPageByPage) {
  add("api");
  add("gone", [](Service& service) { service.status = ServiceStatus::DRAINING; });
  add("monitor", [](Service& service) { service.strategy = SchedulingStrategy::DAEMON; });
  EXPECT_THAT(list().items, ElementsAre(ecs + "service/default/api", ecs + "service/default/monitor",
                                        ecs + "service/default/web"));
  ListServices query;
  query.page.limit = 2;
  const auto page = list(query);
  EXPECT_THAT(page.items, SizeIs(2));
  query.page.after = page.next.value();
  EXPECT_THAT(list(query).items, ElementsAre(ecs + "service/default/web"));
  EXPECT_FALSE(list(query).next);
}

TEST_F(ServiceQueries, ListIsNarrowedByStrategyAndLaunchType) {
  add("monitor", [](Service& service) { service.strategy = SchedulingStrategy::DAEMON; });
  ListServices query;
  query.scheduling_strategy = SchedulingStrategy::DAEMON;
  EXPECT_THAT(list(query).items, ElementsAre(ecs + "service/default/monitor"));
  query = {};
  query.launch_type = LaunchType::FARGATE;
  EXPECT_THAT(list(query).items, IsEmpty());
  query.launch_type = LaunchType::EC2;
  EXPECT_THAT(list(query).items, SizeIs(2));
}

class DeploymentQueries : public ServiceQueries {
 protected:
  DeploymentQueries() {
    for (int i = 0; i < 3; ++i) {
      UpdateService again;
      again.force_new_deployment = true;
      world.take(world.update(again, definition));
      world.run(i == 2 ? 1s : Millis{10min});
    }
    publish();
  }
  ServiceDeploymentsReply history(const ListServiceDeployments& query = {}) {
    return list_service_deployments(*services["web"], tasks.of_service("web"), query);
  }
};

TEST_F(DeploymentQueries, TheNewestComesFirst) {
  const auto all = history().deployments;
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_EQ(all[0].deployment->id, world.service().current_deployment);
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_GT(all[i - 1].deployment->created_at, all[i].deployment->created_at);
  }
  ListServiceDeployments query;
  query.page.limit = 3;
  const auto page = history(query);
  ASSERT_THAT(page.deployments, SizeIs(3));
  query.page.after = page.next.value();
  const auto rest = history(query);
  ASSERT_THAT(rest.deployments, SizeIs(1));
  EXPECT_EQ(rest.deployments[0].deployment, all[3].deployment);
  EXPECT_FALSE(rest.next);
}

TEST_F(DeploymentQueries, StatusAndTimeNarrowTheList) {
  ListServiceDeployments query;
  query.status = {ServiceDeploymentStatus::IN_PROGRESS};
  EXPECT_THAT(history(query).deployments, SizeIs(1));
  query = {};
  const auto all = history().deployments;
  query.created_after = all[2].deployment->created_at;
  EXPECT_THAT(history(query).deployments, SizeIs(2));
  query.created_before = all[0].deployment->created_at;
  EXPECT_THAT(history(query).deployments, SizeIs(1));
}

TEST_F(DeploymentQueries, DescribeCountsTheTasksOfItsRevisions) {
  const auto id = world.service().current_deployment;
  const auto arn = ecs + "service-deployment/default/web/" + id;
  const auto missing = ecs + "service-deployment/default/web/nowhere";
  const auto elsewhere = ecs + "service-deployment/default/other/" + id;
  const auto found = describe_service_deployments({}, services, tasks, {{arn, missing, elsewhere}});
  ASSERT_TRUE(found);
  ASSERT_THAT(found->deployments, SizeIs(1));
  const auto& view = found->deployments[0];
  ASSERT_THAT(view.deployment->source_revisions, SizeIs(1));
  EXPECT_EQ(view.counts.at(view.deployment->source_revisions[0]).running, 2);
  EXPECT_EQ(view.counts.at(view.deployment->target_revision).pending, 2);
  EXPECT_EQ(view.requested.at(view.deployment->target_revision), 2);
  ASSERT_THAT(found->failures, SizeIs(2));
  EXPECT_EQ(found->failures[0].arn, missing);
  EXPECT_EQ(found->failures[1].arn, elsewhere);
  EXPECT_FALSE(describe_service_deployments({}, services, tasks, {{"web"}}));
}

TEST_F(DeploymentQueries, RevisionsAreDescribedWithWhatTheyRun) {
  const auto number = std::to_string(world.primary().revision);
  const auto found = describe_service_revisions(
      {}, services,
      {{ecs + "service-revision/default/web/" + number, ecs + "service-revision/default/web/1",
        ecs + "service-revision/default/web/nonsense"}});
  ASSERT_TRUE(found);
  ASSERT_THAT(found->revisions, SizeIs(1));
  EXPECT_EQ(found->revisions[0].first->number, world.primary().revision);
  EXPECT_EQ(found->revisions[0].second, definition);
  EXPECT_THAT(found->failures, SizeIs(2));
}

TEST(TaskSetQueries, AreByIdOrArnOrAll) {
  ServiceWorld world;
  auto command = replicas(1);
  command.deployment_controller = DeploymentControllerType::EXTERNAL;
  world.take(world.create(command, nullptr));
  world.context.definition = world.define("app", 1, {});
  for (std::uint64_t seed = 1; seed < 3; ++seed) {
    const auto made = decide(world.state, CreateTaskSet{}, world.context, {world.now, seed});
    ASSERT_TRUE(made);
    apply(world.state, made->change);
  }
  const ServiceEntry entry{world.state, {}};
  const auto& sets = world.service().task_sets;
  EXPECT_THAT(describe_task_sets({}, entry, {}, {"web", {}}).task_sets, SizeIs(2));
  const auto found = describe_task_sets(
      {}, entry, {},
      {"web", {deployment_name(sets[1].id), task_set_arn({}, world.service(), sets[0].id), "ecs-svc/7"}});
  ASSERT_THAT(found.task_sets, SizeIs(2));
  EXPECT_EQ(found.task_sets[0].id, sets[1].id);
  EXPECT_EQ(found.task_sets[1].id, sets[0].id);
  ASSERT_THAT(found.failures, SizeIs(1));
  EXPECT_EQ(found.failures[0].arn, "ecs-svc/7");
}

}  // namespace
}  // namespace troupe::core::service_test
