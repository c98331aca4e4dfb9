#pragma once

/// Which kind of capacity a task or a service asks for, and what that kind
/// demands of it.
///
/// Source: ECS Developer Guide, "Amazon ECS launch types", "AWS Fargate platform
/// versions", "AWS Fargate task ephemeral storage"; ECS API Reference, RunTask.

#include "actors/core/result.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/shapes/task_definition.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// FARGATE and FARGATE_SPOT, which nobody makes and nobody deletes.
inline constexpr std::string_view fargate_provider = "FARGATE";
inline constexpr std::string_view fargate_spot_provider = "FARGATE_SPOT";
bool is_fargate_provider(std::string_view name);

/// What `asked` or, without it, the strategy's providers give. A strategy never mixes kinds.
LaunchType launch_type_of(const std::optional<LaunchType>& asked,
                          const std::vector<CapacityProviderStrategyItem>& strategy);

/// The instances of which provider a task may be placed on; empty: FARGATE and FARGATE_SPOT have the same
/// capacity, and other tasks may be of none.
std::string placement_provider(const std::string& capacity_provider);

/// Whether the definition can run so, with the platform version that was asked for ("": none).
/// Errors: InvalidParameterException, PlatformUnknownException,
/// PlatformTaskDefinitionIncompatibilityException.
Result<void> check_launch_type(LaunchType type, const TaskDefinition& definition,
                               const std::string& platform_version);

/// What FARGATE refuses beside the definition. Errors: InvalidParameterException.
Result<void> check_placement_wishes(LaunchType type, const std::vector<PlacementConstraint>& constraints,
                                    const std::vector<PlacementStrategy>& strategies);

/// Whether the definition suits FARGATE still, as these overrides make it; always for other types.
/// Errors: ClientException.
Result<void> check_fargate_overrides(LaunchType type, const TaskDefinition& definition,
                                     const TaskOverride& overrides);

/// The number of what FARGATE tasks run on: "LATEST" and none mean the newest. Empty for other types.
std::string resolved_platform_version(LaunchType type, const std::string& asked);

/// GiB that all containers of a FARGATE task may write together; 20 when nobody said more.
std::int32_t ephemeral_storage_gib(const TaskDefinition& definition,
                                   const std::optional<TaskOverride>& overrides);

}  // namespace troupe::core
