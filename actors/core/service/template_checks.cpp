/// Whether a definition can run as asked.

#include "actors/core/service/checks.hpp"

#include "actors/core/launch_type.hpp"
#include "actors/core/task_definition/run_options.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

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

}  // namespace

Result<void> check_template(const ServiceTemplate& what, const TaskDefinitionRecord& definition) {
  const auto type = launch_type_of(what.launch_type, what.strategy);
  if (auto ok = check_launch_type(type, definition.definition, what.platform_version); !ok) return ok;
  if (auto ok = validate_network_configuration(definition.definition, what.network, type); !ok) return ok;
  for (const auto& balancer : what.load_balancers) {
    if (auto ok = check_load_balancer(balancer, definition.definition); !ok) return ok;
  }
  return {};
}

}  // namespace troupe::core
