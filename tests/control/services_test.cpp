/// Services from creation to deletion: steady state, scaling, operations' errors.

#include "tests/control/service_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using core::ServiceStatus;
using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Services : public ServiceTest {
 protected:
  /// Those that are not STOPPED.
  std::size_t tasks_on_disk() {
    std::size_t count = 0;
    for (const auto status : {core::DesiredStatus::RUNNING, core::DesiredStatus::STOPPED}) {
      core::ListTasks query;
      query.desired_status = status;
      query.page.limit = 100'000;
      count += reply<core::ListReply>(ask(query)).items.size();
    }
    EXPECT_EQ(count, journal->count("t/"));
    return count;
  }
};

TEST_F(Services, AReplicaServiceReachesItsSteadyState) {
  const auto made = create(4);
  ASSERT_TRUE(made.state.service);
  EXPECT_EQ(made.state.service->status, ServiceStatus::ACTIVE);
  ASSERT_THAT(made.state.service->deployments, SizeIs(1));
  EXPECT_EQ(made.state.service->deployments[0].rollout, core::DeploymentRolloutState::IN_PROGRESS);
  EXPECT_EQ(running(), 4);
  EXPECT_THAT(hosts_of(), SizeIs(2));
  for (const auto& task : tasks_of()) {
    EXPECT_EQ(task->launch->group, "service:web");
    EXPECT_THAT(task->launch->started_by, HasSubstr("ecs-svc/"));
  }
  EXPECT_TRUE(settles());
  const auto counts = service().counts.at(service().state.service->deployments[0].id);
  EXPECT_EQ(counts.running, 4);
  EXPECT_EQ(counts.pending, 0);
  EXPECT_EQ(cluster().counts.active_services, 1);
  EXPECT_THAT(told().front(), HasSubstr("has reached a steady state"));
}

TEST_F(Services, FiftyTasksArePlacedAndCommittedAtOnce) {
  const auto before = journal->batches_committed;
  for (auto& agent : agents) agent.notes->obedient = false;
  (void)create(50);
  EXPECT_THAT(tasks_of(), SizeIs(50));
  std::size_t told_to_start = 0;
  for (const auto& agent : agents) told_to_start += agent.notes->started.size();
  EXPECT_EQ(told_to_start, 50U);
  // The service; its plan; its tasks; one record for each host's use at least. Each
  // is its records and its events.
  EXPECT_LE(journal->batches_committed - before, 2 * 8U);
}

TEST_F(Services, ScalingOutAndInFollowsTheDesiredCount) {
  (void)create(2);
  ASSERT_TRUE(settles());
  (void)scale(6);
  EXPECT_EQ(running(), 6);
  (void)scale(1);
  ASSERT_TRUE(settles());
  EXPECT_EQ(running(), 1);
  (void)scale(0);
  ASSERT_TRUE(settles());
  EXPECT_THAT(tasks_of(), IsEmpty());
}

TEST_F(Services, ATaskThatEndsIsReplaced) {
  (void)create(2);
  ASSERT_TRUE(settles());
  const auto victim = tasks_of().front();
  const auto& agent = victim->instance == agents[0].id ? agents[0] : agents[1];
  say(agent, report_of(victim->id, core::TaskStatus::STOPPED));
  EXPECT_TRUE(settles());
  EXPECT_EQ(task(victim->id)->last_status, core::TaskStatus::STOPPED);
  const auto second = tasks_of().front();
  (void)ask(core::StopTask{core::to_string(second->id), "by hand"});
  EXPECT_TRUE(settles());
}

TEST_F(Services, TasksOfALostHostAreReplacedAndNotDoubledWhenItIsBack) {
  options.limits.instance_loss = 300s;
  restart();
  reconnect();
  create(4);
  ASSERT_TRUE(settles());
  const auto& cut_off = agents.at(0);
  for (int i = 0; i < 20; ++i) {
    world.advance(20s);
    beat(agents.at(1));
  }
  EXPECT_TRUE(stable());
  EXPECT_EQ(hosts_of(), std::set{agents.at(1).id});
  beat(cut_off);
  ASSERT_TRUE(settles());
  EXPECT_EQ(running(), 4);
  EXPECT_EQ(hosts_of(), std::set{agents.at(1).id});
}

