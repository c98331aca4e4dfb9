#pragma once

/// How a deployment of a service begins, fails, is rolled back and ends.
///
/// Source: ECS API Reference, "Deployment", "ServiceDeployment"; ECS Developer
/// Guide, "Deployment circuit breaker".

#include "actors/core/service/draft.hpp"

#include <string>

namespace troupe::core {

/// A new PRIMARY deployment of `revision`, because of an operation. One that is
/// under way is superseded: it becomes ACTIVE and loses its tasks.
void begin_deployment(Draft& draft, std::uint64_t revision);

/// Why a rollout ends before its time.
struct DeploymentVerdict {
  std::string by;       ///< "ECS deployment circuit breaker": begins the reasons.
  std::string because;  ///< "task failed to start."
  bool roll_back = false;
};

/// The PRIMARY deployment has FAILED. It is rolled back to the last COMPLETED
/// revision where the verdict says so and there is one; else it stays.
void fail_deployment(Draft& draft, const DeploymentVerdict& verdict);

/// The source takes the place of a deployment whose traffic is back with it.
void restore_source(Draft& draft);

/// The PRIMARY deployment has all its tasks and no other has any.
void complete_deployment(Draft& draft);

/// The deployment under way is given up without a successor.
void abandon_deployment(Draft& draft, const std::string& reason);

}  // namespace troupe::core
