/// An array without order.

#include "actors/core/placement/loose_blocks.hpp"

#include <algorithm>

namespace troupe::core {

void LooseBlocks::clear() {
  entries_.clear();
  most_.clear();
}

std::size_t LooseBlocks::end_of(std::size_t block) const {
  return std::min((block + 1) * block_size, entries_.size());
}

void LooseBlocks::measure(std::size_t block) {
  auto most = entries_[block * block_size].free;
  for (auto at = block * block_size; at < end_of(block); ++at) most.raise(entries_[at].free);
  most_[block] = most;
}

std::uint32_t LooseBlocks::insert(const Entry& entry) {
  const auto position = entries_.size();
  if (position % block_size == 0) most_.push_back(entry.free);
  entries_.push_back(entry);
  most_.back().raise(entry.free);
  return static_cast<std::uint32_t>(position);
}

std::uint32_t LooseBlocks::erase(std::uint32_t position) {
  const auto last = entries_.back();
  const auto moved = position + 1 < entries_.size() ? last.slot : entries_[position].slot;
  entries_[position] = last;
  most_[position / block_size].raise(last.free);
  entries_.pop_back();
  if (entries_.size() % block_size == 0) most_.pop_back();
  return moved;
}

void LooseBlocks::replace(std::uint32_t position, const Amounts& free) {
  entries_[position].free = free;
  most_[position / block_size].raise(free);
}

}  // namespace troupe::core
