/// Base and weights hold for random strategies and random lives.

#include "actors/core/service/capacity_share.hpp"
#include "actors/core/ids.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <numeric>

namespace troupe::core {
namespace {

using ProviderShares = std::vector<CapacityProviderStrategyItem>;

/// One base at most and a weight above zero at least, as ECS wants them.
ProviderShares random_strategy(Dice& dice) {
  ProviderShares made;
  for (auto i = 1 + dice.below(5); i > 0; --i) {
    made.push_back({"p" + std::to_string(made.size()), static_cast<std::int32_t>(dice.below(6)), 0});
  }
  made[dice.below(made.size())].weight = static_cast<std::int32_t>(1 + dice.below(1000));
  made[dice.below(made.size())].base = static_cast<std::int32_t>(dice.below(20));
  return made;
}

int sum_of(const std::vector<int>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0);
}

/// Where a fresh crew of `count` tasks is: base first, the rest by weight, no more
/// than one task from the exact share of each.
void expect_ratio(const ProviderShares& strategy, const std::vector<int>& have, int count) {
  ASSERT_EQ(sum_of(have), count);
  std::int64_t weights = 0;
  int base = 0;
  for (const auto& item : strategy) {
    weights += *item.weight;
    base += *item.base;
  }
  const auto beyond = std::max(0, count - base);
  for (std::size_t i = 0; i < strategy.size(); ++i) {
    const auto own_base = std::min(count, *strategy[i].base);
    ASSERT_GE(have[i], own_base) << "the base comes first";
    const auto exact = static_cast<double>(*strategy[i].weight) * beyond / static_cast<double>(weights);
    ASSERT_LT(std::abs(have[i] - own_base - exact), static_cast<double>(strategy.size()));
    if (*strategy[i].weight == 0) {
      ASSERT_EQ(have[i], own_base) << "no weight, nothing beyond the base";
    }
  }
}

TEST(CapacityShareProperties, BaseThenWeightsWhateverTheStrategy) {
  int cases = 0;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice{seed};
    const auto strategy = random_strategy(dice);
    const std::vector<int> none(strategy.size(), 0);
    const auto count = static_cast<int>(dice.below(200));
    const auto whole = share_out(strategy, none, count);
    ASSERT_NO_FATAL_FAILURE(expect_ratio(strategy, whole, count));
    // In steps it is the same as at once.
    auto have = none;
    for (auto left = count; left > 0;) {
      const auto step = 1 + static_cast<int>(dice.below(static_cast<std::uint64_t>(left)));
      const auto more = share_out(strategy, have, step);
      ASSERT_EQ(sum_of(more), step);
      for (std::size_t i = 0; i < have.size(); ++i) have[i] += more[i];
      left -= step;
    }
    ASSERT_EQ(have, whole);
    ++cases;
  }
  std::cout << cases << " strategies\n";
}

TEST(CapacityShareProperties, ScaledInItKeepsTheRatioAndTakesNoMoreThanThereIs) {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice{seed};
    const auto strategy = random_strategy(dice);
    const auto count = static_cast<int>(dice.below(200));
    const auto have = share_out(strategy, std::vector<int>(strategy.size(), 0), count);
    const auto asked = static_cast<int>(dice.below(250));
    const auto cuts = take_back(strategy, have, asked);
    ASSERT_EQ(sum_of(cuts), std::min(asked, count));
    auto left = have;
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      ASSERT_GE(cuts[i], 0);
      left[i] -= cuts[i];
      ASSERT_GE(left[i], 0);
    }
    ASSERT_NO_FATAL_FAILURE(expect_ratio(strategy, left, count - std::min(asked, count)));
  }
}

}  // namespace
}  // namespace troupe::core
