#pragma once

/// Instances in the order of a strategy, searched for the first with enough free.
///
/// A sorted sequence cut into blocks; each block knows the most that any of its
/// instances has free, so that blocks in which nothing fits are passed over. A
/// change costs one block and a search the number of blocks: both about the square
/// root of the number of instances, over memory that lies together.
///
/// Positions are numbers of 128 bits that are compared without branches: where an
/// instance goes cannot be foreseen, and a wrong guess of the processor would cost
/// as much as the whole block.

#include "actors/core/ids.hpp"
#include "actors/core/placement/amounts.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace troupe::core {

/// Strategies of a chain cannot be more than five (ECS API Reference, RunTask).
using Cost = std::array<std::int32_t, 5>;

/// A position: what the strategies say, then a lot that breaks ties.
struct Rank {
  Cost cost{};
  std::uint32_t lot = 0;
  std::uint32_t slot = 0;
  friend bool operator==(const Rank&, const Rank&) = default;
};

struct Ranked {
  Rank rank;
  Amounts free;
};

class SortedBlocks {
 public:
  /// Ranks have at most so many costs; the others are 0. More than two make comparisons dearer.
  explicit SortedBlocks(std::size_t costs) : is_wide_(costs > 2) {}

  /// `all` in any order; replaces what there was.
  void build(const std::vector<Ranked>& all);
  void insert(const Ranked& entry);
  void erase(const Rank& rank);
  /// `entry.rank` is there already; what it has free changes.
  void replace(const Ranked& entry);

  /// Visits what covers `need`, from `from` on in order, until `visit` returns false.
  template <class Visit>
  void walk(const Rank& from, const Amounts& need, Visit&& visit) {
    const auto begin = place_of(from);
    const auto first = block_of(begin);
    for (auto at = first; at < blocks_.size(); ++at) {
      if (!most_[at].covers(need)) continue;
      const auto& block = blocks_[at];
      bool in_vain = true;
      for (auto i = at == first ? position(block, begin) : 0; i < block.free.size(); ++i) {
        if (!block.free[i].covers(need)) continue;
        in_vain = false;
        if (!visit(entry_at(block, i))) return;
      }
      if (in_vain && is_exact_[at] == 0) measure(at);
    }
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  __extension__ using Key = unsigned __int128;
  using Rest = std::array<std::int32_t, 3>;
  /// A rank as it is compared: the first two costs, the lot and the slot, which nearly always decide, are
  /// `key`; the other costs come between.
  struct Place {
    Key key = 0;
    Rest rest{};
  };
  /// The members lie apart, as each is read alone.
  struct Block {
    std::vector<Key> keys;
    std::vector<Rest> rests;  ///< Empty unless ranks are wide.
    std::vector<Amounts> free;
  };

  static Place place_of(const Rank& rank);
  static bool is_before(const Place& left, const Place& right);
  [[nodiscard]] Ranked entry_at(const Block& block, std::size_t at) const;
  [[nodiscard]] Place place_at(const Block& block, std::size_t at) const;
  /// The block that has the place, or would; the number of blocks when all are before it.
  [[nodiscard]] std::size_t block_of(const Place& place) const;
  /// Where in its block the place is, or would be.
  [[nodiscard]] std::size_t position(const Block& block, const Place& place) const;
  [[nodiscard]] std::size_t block_size_max() const;
  void append(Block& block, const Ranked& entry) const;
  void add_block(std::size_t at, Block block);
  void remove_block(std::size_t at);
  void measure(std::size_t block);
  void set_last(std::size_t block);
  void cut(std::size_t block);
  void join_with_next(std::size_t block);

  bool is_wide_;
  std::vector<Block> blocks_;  ///< Never empty ones.
  /// By block, as its last entry: lies together for the search.
  std::vector<Key> last_;
  std::vector<Rest> last_rests_;  ///< Zeros unless ranks are wide.
  /// By block: no entry has more. What leaves is not subtracted before a search was misled by it.
  std::vector<Amounts> most_;
  std::vector<std::uint8_t> is_exact_;  ///< By block: nothing left it since it was measured.
  std::size_t size_ = 0;
};

}  // namespace troupe::core
