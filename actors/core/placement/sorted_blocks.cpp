/// Blocks: cut when they grow, joined when they shrink.

#include "actors/core/placement/sorted_blocks.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace troupe::core {
namespace {

/// Below it, moving a block's half costs less than another block would.
constexpr std::size_t block_size_least = 32;

/// As std::lower_bound on ranks, most of which one comparison decides.
template <class RankAt>
std::size_t first_not_before(const Rank& rank, std::size_t size, RankAt rank_at) {
  std::size_t begin = 0;
  const auto wanted = rank.first_two();
  while (size > 0) {
    const auto half = size / 2;
    const Rank& middle = rank_at(begin + half);
    const auto first = middle.first_two();
    if (first < wanted || (first == wanted && middle.is_before_after_two(rank))) {
      begin += half + 1;
      size -= half + 1;
    } else {
      size = half;
    }
  }
  return begin;
}

void raise(Amounts& most, const Amounts& free) {
  most.cpu = std::max(most.cpu, free.cpu);
  most.memory = std::max(most.memory, free.memory);
  most.gpus = std::max(most.gpus, free.gpus);
}

}  // namespace

std::size_t SortedBlocks::block_size_max() const {
  return std::max(block_size_least, static_cast<std::size_t>(std::sqrt(static_cast<double>(size_)) / 2));
}

SortedBlocks::Block::iterator SortedBlocks::position(Block& block, const Rank& rank) {
  const auto at =
      first_not_before(rank, block.size(), [&](std::size_t i) -> const Rank& { return block[i].rank; });
  return block.begin() + static_cast<std::ptrdiff_t>(at);
}

std::size_t SortedBlocks::block_of(const Rank& rank) const {
  return first_not_before(rank, last_.size(), [&](std::size_t i) -> const Rank& { return last_[i]; });
}

void SortedBlocks::measure(std::size_t block) {
  auto most = blocks_[block].front().free;
  for (const auto& entry : blocks_[block]) raise(most, entry.free);
  most_[block] = most;
  last_[block] = blocks_[block].back().rank;
}

void SortedBlocks::build(std::vector<Ranked> all) {
  std::sort(all.begin(), all.end(), [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; });
  size_ = all.size();
  blocks_.clear();
  last_.clear();
  most_.clear();
  const auto length = block_size_max() * 3 / 4;
  longest_ = length;
  for (std::size_t begin = 0; begin < all.size(); begin += length) {
    const auto end = std::min(begin + length, all.size());
    blocks_.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(begin),
                         all.begin() + static_cast<std::ptrdiff_t>(end));
    last_.emplace_back();
    most_.emplace_back();
    measure(blocks_.size() - 1);
  }
}

void SortedBlocks::insert(const Ranked& entry) {
  ++size_;
  if (blocks_.empty()) {
    blocks_.push_back({entry});
    last_.push_back(entry.rank);
    most_.push_back(entry.free);
    longest_ = std::max<std::size_t>(longest_, 1);
    return;
  }
  const auto at = std::min(block_of(entry.rank), blocks_.size() - 1);
  auto& block = blocks_[at];
  block.insert(position(block, entry.rank), entry);
  raise(most_[at], entry.free);
  last_[at] = block.back().rank;
  longest_ = std::max(longest_, block.size());
  if (block.size() > block_size_max()) cut(at);
}

void SortedBlocks::cut(std::size_t block) {
  auto& full = blocks_[block];
  const auto middle = full.begin() + static_cast<std::ptrdiff_t>(full.size() / 2);
  Block rest(middle, full.end());
  full.erase(middle, full.end());
  const auto next = static_cast<std::ptrdiff_t>(block) + 1;
  blocks_.insert(blocks_.begin() + next, std::move(rest));
  last_.insert(last_.begin() + next, Rank{});
  most_.insert(most_.begin() + next, Amounts{});
  measure(block);
  measure(block + 1);
}

void SortedBlocks::join_with_next(std::size_t block) {
  auto& next = blocks_[block + 1];
  blocks_[block].insert(blocks_[block].end(), next.begin(), next.end());
  longest_ = std::max(longest_, blocks_[block].size());
  const auto gone = static_cast<std::ptrdiff_t>(block) + 1;
  blocks_.erase(blocks_.begin() + gone);
  last_.erase(last_.begin() + gone);
  most_.erase(most_.begin() + gone);
  measure(block);
}

void SortedBlocks::erase(const Rank& rank) {
  const auto at = block_of(rank);
  assert(at < blocks_.size());
  auto& block = blocks_[at];
  const auto entry = position(block, rank);
  assert(entry != block.end() && entry->rank == rank);
  block.erase(entry);
  --size_;
  if (block.empty()) {
    blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at));
    last_.erase(last_.begin() + static_cast<std::ptrdiff_t>(at));
    most_.erase(most_.begin() + static_cast<std::ptrdiff_t>(at));
    return;
  }
  last_[at] = block.back().rank;
  const auto small = block_size_max() / 4;
  if (block.size() < small && at + 1 < blocks_.size() && blocks_[at + 1].size() < 2 * small) {
    join_with_next(at);
  }
}

void SortedBlocks::replace(const Ranked& entry) {
  const auto at = block_of(entry.rank);
  assert(at < blocks_.size());
  auto& block = blocks_[at];
  const auto known = position(block, entry.rank);
  assert(known != block.end() && known->rank == entry.rank);
  known->free = entry.free;
  raise(most_[at], entry.free);
}

const Ranked* SortedBlocks::sample(Dice& dice) const {
  if (size_ == 0) return nullptr;
  for (;;) {
    const auto& block = blocks_[dice.below(blocks_.size())];
    const auto at = dice.below(longest_);
    if (at < block.size()) return &block[at];
  }
}

}  // namespace troupe::core
