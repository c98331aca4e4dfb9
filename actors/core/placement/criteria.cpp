/// Demands, and whether an instance meets them.

#include "actors/core/placement/criteria.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

std::optional<std::uint16_t> in_use(const std::set<std::uint16_t>& by_tasks,
                                    const std::vector<std::uint16_t>& by_host,
                                    const std::vector<std::uint16_t>& wanted) {
  for (const auto port : wanted) {
    if (by_tasks.contains(port) || std::find(by_host.begin(), by_host.end(), port) != by_host.end()) {
      return port;
    }
  }
  return std::nullopt;
}

}  // namespace

Criteria Criteria::of(const PlacementRequest& request) {
  Criteria made;
  made.size = request.size;
  made.group = request.group;
  made.capacity_provider = request.capacity_provider;
  made.launch_type = request.launch_type;
  made.attributes = request.attributes;
  for (const auto& constraint : request.constraints) {
    if (constraint.type == PlacementConstraintType::distinctInstance) {
      made.distinct = true;
    } else if (auto parsed = Expression::parse(constraint.expression.value_or(""))) {
      made.expressions.push_back(std::move(*parsed));
    } else {
      made.unreadable = std::move(parsed).error();
    }
  }
  return made;
}

bool is_of_provider(const ContainerInstance& instance, const std::string& wanted) {
  return wanted.empty() || instance.capacity_provider == wanted;
}

bool has_attributes(const ContainerInstance& instance, const std::vector<Attribute>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const Attribute& each) {
    const auto* has = find_attribute(instance, each.name.value_or(""));
    return has != nullptr && (!each.value || has->value == each.value);
  });
}

bool satisfies_expressions(const Fleet& fleet, const FleetInstance& instance, const Criteria& criteria) {
  if (criteria.unreadable) return false;
  if (criteria.expressions.empty()) return true;
  const auto& load = fleet.load(instance);
  QueryFacts facts{*instance.record, load.tasks, {}};
  for (const auto& count : load.groups) facts.groups.push_back(fleet.group_name(count.group));
  return std::all_of(criteria.expressions.begin(), criteria.expressions.end(),
                     [&](const Expression& each) { return each.matches(facts); });
}

std::optional<std::uint16_t> tcp_port_in_use(const FleetInstance& instance,
                                             const std::vector<std::uint16_t>& wanted) {
  return in_use(instance.tcp_ports, instance.record->registered.tcp_ports, wanted);
}

std::optional<std::uint16_t> udp_port_in_use(const FleetInstance& instance,
                                             const std::vector<std::uint16_t>& wanted) {
  return in_use(instance.udp_ports, instance.record->registered.udp_ports, wanted);
}

}  // namespace troupe::core
