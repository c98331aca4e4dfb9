/// Services and the deployments in them.

#include "api/rendering/service.hpp"

#include "actors/core/service/names.hpp"
#include "api/rendering/rendering.hpp"
#include "api/rendering/service_template.hpp"

namespace troupe::api::rendering {
namespace {

core::TaskCounts counts_of(const core::ServiceSnapshot& snapshot, std::uint64_t id) {
  const auto known = snapshot.counts.find(id);
  return known == snapshot.counts.end() ? core::TaskCounts{} : known->second;
}

core::TaskCounts sum_of(const core::ServiceSnapshot& snapshot) {
  core::TaskCounts sum;
  for (const auto& [id, counts] : snapshot.counts) {
    sum.running += counts.running;
    sum.pending += counts.pending;
  }
  return sum;
}

wire::Deployment deployment(const core::Realm& realm, const core::ServiceSnapshot& snapshot,
                            const core::Deployment& record) {
  const auto& what = template_of(snapshot.state, record.revision);
  const auto counts = counts_of(snapshot, record.id);
  wire::Deployment out;
  out.id = core::deployment_name(record.id);
  out.status = core::name_of(record.status);
  out.taskDefinition = definition_arn(realm, what);
  out.desiredCount = record.desired_count;
  out.pendingCount = counts.pending;
  out.runningCount = counts.running;
  out.failedTasks = record.failures.failed;
  out.createdAt = record.created_at;
  out.updatedAt = record.updated_at;
  show_platform(what, out);
  out.rolloutState = record.rollout;
  out.rolloutStateReason = given(record.rollout_reason);
  out.serviceConnectConfiguration = what.connect;
  out.volumeConfigurations = unless_empty(what.volumes);
  out.vpcLatticeConfigurations = unless_empty(what.lattice);
  return out;
}

/// The deployment under way, or else the last one that made the newest tasks.
std::optional<std::string> current_deployment(const core::Realm& realm, const core::ServiceState& state) {
  auto id = state.service->current_deployment;
  if (id.empty() && !state.service->deployments.empty()) {
    id = state.service->deployments.front().service_deployment;
  }
  const auto known = state.deployments.find(id);
  if (known == state.deployments.end()) return std::nullopt;
  return core::service_deployment_arn(realm, *known->second);
}

/// One row for each revision that tasks are made from, newest first.
std::vector<core::ServiceCurrentRevisionSummary> current_revisions(const core::Realm& realm,
                                                                   const core::ServiceSnapshot& snapshot) {
  const auto& record = *snapshot.state.service;
  std::vector<core::ServiceCurrentRevisionSummary> rows;
  for (const auto& from : record.deployments) {
    auto arn = core::service_revision_arn(realm, record.cluster, record.name, from.revision);
    const auto counts = counts_of(snapshot, from.id);
    auto row = std::ranges::find(rows, arn, &core::ServiceCurrentRevisionSummary::arn);
    if (row == rows.end()) row = rows.insert(rows.end(), {std::move(arn), 0, 0, 0});
    *row->requestedTaskCount += from.desired_count;
    *row->runningTaskCount += counts.running;
    *row->pendingTaskCount += counts.pending;
  }
  return rows;
}

void show_tasks(const core::Realm& realm, const core::ServiceSnapshot& snapshot, ServiceDetail detail,
                wire::Service& out) {
  const auto& record = *snapshot.state.service;
  out.deployments.emplace();
  if (record.controller == core::DeploymentControllerType::ECS) {
    for (const auto& from : record.deployments) {
      out.deployments->push_back(deployment(realm, snapshot, from));
    }
    out.currentServiceDeployment = current_deployment(realm, snapshot.state);
    out.currentServiceRevisions = unless_empty(current_revisions(realm, snapshot));
    return;
  }
  out.taskSets.emplace();
  for (const auto& from : record.task_sets) {
    out.taskSets->push_back(task_set(realm, snapshot, from, detail));
  }
}

}  // namespace

const core::ServiceTemplate& template_of(const core::ServiceState& state, std::uint64_t revision) {
  static const core::ServiceTemplate none;
  const auto known = state.revisions.find(revision);
  return known == state.revisions.end() ? none : known->second->what;
}

std::optional<std::string> definition_arn(const core::Realm& realm, const core::ServiceTemplate& what) {
  if (what.revision == 0) return std::nullopt;
  return core::task_definition_arn(realm, what.family, what.revision);
}

wire::Service service(const core::Realm& realm, const core::ServiceSnapshot& snapshot, ServiceDetail detail) {
  const auto& record = *snapshot.state.service;
  const auto& what = template_of(snapshot.state, record.revision);
  const auto counts = sum_of(snapshot);
  wire::Service out;
  out.serviceArn = core::service_arn(realm, record.cluster, record.name);
  out.serviceName = record.name;
  out.clusterArn = core::cluster_arn(realm, record.cluster);
  out.loadBalancers = what.load_balancers;
  out.serviceRegistries = what.registries;
  out.status = core::name_of(record.status);
  out.desiredCount = record.desired_count;
  out.runningCount = counts.running;
  out.pendingCount = counts.pending;
  show_platform(what, out);
  // A service says what was asked for; its deployments, what that is.
  if (out.platformVersion) out.platformVersion = given(what.platform_version).value_or("LATEST");
  out.taskDefinition = definition_arn(realm, what);
  out.deploymentConfiguration = record.configuration;
  show_tasks(realm, snapshot, detail, out);
  out.roleArn = given(record.role);
  out.events = record.events;
  out.createdAt = record.created_at;
  out.placementConstraints = record.constraints;
  out.placementStrategy = record.placement;
  out.healthCheckGracePeriodSeconds = record.grace_seconds;
  out.schedulingStrategy = record.strategy;
  out.deploymentController = core::DeploymentController{record.controller};
  out.tags = detail.tags ? record.tags : std::vector<core::Tag>{};
  out.createdBy = given(record.created_by);
  out.enableECSManagedTags = what.enable_managed_tags;
  out.propagateTags = what.propagate_tags.value_or(core::PropagateTags::NONE);
  out.enableExecuteCommand = what.enable_execute_command;
  out.availabilityZoneRebalancing = record.rebalancing;
  out.resourceManagementType = core::ResourceManagementType::CUSTOMER;
  return out;
}

}  // namespace troupe::api::rendering
