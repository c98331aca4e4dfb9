/// Keeps instances in order.

#include "actors/core/placement/ranking.hpp"

#include "actors/core/placement/prefetch.hpp"

#include <algorithm>
#include <limits>

namespace troupe::core {
namespace {

std::int32_t clamped(std::int64_t amount) {
  constexpr std::int64_t most = amount_most;
  return static_cast<std::int32_t>(std::clamp(amount, -most, most));
}

Amounts free_on(const InstanceLoad& load) {
  return {clamped(load.cpu_left.count), clamped(load.memory_left.count), load.gpus_left};
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
  asks_ports_ = !criteria_.size.tcp_ports.empty() || !criteria_.size.udp_ports.empty();
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    const bool sorts = is_shared(chain_[i]) || (scope == RankingScope::one_group && is_of_group(chain_[i]));
    if (sorts) sorted_by_.push_back(i);
  }
}

std::size_t Ranking::size() const {
  std::size_t sum = 0;
  for (const auto& cell : cells_) sum += cell.size();
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

bool Ranking::tasks_allow(const FleetView& fleet, const Ask& ask, Slot slot) const {
  if (scope_ == RankingScope::one_group && criteria_.distinct && count_of(fleet.loads[slot], ask.group) > 0) {
    return false;
  }
  if (!asks_ports_ && !asks_tasks_) return true;
  const auto& instance = *fleet.slots[slot];
  return !tcp_port_in_use(instance, criteria_.size.tcp_ports) &&
         !udp_port_in_use(instance, criteria_.size.udp_ports) &&
         (!asks_tasks_ || satisfies_expressions(fleet.fleet, instance, criteria_));
}

bool Ranking::allows(const FleetView& fleet, const Ask& ask, Slot slot, Seat& seat) {
  const auto epoch = fleet.loads[slot].epoch;
  if (epoch == 0) return false;
  if (seat.epoch != epoch) {
    const auto& instance = *fleet.slots[slot];
    seat.epoch = epoch;
    seat.record_allows = record_allows(fleet.fleet, instance);
    seat.next_cell = cell_of(fleet, slot);
    seat.lot = lot_of(instance.record->id, salt_);
    set_apart(slot, !seat.record_allows);
  }
  return seat.record_allows && tasks_allow(fleet, ask, slot);
}

/// A group's tasks count where they are, member or not: its own rankings look at all.
void Ranking::set_apart(Slot slot, bool apart) {
  if (scope_ == RankingScope::one_group) return;
  if (apart_.size() <= slot) apart_.resize(seats_.size());
  apart_[slot] = apart ? 1 : 0;
}

Ranked Ranking::entry_of(const FleetView& fleet, const Ask& ask, Slot slot, std::uint32_t lot) const {
  const auto& load = fleet.loads[slot];
  Ranked entry;
  entry.free = free_on(load);
  entry.rank.lot = lot;
  entry.rank.slot = slot;
  for (std::size_t k = 0; k < sorted_by_.size(); ++k) {
    auto& cost = entry.rank.cost[k];
    const auto& step = chain_[sorted_by_[k]];
    switch (step.kind) {
      case StepKind::spread_cells:
        break;
      case StepKind::spread_values:
        cost = ask.count(sorted_by_[k], fleet.fields.value(step.field, slot));
        break;
      case StepKind::spread_instance:
        cost = count_of(load, ask.group);
        break;
      case StepKind::pack_cpu:
        cost = entry.free.cpu;
        break;
      case StepKind::pack_memory:
        cost = entry.free.memory;
        break;
      case StepKind::fewest_tasks:
        cost = load.tasks;
        break;
    }
  }
  return entry;
}

Ranking::CellNumber Ranking::cell_of(const FleetView& fleet, Slot slot) {
  Cell wanted{{}, SortedBlocks{sorted_by_.size()}, {}};
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    if (is_cell(chain_[i])) wanted.values[i] = fleet.fields.value(chain_[i].field, slot);
  }
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].values == wanted.values) return static_cast<CellNumber>(i);
  }
  cells_.push_back(std::move(wanted));
  return static_cast<CellNumber>(cells_.size() - 1);
}

void Ranking::rebuild(const FleetView& fleet, const Ask& ask) {
  seats_.resize(fleet.slots.size());
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    if (ask.counts[i] != nullptr) seen_counts_[i] = *ask.counts[i];
  }
  for (auto& cell : cells_) cell.loose.clear();
  std::vector<std::vector<Ranked>> entries(cells_.size());
  for (Slot slot = 0; slot < seats_.size(); ++slot) {
    auto& seat = seats_[slot];
    seat.in = allows(fleet, ask, slot, seat);
    if (!seat.in) continue;
    seat.cell = seat.next_cell;
    seat.entry = entry_of(fleet, ask, slot, seat.lot);
    entries.resize(cells_.size());
    if (is_sorted()) {
      entries[seat.cell].push_back(seat.entry);
    } else {
      seat.position = cells_[seat.cell].loose.insert({seat.entry.free, slot});
    }
  }
  entries.resize(cells_.size());
  for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i].order.build(entries[i]);
}

void Ranking::seat(Slot slot, const Ranked& entry) {
  auto& seat = seats_[slot];
  seat.in = true;
  seat.cell = seat.next_cell;
  seat.entry = entry;
  auto& cell = cells_[seat.cell];
  if (is_sorted()) {
    cell.order.insert(entry);
  } else {
    seat.position = cell.loose.insert({entry.free, slot});
  }
}

void Ranking::unseat(Slot slot) {
  auto& seat = seats_[slot];
  if (!seat.in) return;
  seat.in = false;
  auto& cell = cells_[seat.cell];
  if (is_sorted()) return cell.order.erase(seat.entry.rank);
  seats_[cell.loose.erase(seat.position)].position = seat.position;
}

void Ranking::reseat(const FleetView& fleet, const Ask& ask, Slot slot) {
  if (seats_.size() <= slot) seats_.resize(fleet.slots.size());
  auto& known = seats_[slot];
  if (!allows(fleet, ask, slot, known)) return unseat(slot);
  const auto entry = entry_of(fleet, ask, slot, known.lot);
  const bool stays = known.in && known.cell == known.next_cell && known.entry.rank == entry.rank;
  if (!stays) {
    unseat(slot);
    return seat(slot, entry);
  }
  if (known.entry.free == entry.free) return;
  known.entry.free = entry.free;
  auto& cell = cells_[known.cell];
  if (is_sorted()) {
    cell.order.replace(entry);
  } else {
    cell.loose.replace(known.position, entry.free);
  }
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
  prefetch(&fleet.loads[slot]);
  if (slot < seats_.size()) prefetch<sizeof(Seat)>(&seats_[slot]);
}

void Ranking::refresh(const FleetView& fleet, const Ask& ask, Slot slot) {
  if (scope_ == RankingScope::one_group && fleet.loads[slot].epoch != 0) reseat_values(fleet, ask, slot);
  reseat(fleet, ask, slot);
}

}  // namespace troupe::core
