/// Which deployments and revisions of a service nobody needs any more.

#include "actors/core/service/retention.hpp"

#include <algorithm>
#include <set>

namespace troupe::core {
namespace {

/// One that the service does not know as under way ended when it began, at the
/// latest: whoever began it did not live to say how it went.
Time ended_at(const ServiceDeployment& deployment) {
  return deployment.finished_at.value_or(deployment.created_at);
}

bool is_in_use(const Service& service, const std::string& id) {
  return service.current_deployment == id ||
         std::ranges::any_of(service.deployments, [&](const Deployment& deployment) {
           return deployment.service_deployment == id;
         });
}

std::set<std::uint64_t> revisions_of(const Service& service) {
  std::set<std::uint64_t> used{service.revision, service.stable_revision};
  for (const auto& deployment : service.deployments) used.insert(deployment.revision);
  for (const auto& set : service.task_sets) used.insert(set.revision);
  return used;
}

}  // namespace

Outdated find_outdated(const ServiceState& state, Time now, Millis keep) {
  Outdated outdated;
  auto used = revisions_of(*state.service);
  for (const auto& [id, deployment] : state.deployments) {
    if (ended_at(*deployment) + keep <= now && !is_in_use(*state.service, id)) {
      outdated.deployments.push_back(id);
      continue;
    }
    used.insert(deployment->source_revisions.begin(), deployment->source_revisions.end());
    used.insert(deployment->target_revision);
    used.insert(deployment->rollback_revision);
  }
  for (const auto& [number, revision] : state.revisions) {
    if (revision->created_at + keep <= now && !used.contains(number)) outdated.revisions.push_back(number);
  }
  return outdated;
}

void forget(ServiceState& state, const Outdated& outdated) {
  for (const auto& id : outdated.deployments) state.deployments.erase(id);
  for (const auto number : outdated.revisions) state.revisions.erase(number);
}

}  // namespace troupe::core
