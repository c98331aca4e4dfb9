/// Instances in blocks, with an order and without, against plain lists over random lives.

#include "actors/core/placement/sorted_blocks.hpp"
#include "actors/core/placement/loose_blocks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

namespace troupe::core {
namespace {

std::int32_t below(Dice& dice, std::uint64_t bound) {
  return static_cast<std::int32_t>(dice.below(bound));
}

Amounts amounts(Dice& dice) {
  return {below(dice, 9), below(dice, 9), below(dice, 2)};
}

bool is_before(const Rank& left, const Rank& right) {
  return std::tie(left.cost, left.lot, left.slot) < std::tie(right.cost, right.lot, right.slot);
}

/// Few costs and lots, so that many are equal; some are negative, as on instances that hold too much.
Rank rank(Dice& dice, std::size_t costs, std::uint32_t slot) {
  Rank made;
  for (std::size_t i = 0; i < costs; ++i) made.cost[i] = below(dice, 4) - 1;
  made.lot = static_cast<std::uint32_t>(dice.below(3)) * 0x7FFFFFFFU;
  made.slot = slot;
  return made;
}

/// A life of one SortedBlocks beside a list that is sorted whenever it is asked.
class SortedTrial {
 public:
  SortedTrial(std::uint64_t seed, std::size_t costs) : dice_(seed), costs_(costs), blocks_(costs) {
    std::vector<Ranked> first;
    for (auto i = dice_.below(200); i > 0; --i) first.push_back(make());
    blocks_.build(first);
    list_ = first;
  }

  void step() {
    const auto what = dice_.below(8);
    if (what < 4 || list_.empty()) {
      list_.push_back(make());
      blocks_.insert(list_.back());
    } else if (what < 7) {
      std::swap(list_[dice_.below(list_.size())], list_.back());
      blocks_.erase(list_.back().rank);
      list_.pop_back();
    } else {
      auto& changed = list_[dice_.below(list_.size())];
      changed.free = amounts(dice_);
      blocks_.replace(changed);
    }
  }

  void check() {
    const auto from = rank(dice_, costs_, 0);
    const auto need = amounts(dice_);
    const auto visits_most = 1 + dice_.below(6);
    std::sort(list_.begin(), list_.end(),
              [](const Ranked& left, const Ranked& right) { return is_before(left.rank, right.rank); });
    std::vector<Ranked> wanted;
    for (const auto& each : list_) {
      if (is_before(each.rank, from) || !each.free.covers(need)) continue;
      if (wanted.size() < visits_most) wanted.push_back(each);
    }
    std::vector<Ranked> seen;
    blocks_.walk(from, need, [&](const Ranked& each) {
      seen.push_back(each);
      return seen.size() < visits_most;
    });
    ASSERT_EQ(blocks_.size(), list_.size());
    ASSERT_EQ(seen.size(), wanted.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      ASSERT_EQ(seen[i].rank, wanted[i].rank);
      ASSERT_EQ(seen[i].free, wanted[i].free);
    }
  }

 private:
  Ranked make() { return {rank(dice_, costs_, next_slot_++), amounts(dice_)}; }

  Dice dice_;
  std::size_t costs_;
  SortedBlocks blocks_;
  std::vector<Ranked> list_;
  std::uint32_t next_slot_ = 0;
};

TEST(SortedBlocks, TheyAreWalkedAsASortedListInRandomLives) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SortedTrial trial{seed, seed % 6};
    for (int step = 0; step < 600; ++step) {
      trial.step();
      ASSERT_NO_FATAL_FAILURE(trial.check());
    }
  }
}

TEST(SortedBlocks, TheyShrinkToNothingAndGrowAgain) {
  SortedBlocks blocks{1};
  for (std::uint32_t round = 0; round < 3; ++round) {
    for (std::uint32_t slot = 0; slot < 500; ++slot) blocks.insert({{{}, 0, slot}, {1, 1, 0}});
    for (std::uint32_t slot = 500; slot > 0; --slot) blocks.erase({{}, 0, slot - 1});
    EXPECT_EQ(blocks.size(), 0U);
    blocks.walk({}, {}, [](const Ranked&) -> bool { throw std::logic_error{"nothing is there"}; });
  }
}

TEST(LooseBlocks, WhatFitsIsVisitedOnceInRandomLives) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice{seed};
    LooseBlocks blocks;
    std::map<std::uint32_t, std::pair<std::uint32_t, Amounts>> model;  // By slot: position, free.
    std::uint32_t next_slot = 0;
    for (int step = 0; step < 600; ++step) {
      const auto what = dice.below(8);
      if (what < 4 || model.empty()) {
        const auto free = amounts(dice);
        model[next_slot] = {blocks.insert({free, next_slot}), free};
        ++next_slot;
      } else {
        const auto chosen = std::next(model.begin(), below(dice, model.size()));
        const auto position = chosen->second.first;
        if (what < 7) {
          model[blocks.erase(position)].first = position;
          model.erase(chosen);
        } else {
          chosen->second.second = amounts(dice);
          blocks.replace(position, chosen->second.second);
        }
      }
      ASSERT_EQ(blocks.size(), model.size());
      if (model.empty()) continue;
      const auto& drawn = blocks.sample(dice);
      ASSERT_EQ(drawn.free, model.at(drawn.slot).second);
      const auto need = amounts(dice);
      std::map<std::uint32_t, Amounts> seen;
      blocks.walk(dice, need, [&](const LooseBlocks::Entry& each) {
        EXPECT_TRUE(seen.emplace(each.slot, each.free).second) << "visited twice";
        return true;
      });
      std::map<std::uint32_t, Amounts> wanted;
      for (const auto& [slot, known] : model) {
        if (known.second.covers(need)) wanted.emplace(slot, known.second);
      }
      ASSERT_EQ(seen, wanted);
    }
  }
}

}  // namespace
}  // namespace troupe::core
