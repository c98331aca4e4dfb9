/// Launch types, and the platform of FARGATE.

#include "actors/core/launch_type.hpp"

#include "actors/core/task_definition/rules.hpp"
#include "actors/core/task_definition/run_options.hpp"

#include <algorithm>
#include <array>

namespace troupe::core {
namespace {

constexpr std::string_view latest = "LATEST";
constexpr std::string_view newest_platform = "1.4.0";
/// Those that AWS still starts tasks on.
constexpr std::array<std::string_view, 3> platforms{latest, "1.3.0", newest_platform};

Compatibility needed_for(LaunchType type) {
  if (type == LaunchType::FARGATE) return Compatibility::FARGATE;
  return type == LaunchType::EXTERNAL ? Compatibility::EXTERNAL : Compatibility::EC2;
}

Result<void> check_platform(const TaskDefinition& definition, const std::string& version) {
  if (version.empty()) return {};
  if (std::ranges::find(platforms, version) == platforms.end()) {
    return Error{ErrorCode::platform_unknown, "The specified platform version does not exist."};
  }
  const bool is_old = resolved_platform_version(LaunchType::FARGATE, version) != newest_platform;
  if (is_old && definition.ephemeralStorage) {
    return Error{
        ErrorCode::platform_task_definition_incompatibility,
        "The specified platform version does not satisfy the task definition's required capabilities."};
  }
  return {};
}

}  // namespace

bool is_fargate_provider(std::string_view name) {
  return name == fargate_provider || name == fargate_spot_provider;
}

LaunchType launch_type_of(const std::optional<LaunchType>& asked,
                          const std::vector<CapacityProviderStrategyItem>& strategy) {
  if (!strategy.empty() && is_fargate_provider(strategy.front().capacityProvider.value_or(""))) {
    return LaunchType::FARGATE;
  }
  return asked.value_or(LaunchType::EC2);
}

std::string placement_provider(const std::string& capacity_provider) {
  return is_fargate_provider(capacity_provider) ? std::string{} : capacity_provider;
}

Result<void> check_launch_type(LaunchType type, const TaskDefinition& definition,
                               const std::string& platform_version) {
  const auto& offered = definition.compatibilities;
  if (offered && std::ranges::find(*offered, needed_for(type)) == offered->end()) {
    return invalid_parameter(std::string{"Task definition does not support launch_type "} + name_of(type) +
                             ".");
  }
  if (type == LaunchType::FARGATE) return check_platform(definition, platform_version);
  if (!platform_version.empty()) {
    return invalid_parameter("The platform version must be null when specifying an EC2 launch type.");
  }
  return {};
}

Result<void> check_placement_wishes(LaunchType type, const std::vector<PlacementConstraint>& constraints,
                                    const std::vector<PlacementStrategy>& strategies) {
  if (type != LaunchType::FARGATE) return {};
  if (!constraints.empty()) {
    return invalid_parameter("Placement constraints are not supported with FARGATE launch type.");
  }
  if (!strategies.empty()) {
    return invalid_parameter("Placement strategies are not supported with FARGATE launch type.");
  }
  return {};
}

Result<void> check_fargate_overrides(LaunchType type, const TaskDefinition& definition,
                                     const TaskOverride& overrides) {
  if (type != LaunchType::FARGATE) return {};
  auto effective = definition;
  if (overrides.cpu) effective.cpu = overrides.cpu;
  if (overrides.memory) effective.memory = overrides.memory;
  if (overrides.ephemeralStorage) effective.ephemeralStorage = overrides.ephemeralStorage;
  effective.containerDefinitions = effective_containers(definition, overrides);
  if (auto ok = rules::fargate(effective); !ok) return ok;
  return rules::ephemeral_storage(effective);
}

std::string resolved_platform_version(LaunchType type, const std::string& asked) {
  if (type != LaunchType::FARGATE) return {};
  return std::string{asked.empty() || asked == latest ? newest_platform : std::string_view{asked}};
}

}  // namespace troupe::core
