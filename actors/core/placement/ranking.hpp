#pragma once

/// The instances that meet one set of criteria, in the order of one chain of
/// strategies: what a placement is looked up in.
///
/// Instances are kept in cells, one for each combination of values of the
/// attributes that are spread over, and sorted within a cell by the strategies
/// that look at the instance. A shared ranking serves every group: it is sorted by
/// what all groups have in common, and instances on which the asking group already
/// runs are passed over, so it suits groups on few instances. A ranking of one
/// group is sorted by that group's tasks too.
///
/// It is a cache of the fleet: `refresh` each slot that changed, or `rebuild`.

#include "actors/core/placement/chain.hpp"
#include "actors/core/placement/criteria.hpp"
#include "actors/core/placement/loose_blocks.hpp"
#include "actors/core/placement/sorted_blocks.hpp"

#include <array>
#include <optional>
#include <vector>

namespace troupe::core {

/// What a ranking reads of the fleet.
struct FleetView {
  const Fleet& fleet;
  const std::vector<FleetInstance*>& slots;
  const std::vector<InstanceLoad>& loads;
  const SpreadFields& fields;
};

/// Who asks, and for how much.
struct Ask {
  GroupNumber group = 0;
  Amounts need;
  /// By step: the group's tasks by value; null where the step spreads over no attribute.
  std::array<const std::vector<std::int32_t>*, std::tuple_size_v<Cost>> counts{};

  [[nodiscard]] std::int32_t count(std::size_t step, ValueNumber value) const {
    return value < counts[step]->size() ? (*counts[step])[value] : 0;
  }
};

enum class RankingScope : std::uint8_t { shared, one_group };

class Ranking {
 public:
  using CellNumber = std::uint16_t;
  /// The instance for a task, and where it was found.
  struct Choice {
    Cost cost{};
    Ranked entry;
    CellNumber cell = 0;
    std::uint32_t position = 0;  ///< In a cell without order.
    [[nodiscard]] Slot slot() const { return entry.rank.slot; }
  };

  /// `salt` makes the order of equals another one; the same gives the same.
  Ranking(Criteria criteria, Chain chain, RankingScope scope, std::uint64_t salt);

  void rebuild(const FleetView& fleet, const Ask& ask);
  void refresh(const FleetView& fleet, const Ask& ask, Slot slot);
  /// Nothing that happens to its tasks concerns this ranking.
  [[nodiscard]] bool is_apart(Slot slot) const { return slot < apart_.size() && apart_[slot] != 0; }
  /// The slot will be refreshed soon.
  void ask_ahead(const FleetView& fleet, Slot slot) const;

  /// The instance for the next task; nothing when it fits nowhere.
  std::optional<Choice> choose(const FleetView& fleet, const Ask& ask, Dice& dice);
  /// Takes note that the task is where `choose` just said, without a look at what may be far away in memory.
  /// False: this ranking must be refreshed to know.
  bool take(const Choice& choice, const Ask& ask);
  /// Whether it matters which groups run where.
  [[nodiscard]] bool asks_groups() const;
  /// Instances that meet the criteria, whatever they have free.
  [[nodiscard]] std::size_t size() const;

 private:
  /// Where an instance is in this ranking. One line of memory: each change of an instance reads it.
  struct Seat {
    std::uint64_t epoch = 0;
    bool record_allows = false;
    bool in = false;
    CellNumber cell = 0;       ///< Where it is, while it is in.
    CellNumber next_cell = 0;  ///< Where its record says that it belongs.
    std::uint32_t lot = 0;
    std::uint32_t position = 0;  ///< In a cell without order.
    Ranked entry;                ///< Its rank counts in a cell that has an order.
  };
  static_assert(sizeof(Seat) == 64);
  /// Its instances are in `order` where a step sorts them, else in `loose`.
  struct Cell {
    std::array<ValueNumber, std::tuple_size_v<Cost>> values{};  ///< By step.
    SortedBlocks order;
    LooseBlocks loose;
    [[nodiscard]] std::size_t size() const { return order.size() + loose.size(); }
  };
  struct Turn {
    Cost cost;  ///< The least that an instance of the cell can have.
    std::uint64_t lot;
    CellNumber cell;
  };

  [[nodiscard]] bool allows(const FleetView& fleet, const Ask& ask, Slot slot, Seat& seat);
  [[nodiscard]] bool record_allows(const Fleet& fleet, const FleetInstance& instance) const;
  [[nodiscard]] bool tasks_allow(const FleetView& fleet, const Ask& ask, Slot slot) const;
  [[nodiscard]] Ranked entry_of(const FleetView& fleet, const Ask& ask, Slot slot, std::uint32_t lot) const;
  void set_apart(Slot slot, bool apart);
  CellNumber cell_of(const FleetView& fleet, Slot slot);
  void seat(Slot slot, const Ranked& entry);
  void unseat(Slot slot);
  void reseat(const FleetView& fleet, const Ask& ask, Slot slot);
  /// When the group's count of a value changed, all instances with that value move.
  void reseat_values(const FleetView& fleet, const Ask& ask, Slot slot);
  void order_cells(const Ask& ask, Dice& dice);
  void search(const FleetView& fleet, const Ask& ask, const Turn& turn, Dice& dice,
              std::optional<Choice>& best);
  /// `found` has no costs yet. False when nothing after it in its cell can be better than `best` is now.
  bool consider(const FleetView& fleet, const Ask& ask, const Turn& turn, Choice found,
                std::optional<Choice>& best) const;
  [[nodiscard]] Rank first_rank(const Ask& ask) const;
  [[nodiscard]] bool is_sorted() const { return !sorted_by_.empty(); }

  Criteria criteria_;
  Chain chain_;
  RankingScope scope_;
  std::uint64_t salt_;
  bool asks_tasks_ = false;  ///< An expression depends on the tasks of the instance.
  bool asks_ports_ = false;
  /// The steps that order the instances of a cell; a rank has the costs of these.
  std::vector<std::size_t> sorted_by_;
  std::vector<Seat> seats_;  ///< By slot.
  /// By slot, where its record keeps the instance out; a byte each, so that all of them stay near.
  std::vector<std::uint8_t> apart_;
  std::vector<Cell> cells_;
  std::vector<Turn> turns_;  ///< Kept between calls for its memory.
  std::array<std::vector<std::int32_t>, std::tuple_size_v<Cost>> seen_counts_;  ///< By step, then value.
};

}  // namespace troupe::core
