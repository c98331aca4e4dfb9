#pragma once

/// How the tasks of a crew are shared out to the providers of a capacity
/// provider strategy, and which shares shrink when there are fewer tasks.
///
/// Source: ECS API Reference, "CapacityProviderStrategyItem": first `base` tasks
/// on the provider that has one, the rest by weight.

#include "actors/core/shapes/placement.hpp"

#include <vector>

namespace troupe::core {

/// Where `count` more tasks go, one number for each item of the strategy; `have`
/// are the tasks that each provider runs. Each next task goes where it is most
/// behind its share; of equals to the first.
std::vector<int> share_out(const std::vector<CapacityProviderStrategyItem>& strategy, std::vector<int> have,
                           int count);

/// From where `count` tasks are taken: each from the provider that is most ahead
/// of its share, of equals from the last.
std::vector<int> take_back(const std::vector<CapacityProviderStrategyItem>& strategy, std::vector<int> have,
                           int count);

}  // namespace troupe::core
