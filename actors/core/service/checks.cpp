/// Names, counts, placement and the DAEMON strategy.

#include "actors/core/service/checks.hpp"

#include "actors/core/name_character.hpp"
#include "actors/core/placement/constraints.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

constexpr std::size_t strategies_max = 5;
constexpr std::int32_t tasks_of_a_service_max = 5000;

Result<void> check_strategy_field(const PlacementStrategy& strategy) {
  const auto field = strategy.field.value_or("");
  if (strategy.type == PlacementStrategyType::spread && field.empty()) {
    return invalid_parameter("The field of a spread placement strategy cannot be empty.");
  }
  const bool amount = field == "cpu" || field == "CPU" || field == "memory" || field == "MEMORY";
  if (strategy.type == PlacementStrategyType::binpack && !amount) {
    return invalid_parameter("The field of a binpack placement strategy should be one of [cpu,memory].");
  }
  return {};
}

/// Why a service cannot have its zones balanced; null: it can.
const char* against_rebalancing(const Service& service, const ServiceTemplate& what) {
  if (service.strategy == SchedulingStrategy::DAEMON) return "the DAEMON scheduling strategy";
  if (service.controller != DeploymentControllerType::ECS) return "its deployment controller";
  if (what.launch_type == LaunchType::EXTERNAL) return "the EXTERNAL launch type";
  if (service.configuration.maximumPercent.value_or(200) <= 100) return "a maximumPercent of 100 or less";
  const auto classic = [](const LoadBalancer& one) { return one.loadBalancerName.has_value(); };
  if (std::ranges::any_of(what.load_balancers, classic)) return "a Classic Load Balancer";
  if (!service.placement.empty()) {
    const auto& first = service.placement.front();
    if (first.type != PlacementStrategyType::spread || first.field != "attribute:ecs.availability-zone") {
      return "a first placement strategy other than spread across Availability Zones";
    }
  }
  return nullptr;
}

}  // namespace

Result<void> check_service_name(const std::string& name) {
  if (name.empty()) return invalid_parameter("Service name can not be blank.");
  if (name.size() > 255) return invalid_parameter("Service name cannot be longer than 255 characters.");
  if (!std::ranges::all_of(name, is_name_character)) {
    return invalid_parameter("Service name contains invalid characters.");
  }
  return {};
}

Result<void> check_client_token(const std::string& token) {
  if (token.size() > 36) return invalid_parameter("clientToken cannot be longer than 36 characters.");
  if (!std::ranges::all_of(token, [](char c) { return c > ' ' && c < '\x7f'; })) {
    return invalid_parameter("clientToken contains invalid characters.");
  }
  return {};
}

Result<void> check_desired_count(std::int32_t count) {
  if (count < 0) return invalid_parameter("Desired count must be greater than or equal to 0.");
  if (count > tasks_of_a_service_max) {
    return invalid_parameter("Desired count cannot be greater than " +
                             std::to_string(tasks_of_a_service_max) + ".");
  }
  return {};
}

Result<void> check_placement(const std::vector<PlacementConstraint>& constraints,
                             const std::vector<PlacementStrategy>& strategies,
                             const TaskDefinitionRecord* definition) {
  const auto bound =
      binding_constraints(constraints, definition == nullptr ? TaskDefinition{} : definition->definition);
  if (!bound) return bound.error();
  if (strategies.size() > strategies_max) {
    return invalid_parameter("Too many placement strategies. The maximum is 5.");
  }
  for (const auto& strategy : strategies) {
    if (auto ok = check_strategy_field(strategy); !ok) return ok;
  }
  return {};
}

Result<void> check_daemon(const CreateService& command, const Cluster& cluster) {
  if (command.desired_count) {
    return invalid_parameter(
        "The daemon scheduling strategy does not support a desired count for services. Remove the desired "
        "count value and try again");
  }
  if (!command.placement.empty()) {
    return invalid_parameter(
        "The daemon scheduling strategy does not support placement strategies. Remove the placement "
        "strategy and try again");
  }
  const bool by_default = !command.launch_type && !cluster.default_strategy.empty();
  if (!command.capacity_provider_strategy.empty() || by_default) {
    return invalid_parameter(
        "Specifying a capacity provider strategy is not supported when you create a service using the "
        "DAEMON scheduling strategy.");
  }
  if (command.launch_type == LaunchType::FARGATE) {
    return invalid_parameter("The daemon scheduling strategy does not support the FARGATE launch type.");
  }
  if (command.deployment_controller.value_or(DeploymentControllerType::ECS) !=
      DeploymentControllerType::ECS) {
    return invalid_parameter("The daemon scheduling strategy supports the ECS deployment controller only.");
  }
  const auto classic = [](const LoadBalancer& one) { return one.loadBalancerName.has_value(); };
  if (std::ranges::any_of(command.load_balancers, classic)) {
    return invalid_parameter("The daemon scheduling strategy does not support Classic Load Balancers.");
  }
  return {};
}

Result<AvailabilityZoneRebalancing> choose_rebalancing(
    const std::optional<AvailabilityZoneRebalancing>& asked, const Service& service,
    const ServiceTemplate& what) {
  const auto* against = against_rebalancing(service, what);
  if (against == nullptr) return asked.value_or(AvailabilityZoneRebalancing::ENABLED);
  if (asked == AvailabilityZoneRebalancing::ENABLED) {
    return invalid_parameter(std::string{"Availability Zone rebalancing does not support services with "} +
                             against + ".");
  }
  return AvailabilityZoneRebalancing::DISABLED;
}

}  // namespace troupe::core
