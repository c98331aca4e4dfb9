/// What is reserved where.

#include "actors/core/placement/fleet.hpp"

#include "actors/core/placement/index.hpp"

#include <algorithm>
#include <utility>

namespace troupe::core {
namespace {

/// Whether placement cannot tell the two records apart.
bool same_facts(const ContainerInstance& left, const ContainerInstance& right) {
  return left.status == right.status && left.agent_connected == right.agent_connected &&
         left.registered == right.registered && left.attributes == right.attributes &&
         left.capacity_provider == right.capacity_provider && left.host_id == right.host_id &&
         left.registered_at == right.registered_at && left.version_info == right.version_info &&
         left.capacity == right.capacity;
}

bool has_ports(const TaskSize& size) {
  return !size.tcp_ports.empty() || !size.udp_ports.empty();
}

}  // namespace

std::int32_t count_of(const InstanceLoad& load, GroupNumber group) {
  for (const auto& count : load.groups) {
    if (count.group == group) return count.tasks;
  }
  return 0;
}

std::size_t Fleet::SizeHash::operator()(const TaskSize& size) const {
  std::size_t hash = 0;
  const auto mix = [&](std::uint64_t value) { hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL; };
  mix(static_cast<std::uint64_t>(size.cpu.count));
  mix(static_cast<std::uint64_t>(size.memory.count));
  mix(static_cast<std::uint64_t>(size.gpus));
  for (const auto port : size.tcp_ports) mix(port);
  for (const auto port : size.udp_ports) mix(port + 65536U);
  return hash;
}

Fleet::Fleet() = default;
Fleet::Fleet(Fleet&&) noexcept = default;
Fleet::~Fleet() = default;

Fleet::Fleet(const Fleet& other) : kept_(other.kept_) {
  link_slots();
}

Fleet& Fleet::operator=(Fleet other) noexcept {
  kept_ = std::move(other.kept_);
  slots_ = std::move(other.slots_);
  index_ = std::move(other.index_);
  return *this;
}

void Fleet::link_slots() {
  slots_.assign(kept_.instances.size() + kept_.unused.size(), nullptr);
  for (auto& [id, instance] : kept_.instances) slots_[instance.slot] = &instance;
}

void Fleet::note(Slot slot, FleetChange what) {
  ++kept_.changes;
  if (index_) index_->note(slot, what);
}

Slot Fleet::take_slot() {
  if (kept_.unused.empty()) {
    slots_.push_back(nullptr);
    kept_.loads.emplace_back();
    kept_.addresses.emplace_back();
    return static_cast<Slot>(slots_.size() - 1);
  }
  const auto slot = kept_.unused.back();
  kept_.unused.pop_back();
  return slot;
}

void Fleet::update(const InstancePtr& record) {
  if (record->status == InstanceStatus::INACTIVE) return leave(record->id);
  const auto found = kept_.instances.find(record->id);
  if (found == kept_.instances.end()) return join(record);
  auto& known = found->second;
  if (same_facts(*known.record, *record)) {
    known.record = record;
    return;
  }
  take_facts(known, record);
  if (kept_.fields.put(known.slot, *record)) {
    ++kept_.field_changes;
    // Its tasks moved from one value to another: count them again when asked.
    for (auto& distribution : kept_.distributions) distribution.counts.clear();
  }
  note(known.slot, FleetChange::record);
}

void Fleet::join(const InstancePtr& record) {
  auto& instance = kept_.instances[record->id];
  instance.slot = take_slot();
  slots_[instance.slot] = &instance;
  kept_.loads[instance.slot] = {};
  kept_.addresses[instance.slot] = {record->id, kept_.zones.acquire("")};
  take_facts(instance, record);
  kept_.fields.put(instance.slot, *record);
  ++kept_.field_changes;
  note(instance.slot, FleetChange::record);
  const auto strays = kept_.strays.extract(record->id);
  if (strays.empty()) return;
  for (const auto& task : strays.mapped()) {
    auto* held = kept_.reservations.find(task);
    held->slot = instance.slot;
    kept_.stray_on.erase(task);
    add(*held);
  }
}

/// Takes what is kept beside the record; what tasks hold stays the same.
void Fleet::take_facts(FleetInstance& instance, const InstancePtr& record) {
  const Capacity none;
  const auto& before = instance.record ? instance.record->registered : none;
  auto& load = kept_.loads[instance.slot];
  load.epoch = ++kept_.epochs;
  load.cpu_left += record->registered.cpu - before.cpu;
  load.memory_left += record->registered.memory - before.memory;
  load.gpus_left += record->registered.gpus - before.gpus;
  const auto* zone = find_attribute(*record, "ecs.availability-zone");
  instance.availability_zone = zone != nullptr ? zone->value.value_or("") : "";
  auto& address = kept_.addresses[instance.slot];
  const auto zone_before = std::exchange(address.zone, kept_.zones.acquire(instance.availability_zone));
  kept_.zones.release(zone_before);
  instance.record = record;
}

void Fleet::leave(const InstanceId& id) {
  const auto found = kept_.instances.find(id);
  if (found == kept_.instances.end()) return;
  auto& instance = found->second;
  if (load(instance).tasks > 0) {
    auto& strays = kept_.strays[id];
    kept_.reservations.for_each([&](const TaskId& task, Held& held) {
      if (held.slot != instance.slot) return;
      subtract(held);
      held.slot = nowhere;
      strays.push_back(task);
      kept_.stray_on.emplace(task, id);
    });
  }
  kept_.loads[instance.slot] = {};
  kept_.zones.release(kept_.addresses[instance.slot].zone);
  kept_.fields.erase(instance.slot);
  ++kept_.field_changes;
  slots_[instance.slot] = nullptr;
  kept_.unused.push_back(instance.slot);
  note(instance.slot, FleetChange::record);
  kept_.instances.erase(found);
}

void Fleet::add(const Held& held, GroupCounting counting) {
  const auto& size = kept_.sizes[held.size];
  auto& load = kept_.loads[held.slot];
  load.cpu_left -= size.cpu;
  load.memory_left -= size.memory;
  load.gpus_left -= size.gpus;
  ++load.tasks;
  if (has_ports(size)) {
    auto& instance = *slots_[held.slot];
    instance.tcp_ports.insert(size.tcp_ports.begin(), size.tcp_ports.end());
    instance.udp_ports.insert(size.udp_ports.begin(), size.udp_ports.end());
  }
  if (counting == GroupCounting::at_once) count(held.slot, held.group, 1);
  count_by_value(held.slot, held.group, 1);
  note(held.slot, FleetChange::tasks);
}

void Fleet::subtract(const Held& held) {
  const auto& size = kept_.sizes[held.size];
  auto& load = kept_.loads[held.slot];
  load.cpu_left += size.cpu;
  load.memory_left += size.memory;
  load.gpus_left += size.gpus;
  --load.tasks;
  if (has_ports(size)) {
    auto& instance = *slots_[held.slot];
    for (const auto port : size.tcp_ports) instance.tcp_ports.erase(port);
    for (const auto port : size.udp_ports) instance.udp_ports.erase(port);
  }
  count(held.slot, held.group, -1);
  count_by_value(held.slot, held.group, -1);
  note(held.slot, FleetChange::tasks);
}

void Fleet::count(Slot slot, GroupNumber group, std::int32_t by) {
  auto& groups = kept_.loads[slot].groups;
  auto& distribution = kept_.distributions[group];
  const auto known =
      std::find_if(groups.begin(), groups.end(), [&](const GroupCount& each) { return each.group == group; });
  if (known == groups.end()) {
    groups.push_back({group, by});
    ++distribution.instances;
  } else if ((known->tasks += by) == 0) {
    *known = groups.back();
    groups.pop_back();
    --distribution.instances;
  }
}

void Fleet::count_by_value(Slot slot, GroupNumber group, std::int32_t by) {
  auto& distribution = kept_.distributions[group];
  for (FieldNumber field = 0; field < distribution.counts.size(); ++field) {
    auto& counts = distribution.counts[field];
    if (counts.empty()) continue;
    const auto value = kept_.fields.value(field, slot);
    if (counts.size() <= value) counts.resize(value + 1);
    counts[value] += by;
  }
}

void Fleet::reserve(const TaskId& task, const Reservation& reservation) {
  const auto [held, fresh] = kept_.reservations.insert(task, {});
  if (!fresh) return;
  *held = {nowhere, kept_.sizes.acquire(reservation.size), kept_.groups.acquire(reservation.group)};
  if (kept_.distributions.size() <= held->group) kept_.distributions.resize(held->group + 1);
  const auto found = kept_.instances.find(reservation.instance);
  if (found == kept_.instances.end()) {
    kept_.strays[reservation.instance].push_back(task);
    kept_.stray_on.emplace(task, reservation.instance);
    return;
  }
  held->slot = found->second.slot;
  add(*held);
}

bool Fleet::hold(const TaskId& task, const Held& held, GroupCounting counting) {
  if (!kept_.reservations.insert(task, held).second) return false;
  kept_.sizes.acquire(held.size);
  kept_.groups.acquire(held.group);
  add(held, counting);
  return true;
}

void Fleet::release(const TaskId& task) {
  const auto* known = kept_.reservations.find(task);
  if (known == nullptr) return;
  const auto held = *known;
  kept_.reservations.erase(task);
  if (held.slot != nowhere) {
    subtract(held);
  } else {
    const auto on = kept_.stray_on.extract(task).mapped();
    auto& strays = kept_.strays[on];
    std::erase(strays, task);
    if (strays.empty()) kept_.strays.erase(on);
  }
  kept_.sizes.release(held.size);
  if (kept_.groups.release(held.group)) kept_.distributions[held.group] = {};
}

const FleetInstance* Fleet::find(const InstanceId& id) const {
  const auto found = kept_.instances.find(id);
  return found == kept_.instances.end() ? nullptr : &found->second;
}

std::int32_t Fleet::tasks_of(const FleetInstance& instance, const std::string& group) const {
  const auto number = kept_.groups.find(group);
  return number ? count_of(load(instance), *number) : 0;
}

FieldNumber Fleet::field(const std::string& attribute) {
  const auto known = kept_.fields.size();
  const auto number = kept_.fields.number_of(attribute);
  if (number < known) return number;
  for (const auto& [id, instance] : kept_.instances)
    kept_.fields.put(number, instance.slot, *instance.record);
  return number;
}

const std::vector<std::int32_t>& Fleet::counts(GroupNumber group, FieldNumber field) {
  auto& distribution = kept_.distributions[group];
  if (distribution.counts.size() <= field) distribution.counts.resize(field + 1);
  auto& counts = distribution.counts[field];
  if (!counts.empty()) return counts;
  counts.resize(std::max<std::size_t>(kept_.fields.values(field), 1));
  if (distribution.instances == 0) return counts;
  for (Slot slot = 0; slot < slots_.size(); ++slot) {
    const auto tasks = count_of(kept_.loads[slot], group);
    if (tasks > 0) counts[kept_.fields.value(field, slot)] += tasks;
  }
  return counts;
}

}  // namespace troupe::core
