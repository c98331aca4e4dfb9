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
  for (std::uint32_t at = 0; at < cells_.size(); ++at) {
    if (cells_[at].order.size() == 0) continue;
    Turn turn{{}, cells_.size() > 1 ? dice.next() : 0, at};
    for (std::size_t i = 0; i < chain_.size(); ++i) {
      if (is_cell(chain_[i])) turn.cost[i] = ask.count(i, cells_[at].values[i]);
    }
    turns_.push_back(turn);
  }
  std::sort(turns_.begin(), turns_.end(), [](const Turn& left, const Turn& right) {
    return left.cost != right.cost ? left.cost < right.cost : left.lot < right.lot;
  });
}

std::optional<Slot> Ranking::choose(const FleetView& fleet, const Ask& ask, Dice& dice) {
  order_cells(ask, dice);
  std::optional<Best> best;
  for (const auto& turn : turns_) {
    if (best && best->cost <= turn.cost) break;
    search(fleet, ask, turn, dice, best);
  }
  if (!best) return std::nullopt;
  return best->slot;
}

/// Where the search begins: what has less of the first amount packed does not fit.
Rank Ranking::first_rank(const Ask& ask) const {
  Rank first;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    const auto kind = chain_[i].kind;
    if (kind == StepKind::pack_cpu) first.cost[i] = ask.need.cpu;
    if (kind == StepKind::pack_memory) first.cost[i] = ask.need.memory;
    const bool in_rank =
        is_shared(chain_[i]) || (is_of_group(chain_[i]) && scope_ == RankingScope::one_group);
    if (in_rank) break;
  }
  return first;
}

void Ranking::search(const FleetView& fleet, const Ask& ask, const Turn& turn, Dice& dice,
                     std::optional<Best>& best) {
  auto& order = cells_[turn.cell].order;
  bool over = false;
  const auto visit = [&](const Ranked& entry) {
    over = !consider(fleet, ask, turn, entry, best);
    return !over;
  };
  if (sorted_) return order.walk(first_rank(ask), ask.need, visit);
  for (int i = 0; i < draws_max && !over; ++i) {
    const auto* drawn = order.sample(dice);
    if (drawn->free.covers(ask.need)) visit(*drawn);
  }
  if (over) return;
  Rank middle;
  middle.lot = static_cast<std::uint32_t>(dice.next());
  order.walk(middle, ask.need, visit);
  if (!over) order.walk({}, ask.need, visit);
}

bool Ranking::consider(const FleetView& fleet, const Ask& ask, const Turn& turn, const Ranked& entry,
                       std::optional<Best>& best) const {
  auto least = entry.rank.cost;
  for (std::size_t i = 0; i < chain_.size(); ++i) least[i] += turn.cost[i];
  if (best && best->cost <= least) return false;
  if (scope_ == RankingScope::one_group) {
    best = {least, entry.rank.slot};
    return false;
  }
  const auto& instance = *fleet.slots[entry.rank.slot];
  if (criteria_.distinct && count_of(instance, ask.group) > 0) return true;
  auto cost = least;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    const auto& step = chain_[i];
    if (step.kind == StepKind::spread_instance) cost[i] = count_of(instance, ask.group);
    if (step.kind == StepKind::spread_values) {
      cost[i] = ask.count(i, fleet.fields.value(step.field, entry.rank.slot));
    }
  }
  if (!best || cost < best->cost) best = {cost, entry.rank.slot};
  return cost != least;
}

}  // namespace troupe::core
