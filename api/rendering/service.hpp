#pragma once

/// Services, their task sets, deployments and revisions as ECS shows them.
///
/// Pure functions; whatever a record does not know stays absent.
/// Source: ECS API Reference, "Service", "Deployment", "TaskSet",
/// "ServiceDeployment", "ServiceRevision".

#include "actors/core/ids.hpp"
#include "actors/core/service_commands.hpp"
#include "api/wire/service_deployments.hpp"
#include "api/wire/services.hpp"
#include "api/wire/task_sets.hpp"

namespace troupe::api::rendering {

/// Members that a caller gets only when asked for. `tags` stays `[]` otherwise.
struct ServiceDetail {
  bool tags = false;
};

/// Services of the ECS controller show `deployments`, all others `taskSets`.
wire::Service service(const core::Realm& realm, const core::ServiceSnapshot& snapshot, ServiceDetail detail);

wire::TaskSet task_set(const core::Realm& realm, const core::ServiceSnapshot& snapshot,
                       const core::TaskSet& record, ServiceDetail detail);

wire::ServiceDeployment service_deployment(const core::Realm& realm, const core::ServiceDeploymentView& view);

/// As ListServiceDeployments shows it.
core::ServiceDeploymentBrief service_deployment_brief(const core::Realm& realm,
                                                      const core::ServiceDeployment& record);

/// `definition` is the one that the revision runs; null when it has none.
wire::ServiceRevision service_revision(const core::Realm& realm, const core::ServiceRevision& record,
                                       const core::TaskDefinitionPtr& definition);

}  // namespace troupe::api::rendering
