/// What of a service is shown, and under which name.

#include "api/rendering/capacity_provider.hpp"
#include "api/rendering/service.hpp"
#include "tests/rendering/records.hpp"
#include "tests/rendering/service_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::api::rendering {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const core::Realm own_realm;
const std::string ecs = "arn:aws:ecs:us-east-1:000000000000:";

TEST(ServiceRendering, NamesTheServiceAndItsSurroundingsByArn) {
  const auto shown = service(own_realm, testing::shop(), {});
  EXPECT_EQ(shown.serviceArn, ecs + "service/prod/shop");
  EXPECT_EQ(shown.clusterArn, ecs + "cluster/prod");
  EXPECT_EQ(shown.serviceName, "shop");
  EXPECT_EQ(shown.status, "ACTIVE");
  EXPECT_EQ(shown.taskDefinition, ecs + "task-definition/web:3");
  EXPECT_EQ(shown.launchType, core::LaunchType::EC2);
  EXPECT_EQ(shown.createdBy, "arn:aws:iam::000000000000:root");
  EXPECT_EQ(shown.currentServiceDeployment, ecs + "service-deployment/prod/shop/abcdefghijklmnopqrstu");
  EXPECT_EQ(shown.deploymentController->type, core::DeploymentControllerType::ECS);
  EXPECT_EQ(shown.schedulingStrategy, core::SchedulingStrategy::REPLICA);
  EXPECT_EQ(shown.propagateTags, core::PropagateTags::NONE);
  EXPECT_EQ(shown.events->at(0).message, "(service shop) has started 4 tasks.");
  EXPECT_EQ(shown.loadBalancers->at(0).containerPort, 80);
}

TEST(ServiceRendering, CountsAreSummedOverDeployments) {
  const auto shown = service(own_realm, testing::shop(), {});
  EXPECT_EQ(shown.desiredCount, 4);
  EXPECT_EQ(shown.runningCount, 5);
  EXPECT_EQ(shown.pendingCount, 3);
}

TEST(ServiceRendering, WhatAServiceDoesNotHaveIsAbsent) {
  const auto shown = service(own_realm, testing::shop(), {});
  EXPECT_FALSE(shown.taskSets);
  EXPECT_FALSE(shown.capacityProviderStrategy);
  EXPECT_FALSE(shown.platformVersion);
  EXPECT_FALSE(shown.platformFamily);
  EXPECT_FALSE(shown.networkConfiguration);
  EXPECT_FALSE(shown.healthCheckGracePeriodSeconds);
  EXPECT_FALSE(shown.roleArn);
  EXPECT_FALSE(shown.availabilityZoneRebalancing);
  EXPECT_THAT(*shown.placementConstraints, IsEmpty());
  EXPECT_THAT(*shown.serviceRegistries, IsEmpty());
}

TEST(ServiceRendering, TagsAreShownOnDemand) {
  EXPECT_THAT(*service(own_realm, testing::shop(), {}).tags, IsEmpty());
  EXPECT_THAT(*service(own_realm, testing::shop(), {.tags = true}).tags,
              ElementsAre(core::Tag{"team", "blue"}));
}

TEST(ServiceRendering, EachDeploymentTellsItsOwnCountsAndRevision) {
  const auto shown = service(own_realm, testing::shop(), {});
  ASSERT_EQ(shown.deployments->size(), 2U);
  const auto& primary = shown.deployments->at(0);
  EXPECT_EQ(primary.id, "ecs-svc/1111111111111111111");
  EXPECT_EQ(primary.status, "PRIMARY");
  EXPECT_EQ(primary.taskDefinition, ecs + "task-definition/web:3");
  EXPECT_EQ(primary.desiredCount, 4);
  EXPECT_EQ(primary.runningCount, 1);
  EXPECT_EQ(primary.pendingCount, 3);
  EXPECT_EQ(primary.failedTasks, 2);
  EXPECT_EQ(primary.rolloutState, core::DeploymentRolloutState::IN_PROGRESS);
  EXPECT_EQ(primary.rolloutStateReason, "ECS deployment ecs-svc/1111111111111111111 in progress.");
  const auto& old = shown.deployments->at(1);
  EXPECT_EQ(old.status, "ACTIVE");
  EXPECT_EQ(old.taskDefinition, ecs + "task-definition/web:2");
  EXPECT_EQ(old.runningCount, 4);
}

TEST(ServiceRendering, CurrentRevisionsAreToldOnceEach) {
  auto snapshot = testing::shop();
  auto record = std::make_shared<core::Service>(*snapshot.state.service);
  record->deployments[1].revision = testing::web_revision;
  snapshot.state.service = record;
  EXPECT_EQ(service(own_realm, testing::shop(), {}).currentServiceRevisions->size(), 2U);
  const auto revisions = *service(own_realm, snapshot, {}).currentServiceRevisions;
  const core::ServiceCurrentRevisionSummary both{
      ecs + "service-revision/prod/shop/" + std::to_string(testing::web_revision), 4, 5, 3};
  EXPECT_THAT(revisions, ElementsAre(both));
}

