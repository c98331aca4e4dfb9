/// Keeps instances in order.

#include "actors/core/placement/ranking.hpp"

#include "actors/core/placement/prefetch.hpp"

#include <algorithm>
#include <limits>

namespace troupe::core {
namespace {

std::int32_t clamped(std::int64_t amount) {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::clamp(amount, -most, most));
}

Amounts free_on(const FleetInstance& instance) {
  return {clamped((instance.cpu - instance.used.cpu).count),
          clamped((instance.memory - instance.used.memory).count), instance.gpus - instance.used.gpus};
}

/// Instances that are equal otherwise come in an order that is the same in each run.
std::uint32_t lot_of(const InstanceId& id, std::uint64_t salt) {
  return static_cast<std::uint32_t>(Dice{id.bits[0] ^ (id.bits[1] * 0x9E3779B97F4A7C15ULL) ^ salt}.next() >>
                                    32U);
}

}  // namespace

Ranking::Ranking(Criteria criteria, Chain chain, RankingScope scope, std::uint64_t salt)
    : criteria_(std::move(criteria)), chain_(std::move(chain)), scope_(scope), salt_(salt) {
  asks_tasks_ = std::any_of(criteria_.expressions.begin(), criteria_.expressions.end(),
                            [](const Expression& each) { return each.reads_tasks(); });
  sorted_ = std::any_of(chain_.begin(), chain_.end(), [&](const Step& step) {
    return is_shared(step) || (scope == RankingScope::one_group && is_of_group(step));
  });
}

std::size_t Ranking::size() const {
  std::size_t sum = 0;
  for (const auto& cell : cells_) sum += cell.order.size();
  return sum;
}

bool Ranking::record_allows(const Fleet& fleet, const FleetInstance& instance) const {
  const auto& record = *instance.record;
  return record.status == InstanceStatus::ACTIVE && record.agent_connected &&
         serves(record.capacity, criteria_.launch_type) &&
         is_of_provider(record, criteria_.capacity_provider) &&
         has_attributes(record, criteria_.attributes) &&
         (asks_tasks_ || satisfies_expressions(fleet, instance, criteria_));
}

bool Ranking::tasks_allow(const Fleet& fleet, const Ask& ask, const FleetInstance& instance) const {
  if (scope_ == RankingScope::one_group && criteria_.distinct && count_of(instance, ask.group) > 0) {
    return false;
  }
  return !tcp_port_in_use(instance, criteria_.size.tcp_ports) &&
         !udp_port_in_use(instance, criteria_.size.udp_ports) &&
         (!asks_tasks_ || satisfies_expressions(fleet, instance, criteria_));
}

bool Ranking::allows(const FleetView& fleet, const Ask& ask, Slot slot, Seat& seat) {
  const auto* instance = fleet.slots[slot];
  if (instance == nullptr) return false;
  if (seat.epoch != instance->epoch) {
    seat.epoch = instance->epoch;
    seat.record_allows = record_allows(fleet.fleet, *instance);
    seat.next_cell = cell_of(fleet, slot);
    seat.lot = lot_of(instance->record->id, salt_);
    set_apart(slot, !seat.record_allows);
  }
  return seat.record_allows && tasks_allow(fleet.fleet, ask, *instance);
}

/// A group's tasks count where they are, member or not: its own rankings look at all.
void Ranking::set_apart(Slot slot, bool apart) {
  if (scope_ == RankingScope::one_group) return;
  if (apart_.size() <= slot) apart_.resize(seats_.size());
  apart_[slot] = apart ? 1 : 0;
}

