/// The deployments and revisions of services.

#include "actors/core/service/names.hpp"
#include "api/rendering/rendering.hpp"
#include "api/rendering/service.hpp"
#include "api/rendering/service_template.hpp"

namespace troupe::api::rendering {
namespace {

constexpr double all_traffic = 100.0;

core::ServiceRevisionSummary revision_summary(const core::Realm& realm,
                                              const core::ServiceDeploymentView& view,
                                              std::uint64_t revision) {
  const auto& record = *view.deployment;
  core::ServiceRevisionSummary out;
  out.arn = core::service_revision_arn(realm, record.cluster, record.service, revision);
  const auto requested = view.requested.find(revision);
  const auto counts = view.counts.find(revision);
  out.requestedTaskCount = requested == view.requested.end() ? 0 : requested->second;
  out.runningTaskCount = counts == view.counts.end() ? 0 : counts->second.running;
  out.pendingTaskCount = counts == view.counts.end() ? 0 : counts->second.pending;
  return out;
}

/// Weights are told of deployments that shift traffic, of the others there are none.
void show_revisions(const core::Realm& realm, const core::ServiceDeploymentView& view,
                    wire::ServiceDeployment& out) {
  const auto& record = *view.deployment;
  out.sourceServiceRevisions.emplace();
  for (const auto revision : record.source_revisions) {
    auto& source = out.sourceServiceRevisions->emplace_back(revision_summary(realm, view, revision));
    if (!record.progress) continue;
    source.requestedProductionTrafficWeight = all_traffic - record.progress->production_percent;
    source.requestedTestTrafficWeight = all_traffic - record.progress->test_percent;
  }
  if (record.target_revision == 0) return;
  out.targetServiceRevision = revision_summary(realm, view, record.target_revision);
  if (!record.progress) return;
  out.targetServiceRevision->requestedProductionTrafficWeight = record.progress->production_percent;
  out.targetServiceRevision->requestedTestTrafficWeight = record.progress->test_percent;
}

core::DeploymentLifecycleHookDetail hook_detail(const core::ServiceDeployment& record,
                                                const core::LifecycleHookRun& run) {
  core::DeploymentLifecycleHookDetail out;
  out.hookId = run.id;
  out.status = run.status;
  out.expiresAt = run.expires_at;
  const auto& hooks = record.configuration.lifecycleHooks;
  const auto index = static_cast<std::size_t>(run.index);
  if (!hooks || index >= hooks->size()) return out;
  const auto& hook = (*hooks)[index];
  out.targetType = hook.targetType.value_or(core::DeploymentLifecycleHookTargetType::AWS_LAMBDA);
  out.targetArn = hook.hookTargetArn;
  if (hook.timeoutConfiguration) out.timeoutAction = hook.timeoutConfiguration->action;
  return out;
}

void show_progress(const core::ServiceDeployment& record, wire::ServiceDeployment& out) {
  if (!record.progress) return;
  out.lifecycleStage = record.progress->stage;
  out.lifecycleHookDetails.emplace();
  for (const auto& run : record.progress->hooks) {
    out.lifecycleHookDetails->push_back(hook_detail(record, run));
  }
}

core::ServiceDeploymentAlarms alarms_of(const core::ServiceDeployment& record) {
  core::ServiceDeploymentAlarms out;
  out.status = record.alarms;
  out.triggeredAlarmNames = unless_empty(record.triggered_alarms);
  if (record.configuration.alarms) out.alarmNames = record.configuration.alarms->alarmNames;
  return out;
}

/// Null when nothing is rolled back.
std::optional<core::Rollback> rollback_of(const core::Realm& realm, const core::ServiceDeployment& record) {
  if (record.rollback_reason.empty()) return std::nullopt;
  core::Rollback out;
  out.reason = record.rollback_reason;
  out.startedAt = record.rollback_started_at;
  if (record.rollback_revision != 0) {
    out.serviceRevisionArn =
        core::service_revision_arn(realm, record.cluster, record.service, record.rollback_revision);
  }
  return out;
}

/// Digests are not told: a revision is made before its images are pulled.
std::optional<std::vector<core::ContainerImage>> images_of(const core::TaskDefinitionPtr& definition) {
  if (!definition || !definition->definition.containerDefinitions) return std::nullopt;
  std::vector<core::ContainerImage> out;
  for (const auto& container : *definition->definition.containerDefinitions) {
    out.push_back({container.name, std::nullopt, container.image});
  }
  return out;
}

std::optional<core::ResolvedConfiguration> resolved(const core::ServiceTemplate& what) {
  std::vector<core::ServiceRevisionLoadBalancer> balancers;
  for (const auto& balancer : what.load_balancers) {
    if (!balancer.targetGroupArn) continue;
    auto& out = balancers.emplace_back();
    out.targetGroupArn = balancer.targetGroupArn;
    if (balancer.advancedConfiguration) {
      out.productionListenerRule = balancer.advancedConfiguration->productionListenerRule;
    }
  }
  if (balancers.empty()) return std::nullopt;
  return core::ResolvedConfiguration{std::move(balancers)};
}

}  // namespace

wire::ServiceDeployment service_deployment(const core::Realm& realm,
                                           const core::ServiceDeploymentView& view) {
  const auto& record = *view.deployment;
  wire::ServiceDeployment out;
  out.serviceDeploymentArn = core::service_deployment_arn(realm, record);
  out.serviceArn = core::service_arn(realm, record.cluster, record.service);
  out.clusterArn = core::cluster_arn(realm, record.cluster);
  out.createdAt = record.created_at;
  out.startedAt = record.started_at;
  out.finishedAt = record.finished_at;
  out.stoppedAt = record.stopped_at;
  out.updatedAt = record.updated_at;
  show_revisions(realm, view, out);
  out.status = record.status;
  out.statusReason = given(record.status_reason);
  show_progress(record, out);
  out.deploymentConfiguration = record.configuration;
  out.rollback = rollback_of(realm, record);
  out.deploymentCircuitBreaker = core::ServiceDeploymentCircuitBreaker{
      record.breaker, record.breaker_failures, record.breaker_threshold};
  out.alarms = alarms_of(record);
  return out;
}

core::ServiceDeploymentBrief service_deployment_brief(const core::Realm& realm,
                                                      const core::ServiceDeployment& record) {
  core::ServiceDeploymentBrief out;
  out.serviceDeploymentArn = core::service_deployment_arn(realm, record);
  out.serviceArn = core::service_arn(realm, record.cluster, record.service);
  out.clusterArn = core::cluster_arn(realm, record.cluster);
  out.startedAt = record.started_at;
  out.createdAt = record.created_at;
  out.finishedAt = record.finished_at;
  if (record.target_revision != 0) {
    out.targetServiceRevisionArn =
        core::service_revision_arn(realm, record.cluster, record.service, record.target_revision);
  }
  out.status = record.status;
  out.statusReason = given(record.status_reason);
  return out;
}

wire::ServiceRevision service_revision(const core::Realm& realm, const core::ServiceRevision& record,
                                       const core::TaskDefinitionPtr& definition) {
  const auto& what = record.what;
  wire::ServiceRevision out;
  out.serviceRevisionArn = core::service_revision_arn(realm, record.cluster, record.service, record.number);
  out.serviceArn = core::service_arn(realm, record.cluster, record.service);
  out.clusterArn = core::cluster_arn(realm, record.cluster);
  out.taskDefinition = definition_arn(realm, what);
  show_platform(what, out);
  out.loadBalancers = unless_empty(what.load_balancers);
  out.serviceRegistries = unless_empty(what.registries);
  out.containerImages = images_of(definition);
  out.guardDutyEnabled = false;
  out.serviceConnectConfiguration = what.connect;
  out.volumeConfigurations = unless_empty(what.volumes);
  out.createdAt = record.created_at;
  out.vpcLatticeConfigurations = unless_empty(what.lattice);
  out.resolvedConfiguration = resolved(what);
  out.monitoring = what.monitoring;
  return out;
}

}  // namespace troupe::api::rendering
