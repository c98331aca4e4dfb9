#pragma once

/// Instances in the order of a strategy, searched for the first with enough free.
///
/// A sorted sequence cut into blocks; each block knows the most that any of its
/// instances has free, so that blocks in which nothing fits are passed over. A
/// change costs one block and a search the number of blocks: both about the square
/// root of the number of instances, over memory that lies together.

#include "actors/core/ids.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

namespace troupe::core {

/// What is left on an instance, or what a task needs.
struct Amounts {
  std::int32_t cpu = 0;
  std::int32_t memory = 0;
  std::int32_t gpus = 0;
  friend bool operator==(const Amounts&, const Amounts&) = default;
  [[nodiscard]] bool covers(const Amounts& need) const {
    return cpu >= need.cpu && memory >= need.memory && gpus >= need.gpus;
  }
};

/// Strategies of a chain cannot be more than five (ECS API Reference, RunTask).
using Cost = std::array<std::int32_t, 5>;

/// A position: what the strategies say, then a lot that breaks ties.
struct Rank {
  Cost cost{};
  std::uint32_t lot = 0;
  std::uint32_t slot = 0;
  friend bool operator==(const Rank&, const Rank&) = default;
  friend bool operator<(const Rank& left, const Rank& right) {
    const auto l = left.first_two();
    const auto r = right.first_two();
    return l != r ? l < r : left.is_before_after_two(right);
  }
  /// The first two costs as one number: they nearly always decide.
  [[nodiscard]] std::uint64_t first_two() const {
    const auto ascending = [](std::int32_t number) {
      return static_cast<std::uint32_t>(number) ^ 0x80000000U;
    };
    return (std::uint64_t{ascending(cost[0])} << 32U) | ascending(cost[1]);
  }
  [[nodiscard]] bool is_before_after_two(const Rank& other) const {
    return std::tie(cost[2], cost[3], cost[4], lot, slot) <
           std::tie(other.cost[2], other.cost[3], other.cost[4], other.lot, other.slot);
  }
};

struct Ranked {
  Rank rank;
  Amounts free;
};

class SortedBlocks {
 public:
  /// `all` in any order; replaces what there was.
  void build(std::vector<Ranked> all);
  void insert(const Ranked& entry);
  void erase(const Rank& rank);
  /// `entry.rank` is there already; what it has free changes.
  void replace(const Ranked& entry);

  /// Visits what covers `need`, from `from` on in order, until `visit` returns false.
  template <class Visit>
  void walk(const Rank& from, const Amounts& need, Visit&& visit) {
    for (auto at = block_of(from); at < blocks_.size(); ++at) {
      if (!most_[at].covers(need)) continue;
      bool in_vain = true;
      for (const auto& entry : blocks_[at]) {
        if (!entry.free.covers(need)) continue;
        in_vain = false;
        if (entry.rank < from) continue;
        if (!visit(entry)) return;
      }
      if (in_vain) measure(at);
    }
  }
  /// One of all, each equally likely; null when there are none.
  const Ranked* sample(Dice& dice) const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  using Block = std::vector<Ranked>;
  /// The block that has `rank`, or would; the number of blocks when all are before it.
  [[nodiscard]] std::size_t block_of(const Rank& rank) const;
  /// Where in its block `rank` is, or would be.
  static Block::iterator position(Block& block, const Rank& rank);
  [[nodiscard]] std::size_t block_size_max() const;
  void measure(std::size_t block);
  void cut(std::size_t block);
  void join_with_next(std::size_t block);

  std::vector<Block> blocks_;  ///< Never empty ones.
  std::vector<Rank> last_;     ///< By block, as its last entry: lies together for the search.
  /// By block: no entry has more. Exact after `measure`; what leaves is not subtracted before a search was
  /// misled by it.
  std::vector<Amounts> most_;
  std::size_t size_ = 0;
  std::size_t longest_ = 0;  ///< No block is longer.
};

}  // namespace troupe::core
