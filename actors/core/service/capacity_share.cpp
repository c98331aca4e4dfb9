/// Shares of a capacity provider strategy.

#include "actors/core/service/capacity_share.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace troupe::core {
namespace {

/// The tasks that each provider has beyond its base.
std::vector<std::int64_t> beyond_base(const std::vector<CapacityProviderStrategyItem>& strategy,
                                      const std::vector<int>& have) {
  std::vector<std::int64_t> beyond(strategy.size());
  for (std::size_t i = 0; i < strategy.size(); ++i) {
    beyond[i] = std::max(0, have[i] - strategy[i].base.value_or(0));
  }
  return beyond;
}

/// How far a provider is behind its share of `total` tasks, times the sum of weights.
std::int64_t deficit(const CapacityProviderStrategyItem& item, std::int64_t beyond, std::int64_t total,
                     std::int64_t weights) {
  return item.weight.value_or(0) * total - beyond * weights;
}

std::int64_t sum_of_weights(const std::vector<CapacityProviderStrategyItem>& strategy) {
  return std::accumulate(strategy.begin(), strategy.end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& item) { return sum + item.weight.value_or(0); });
}

std::size_t next_share(const std::vector<CapacityProviderStrategyItem>& strategy,
                       const std::vector<int>& have) {
  for (std::size_t i = 0; i < strategy.size(); ++i) {
    if (have[i] < strategy[i].base.value_or(0)) return i;
  }
  const auto weights = sum_of_weights(strategy);
  const auto beyond = beyond_base(strategy, have);
  const auto total = std::accumulate(beyond.begin(), beyond.end(), std::int64_t{1});
  std::size_t best = 0;
  for (std::size_t i = 1; i < strategy.size(); ++i) {
    if (deficit(strategy[i], beyond[i], total, weights) >
        deficit(strategy[best], beyond[best], total, weights)) {
      best = i;
    }
  }
  return best;
}

/// strategy.size() when no provider has a task.
std::size_t next_cut(const std::vector<CapacityProviderStrategyItem>& strategy,
                     const std::vector<int>& have) {
  const auto weights = sum_of_weights(strategy);
  const auto beyond = beyond_base(strategy, have);
  const auto total = std::accumulate(beyond.begin(), beyond.end(), std::int64_t{-1});
  auto best = strategy.size();
  for (auto i = strategy.size(); i-- > 0;) {
    if (beyond[i] == 0) continue;
    if (best == strategy.size() || deficit(strategy[i], beyond[i], total, weights) <
                                       deficit(strategy[best], beyond[best], total, weights)) {
      best = i;
    }
  }
  for (std::size_t i = 0; best == strategy.size() && i < strategy.size(); ++i) {
    if (have[i] > 0) best = i;
  }
  return best;
}

}  // namespace

std::vector<int> share_out(const std::vector<CapacityProviderStrategyItem>& strategy, std::vector<int> have,
                           int count) {
  std::vector<int> shares(strategy.size(), 0);
  for (int i = 0; i < count && !strategy.empty(); ++i) {
    const auto next = next_share(strategy, have);
    ++have[next];
    ++shares[next];
  }
  return shares;
}

std::vector<int> take_back(const std::vector<CapacityProviderStrategyItem>& strategy, std::vector<int> have,
                           int count) {
  std::vector<int> cuts(strategy.size(), 0);
  for (int i = 0; i < count; ++i) {
    const auto next = next_cut(strategy, have);
    if (next == strategy.size()) break;
    --have[next];
    ++cuts[next];
  }
  return cuts;
}

}  // namespace troupe::core