TEST(ServiceRendering, ADeploymentThatEndedStaysTheCurrentOne) {
  auto snapshot = testing::shop();
  auto record = std::make_shared<core::Service>(*snapshot.state.service);
  record->current_deployment.clear();
  record->deployments[0].service_deployment = "abcdefghijklmnopqrstu";
  snapshot.state.service = record;
  EXPECT_EQ(service(own_realm, snapshot, {}).currentServiceDeployment,
            ecs + "service-deployment/prod/shop/abcdefghijklmnopqrstu");
}

TEST(ServiceRendering, AServiceOfTaskSetsShowsThemInsteadOfDeployments) {
  const auto shown = service(own_realm, testing::shop_with_task_set(), {.tags = true});
  EXPECT_THAT(*shown.deployments, IsEmpty());
  EXPECT_FALSE(shown.currentServiceDeployment);
  EXPECT_FALSE(shown.currentServiceRevisions);
  ASSERT_EQ(shown.taskSets->size(), 1U);
  const auto& set = shown.taskSets->at(0);
  EXPECT_EQ(set.id, "ecs-svc/5555555555555555555");
  EXPECT_EQ(set.taskSetArn, ecs + "task-set/prod/shop/ecs-svc/5555555555555555555");
  EXPECT_EQ(set.computedDesiredCount, 3);
  EXPECT_EQ(set.runningCount, 2);
  EXPECT_EQ(set.pendingCount, 1);
  EXPECT_EQ(set.scale, (core::Scale{50.0, core::ScaleUnit::PERCENT}));
  EXPECT_EQ(set.stabilityStatus, core::StabilityStatus::STEADY_STATE);
  EXPECT_EQ(set.externalId, "green");
  EXPECT_FALSE(set.startedBy);
  EXPECT_THAT(*set.tags, ElementsAre(core::Tag{"colour", "green"}));
}

TEST(ServiceRendering, ADrainingTaskSetWantsNoTasks) {
  auto snapshot = testing::shop_with_task_set();
  auto set = snapshot.state.service->task_sets[0];
  set.status = core::TaskSetStatus::DRAINING;
  EXPECT_EQ(task_set(own_realm, snapshot, set, {}).computedDesiredCount, 0);
}

TEST(ServiceRendering, FargateTellsItsPlatform) {
  auto snapshot = testing::shop();
  auto revision = std::make_shared<core::ServiceRevision>(*snapshot.state.revisions[testing::web_revision]);
  revision->what.launch_type = core::LaunchType::FARGATE;
  revision->what.platform_version = "1.4.0";
  snapshot.state.revisions[testing::web_revision] = revision;
  const auto shown = service(own_realm, snapshot, {});
  EXPECT_EQ(shown.platformFamily, "Linux");
  EXPECT_EQ(shown.platformVersion, "1.4.0");
  revision = std::make_shared<core::ServiceRevision>(*revision);
  revision->what.launch_type.reset();
  revision->what.strategy = {{"FARGATE_SPOT", 1, 0}};
  revision->what.platform_version.clear();
  snapshot.state.revisions[testing::web_revision] = revision;
  const auto latest = service(own_realm, snapshot, {});
  EXPECT_EQ(latest.platformVersion, "LATEST");
  EXPECT_EQ(latest.deployments->front().platformVersion, "1.4.0");
}

TEST(ServiceDeploymentRendering, ARollingDeploymentTellsCountsButNoWeights) {
  core::ServiceDeploymentView view{testing::rollout(), {}, {}};
  view.counts = {{testing::web_revision, {1, 3}}, {testing::old_revision, {4, 0}}};
  view.requested = {{testing::web_revision, 4}};
  const auto shown = service_deployment(own_realm, view);
  EXPECT_EQ(shown.serviceDeploymentArn, ecs + "service-deployment/prod/shop/abcdefghijklmnopqrstu");
  EXPECT_EQ(shown.targetServiceRevision->requestedTaskCount, 4);
  EXPECT_EQ(shown.targetServiceRevision->pendingTaskCount, 3);
  EXPECT_FALSE(shown.targetServiceRevision->requestedProductionTrafficWeight);
  ASSERT_EQ(shown.sourceServiceRevisions->size(), 1U);
  EXPECT_EQ(shown.sourceServiceRevisions->at(0).runningTaskCount, 4);
  EXPECT_EQ(shown.sourceServiceRevisions->at(0).requestedTaskCount, 0);
  EXPECT_EQ(shown.deploymentCircuitBreaker->failureCount, 1);
  EXPECT_EQ(shown.deploymentCircuitBreaker->threshold, 3);
  EXPECT_EQ(shown.alarms->status, core::ServiceDeploymentRollbackMonitorsStatus::DISABLED);
  EXPECT_FALSE(shown.lifecycleStage);
  EXPECT_FALSE(shown.rollback);
  EXPECT_FALSE(shown.finishedAt);
}