TEST_F(Services, ADeletedServiceDrainsIsInactiveAndIsForgotten) {
  (void)create(2);
  ASSERT_TRUE(settles());
  EXPECT_EQ(refusal(ask(core::DeleteService{"web", false})),
            "InvalidParameterException: The service cannot be stopped while it is scaled above 0.");
  EXPECT_EQ(refusal(ask(core::DeleteCluster{})),
            "ClusterContainsContainerInstancesException: The Cluster cannot be deleted while Container "
            "Instances are active or draining.");
  const auto deleted = reply<core::ServiceReply>(ask(core::DeleteService{"web", true})).service;
  EXPECT_EQ(deleted.state.service->status, ServiceStatus::DRAINING);
  EXPECT_THAT(tasks_of(), IsEmpty());
  EXPECT_EQ(service().state.service->status, ServiceStatus::INACTIVE);
  EXPECT_THAT(reply<core::ListReply>(ask(core::ListServices{})).items, IsEmpty());
  EXPECT_EQ(cluster().counts.active_services, 0);
  EXPECT_EQ(journal->count("s/"), 1U);
  for (int i = 0; i < 70; ++i) world.advance(60s);
  EXPECT_THAT(reply<core::ServicesReply>(ask(core::DescribeServices{{"web"}})).failures, SizeIs(1));
  EXPECT_EQ(journal->count("s"), 0U);
}

TEST_F(Services, ANameMayBeUsedAgainAfterTheServiceIsInactive) {
  (void)create(1);
  EXPECT_EQ(refusal(ask(creation(1))), "InvalidParameterException: Creation of service was not idempotent.");
  const auto deletion = begin(core::DeleteService{"web", true});
  const auto meanwhile = begin(creation(1));
  world.settle();
  EXPECT_EQ(refusal(deletion->answer), "");
  EXPECT_EQ(refusal(meanwhile->answer),
            "InvalidParameterException: Unable to Start a service that is still Draining.");
  EXPECT_EQ(service().state.service->status, ServiceStatus::INACTIVE);
  (void)create(3);
  EXPECT_TRUE(settles());
  EXPECT_EQ(running(), 3);
}

TEST_F(Services, WhatIsNotThereIsMissingOrRefused) {
  (void)create(1);
  const auto found = reply<core::ServicesReply>(ask(core::DescribeServices{{"web", "other"}}));
  EXPECT_THAT(found.services, SizeIs(1));
  ASSERT_THAT(found.failures, SizeIs(1));
  EXPECT_EQ(found.failures[0].reason, "MISSING");
  EXPECT_EQ(found.failures[0].arn, "arn:aws:ecs:us-east-1:000000000000:service/other");
  core::UpdateService unknown;
  unknown.service = "other";
  EXPECT_EQ(refusal(ask(unknown)), "ServiceNotFoundException: Service not found.");
  EXPECT_EQ(refusal(ask(core::DeleteService{"other", true})), "ServiceNotFoundException: Service not found.");
  core::ListTasks of_other;
  of_other.service_name = "other";
  EXPECT_EQ(refusal(ask(of_other)), "ServiceNotFoundException: Service not found.");
  auto without_definition = creation(1, "second");
  without_definition.task_definition = "unknown";
  EXPECT_EQ(refusal(ask(without_definition)), "ClientException: TaskDefinition not found.");
  EXPECT_EQ(refusal(ask(core::StopServiceDeployment{
                "arn:aws:ecs:us-east-1:000000000000:service-deployment/default/web/nowhere", {}})),
            "ServiceDeploymentNotFoundException: Service deployment not found.");
  const auto living = world.living();
  EXPECT_NE(refusal(ask(creation(-1, "third"))), "");
  EXPECT_EQ(world.living(), living);
}

TEST_F(Services, AClusterWithServicesIsNotDeleted) {
  create_cluster("second");
  auto command = creation(0);
  (void)reply<core::ServiceReply>(ask(command, "second"));
  EXPECT_EQ(refusal(ask(core::DeleteCluster{}, "second")),
            "ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.");
  (void)ask(core::DeleteService{"web", false}, "second");
  EXPECT_EQ(refusal(ask(core::DeleteCluster{}, "second")), "");
}

