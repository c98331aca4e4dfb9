/// CPU and memory of the task and of its containers, and the size of the text.

#include "actors/core/task_definition/json_size.hpp"
#include "actors/core/task_definition/rules.hpp"
#include "actors/core/task_definition/task_size.hpp"

namespace troupe::core::rules {
namespace {

/// What ECS admits on instances; Fargate has a table of its own.
constexpr CpuUnits task_cpu_min{128};
constexpr CpuUnits task_cpu_max{196'608};
/// Below it the container runtime cannot start a process (Docker 20.10 and later).
constexpr std::int32_t container_memory_mib_min = 6;
constexpr std::size_t definition_bytes_max = 65'536;

std::string container_setting(const ContainerDefinition& container) {
  return "Invalid setting for container " + quoted(text(container.name)) + ". ";
}

}  // namespace

Checked task_cpu_and_memory(const TaskDefinition& definition) {
  if (definition.cpu) {
    const auto cpu = parse_task_cpu(*definition.cpu);
    if (!cpu || *cpu < task_cpu_min || *cpu > task_cpu_max) return refuse("Invalid 'cpu' setting for task.");
  }
  if (definition.memory && !parse_task_memory(*definition.memory)) {
    return refuse("Invalid 'memory' setting for task.");
  }
  return {};
}

Checked container_cpu_and_memory(const TaskDefinition& definition, const ContainerDefinition& container) {
  if (container.cpu.value_or(0) < 0) {
    return refuse("Invalid 'cpu' setting for container " + quoted(text(container.name)) + ".");
  }
  if (!container.memory && !container.memoryReservation && !definition.memory) {
    return refuse(container_setting(container) +
                  "At least one of 'memory' or 'memoryReservation' must be specified.");
  }
  for (const auto& amount : {container.memory, container.memoryReservation}) {
    if (amount && *amount < container_memory_mib_min) {
      return refuse(container_setting(container) + "The memory of a container must be at least 6 MiB.");
    }
  }
  if (container.memory && container.memoryReservation && *container.memory < *container.memoryReservation) {
    return refuse(container_setting(container) +
                  "'memory' must be greater than or equal to 'memoryReservation'.");
  }
  return {};
}

Checked container_sums(const TaskDefinition& definition) {
  CpuUnits cpu;
  MemoryMib memory;
  for (const ContainerDefinition& container : items(definition.containerDefinitions)) {
    cpu.count += container.cpu.value_or(0);
    memory.count += container.memoryReservation.value_or(container.memory.value_or(0));
  }
  if (definition.cpu && cpu > parse_task_cpu(*definition.cpu)) {
    return refuse(
        "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.");
  }
  if (!definition.memory) return {};
  const auto task_memory = parse_task_memory(*definition.memory);
  if (memory > task_memory) {
    return refuse(
        "The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.");
  }
  return each(items(definition.containerDefinitions), [&](const ContainerDefinition& container) -> Checked {
    if (!container.memory || MemoryMib{*container.memory} <= task_memory) return {};
    return refuse(container_setting(container) +
                  "'memory' cannot be greater than the value of the task 'memory'.");
  });
}

Checked total_size(const TaskDefinition& definition) {
  const std::size_t bytes = json_size(definition);
  if (bytes <= definition_bytes_max) return {};
  return refuse("Actual length: '" + std::to_string(bytes) + "'. Max allowed length is '" +
                std::to_string(definition_bytes_max) + "' bytes.");
}

}  // namespace troupe::core::rules
