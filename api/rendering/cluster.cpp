/// Clusters.

#include "api/rendering/rendering.hpp"

namespace troupe::api::rendering {
namespace {

/// ECS tells these counts as text, and for each launch type.
std::vector<core::KeyValuePair> statistics(const core::ClusterCounts& counts) {
  const auto row = [](const char* name, std::int32_t value) {
    return core::KeyValuePair{name, std::to_string(value)};
  };
  return {row("runningEC2TasksCount", counts.ec2.tasks.running),
          row("runningFargateTasksCount", counts.fargate.tasks.running),
          row("pendingEC2TasksCount", counts.ec2.tasks.pending),
          row("pendingFargateTasksCount", counts.fargate.tasks.pending),
          row("runningExternalTasksCount", counts.external.tasks.running),
          row("pendingExternalTasksCount", counts.external.tasks.pending),
          row("activeEC2ServiceCount", counts.ec2.active_services),
          row("activeFargateServiceCount", counts.fargate.active_services),
          row("drainingEC2ServiceCount", counts.ec2.draining_services),
          row("drainingFargateServiceCount", counts.fargate.draining_services),
          row("activeExternalServiceCount", counts.external.active_services),
          row("drainingExternalServiceCount", counts.external.draining_services)};
}

}  // namespace

wire::Cluster cluster(const core::Realm& realm, const core::Cluster& record,
                      const core::ClusterCounts& counts, const ClusterDetail& detail) {
  wire::Cluster out;
  out.clusterArn = core::cluster_arn(realm, record.name);
  out.clusterName = record.name;
  out.status = core::name_of(record.status);
  out.registeredContainerInstancesCount = counts.registered_instances;
  out.runningTasksCount = counts.running_tasks;
  out.pendingTasksCount = counts.pending_tasks;
  out.activeServicesCount = counts.active_services;
  out.capacityProviders = record.capacity_providers;
  out.defaultCapacityProviderStrategy = record.default_strategy;
  out.serviceConnectDefaults = record.service_connect_defaults;
  out.statistics = detail.statistics ? statistics(counts) : std::vector<core::KeyValuePair>{};
  out.settings = detail.settings ? record.settings : std::vector<core::ClusterSetting>{};
  out.tags = detail.tags ? record.tags : std::vector<core::Tag>{};
  if (detail.configuration) out.configuration = record.configuration;
  if (detail.attachments) out.attachments.emplace();
  return out;
}

}  // namespace troupe::api::rendering
