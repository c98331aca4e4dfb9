/// Capacity provider strategies, and whether a definition can run as asked.

#include "actors/core/service/checks.hpp"

#include "actors/core/task_definition/run_options.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

constexpr std::size_t strategy_items_max = 20;

bool is_fargate(const std::string& provider) {
  return provider == "FARGATE" || provider == "FARGATE_SPOT";
}

Result<void> check_item(const CapacityProviderStrategyItem& item, const ServiceContext& context) {
  const auto name = item.capacityProvider.value_or("");
  const auto weight = item.weight.value_or(0);
  const auto base = item.base.value_or(0);
  if (name.empty()) return invalid_parameter("The capacity provider of a strategy can not be blank.");
  if (weight < 0 || weight > 1000) return invalid_parameter("Weight must be between 0 and 1000.");
  if (base < 0 || base > 100000) return invalid_parameter("Base must be between 0 and 100000.");
  const auto known = context.providers.find(name);
  const bool usable = known != context.providers.end() && known->second &&
                      known->second->status == CapacityProviderStatus::ACTIVE;
  if (!is_fargate(name) && !usable) {
    return invalid_parameter("The specified capacity provider " + name +
                             " was not found. Specify a valid capacity provider and try again.");
  }
  const auto& associated = context.cluster->capacity_providers;
  if (std::ranges::find(associated, name) == associated.end()) {
    return invalid_parameter("The specified capacity provider " + name +
                             " is not associated with the cluster. Associate the capacity provider with the "
                             "cluster and try again.");
  }
  return {};
}

Result<void> check_load_balancer(const LoadBalancer& balancer, const TaskDefinition& definition) {
  if (!balancer.containerName) return {};
  const auto containers = definition.containerDefinitions.value_or(std::vector<ContainerDefinition>{});
  const auto found = std::ranges::find_if(
      containers, [&](const auto& container) { return container.name == balancer.containerName; });
  if (found == containers.end()) {
    return invalid_parameter("The container " + *balancer.containerName +
                             " does not exist in the task definition.");
  }
  const auto ports = found->portMappings.value_or(std::vector<PortMapping>{});
  const bool mapped = std::ranges::any_of(
      ports, [&](const auto& port) { return port.containerPort == balancer.containerPort; });
  if (balancer.containerPort && !mapped) {
    return invalid_parameter("The container " + *balancer.containerName + " did not have a container port " +
                             std::to_string(*balancer.containerPort) + " defined.");
  }
  return {};
}

Result<void> check_launch_type(LaunchType type, const ServiceTemplate& what,
                               const TaskDefinition& definition) {
  const auto wanted = type == LaunchType::FARGATE    ? Compatibility::FARGATE
                      : type == LaunchType::EXTERNAL ? Compatibility::EXTERNAL
                                                     : Compatibility::EC2;
  const auto& offered = definition.compatibilities;
  if (offered && std::ranges::find(*offered, wanted) == offered->end()) {
    return invalid_parameter(std::string{"Task definition does not support launch_type "} + name_of(type) +
                             ".");
  }
  if (type == LaunchType::FARGATE) {
    return Error{ErrorCode::unsupported_feature, "The FARGATE launch type is not supported yet."};
  }
  if (!what.platform_version.empty()) {
    return invalid_parameter("The platform version must be null when specifying an EC2 launch type.");
  }
  return {};
}

}  // namespace

Result<void> check_strategy(const std::vector<CapacityProviderStrategyItem>& strategy,
                            const ServiceContext& context) {
  if (strategy.size() > strategy_items_max) {
    return invalid_parameter("A capacity provider strategy can contain a maximum of 20 capacity providers.");
  }
  int bases = 0;
  int fargate = 0;
  std::int64_t weights = 0;
  for (const auto& item : strategy) {
    if (auto ok = check_item(item, context); !ok) return ok;
    bases += item.base.value_or(0) > 0 ? 1 : 0;
    fargate += is_fargate(*item.capacityProvider) ? 1 : 0;
    weights += item.weight.value_or(0);
  }
  if (bases > 1) {
    return invalid_parameter("Only one capacity provider in a strategy can have a base defined.");
  }
  if (fargate > 0 && fargate < static_cast<int>(strategy.size())) {
    return invalid_parameter(
        "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups "
        "and Fargate providers. Specify one or the other and try again.");
  }
  if (!strategy.empty() && weights == 0) {
    return invalid_parameter(
        "There are no capacity providers with a weight value greater than zero defined in the default "
        "capacity provider strategy. At least one capacity provider must have a weight value greater than "
        "zero specified. Update the cluster's default capacity provider strategy or specify a valid "
        "capacity provider strategy and try again.");
  }
  return {};
}

Result<void> check_template(const ServiceTemplate& what, const TaskDefinitionRecord& definition) {
  auto type = what.launch_type.value_or(LaunchType::EC2);
  if (!what.strategy.empty() && is_fargate(what.strategy.front().capacityProvider.value_or(""))) {
    type = LaunchType::FARGATE;
  }
  if (auto ok = check_launch_type(type, what, definition.definition); !ok) return ok;
  if (auto ok = validate_network_configuration(definition.definition, what.network, type); !ok) return ok;
  for (const auto& balancer : what.load_balancers) {
    if (auto ok = check_load_balancer(balancer, definition.definition); !ok) return ok;
  }
  return {};
}

}  // namespace troupe::core
