/// Resources, attributes and binding constraints of one instance.

#include "actors/core/placement/filters.hpp"

#include <array>
#include <string>

namespace troupe::core {
namespace {

Refusal refused(const FleetInstance& instance, std::string reason, std::string detail, std::string change) {
  Refusal made{instance.record->id, std::move(reason), std::move(detail)};
  made.change = std::move(change);
  return made;
}

struct Shortage {
  std::string reason;
  std::string unit;
  std::int64_t needed;
  std::int64_t registered;
  std::int64_t left;
};

std::optional<Refusal> check_amount(const FleetInstance& instance, const Shortage& of) {
  if (of.needed <= of.left) return std::nullopt;
  const auto change = of.needed <= of.registered
                          ? "free " + std::to_string(of.needed - of.left) + " " + of.unit + " on it"
                          : "ask for at most " + std::to_string(of.registered) + " " + of.unit;
  auto made = refused(
      instance, of.reason,
      "needs " + std::to_string(of.needed) + " " + of.unit + ", has " + std::to_string(of.left) + " left",
      change);
  made.needed = of.needed;
  made.available = of.left;
  made.unit = of.unit;
  return made;
}

std::optional<Refusal> capacity_provider(const Fleet& /*fleet*/, const FleetInstance& instance,
                                         const Criteria& criteria) {
  if (is_of_provider(*instance.record, criteria.capacity_provider)) return std::nullopt;
  const auto& its = instance.record->capacity_provider;
  return refused(instance, "CAPACITY_PROVIDER",
                 its.empty() ? "belongs to no capacity provider" : "belongs to capacity provider " + its,
                 "register it with the attribute " + std::string{provider_attribute} + "=" +
                     criteria.capacity_provider + ", or name its provider in the strategy");
}

const char* purpose_of(CapacityUse capacity) {
  switch (capacity) {
    case CapacityUse::fargate:
      return "its capacity is for FARGATE tasks only";
    case CapacityUse::external:
      return "its capacity is for EXTERNAL tasks only";
    case CapacityUse::instances:
    case CapacityUse::both:
      break;
  }
  return "its capacity is not for such tasks";
}

std::optional<Refusal> launch_type(const Fleet& /*fleet*/, const FleetInstance& instance,
                                   const Criteria& criteria) {
  if (serves(instance.record->capacity, criteria.launch_type)) return std::nullopt;
  const bool fargate = criteria.launch_type == LaunchType::FARGATE;
  const bool external = criteria.launch_type == LaunchType::EXTERNAL;
  return refused(instance, "LAUNCH_TYPE", purpose_of(instance.record->capacity),
                 std::string{"start its agent with --capacity "} + (fargate    ? "both or fargate"
                                                                    : external ? "external"
                                                                               : "instances or both"));
}

std::optional<Refusal> active(const Fleet& /*fleet*/, const FleetInstance& instance,
                              const Criteria& /*criteria*/) {
  if (instance.record->status == InstanceStatus::ACTIVE) return std::nullopt;
  return refused(instance, "INACTIVE", std::string{"status is "} + name_of(instance.record->status),
                 "set its status to ACTIVE");
}

std::optional<Refusal> connected(const Fleet& /*fleet*/, const FleetInstance& instance,
                                 const Criteria& /*criteria*/) {
  if (instance.record->agent_connected) return std::nullopt;
  return refused(instance, "AGENT", "its agent is not connected", "connect its agent");
}

std::optional<Refusal> attributes(const Fleet& /*fleet*/, const FleetInstance& instance,
                                  const Criteria& criteria) {
  for (const auto& wanted : criteria.attributes) {
    if (has_attributes(*instance.record, {wanted})) continue;
    auto text = wanted.name.value_or("");
    if (wanted.value) text += "=" + *wanted.value;
    return refused(instance, "ATTRIBUTE", "lacks attribute " + text, "give it the attribute " + text);
  }
  return std::nullopt;
}

std::optional<Refusal> cpu(const Fleet& fleet, const FleetInstance& instance, const Criteria& criteria) {
  return check_amount(instance, {"RESOURCE:CPU", "CPU units", criteria.size.cpu.count,
                                 instance.record->registered.cpu.count, fleet.load(instance).cpu_left.count});
}

std::optional<Refusal> memory(const Fleet& fleet, const FleetInstance& instance, const Criteria& criteria) {
  return check_amount(instance,
                      {"RESOURCE:MEMORY", "MiB", criteria.size.memory.count,
                       instance.record->registered.memory.count, fleet.load(instance).memory_left.count});
}

std::optional<Refusal> ports(const Fleet& /*fleet*/, const FleetInstance& instance,
                             const Criteria& criteria) {
  const auto taken = [&](const std::string& reason, const std::string& protocol, std::uint16_t port) {
    const auto text = protocol + " port " + std::to_string(port);
    return refused(instance, reason, text + " is in use", "free " + text + " on it, or use another");
  };
  if (const auto port = tcp_port_in_use(instance, criteria.size.tcp_ports)) {
    return taken("RESOURCE:PORTS", "tcp", *port);
  }
  if (const auto port = udp_port_in_use(instance, criteria.size.udp_ports)) {
    return taken("RESOURCE:PORTS_UDP", "udp", *port);
  }
  return std::nullopt;
}

std::optional<Refusal> gpus(const Fleet& fleet, const FleetInstance& instance, const Criteria& criteria) {
  return check_amount(instance, {"RESOURCE:GPU", "GPUs", criteria.size.gpus, instance.record->registered.gpus,
                                 fleet.load(instance).gpus_left});
}

std::optional<Refusal> member_of(const Fleet& fleet, const FleetInstance& instance,
                                 const Criteria& criteria) {
  if (satisfies_expressions(fleet, instance, criteria)) return std::nullopt;
  if (criteria.unreadable) {
    return refused(instance, "MemberOf placement constraint unsatisfied.", criteria.unreadable->message,
                   "correct the expression");
  }
  return refused(instance, "MemberOf placement constraint unsatisfied.", "the expression does not match it",
                 "change its attributes or the expression");
}

std::optional<Refusal> distinct_instance(const Fleet& fleet, const FleetInstance& instance,
                                         const Criteria& criteria) {
  if (!criteria.distinct || fleet.tasks_of(instance, criteria.group) == 0) return std::nullopt;
  return refused(instance, "distinctInstance placement constraint unsatisfied.",
                 "runs a task of " + criteria.group + " already", "register another container instance");
}

constexpr std::array<NamedFilter, 11> all{{
    {launch_type_filter, launch_type, true},
    {provider_filter, capacity_provider, true},
    {"status", active, true},
    {"agent", connected, true},
    {"attributes", attributes, true},
    {"cpu", cpu, false},
    {"memory", memory, false},
    {"ports", ports, false},
    {"gpus", gpus, false},
    {"memberOf", member_of, true},
    {"distinctInstance", distinct_instance, false},
}};

}  // namespace

bool is_stranger(const Refusal& refusal) {
  return refusal.filter == provider_filter || refusal.filter == launch_type_filter;
}

std::span<const NamedFilter> filters() {
  return all;
}

std::optional<Refusal> first_refusal(const Fleet& fleet, const FleetInstance& instance,
                                     const Criteria& criteria) {
  for (const auto& filter : all) {
    if (auto refusal = filter.check(fleet, instance, criteria)) {
      refusal->filter = filter.name;
      return refusal;
    }
  }
  return std::nullopt;
}

}  // namespace troupe::core
