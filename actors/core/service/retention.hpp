#pragma once

/// Which deployments and revisions of a service nobody needs any more.
///
/// Source: ECS API Reference, ListServiceDeployments and DescribeServiceRevisions:
/// what is older than 90 days is not shown.

#include "actors/core/records/service.hpp"

#include <string>
#include <vector>

namespace troupe::core {

struct Outdated {
  std::vector<std::string> deployments;  ///< Ids of service deployments.
  std::vector<std::uint64_t> revisions;  ///< Numbers.
  [[nodiscard]] bool empty() const { return deployments.empty() && revisions.empty(); }
};

/// Deployments that ended at least `keep` ago, and revisions as old that no
/// deployment which stays, no task set and not the service itself refers to.
Outdated find_outdated(const ServiceState& state, Time now, Millis keep);

/// Takes them out of the state.
void forget(ServiceState& state, const Outdated& outdated);

}  // namespace troupe::core
