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

/// What is kept beside the record.
void take_facts(FleetInstance& instance) {
  const auto& record = *instance.record;
  const auto* zone = find_attribute(record, "ecs.availability-zone");
  instance.availability_zone = zone != nullptr ? zone->value.value_or("") : "";
  instance.id = record.id;
  instance.cpu = record.registered.cpu;
  instance.memory = record.registered.memory;
  instance.gpus = record.registered.gpus;
}

}  // namespace

std::int32_t count_of(const FleetInstance& instance, GroupNumber group) {
  for (const auto& count : instance.groups) {
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
  const bool same = same_facts(*known.record, *record);
  known.record = record;
  if (same) return;
  take_facts(known);
  known.epoch = ++kept_.epochs;
  if (kept_.fields.put(known.slot, *record)) {
    ++kept_.field_changes;
    // Its tasks moved from one value to another: count them again when asked.
    for (auto& distribution : kept_.distributions) distribution.counts.clear();
  }
  note(known.slot, FleetChange::record);
}

void Fleet::join(const InstancePtr& record) {
  auto& instance = kept_.instances[record->id];
  instance.record = record;
  take_facts(instance);
  instance.slot = take_slot();
  instance.epoch = ++kept_.epochs;
  slots_[instance.slot] = &instance;
  kept_.fields.put(instance.slot, *record);
  ++kept_.field_changes;
  note(instance.slot, FleetChange::record);
  const auto strays = kept_.strays.extract(record->id);
  if (strays.empty()) return;
  for (const auto& task : strays.mapped()) {
    auto* held = kept_.reservations.find(task);
    held->slot = instance.slot;
    add(instance, *held);
  }
}

void Fleet::leave(const InstanceId& id) {
  const auto found = kept_.instances.find(id);
  if (found == kept_.instances.end()) return;
  auto& instance = found->second;
  if (instance.tasks > 0) {
    auto& strays = kept_.strays[id];
    kept_.reservations.for_each([&](const TaskId& task, Held& held) {
      if (held.slot != instance.slot) return;
      subtract(instance, held);
      held.slot = nowhere;
      strays.push_back(task);
    });
  }
  kept_.fields.erase(instance.slot);
  ++kept_.field_changes;
  slots_[instance.slot] = nullptr;
  kept_.unused.push_back(instance.slot);
  note(instance.slot, FleetChange::record);
  kept_.instances.erase(found);
}

void Fleet::add(FleetInstance& instance, const Held& held) {
  const auto& size = kept_.sizes[held.size];
  instance.used.cpu += size.cpu;
  instance.used.memory += size.memory;
  instance.used.gpus += size.gpus;
  instance.tcp_ports.insert(size.tcp_ports.begin(), size.tcp_ports.end());
  instance.udp_ports.insert(size.udp_ports.begin(), size.udp_ports.end());
  ++instance.tasks;
  count(instance, held.group, 1);
  note(instance.slot, FleetChange::tasks);
}

void Fleet::subtract(FleetInstance& instance, const Held& held) {
  const auto& size = kept_.sizes[held.size];
  instance.used.cpu -= size.cpu;
  instance.used.memory -= size.memory;
  instance.used.gpus -= size.gpus;
  for (const auto port : size.tcp_ports) instance.tcp_ports.erase(port);
  for (const auto port : size.udp_ports) instance.udp_ports.erase(port);
  --instance.tasks;
  count(instance, held.group, -1);
  note(instance.slot, FleetChange::tasks);
}

void Fleet::count(FleetInstance& instance, GroupNumber group, std::int32_t by) {
  auto& distribution = kept_.distributions[group];
  const auto known = std::find_if(instance.groups.begin(), instance.groups.end(),
                                  [&](const GroupCount& each) { return each.group == group; });
  if (known == instance.groups.end()) {
    instance.groups.push_back({group, by});
    ++distribution.instances;
  } else if ((known->tasks += by) == 0) {
    *known = instance.groups.back();
    instance.groups.pop_back();
    --distribution.instances;
  }
  for (FieldNumber field = 0; field < distribution.counts.size(); ++field) {
    auto& counts = distribution.counts[field];
    if (counts.empty()) continue;
    const auto value = kept_.fields.value(field, instance.slot);
    if (counts.size() <= value) counts.resize(value + 1);
    counts[value] += by;
  }
}

void Fleet::reserve(const TaskId& task, const Reservation& reservation) {
  const auto [held, fresh] = kept_.reservations.insert(task, {});
  if (!fresh) return;
  *held = {reservation.instance, nowhere, kept_.sizes.acquire(reservation.size),
           kept_.groups.acquire(reservation.group)};
  if (kept_.distributions.size() <= held->group) kept_.distributions.resize(held->group + 1);
  const auto found = kept_.instances.find(reservation.instance);
  if (found == kept_.instances.end()) {
    kept_.strays[reservation.instance].push_back(task);
    return;
  }
  held->slot = found->second.slot;
  add(found->second, *held);
}

void Fleet::hold(const TaskId& task, FleetInstance& instance, Sizes::Number size, GroupNumber group) {
  const auto [held, fresh] = kept_.reservations.insert(task, {instance.id, instance.slot, size, group});
  if (!fresh) return;
  kept_.sizes.acquire(size);
  kept_.groups.acquire(group);
  add(instance, *held);
}

void Fleet::release(const TaskId& task) {
  const auto* known = kept_.reservations.find(task);
  if (known == nullptr) return;
  const auto held = *known;
  kept_.reservations.erase(task);
  if (held.slot != nowhere) {
    subtract(*slots_[held.slot], held);
  } else {
    auto& strays = kept_.strays[held.instance];
    std::erase(strays, task);
    if (strays.empty()) kept_.strays.erase(held.instance);
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
  return number ? count_of(instance, *number) : 0;
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
  for (const auto& [id, instance] : kept_.instances) {
    counts[kept_.fields.value(field, instance.slot)] += count_of(instance, group);
  }
  return counts;
}

}  // namespace troupe::core
