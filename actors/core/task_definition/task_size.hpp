#pragma once

/// How much of an instance a task takes: CPU, memory, host ports and GPUs.

#include "actors/core/result.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/task_definition.hpp"
#include "actors/core/units.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace troupe::core {

/// What placement subtracts from an instance for one task.
struct TaskSize {
  CpuUnits cpu;
  MemoryMib memory;
  std::int32_t gpus = 0;
  std::vector<std::uint16_t> tcp_ports;  ///< Static host ports, ascending, each once.
  std::vector<std::uint16_t> udp_ports;
  friend bool operator==(const TaskSize&, const TaskSize&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskSize, (), (cpu, memory, tcp_ports, udp_ports, gpus))

/// "1024", "1 vCPU", ".5 vcpu" → CPU units. Nothing when it is not such a text or
/// not a whole, positive number of units.
std::optional<CpuUnits> parse_task_cpu(std::string_view text);

/// "512", "1GB", "0.5 GB", "512 MiB" → MiB. Nothing when it is not such a text or
/// not a whole, positive number of MiB.
std::optional<MemoryMib> parse_task_memory(std::string_view text);

/// The demand of one task of `definition` (normalised) started with `overrides`.
///
/// Task-level cpu and memory count when given, else the sum over the containers,
/// where memoryReservation counts before memory. Static host ports count in the
/// modes bridge and host only: an awsvpc task has an address of its own.
/// Source: ECS Developer Guide, "Task size".
TaskSize required_resources(const TaskDefinition& definition, const TaskOverride& overrides);

}  // namespace troupe::core
