/// Sizes as ECS writes them, and the sum a task takes from an instance.

#include "actors/core/task_definition/task_size.hpp"

#include "actors/core/task_definition/optional_members.hpp"
#include "actors/core/task_definition/run_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace troupe::core {
namespace {

struct Suffix {
  std::string_view text;  ///< In lower case.
  std::int64_t scale;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

/// A decimal number without sign and exponent, scaled by the suffix it carries.
template <std::size_t count>
std::optional<std::int64_t> parse_amount(std::string_view text, const std::array<Suffix, count>& suffixes) {
  const std::string given = lower(trimmed(text));
  std::string_view number = given;
  std::int64_t scale = 1;
  for (const Suffix& suffix : suffixes) {
    if (number.ends_with(suffix.text)) {
      number = trimmed(number.substr(0, number.size() - suffix.text.size()));
      scale = suffix.scale;
      break;
    }
  }
  double value = 0;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != number.data() + number.size()) return std::nullopt;
  const double scaled = value * static_cast<double>(scale);
  constexpr double amount_max = 2'147'483'647.0;
  if (!(scaled >= 1.0) || scaled > amount_max || scaled != std::trunc(scaled)) return std::nullopt;
  return static_cast<std::int64_t>(scaled);
}

/// The first of the two sizes that is given, read by `parse`.
template <class Parse>
auto first_given(const std::optional<std::string>& overriding, const std::optional<std::string>& definition,
                 Parse parse) {
  if (overriding) return parse(*overriding);
  return definition ? parse(*definition) : std::nullopt;
}

std::int32_t gpus_of(const ContainerDefinition& container) {
  std::int32_t gpus = 0;
  for (const ResourceRequirement& requirement : items(container.resourceRequirements)) {
    if (requirement.type != ResourceType::GPU) continue;
    const std::string& value = text(requirement.value);
    std::int32_t count = 0;
    std::from_chars(value.data(), value.data() + value.size(), count);
    gpus += count;
  }
  return gpus;
}

void add_ports(const ContainerDefinition& container, TaskSize& size) {
  for (const PortMapping& mapping : items(container.portMappings)) {
    const std::int32_t port = mapping.hostPort.value_or(0);
    if (port <= 0 || port > 65535) continue;
    auto& ports = mapping.protocol == TransportProtocol::udp ? size.udp_ports : size.tcp_ports;
    ports.push_back(static_cast<std::uint16_t>(port));
  }
}

void sort_once_each(std::vector<std::uint16_t>& ports) {
  std::ranges::sort(ports);
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
}

}  // namespace

std::optional<CpuUnits> parse_task_cpu(std::string_view text) {
  constexpr std::array<Suffix, 2> suffixes = {{{"vcpus", cpu_units_per_core}, {"vcpu", cpu_units_per_core}}};
  const auto units = parse_amount(text, suffixes);
  return units ? std::optional{CpuUnits{*units}} : std::nullopt;
}

std::optional<MemoryMib> parse_task_memory(std::string_view text) {
  constexpr std::array<Suffix, 4> suffixes = {{{"gib", 1024}, {"gb", 1024}, {"mib", 1}, {"mb", 1}}};
  const auto mebibytes = parse_amount(text, suffixes);
  return mebibytes ? std::optional{MemoryMib{*mebibytes}} : std::nullopt;
}

TaskSize required_resources(const TaskDefinition& definition, const TaskOverride& overrides) {
  TaskSize size;
  const NetworkMode mode = definition.networkMode.value_or(NetworkMode::bridge);
  for (const ContainerDefinition& container : effective_containers(definition, overrides)) {
    size.cpu.count += container.cpu.value_or(0);
    size.memory.count += container.memoryReservation.value_or(container.memory.value_or(0));
    size.gpus += gpus_of(container);
    if (mode == NetworkMode::bridge || mode == NetworkMode::host) add_ports(container, size);
  }
  if (const auto cpu = first_given(overrides.cpu, definition.cpu, parse_task_cpu)) size.cpu = *cpu;
  if (const auto memory = first_given(overrides.memory, definition.memory, parse_task_memory)) {
    size.memory = *memory;
  }
  sort_once_each(size.tcp_ports);
  sort_once_each(size.udp_ports);
  return size;
}

}  // namespace troupe::core
