#pragma once

/// Instances among which no strategy chooses: any with enough free will do.
///
/// They lie in an array in no order, so that a change costs one write: whoever
/// keeps them knows where each lies. Runs of 32 know the most that any of their
/// instances has free.

#include "actors/core/ids.hpp"
#include "actors/core/placement/amounts.hpp"

#include <cstdint>
#include <vector>

namespace troupe::core {

class LooseBlocks {
 public:
  struct Entry {
    Amounts free;
    std::uint32_t slot = 0;
  };

  void clear();
  /// Where it lies from now on.
  std::uint32_t insert(const Entry& entry);
  /// Another may come to lie at `position`: its slot is returned, or that of the one that left.
  std::uint32_t erase(std::uint32_t position);
  void replace(std::uint32_t position, const Amounts& free);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// One of all, each equally likely; there must be one.
  [[nodiscard]] const Entry& sample(Dice& dice) const { return entries_[dice.below(entries_.size())]; }

  [[nodiscard]] std::uint32_t position_of(const Entry& entry) const {
    return static_cast<std::uint32_t>(&entry - entries_.data());
  }

  /// Visits what covers `need` until `visit` returns false: in a circle from a place of chance.
  template <class Visit>
  void walk(Dice& dice, const Amounts& need, Visit&& visit) {
    const auto start = dice.below(entries_.size());
    const auto first = start / block_size;
    for (std::size_t i = 0; i <= most_.size(); ++i) {
      const auto block = first + i < most_.size() ? first + i : first + i - most_.size();
      if (!most_[block].covers(need)) continue;
      const auto begin = i == 0 ? start : block * block_size;
      const auto end = i == most_.size() ? start : end_of(block);
      bool in_vain = true;
      for (auto at = begin; at < end; ++at) {
        if (!entries_[at].free.covers(need)) continue;
        in_vain = false;
        if (!visit(entries_[at])) return;
      }
      if (in_vain) measure(block);
    }
  }

 private:
  static constexpr std::size_t block_size = 32;
  [[nodiscard]] std::size_t end_of(std::size_t block) const;
  void measure(std::size_t block);

  std::vector<Entry> entries_;
  /// By block: no entry has more. Exact after `measure`; what leaves is not subtracted before a search was
  /// misled by it.
  std::vector<Amounts> most_;
};

}  // namespace troupe::core