TEST_F(Services, TasksThatFindNoPlaceStartWhenThereIsRoom) {
  auto large = creation(1);
  core::RegisterTaskDefinition definition;
  definition.definition.family = "large";
  auto box = container("box");
  box.memory = 3000;
  definition.definition.containerDefinitions = {box};
  (void)ask(definition);
  large.task_definition = "large";
  large.desired_count = 3;
  (void)create(large);
  EXPECT_EQ(running(), 2);
  EXPECT_THAT(told(), Contains(HasSubstr("unable to place a task")));
  agents.push_back(join("host-9", "us-east-1a"));
  EXPECT_EQ(running(), 3);
}

TEST_F(Services, WhatTheJournalRefusesNeverWas) {
  journal->refuses = true;
  const auto living = world.living();
  EXPECT_EQ(refusal(ask(creation(2))), "failure");
  EXPECT_EQ(world.living(), living);
  journal->refuses = false;
  EXPECT_THAT(reply<core::ServicesReply>(ask(core::DescribeServices{{"web"}})).failures, SizeIs(1));
  (void)create(2);
  EXPECT_TRUE(settles());
}

/// Whenever a service dies while it starts tasks: all that became durable runs, and
/// what is missing is started when it is back.
TEST_F(Services, AServiceMayDieAtAnyMomentOfAStart) {
  for (std::uint64_t moment = 0; moment < 40; ++moment) {
    SCOPED_TRACE("moment " + std::to_string(moment));
    world.shuffle(moment + 1);
    const auto name = "web-" + std::to_string(moment);
    (void)create(creation(0, name));
    core::UpdateService command;
    command.service = name;
    command.desired_count = 3;
    const auto call = begin(command);
    for (std::uint64_t i = 0; i < moment; ++i) world.step();
    auto victim = world.busy("service");
    for (int i = 0; i < 100 && !victim && world.step(); ++i) victim = world.busy("service");
    if (victim) world.kill(victim);
    world.settle();
    EXPECT_TRUE(call->done()) << "a caller waits for ever";
    world.advance(3s);
    if (!call->answer) (void)update(command);
    for (int i = 0; i < 12; ++i) {
      world.advance(5s);
      for (const auto& agent : agents) beat(agent);
    }
    EXPECT_EQ(running(name), 3);
    EXPECT_THAT(tasks_of(name), SizeIs(3)) << "no place is held in vain";
    EXPECT_EQ(refusal(ask(core::DeleteService{name, true})), "");
    world.advance(5s);
    EXPECT_THAT(tasks_of(name), IsEmpty());
  }
  const auto known = tasks_on_disk();
  restart();
  reconnect();
  EXPECT_EQ(tasks_on_disk(), known) << "nothing was on the disk that the cluster did not know";
  EXPECT_EQ(cluster().counts.running_tasks, 0);
  (void)create(creation(100, "large"));
  EXPECT_EQ(running("large"), 100) << "all room was given back";
}

TEST_F(Services, HistoryIsForgottenAfterNinetyDays) {
  (void)create(1);
  for (int i = 0; i < 3; ++i) {
    core::UpdateService command;
    command.force_new_deployment = true;
    (void)update(command);
    ASSERT_TRUE(settles());
  }
  EXPECT_EQ(journal->count("sd/"), 4U);
  EXPECT_EQ(journal->count("sr/"), 4U);
  world.advance(89 * 24h);
  EXPECT_EQ(journal->count("sd/"), 4U);
  world.advance(2 * 24h);
  EXPECT_EQ(journal->count("sd/"), 1U) << "the deployment whose tasks run is kept";
  EXPECT_EQ(journal->count("sr/"), 2U) << "the revision that runs, and the one that it replaced";
  core::ListServiceDeployments query;
  query.service = "web";
  EXPECT_THAT(reply<core::ServiceDeploymentsReply>(ask(query)).deployments, SizeIs(1));
  restart();
  reconnect();
  ASSERT_TRUE(settles());
  (void)scale(2);
  EXPECT_TRUE(settles());
}

