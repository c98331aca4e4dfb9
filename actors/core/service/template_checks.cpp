/// Whether a definition can run as asked.

#include "actors/core/service/checks.hpp"

#include "actors/core/task_definition/run_options.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

bool is_fargate(const std::string& provider) {
  return provider == "FARGATE" || provider == "FARGATE_SPOT";
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
