/// What is reserved where.

#include "actors/core/placement/placement.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

void take_ports(FleetInstance& instance) {
  instance.tcp_ports.clear();
  instance.udp_ports.clear();
  const auto& reserved = instance.record->registered;
  instance.tcp_ports.insert(reserved.tcp_ports.begin(), reserved.tcp_ports.end());
  instance.udp_ports.insert(reserved.udp_ports.begin(), reserved.udp_ports.end());
}

void add(FleetInstance& instance, const Reservation& reservation) {
  const auto& size = reservation.size;
  instance.used.cpu += size.cpu;
  instance.used.memory += size.memory;
  instance.used.gpus += size.gpus;
  instance.tcp_ports.insert(size.tcp_ports.begin(), size.tcp_ports.end());
  instance.udp_ports.insert(size.udp_ports.begin(), size.udp_ports.end());
  ++instance.groups[reservation.group];
  ++instance.tasks;
}

/// What the host has reserved meanwhile stays in use.
void give_back(std::set<std::uint16_t>& in_use, const std::vector<std::uint16_t>& ports,
               const std::vector<std::uint16_t>& reserved) {
  for (const auto port : ports) {
    if (std::find(reserved.begin(), reserved.end(), port) == reserved.end()) in_use.erase(port);
  }
}

void subtract(FleetInstance& instance, const Reservation& reservation) {
  const auto& size = reservation.size;
  instance.used.cpu -= size.cpu;
  instance.used.memory -= size.memory;
  instance.used.gpus -= size.gpus;
  const auto& reserved = instance.record->registered;
  give_back(instance.tcp_ports, size.tcp_ports, reserved.tcp_ports);
  give_back(instance.udp_ports, size.udp_ports, reserved.udp_ports);
  const auto group = instance.groups.find(reservation.group);
  if (group != instance.groups.end() && --group->second == 0) instance.groups.erase(group);
  --instance.tasks;
}

}  // namespace

void Fleet::update(const InstancePtr& instance) {
  if (instance->status == InstanceStatus::INACTIVE) {
    instances_.erase(instance->id);
    return;
  }
  auto [entry, fresh] = instances_.try_emplace(instance->id);
  auto& known = entry->second;
  const bool same_capacity = !fresh && known.record->registered == instance->registered;
  known.record = instance;
  if (same_capacity) return;
  known.used = {};
  known.groups.clear();
  known.tasks = 0;
  take_ports(known);
  for (const auto& [task, reservation] : reservations_) {
    if (reservation.instance == instance->id) add(known, reservation);
  }
}

void Fleet::reserve(const TaskId& task, const Reservation& reservation) {
  if (!reservations_.emplace(task, reservation).second) return;
  const auto entry = instances_.find(reservation.instance);
  if (entry != instances_.end()) add(entry->second, reservation);
}

void Fleet::release(const TaskId& task) {
  const auto entry = reservations_.find(task);
  if (entry == reservations_.end()) return;
  const auto instance = instances_.find(entry->second.instance);
  if (instance != instances_.end()) subtract(instance->second, entry->second);
  reservations_.erase(entry);
}

}  // namespace troupe::core
