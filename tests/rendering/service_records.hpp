#pragma once

/// Services as the control plane keeps them, for tests of what is made of them.

#include "actors/core/records/capacity_provider.hpp"
#include "actors/core/service_commands.hpp"

#include <memory>

namespace troupe::testing {

inline constexpr std::uint64_t web_deployment = 1'111'111'111'111'111'111U;
inline constexpr std::uint64_t old_deployment = 2'222'222'222'222'222'222U;
inline constexpr std::uint64_t web_revision = 3'333'333'333'333'333'333U;
inline constexpr std::uint64_t old_revision = 4'444'444'444'444'444'444U;
inline constexpr std::uint64_t web_task_set = 5'555'555'555'555'555'555U;

inline core::Time noon(std::int64_t seconds = 0) {
  return core::from_epoch_ms(1'768'464'000'000 + seconds * 1000);
}

inline core::ServiceRevisionPtr revision_of(std::uint64_t number, std::int32_t definition) {
  auto record = std::make_shared<core::ServiceRevision>();
  record->number = number;
  record->cluster = "prod";
  record->service = "shop";
  record->created_at = noon();
  record->what.family = "web";
  record->what.revision = definition;
  record->what.launch_type = core::LaunchType::EC2;
  core::LoadBalancer balancer;
  balancer.targetGroupArn = "arn:target-group";
  balancer.containerName = "nginx";
  balancer.containerPort = 80;
  record->what.load_balancers = {balancer};
  return record;
}

inline std::shared_ptr<core::ServiceDeployment> rollout() {
  auto record = std::make_shared<core::ServiceDeployment>();
  record->id = "abcdefghijklmnopqrstu";
  record->cluster = "prod";
  record->service = "shop";
  record->status = core::ServiceDeploymentStatus::IN_PROGRESS;
  record->created_at = noon();
  record->updated_at = noon(2);
  record->started_at = noon(1);
  record->source_revisions = {old_revision};
  record->target_revision = web_revision;
  record->configuration.maximumPercent = 200;
  record->breaker = core::ServiceDeploymentRollbackMonitorsStatus::MONITORING;
  record->breaker_failures = 1;
  record->breaker_threshold = 3;
  return record;
}

inline core::Deployment deployment_of(std::uint64_t id, std::uint64_t revision, core::DeploymentStatus status,
                                      std::int32_t desired) {
  core::Deployment record;
  record.id = id;
  record.status = status;
  record.revision = revision;
  record.created_at = noon();
  record.updated_at = noon(1);
  record.desired_count = desired;
  record.rollout_reason = "ECS deployment ecs-svc/" + std::to_string(id) + " in progress.";
  record.failures.failed = 2;
  return record;
}

/// The service "shop" in the cluster "prod", which rolls from web:2 to web:3.
inline core::ServiceSnapshot shop() {
  auto record = std::make_shared<core::Service>();
  record->cluster = "prod";
  record->name = "shop";
  record->created_at = noon();
  record->created_by = "arn:aws:iam::000000000000:root";
  record->desired_count = 4;
  record->configuration.maximumPercent = 200;
  record->configuration.minimumHealthyPercent = 100;
  record->tags = {{"team", "blue"}};
  record->revision = web_revision;
  record->current_deployment = "abcdefghijklmnopqrstu";
  record->deployments = {deployment_of(web_deployment, web_revision, core::DeploymentStatus::PRIMARY, 4),
                         deployment_of(old_deployment, old_revision, core::DeploymentStatus::ACTIVE, 0)};
  record->events = {{"id-1", noon(3), "(service shop) has started 4 tasks."}};
  core::ServiceSnapshot snapshot;
  snapshot.state.service = record;
  snapshot.state.revisions = {{web_revision, revision_of(web_revision, 3)},
                              {old_revision, revision_of(old_revision, 2)}};
  const auto deployment = rollout();
  snapshot.state.deployments = {{deployment->id, deployment}};
  snapshot.counts = {{web_deployment, {1, 3}}, {old_deployment, {4, 0}}};
  return snapshot;
}

/// The same service with an EXTERNAL controller and one task set.
inline core::ServiceSnapshot shop_with_task_set() {
  auto snapshot = shop();
  auto record = std::make_shared<core::Service>(*snapshot.state.service);
  record->controller = core::DeploymentControllerType::EXTERNAL;
  record->deployments.clear();
  record->desired_count = 5;
  core::TaskSet set;
  set.id = web_task_set;
  set.revision = web_revision;
  set.status = core::TaskSetStatus::PRIMARY;
  set.external_id = "green";
  set.scale_percent = 50;
  set.stability = core::StabilityStatus::STEADY_STATE;
  set.stability_at = noon(4);
  set.created_at = noon();
  set.updated_at = noon(4);
  set.tags = {{"colour", "green"}};
  record->task_sets = {set};
  snapshot.state.service = record;
  snapshot.counts = {{web_task_set, {2, 1}}};
  return snapshot;
}

inline std::shared_ptr<core::CapacityProvider> spot_provider() {
  auto record = std::make_shared<core::CapacityProvider>();
  record->name = "spot";
  record->group.emplace();
  record->group->autoScalingGroupArn = "arn:group";
  record->group->managedTerminationProtection = core::ManagedTerminationProtection::DISABLED;
  record->created_at = noon();
  record->tags = {{"team", "blue"}};
  return record;
}

}  // namespace troupe::testing