Ranked Ranking::entry_of(const FleetView& fleet, const Ask& ask, const FleetInstance& instance,
                         std::uint32_t lot) const {
  Ranked entry;
  entry.free = free_on(instance);
  entry.rank.lot = lot;
  entry.rank.slot = instance.slot;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    auto& cost = entry.rank.cost[i];
    const auto& step = chain_[i];
    if (is_of_group(step) && scope_ == RankingScope::shared) continue;
    switch (step.kind) {
      case StepKind::spread_cells:
        break;
      case StepKind::spread_values:
        cost = ask.count(i, fleet.fields.value(step.field, instance.slot));
        break;
      case StepKind::spread_instance:
        cost = count_of(instance, ask.group);
        break;
      case StepKind::pack_cpu:
        cost = entry.free.cpu;
        break;
      case StepKind::pack_memory:
        cost = entry.free.memory;
        break;
      case StepKind::fewest_tasks:
        cost = instance.tasks;
        break;
    }
  }
  return entry;
}

std::uint32_t Ranking::cell_of(const FleetView& fleet, Slot slot) {
  Cell wanted;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    if (is_cell(chain_[i])) wanted.values[i] = fleet.fields.value(chain_[i].field, slot);
  }
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].values == wanted.values) return static_cast<std::uint32_t>(i);
  }
  cells_.push_back(std::move(wanted));
  return static_cast<std::uint32_t>(cells_.size() - 1);
}

void Ranking::rebuild(const FleetView& fleet, const Ask& ask) {
  seats_.resize(fleet.slots.size());
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    if (ask.counts[i] != nullptr) seen_counts_[i] = *ask.counts[i];
  }
  std::vector<std::vector<Ranked>> entries(cells_.size());
  for (Slot slot = 0; slot < seats_.size(); ++slot) {
    auto& seat = seats_[slot];
    seat.in = allows(fleet, ask, slot, seat);
    if (!seat.in) continue;
    seat.cell = seat.next_cell;
    seat.entry = entry_of(fleet, ask, *fleet.slots[slot], seat.lot);
    entries.resize(cells_.size());
    entries[seat.cell].push_back(seat.entry);
  }
  entries.resize(cells_.size());
  for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i].order.build(std::move(entries[i]));
}

void Ranking::reseat(const FleetView& fleet, const Ask& ask, Slot slot) {
  if (seats_.size() <= slot) seats_.resize(fleet.slots.size());
  auto& seat = seats_[slot];
  const bool in = allows(fleet, ask, slot, seat);
  if (!in) {
    if (seat.in) cells_[seat.cell].order.erase(seat.entry.rank);
    seat.in = false;
    return;
  }
  const auto entry = entry_of(fleet, ask, *fleet.slots[slot], seat.lot);
  if (seat.in && seat.cell == seat.next_cell && seat.entry.rank == entry.rank) {
    if (seat.entry.free == entry.free) return;
    cells_[seat.cell].order.replace(entry);
  } else {
    if (seat.in) cells_[seat.cell].order.erase(seat.entry.rank);
    cells_[seat.next_cell].order.insert(entry);
  }
  seat.in = true;
  seat.cell = seat.next_cell;
  seat.entry = entry;
}

void Ranking::reseat_values(const FleetView& fleet, const Ask& ask, Slot slot) {
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    if (chain_[i].kind != StepKind::spread_values) continue;
    const auto value = fleet.fields.value(chain_[i].field, slot);
    auto& seen = seen_counts_[i];
    if (seen.size() <= value) seen.resize(value + 1);
    if (seen[value] == ask.count(i, value)) continue;
    seen[value] = ask.count(i, value);
    for (const auto member : fleet.fields.members(chain_[i].field, value)) reseat(fleet, ask, member);
  }
}

void Ranking::ask_ahead(const FleetView& fleet, Slot slot) const {
  prefetch<FleetInstance::bytes_of_placement>(fleet.slots[slot]);
  if (slot < seats_.size()) prefetch<sizeof(Seat)>(&seats_[slot]);
}

void Ranking::refresh(const FleetView& fleet, const Ask& ask, Slot slot) {
  if (scope_ == RankingScope::one_group && fleet.slots[slot] != nullptr) reseat_values(fleet, ask, slot);
  reseat(fleet, ask, slot);
}

}  // namespace troupe::core
