/// Capacity providers.

#include "api/rendering/capacity_provider.hpp"

#include "actors/core/service/names.hpp"
#include "api/rendering/rendering.hpp"

namespace troupe::api::rendering {

wire::CapacityProvider capacity_provider(const core::Realm& realm, const core::CapacityProvider& record,
                                         CapacityProviderDetail detail) {
  wire::CapacityProvider out;
  out.capacityProviderArn = core::capacity_provider_arn(realm, record.name);
  out.name = record.name;
  if (!record.cluster.empty()) out.cluster = core::cluster_arn(realm, record.cluster);
  out.status = record.status;
  out.autoScalingGroupProvider = record.group;
  out.managedInstancesProvider = record.managed_instances;
  out.updateStatus = record.update_status;
  out.updateStatusReason = given(record.update_reason);
  out.tags = detail.tags ? record.tags : std::vector<core::Tag>{};
  out.type = record.type;
  return out;
}

}  // namespace troupe::api::rendering