TEST(ServiceDeploymentRendering, AShiftOfTrafficTellsStageWeightsAndHooks) {
  const auto record = testing::rollout();
  core::DeploymentLifecycleHook hook;
  hook.targetType = core::DeploymentLifecycleHookTargetType::PAUSE;
  hook.timeoutConfiguration = {60, core::DeploymentLifecycleHookAction::ROLLBACK};
  record->configuration.lifecycleHooks = std::vector{hook};
  record->progress.emplace();
  record->progress->stage = core::ServiceDeploymentLifecycleStage::PRODUCTION_TRAFFIC_SHIFT;
  record->progress->production_percent = 10;
  core::LifecycleHookRun run;
  run.id = "hook-1";
  run.status = core::DeploymentLifecycleHookStatus::AWAITING_ACTION;
  run.expires_at = testing::noon(60);
  record->progress->hooks = {run};
  const auto shown = service_deployment(own_realm, {record, {}, {}});
  EXPECT_EQ(shown.lifecycleStage, core::ServiceDeploymentLifecycleStage::PRODUCTION_TRAFFIC_SHIFT);
  EXPECT_EQ(shown.targetServiceRevision->requestedProductionTrafficWeight, 10.0);
  EXPECT_EQ(shown.sourceServiceRevisions->at(0).requestedProductionTrafficWeight, 90.0);
  ASSERT_EQ(shown.lifecycleHookDetails->size(), 1U);
  const auto& detail = shown.lifecycleHookDetails->at(0);
  EXPECT_EQ(detail.hookId, "hook-1");
  EXPECT_EQ(detail.targetType, core::DeploymentLifecycleHookTargetType::PAUSE);
  EXPECT_EQ(detail.timeoutAction, core::DeploymentLifecycleHookAction::ROLLBACK);
  EXPECT_EQ(detail.expiresAt, testing::noon(60));
}

TEST(ServiceDeploymentRendering, ARollbackNamesItsReasonAndRevision) {
  const auto record = testing::rollout();
  record->rollback_reason = "circuit breaker";
  record->rollback_started_at = testing::noon(9);
  record->rollback_revision = testing::old_revision;
  const auto shown = service_deployment(own_realm, {record, {}, {}});
  EXPECT_EQ(shown.rollback->reason, "circuit breaker");
  EXPECT_EQ(shown.rollback->serviceRevisionArn,
            ecs + "service-revision/prod/shop/" + std::to_string(testing::old_revision));
}

TEST(ServiceDeploymentRendering, TheBriefNamesTheTarget) {
  const auto shown = service_deployment_brief(own_realm, *testing::rollout());
  EXPECT_EQ(shown.serviceArn, ecs + "service/prod/shop");
  EXPECT_EQ(shown.targetServiceRevisionArn,
            ecs + "service-revision/prod/shop/" + std::to_string(testing::web_revision));
  EXPECT_EQ(shown.status, core::ServiceDeploymentStatus::IN_PROGRESS);
  EXPECT_FALSE(shown.statusReason);
}

TEST(ServiceRevisionRendering, TellsImagesAndWhatWasResolved) {
  const auto record = testing::revision_of(testing::web_revision, 3);
  const auto shown = service_revision(own_realm, *record, testing::web_definition());
  EXPECT_EQ(shown.taskDefinition, ecs + "task-definition/web:3");
  ASSERT_EQ(shown.containerImages->size(), 2U);
  EXPECT_EQ(shown.containerImages->at(0), (core::ContainerImage{"nginx", std::nullopt, "nginx:1"}));
  EXPECT_EQ(shown.resolvedConfiguration->loadBalancers->at(0).targetGroupArn, "arn:target-group");
  EXPECT_FALSE(service_revision(own_realm, *record, nullptr).containerImages);
}

TEST(CapacityProviderRendering, ShowsTheGroupAndTagsOnDemand) {
  const auto shown = capacity_provider(own_realm, *testing::spot_provider(), {});
  EXPECT_EQ(shown.capacityProviderArn, ecs + "capacity-provider/spot");
  EXPECT_EQ(shown.status, core::CapacityProviderStatus::ACTIVE);
  EXPECT_EQ(shown.autoScalingGroupProvider->autoScalingGroupArn, "arn:group");
  EXPECT_FALSE(shown.cluster);
  EXPECT_FALSE(shown.managedInstancesProvider);
  EXPECT_THAT(*shown.tags, IsEmpty());
  EXPECT_THAT(*capacity_provider(own_realm, *testing::spot_provider(), {.tags = true}).tags,
              ElementsAre(core::Tag{"team", "blue"}));
}

}  // namespace
}  // namespace troupe::api::rendering
