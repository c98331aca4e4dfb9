#pragma once

/// Why StartTask did not start a task on an instance that is no more.
///
/// Source: ECS API Reference, "API failure reasons".

#include "actors/core/queries.hpp"

#include <string>
#include <vector>

namespace troupe::core {

/// The scheduler forgets instances that were deregistered, and misses them; those that are described still
/// are INACTIVE. Managed ones were nobody's, and stay MISSING.
inline void tell_inactive(std::vector<Failure>& failures, const InstanceMap& instances, const Realm& realm,
                          const std::string& cluster) {
  for (auto& failure : failures) {
    if (failure.reason != "MISSING") continue;
    const auto id = find_instance_id(realm, cluster, failure.arn.value_or(""));
    const auto known = id && *id ? instances.find(**id) : instances.end();
    if (known == instances.end() || is_managed(*known->second)) continue;
    if (known->second->status != InstanceStatus::INACTIVE) continue;
    failure.reason = "INACTIVE";
    failure.detail = "was deregistered";
  }
}

}  // namespace troupe::core
