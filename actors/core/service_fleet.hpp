#pragma once

/// The instances of a cluster as its services see them: what of them decides
/// where a service's tasks should be, and nothing that changes with each task.
///
/// Source: ECS Developer Guide, "Container instance draining", "Daemon
/// scheduling strategy".

#include "actors/core/service/service.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace troupe::core {

struct FleetFacts {
  std::vector<InstancePtr> instances;  ///< All that are registered, in order of id.
  std::set<InstanceId> draining;
  std::set<InstanceId> busy;  ///< Draining ones with tasks that are not a daemon's.
  /// With ACTIVE instances whose capacity is for tasks of the launch type, in order.
  std::map<LaunchType, std::vector<std::string>> zones;
  [[nodiscard]] bool any_connected() const;
};

using FleetFactsPtr = std::shared_ptr<const FleetFacts>;

/// Whether services take the two records for the same.
bool same_for_services(const ContainerInstance& left, const ContainerInstance& right);

/// `instances` in order of id; INACTIVE ones are left out.
FleetFacts fleet_facts(std::vector<InstancePtr> instances, std::set<InstanceId> busy);

/// Those that the tasks of the service's newest revision are spread over.
std::vector<std::string> zones_for(const FleetFacts& fleet, const ServiceState& state);

/// What each instance is for the DAEMON service that asks for `request`.
std::vector<DaemonInstance> daemon_instances(const FleetFacts& fleet, const PlacementRequest& request);

}  // namespace troupe::core
