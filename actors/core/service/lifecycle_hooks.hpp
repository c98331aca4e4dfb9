#pragma once

/// The hooks of one lifecycle stage: called, awaited, timed out.
///
/// Source: ECS API Reference, "DeploymentLifecycleHook"; ECS Developer Guide,
/// "Lifecycle hooks for Amazon ECS service deployments".

#include "actors/core/service/work.hpp"

namespace troupe::core {

enum class HookVerdict : std::uint8_t { done, waiting, failed };

/// Starts the hooks of `stage` that have not begun, calls those that are due,
/// and says whether the deployment may go on.
HookVerdict run_hooks(Work& work, ServiceDeployment& history, DeploymentLifecycleHookStage stage);

}  // namespace troupe::core
