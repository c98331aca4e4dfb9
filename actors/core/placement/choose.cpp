/// Looks a placement up in a ranking.

#include "actors/core/placement/ranking.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

/// Draws before an order without sense is searched for what fits; with a tenth of
/// the instances free, two of three searches are spared.
constexpr int draws_max = 10;

}  // namespace

void Ranking::order_cells(const Ask& ask, Dice& dice) {
  turns_.clear();
  for (std::size_t at = 0; at < cells_.size(); ++at) {
    if (cells_[at].size() == 0) continue;
    Turn turn{{}, cells_.size() > 1 ? dice.next() : 0, static_cast<CellNumber>(at)};
    for (std::size_t i = 0; i < chain_.size(); ++i) {
      if (is_cell(chain_[i])) turn.cost[i] = ask.count(i, cells_[at].values[i]);
    }
    turns_.push_back(turn);
  }
  std::sort(turns_.begin(), turns_.end(), [](const Turn& left, const Turn& right) {
    return left.cost != right.cost ? left.cost < right.cost : left.lot < right.lot;
  });
}

std::optional<Ranking::Choice> Ranking::choose(const FleetView& fleet, const Ask& ask, Dice& dice) {
  order_cells(ask, dice);
  std::optional<Choice> best;
  for (const auto& turn : turns_) {
    if (best && best->cost <= turn.cost) break;
    search(fleet, ask, turn, dice, best);
  }
  return best;
}

/// Where the search begins: what has less of the first amount packed does not fit.
Rank Ranking::first_rank(const Ask& ask) const {
  Rank first;
  const auto kind = chain_[sorted_by_.front()].kind;
  if (kind == StepKind::pack_cpu) first.cost[0] = ask.need.cpu;
  if (kind == StepKind::pack_memory) first.cost[0] = ask.need.memory;
  return first;
}

void Ranking::search(const FleetView& fleet, const Ask& ask, const Turn& turn, Dice& dice,
                     std::optional<Choice>& best) {
  auto& cell = cells_[turn.cell];
  if (is_sorted()) {
    cell.order.walk(first_rank(ask), ask.need, [&](const Ranked& entry) {
      return consider(fleet, ask, turn, {{}, entry, turn.cell, 0}, best);
    });
    return;
  }
  const auto visit = [&](const LooseBlocks::Entry& entry) {
    const auto position = cell.loose.position_of(entry);
    return consider(fleet, ask, turn, {{}, {{{}, 0, entry.slot}, entry.free}, turn.cell, position}, best);
  };
  for (int i = 0; i < draws_max; ++i) {
    const auto& drawn = cell.loose.sample(dice);
    if (drawn.free.covers(ask.need) && !visit(drawn)) return;
  }
  cell.loose.walk(dice, ask.need, visit);
}

bool Ranking::consider(const FleetView& fleet, const Ask& ask, const Turn& turn, Choice found,
                       std::optional<Choice>& best) const {
  auto least = turn.cost;
  for (std::size_t k = 0; k < sorted_by_.size(); ++k) least[sorted_by_[k]] += found.entry.rank.cost[k];
  found.cost = least;
  if (best && best->cost <= least) return false;
  if (scope_ == RankingScope::one_group) {
    best = found;
    return false;
  }
  const auto& load = fleet.loads[found.slot()];
  if (criteria_.distinct && count_of(load, ask.group) > 0) return true;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    const auto& step = chain_[i];
    if (step.kind == StepKind::spread_instance) found.cost[i] = count_of(load, ask.group);
    if (step.kind == StepKind::spread_values) {
      found.cost[i] = ask.count(i, fleet.fields.value(step.field, found.slot()));
    }
  }
  const bool is_least = found.cost == least;
  if (!best || found.cost < best->cost) best = found;
  return !is_least;
}

/// What is left and how many tasks there are follows from the task; nothing else changed.
bool Ranking::take(const Choice& choice, const Ask& ask) {
  auto entry = choice.entry;
  const auto& free = choice.entry.free;
  const bool is_known = free.cpu < amount_most && free.memory < amount_most;
  if (scope_ == RankingScope::one_group || asks_ports_ || asks_tasks_ || !is_known) return false;
  entry.free = {free.cpu - ask.need.cpu, free.memory - ask.need.memory, free.gpus - ask.need.gpus};
  for (std::size_t k = 0; k < sorted_by_.size(); ++k) {
    const auto kind = chain_[sorted_by_[k]].kind;
    auto& cost = entry.rank.cost[k];
    if (kind == StepKind::pack_cpu) cost = entry.free.cpu;
    if (kind == StepKind::pack_memory) cost = entry.free.memory;
    if (kind == StepKind::fewest_tasks) ++cost;
  }
  auto& cell = cells_[choice.cell];
  if (is_sorted()) {
    cell.order.erase(choice.entry.rank);
    cell.order.insert(entry);
  } else {
    cell.loose.replace(choice.position, entry.free);
  }
  seats_[choice.slot()].entry = entry;
  return true;
}

bool Ranking::asks_groups() const {
  return criteria_.distinct || asks_tasks_ || std::any_of(chain_.begin(), chain_.end(), is_of_group);
}

}  // namespace troupe::core
