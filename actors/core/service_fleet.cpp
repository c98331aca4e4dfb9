/// The instances of a cluster as its services see them.

#include "actors/core/service_fleet.hpp"

#include "actors/core/launch_type.hpp"
#include "actors/core/placement/fleet.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

bool registered(const ContainerInstance& instance) {
  return instance.status == InstanceStatus::ACTIVE || instance.status == InstanceStatus::DRAINING;
}

DaemonPlace place_of(const ContainerInstance& instance) {
  if (instance.status == InstanceStatus::DRAINING) return DaemonPlace::draining;
  return instance.agent_connected ? DaemonPlace::eligible : DaemonPlace::disconnected;
}

/// The instance as if nothing but its attributes could refuse a task.
InstancePtr at_its_best(const ContainerInstance& instance) {
  auto record = instance;
  record.status = InstanceStatus::ACTIVE;
  record.agent_connected = true;
  return std::make_shared<const ContainerInstance>(std::move(record));
}

}  // namespace

bool FleetFacts::any_connected() const {
  return std::ranges::any_of(instances,
                             [](const InstancePtr& instance) { return instance->agent_connected; });
}

bool same_for_services(const ContainerInstance& left, const ContainerInstance& right) {
  return left.status == right.status && left.agent_connected == right.agent_connected &&
         left.registered == right.registered && left.attributes == right.attributes &&
         left.capacity_provider == right.capacity_provider && left.capacity == right.capacity;
}

FleetFacts fleet_facts(std::vector<InstancePtr> instances, std::set<InstanceId> busy) {
  FleetFacts facts;
  facts.busy = std::move(busy);
  std::erase_if(instances, [](const InstancePtr& instance) { return !registered(*instance); });
  std::map<LaunchType, std::set<std::string>> zones;
  for (const auto& instance : instances) {
    if (instance->status == InstanceStatus::DRAINING) {
      facts.draining.insert(instance->id);
      continue;
    }
    const auto* zone = find_attribute(*instance, "ecs.availability-zone");
    if (zone == nullptr || !zone->value) continue;
    for (const auto type : {LaunchType::EC2, LaunchType::FARGATE, LaunchType::EXTERNAL}) {
      if (serves(instance->capacity, type)) zones[type].insert(*zone->value);
    }
  }
  for (const auto& [type, names] : zones) facts.zones[type].assign(names.begin(), names.end());
  facts.instances = std::move(instances);
  return facts;
}

std::vector<std::string> zones_for(const FleetFacts& fleet, const ServiceState& state) {
  const auto revision = state.revisions.find(state.service->revision);
  auto type = LaunchType::EC2;
  if (revision != state.revisions.end()) {
    type = launch_type_of(revision->second->what.launch_type, revision->second->what.strategy);
  }
  const auto found = fleet.zones.find(type);
  return found == fleet.zones.end() ? std::vector<std::string>{} : found->second;
}

std::vector<DaemonInstance> daemon_instances(const FleetFacts& fleet, const PlacementRequest& request) {
  Fleet empty;
  for (const auto& instance : fleet.instances) empty.update(at_its_best(*instance));
  const auto fit = eligible(empty, request);
  std::vector<DaemonInstance> daemons;
  for (const auto& instance : fleet.instances) {
    if (!std::ranges::binary_search(fit, instance->id)) continue;
    daemons.push_back({instance->id, place_of(*instance), fleet.busy.contains(instance->id)});
  }
  return daemons;
}

}  // namespace troupe::core
