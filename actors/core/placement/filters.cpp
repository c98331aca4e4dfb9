/// Resources, attributes and binding constraints of one instance.

#include "actors/core/placement/filters.hpp"

#include <array>
#include <string>

namespace troupe::core {
namespace {

Refusal refused(const FleetInstance& instance, std::string reason, std::string detail) {
  return {instance.record->id, std::move(reason), std::move(detail)};
}

std::string short_by(std::int64_t needs, std::int64_t has, const char* unit) {
  return "needs " + std::to_string(needs) + " " + unit + ", has " + std::to_string(has) + " left";
}

std::optional<Refusal> active(const FleetInstance& instance, const PlacementRequest& /*request*/) {
  if (instance.record->status == InstanceStatus::ACTIVE) return std::nullopt;
  return refused(instance, "INACTIVE", std::string{"status is "} + name_of(instance.record->status));
}

std::optional<Refusal> connected(const FleetInstance& instance, const PlacementRequest& /*request*/) {
  if (instance.record->agent_connected) return std::nullopt;
  return refused(instance, "AGENT", "its agent is not connected");
}

std::optional<Refusal> attributes(const FleetInstance& instance, const PlacementRequest& request) {
  for (const auto& wanted : request.attributes) {
    const auto* has = find_attribute(*instance.record, wanted.name.value_or(""));
    if (has != nullptr && (!wanted.value || has->value == wanted.value)) continue;
    auto text = wanted.name.value_or("");
    if (wanted.value) text += "=" + *wanted.value;
    return refused(instance, "ATTRIBUTE", "lacks attribute " + text);
  }
  return std::nullopt;
}

std::optional<Refusal> cpu(const FleetInstance& instance, const PlacementRequest& request) {
  const auto left = instance.record->registered.cpu - instance.used.cpu;
  if (request.size.cpu <= left) return std::nullopt;
  return refused(instance, "RESOURCE:CPU", short_by(request.size.cpu.count, left.count, "CPU units"));
}

std::optional<Refusal> memory(const FleetInstance& instance, const PlacementRequest& request) {
  const auto left = instance.record->registered.memory - instance.used.memory;
  if (request.size.memory <= left) return std::nullopt;
  return refused(instance, "RESOURCE:MEMORY", short_by(request.size.memory.count, left.count, "MiB"));
}

std::optional<Refusal> ports(const FleetInstance& instance, const PlacementRequest& request) {
  for (const auto port : request.size.tcp_ports) {
    if (!instance.tcp_ports.contains(port)) continue;
    return refused(instance, "RESOURCE:PORTS", "tcp port " + std::to_string(port) + " is in use");
  }
  for (const auto port : request.size.udp_ports) {
    if (!instance.udp_ports.contains(port)) continue;
    return refused(instance, "RESOURCE:PORTS_UDP", "udp port " + std::to_string(port) + " is in use");
  }
  return std::nullopt;
}

std::optional<Refusal> gpus(const FleetInstance& instance, const PlacementRequest& request) {
  const auto left = instance.record->registered.gpus - instance.used.gpus;
  if (request.size.gpus <= left) return std::nullopt;
  return refused(instance, "RESOURCE:GPU", short_by(request.size.gpus, left, "GPUs"));
}

std::optional<Refusal> distinct_instance(const FleetInstance& instance, const PlacementRequest& request) {
  for (const auto& constraint : request.constraints) {
    if (constraint.type != PlacementConstraintType::distinctInstance) continue;
    if (!instance.groups.contains(request.group)) continue;
    return refused(instance, "distinctInstance placement constraint unsatisfied.",
                   "runs a task of " + request.group + " already");
  }
  return std::nullopt;
}

constexpr std::array<NamedFilter, 8> all{{
    {"status", active},
    {"agent", connected},
    {"attributes", attributes},
    {"cpu", cpu},
    {"memory", memory},
    {"ports", ports},
    {"gpus", gpus},
    {"distinctInstance", distinct_instance},
}};

}  // namespace

std::span<const NamedFilter> filters() {
  return all;
}

}  // namespace troupe::core
