#pragma once

/// How many tasks a service may have, and how many must stay, while they are
/// being replaced.
///
/// Source: ECS API Reference, "DeploymentConfiguration": the upper limit is
/// rounded down, the lower one up.

#include "actors/core/records/service.hpp"

namespace troupe::core {

struct Bounds {
  std::int32_t lower = 0;  ///< Healthy tasks that the scheduler leaves running.
  std::int32_t upper = 0;  ///< Tasks that are PENDING or RUNNING.
};

inline Bounds bounds_of(const Service& service) {
  const std::int64_t desired = service.desired_count;
  const std::int64_t least = service.configuration.minimumHealthyPercent.value_or(100);
  const std::int64_t most = service.configuration.maximumPercent.value_or(200);
  return {static_cast<std::int32_t>((desired * least + 99) / 100),
          static_cast<std::int32_t>(desired * most / 100)};
}

}  // namespace troupe::core