TEST_F(Services, ServicesOfANamespaceAreListedWhileTheyAreInIt) {
  const auto in = [](core::CreateService command, const std::string& name) {
    auto& connect = command.connect.emplace();
    connect.enabled = true;
    connect.namespace_ = name;
    return command;
  };
  const auto listed = [&](const std::string& name) {
    core::ListServicesByNamespace query;
    query.namespace_ = name;
    return ask(query);
  };
  EXPECT_EQ(refusal(listed("internal")), "NamespaceNotFoundException: Namespace not found.");
  create_cluster("second");
  (void)create(in(creation(0, "api"), "internal"));
  (void)create(in(creation(0, "web"), "internal"));
  (void)create(creation(0, "alone"));
  EXPECT_EQ(refusal(ask(in(creation(0, "far"), "internal"), "second")), "");
  const std::string arns = "arn:aws:ecs:us-east-1:000000000000:service/";
  EXPECT_THAT(reply<core::ListReply>(listed("internal")).items,
              ElementsAre(arns + "default/api", arns + "default/web", arns + "second/far"));
  core::ListServicesByNamespace query;
  query.namespace_ = "internal";
  query.page.limit = 2;
  const auto page = reply<core::ListReply>(ask(query));
  EXPECT_THAT(page.items, SizeIs(2));
  query.page.after = page.next.value();
  EXPECT_THAT(reply<core::ListReply>(ask(query)).items, ElementsAre(arns + "second/far"));
  restart();
  reconnect();
  EXPECT_THAT(reply<core::ListReply>(listed("internal")).items, SizeIs(3));
  core::UpdateService moves;
  moves.service = "api";
  moves.connect = in({}, "other").connect;
  (void)update(moves);
  (void)ask(core::DeleteService{"web", true});
  EXPECT_THAT(reply<core::ListReply>(listed("internal")).items, ElementsAre(arns + "second/far"));
  EXPECT_THAT(reply<core::ListReply>(listed("other")).items, ElementsAre(arns + "default/api"));
}

TEST_F(Services, ProtectionOfMoreTasksThanAreWantedIsBlocked) {
  (void)create(3);
  ASSERT_TRUE(settles());
  std::vector<std::string> ids;
  for (const auto& task : tasks_of()) ids.push_back(core::to_string(task->id));
  const auto protect = [&](std::vector<std::string> tasks, bool enabled = true) {
    return reply<core::ProtectionReply>(ask(core::UpdateTaskProtection{std::move(tasks), enabled, {}}));
  };
  EXPECT_THAT(protect(ids).tasks, SizeIs(3));
  (void)scale(2);
  EXPECT_EQ(running(), 3) << "none may be stopped";
  const auto again = protect(ids);
  EXPECT_THAT(again.tasks, IsEmpty());
  ASSERT_THAT(again.failures, SizeIs(3));
  EXPECT_EQ(again.failures[0].reason, "DEPLOYMENT_BLOCKED");
  EXPECT_THAT(again.failures[0].arn.value(), HasSubstr(ids[0]));
  EXPECT_THAT(protect({ids[0]}, false).tasks, SizeIs(1));
  ASSERT_TRUE(settles());
  EXPECT_THAT(protect({ids[1]}).tasks, SizeIs(1)) << "it may be prolonged now";
  (void)scale(4);
  std::vector<std::string> all;
  for (const auto& task : tasks_of()) all.push_back(core::to_string(task->id));
  (void)scale(3);
  const auto some = protect(all);
  EXPECT_EQ(some.tasks.size() + some.failures.size(), all.size());
  EXPECT_LE(some.tasks.size(), 3U);
}

TEST_F(Services, AServiceThatDiesIsGivenItsRecordAgain) {
  (void)create(2);
  ASSERT_TRUE(settles());
  clock_fails = true;
  EXPECT_EQ(refusal(ask([] {
              core::UpdateService command;
              command.service = "web";
              command.desired_count = 3;
              return command;
            }())),
            "failure");
  clock_fails = false;
  world.advance(5s);
  (void)scale(4);
  EXPECT_TRUE(settles());
  EXPECT_EQ(running(), 4);
}

}  // namespace
}  // namespace troupe::testing
