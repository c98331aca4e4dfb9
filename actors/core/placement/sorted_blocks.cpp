/// Blocks: cut when they grow, joined when they shrink.

#include "actors/core/placement/sorted_blocks.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <tuple>

namespace troupe::core {
namespace {

/// Below it, moving a block's half costs less than another block would.
constexpr std::size_t block_size_least = 32;

/// So that numbers without sign are in the same order.
std::uint32_t ascending(std::int32_t number) {
  return static_cast<std::uint32_t>(number) ^ 0x80000000U;
}
std::int32_t from_ascending(std::uint64_t number) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(number) ^ 0x80000000U);
}

/// How many of `size` are before what is looked for; those that are come first.
template <class IsBefore>
std::size_t count_before(std::size_t size, IsBefore is_before) {
  std::size_t begin = 0;
  while (size > 0) {
    const auto half = (size + 1) / 2;
    begin += half & (0 - static_cast<std::size_t>(is_before(begin + half - 1)));
    size -= half;
  }
  return begin;
}

template <class T>
auto iterator_at(std::vector<T>& row, std::size_t at) {
  return row.begin() + static_cast<std::ptrdiff_t>(at);
}

/// Moves what is from `begin` on to the end of `target`.
template <class T>
void move_tail(std::vector<T>& source, std::size_t begin, std::vector<T>& target) {
  target.insert(target.end(), iterator_at(source, begin), source.end());
  source.erase(iterator_at(source, begin), source.end());
}

}  // namespace

SortedBlocks::Place SortedBlocks::place_of(const Rank& rank) {
  const auto costs = (std::uint64_t{ascending(rank.cost[0])} << 32U) | ascending(rank.cost[1]);
  const auto tie = (std::uint64_t{rank.lot} << 32U) | rank.slot;
  return {(Key{costs} << 64U) | tie, {rank.cost[2], rank.cost[3], rank.cost[4]}};
}

bool SortedBlocks::is_before(const Place& left, const Place& right) {
  return std::tuple{left.key >> 64U, left.rest, left.key} <
         std::tuple{right.key >> 64U, right.rest, right.key};
}

SortedBlocks::Place SortedBlocks::place_at(const Block& block, std::size_t at) const {
  return {block.keys[at], is_wide_ ? block.rests[at] : Rest{}};
}

Ranked SortedBlocks::entry_at(const Block& block, std::size_t at) const {
  const auto [key, rest] = place_at(block, at);
  const auto costs = static_cast<std::uint64_t>(key >> 64U);
  const auto tie = static_cast<std::uint64_t>(key);
  return {{{from_ascending(costs >> 32U), from_ascending(costs), rest[0], rest[1], rest[2]},
           static_cast<std::uint32_t>(tie >> 32U),
           static_cast<std::uint32_t>(tie)},
          block.free[at]};
}

std::size_t SortedBlocks::block_size_max() const {
  return std::max(block_size_least, static_cast<std::size_t>(std::sqrt(static_cast<double>(size_)) / 2));
}

std::size_t SortedBlocks::block_of(const Place& place) const {
  if (is_wide_) {
    return count_before(last_.size(), [&](std::size_t i) {
      return is_before({last_[i], last_rests_[i]}, place);
    });
  }
  return count_before(last_.size(), [&](std::size_t i) { return last_[i] < place.key; });
}

/// A block is read from its begin to its end: that is foreseen by the processor, and no read waits for
/// another.
std::size_t SortedBlocks::position(const Block& block, const Place& place) const {
  if (is_wide_) {
    return count_before(block.keys.size(),
                        [&](std::size_t i) { return is_before(place_at(block, i), place); });
  }
  std::size_t before = 0;
  for (const auto& key : block.keys) before += static_cast<std::size_t>(key < place.key);
  return before;
}

void SortedBlocks::append(Block& block, const Ranked& entry) const {
  const auto place = place_of(entry.rank);
  block.keys.push_back(place.key);
  if (is_wide_) block.rests.push_back(place.rest);
  block.free.push_back(entry.free);
}

void SortedBlocks::set_last(std::size_t block) {
  last_[block] = blocks_[block].keys.back();
  if (is_wide_) last_rests_[block] = blocks_[block].rests.back();
}

void SortedBlocks::measure(std::size_t block) {
  auto most = blocks_[block].free.front();
  for (const auto& free : blocks_[block].free) most.raise(free);
  most_[block] = most;
  is_exact_[block] = 1;
}

