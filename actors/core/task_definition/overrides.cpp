/// Checking overrides, and applying them.

#include "actors/core/task_definition/run_options.hpp"

#include "actors/core/task_definition/json_size.hpp"
#include "actors/core/task_definition/rules.hpp"
#include "actors/core/task_definition/task_size.hpp"
#include "actors/core/task_roles.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

constexpr std::size_t overrides_characters_max = 8192;

Result<void> check_container(const TaskDefinition& definition, const ContainerOverride& wanted) {
  if (!wanted.name) {
    if (wanted == ContainerOverride{}) return {};
    return invalid_parameter("Container override requires the name of a container.");
  }
  const ContainerDefinition* container = rules::find_container(definition, *wanted.name);
  if (container == nullptr) {
    return invalid_parameter("Override for container named " + *wanted.name +
                             " is not a container in the TaskDefinition.");
  }
  const std::string of_container = " override for container " + rules::quoted(*wanted.name) + ".";
  if (wanted.cpu.value_or(0) < 0) return invalid_parameter("Invalid 'cpu'" + of_container);
  if (wanted.memory.value_or(1) < 1) return invalid_parameter("Invalid 'memory'" + of_container);
  if (wanted.memoryReservation.value_or(1) < 1) {
    return invalid_parameter("Invalid 'memoryReservation'" + of_container);
  }
  const auto memory = wanted.memory ? wanted.memory : container->memory;
  const auto reservation = wanted.memoryReservation ? wanted.memoryReservation : container->memoryReservation;
  if (memory && reservation && *memory < *reservation) {
    return invalid_parameter("Invalid 'memory'" + of_container +
                             " It must be greater than or equal to 'memoryReservation'.");
  }
  for (const KeyValuePair& variable : items(wanted.environment)) {
    if (text(variable.name).empty()) return invalid_parameter("Invalid 'environment'" + of_container);
  }
  return {};
}

void merge_environment(ContainerDefinition& container, const std::vector<KeyValuePair>& wanted) {
  if (!container.environment) container.environment.emplace();
  for (const KeyValuePair& variable : wanted) {
    const auto known = std::ranges::find(*container.environment, variable.name, &KeyValuePair::name);
    if (known == container.environment->end()) {
      container.environment->push_back(variable);
    } else {
      known->value = variable.value;
    }
  }
}

void apply(ContainerDefinition& container, const ContainerOverride& wanted) {
  if (!items(wanted.command).empty()) container.command = wanted.command;
  if (!items(wanted.environment).empty()) merge_environment(container, *wanted.environment);
  if (wanted.environmentFiles) container.environmentFiles = wanted.environmentFiles;
  if (wanted.cpu) container.cpu = wanted.cpu;
  if (wanted.memory) container.memory = wanted.memory;
  if (wanted.memoryReservation) container.memoryReservation = wanted.memoryReservation;
  if (wanted.resourceRequirements) container.resourceRequirements = wanted.resourceRequirements;
}

}  // namespace

Result<void> validate_overrides(const TaskDefinition& definition, const TaskOverride& overrides) {
  if (json_size(overrides) > overrides_characters_max) {
    return invalid_parameter("Container Overrides length must be at most 8192");
  }
  for (const ContainerOverride& wanted : items(overrides.containerOverrides)) {
    if (auto checked = check_container(definition, wanted); !checked) return checked;
  }
  for (const auto* role : {&overrides.taskRoleArn, &overrides.executionRoleArn}) {
    if (!text(*role).empty() && !is_role_reference(text(*role))) return client_error("Role is not valid");
  }
  if (overrides.cpu && !parse_task_cpu(*overrides.cpu))
    return client_error("Invalid 'cpu' setting for task.");
  if (overrides.memory && !parse_task_memory(*overrides.memory)) {
    return client_error("Invalid 'memory' setting for task.");
  }
  return {};
}

std::vector<ContainerDefinition> effective_containers(const TaskDefinition& definition,
                                                      const TaskOverride& overrides) {
  std::vector<ContainerDefinition> containers = items(definition.containerDefinitions);
  for (const ContainerOverride& wanted : items(overrides.containerOverrides)) {
    const auto container = std::ranges::find(containers, wanted.name, &ContainerDefinition::name);
    if (container != containers.end()) apply(*container, wanted);
  }
  return containers;
}

TaskOverride echoed_overrides(const TaskDefinition& definition, TaskOverride overrides) {
  std::vector<ContainerOverride> echoed = items(overrides.containerOverrides);
  std::erase_if(echoed, [](const ContainerOverride& entry) { return !entry.name; });
  for (const ContainerDefinition& container : items(definition.containerDefinitions)) {
    const bool given = std::ranges::find(echoed, container.name, &ContainerOverride::name) != echoed.end();
    if (given) continue;
    echoed.emplace_back().name = container.name;
  }
  overrides.containerOverrides = std::move(echoed);
  if (!overrides.inferenceAcceleratorOverrides) overrides.inferenceAcceleratorOverrides.emplace();
  return overrides;
}

}  // namespace troupe::core
