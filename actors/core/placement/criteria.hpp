#pragma once

/// What a request demands of an instance, read once.

#include "actors/core/placement/fleet.hpp"
#include "actors/core/placement/placement.hpp"
#include "actors/core/query_language/expression.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

struct Criteria {
  TaskSize size;
  std::string group;
  std::string capacity_provider;  ///< Empty: any, or none.
  LaunchType launch_type = LaunchType::EC2;
  std::vector<Attribute> attributes;
  std::vector<Expression> expressions;
  std::optional<Error> unreadable;  ///< An expression that is none: no instance satisfies it.
  bool distinct = false;            ///< No other task of the group on the instance.

  static Criteria of(const PlacementRequest& request);
};

bool is_of_provider(const ContainerInstance& instance, const std::string& wanted);
bool has_attributes(const ContainerInstance& instance, const std::vector<Attribute>& wanted);
/// False as well when one of them could not be read.
bool satisfies_expressions(const Fleet& fleet, const FleetInstance& instance, const Criteria& criteria);
/// The first port of `wanted` that a task or the host itself uses.
std::optional<std::uint16_t> tcp_port_in_use(const FleetInstance& instance,
                                             const std::vector<std::uint16_t>& wanted);
std::optional<std::uint16_t> udp_port_in_use(const FleetInstance& instance,
                                             const std::vector<std::uint16_t>& wanted);

}  // namespace troupe::core