void SortedBlocks::add_block(std::size_t at, Block block) {
  blocks_.insert(iterator_at(blocks_, at), std::move(block));
  last_.insert(iterator_at(last_, at), Key{});
  if (is_wide_) last_rests_.insert(iterator_at(last_rests_, at), Rest{});
  most_.insert(iterator_at(most_, at), Amounts{});
  is_exact_.insert(iterator_at(is_exact_, at), 1);
  set_last(at);
  measure(at);
}

void SortedBlocks::remove_block(std::size_t at) {
  blocks_.erase(iterator_at(blocks_, at));
  last_.erase(iterator_at(last_, at));
  if (is_wide_) last_rests_.erase(iterator_at(last_rests_, at));
  most_.erase(iterator_at(most_, at));
  is_exact_.erase(iterator_at(is_exact_, at));
}

void SortedBlocks::build(const std::vector<Ranked>& all) {
  std::vector<std::pair<Place, std::size_t>> order;
  order.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) order.emplace_back(place_of(all[i].rank), i);
  std::sort(order.begin(), order.end(),
            [](const auto& left, const auto& right) { return is_before(left.first, right.first); });
  size_ = all.size();
  blocks_.clear();
  last_.clear();
  last_rests_.clear();
  most_.clear();
  is_exact_.clear();
  const auto length = block_size_max() * 3 / 4;
  for (std::size_t begin = 0; begin < order.size(); begin += length) {
    Block block;
    for (auto i = begin; i < std::min(begin + length, order.size()); ++i) append(block, all[order[i].second]);
    add_block(blocks_.size(), std::move(block));
  }
}

void SortedBlocks::insert(const Ranked& entry) {
  ++size_;
  if (blocks_.empty()) {
    Block block;
    append(block, entry);
    return add_block(0, std::move(block));
  }
  const auto place = place_of(entry.rank);
  const auto at = std::min(block_of(place), blocks_.size() - 1);
  auto& block = blocks_[at];
  const auto before = position(block, place);
  block.keys.insert(iterator_at(block.keys, before), place.key);
  if (is_wide_) block.rests.insert(iterator_at(block.rests, before), place.rest);
  block.free.insert(iterator_at(block.free, before), entry.free);
  most_[at].raise(entry.free);
  set_last(at);
  if (block.keys.size() > block_size_max()) cut(at);
}

void SortedBlocks::cut(std::size_t block) {
  auto& full = blocks_[block];
  const auto middle = full.keys.size() / 2;
  Block rest;
  move_tail(full.keys, middle, rest.keys);
  if (is_wide_) move_tail(full.rests, middle, rest.rests);
  move_tail(full.free, middle, rest.free);
  set_last(block);
  measure(block);
  add_block(block + 1, std::move(rest));
}

void SortedBlocks::join_with_next(std::size_t block) {
  auto& joined = blocks_[block];
  auto& next = blocks_[block + 1];
  move_tail(next.keys, 0, joined.keys);
  if (is_wide_) move_tail(next.rests, 0, joined.rests);
  move_tail(next.free, 0, joined.free);
  remove_block(block + 1);
  set_last(block);
  measure(block);
}

void SortedBlocks::erase(const Rank& rank) {
  const auto place = place_of(rank);
  const auto at = block_of(place);
  assert(at < blocks_.size());
  auto& block = blocks_[at];
  const auto found = position(block, place);
  assert(found < block.keys.size() && block.keys[found] == place.key);
  block.keys.erase(iterator_at(block.keys, found));
  if (is_wide_) block.rests.erase(iterator_at(block.rests, found));
  block.free.erase(iterator_at(block.free, found));
  is_exact_[at] = 0;
  --size_;
  if (block.keys.empty()) return remove_block(at);
  set_last(at);
  const auto small = block_size_max() / 4;
  if (block.keys.size() < small && at + 1 < blocks_.size() && blocks_[at + 1].keys.size() < 2 * small) {
    join_with_next(at);
  }
}

void SortedBlocks::replace(const Ranked& entry) {
  const auto place = place_of(entry.rank);
  const auto at = block_of(place);
  assert(at < blocks_.size());
  auto& block = blocks_[at];
  const auto found = position(block, place);
  assert(found < block.keys.size() && block.keys[found] == place.key);
  block.free[found] = entry.free;
  is_exact_[at] = 0;
  most_[at].raise(entry.free);
}

}  // namespace troupe::core
