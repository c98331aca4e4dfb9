/// Task sets.

#include "actors/core/service/names.hpp"
#include "actors/core/service/task_sets.hpp"
#include "api/rendering/rendering.hpp"
#include "api/rendering/service.hpp"
#include "api/rendering/service_template.hpp"

namespace troupe::api::rendering {

wire::TaskSet task_set(const core::Realm& realm, const core::ServiceSnapshot& snapshot,
                       const core::TaskSet& record, ServiceDetail detail) {
  const auto& owner = *snapshot.state.service;
  const auto& what = template_of(snapshot.state, record.revision);
  const auto counts = snapshot.counts.find(record.id);
  wire::TaskSet out;
  out.id = core::deployment_name(record.id);
  out.taskSetArn = core::task_set_arn(realm, owner, record.id);
  out.serviceArn = core::service_arn(realm, owner.cluster, owner.name);
  out.clusterArn = core::cluster_arn(realm, owner.cluster);
  out.startedBy = given(record.started_by);
  out.externalId = given(record.external_id);
  out.status = core::name_of(record.status);
  out.taskDefinition = definition_arn(realm, what);
  out.computedDesiredCount = core::computed_count(owner, record);
  out.pendingCount = counts == snapshot.counts.end() ? 0 : counts->second.pending;
  out.runningCount = counts == snapshot.counts.end() ? 0 : counts->second.running;
  out.createdAt = record.created_at;
  out.updatedAt = record.updated_at;
  show_platform(what, out);
  out.loadBalancers = what.load_balancers;
  out.serviceRegistries = what.registries;
  out.scale = core::Scale{record.scale_percent, core::ScaleUnit::PERCENT};
  out.stabilityStatus = record.stability;
  out.stabilityStatusAt = record.stability_at;
  out.tags = detail.tags ? record.tags : std::vector<core::Tag>{};
  return out;
}

}  // namespace troupe::api::rendering
