/// The linear scan.

#include "tools/bench/place_scan.hpp"

#include "actors/core/placement/filters.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string>

namespace troupe::tools::bench {
namespace {

using core::Fleet;
using core::FleetInstance;
using core::PlacementRequest;
using core::PlacementStrategy;
using core::PlacementStrategyType;

using CostOf = std::function<std::int64_t(const FleetInstance&)>;

std::string bucket(const FleetInstance& instance, const std::string& field) {
  const std::string prefix = "attribute:";
  if (field == "instanceId" || field == "host") return core::to_string(instance.record->id);
  const auto name = field.starts_with(prefix) ? field.substr(prefix.size()) : field;
  const auto* attribute = core::find_attribute(*instance.record, name);
  return attribute != nullptr ? attribute->value.value_or("") : "";
}

CostOf spread(const Fleet& fleet, const std::string& field, const std::string& group) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& [id, instance] : fleet.instances()) {
    counts[bucket(instance, field)] += fleet.tasks_of(instance, group);
  }
  return [counts = std::move(counts), field](const FleetInstance& instance) {
    return counts.at(bucket(instance, field));
  };
}

std::vector<CostOf> costs_of(const Fleet& fleet, const PlacementRequest& request) {
  std::vector<CostOf> costs;
  if (request.strategies.empty()) {
    costs.push_back(spread(fleet, "attribute:ecs.availability-zone", request.group));
    costs.push_back(spread(fleet, "instanceId", request.group));
    costs.emplace_back(
        [&fleet](const FleetInstance& instance) { return std::int64_t{fleet.load(instance).tasks}; });
  }
  for (const auto& strategy : request.strategies) {
    const auto field = strategy.field.value_or("");
    if (strategy.type == PlacementStrategyType::random) break;
    if (strategy.type == PlacementStrategyType::spread) {
      costs.push_back(spread(fleet, field, request.group));
    } else {
      const bool by_cpu = field == "cpu" || field == "CPU";
      costs.emplace_back([&fleet, by_cpu](const FleetInstance& instance) {
        const auto& load = fleet.load(instance);
        return by_cpu ? load.cpu_left.count : load.memory_left.count;
      });
    }
  }
  return costs;
}

}  // namespace

std::vector<ScanCandidate> scan(const Fleet& fleet, const PlacementRequest& request) {
  const auto criteria = core::Criteria::of(request);
  const auto costs = costs_of(fleet, request);
  std::vector<ScanCandidate> candidates;
  for (const auto& [id, instance] : fleet.instances()) {
    if (core::first_refusal(fleet, instance, criteria)) continue;
    ScanCandidate candidate{&instance, {}};
    for (const auto& cost : costs) candidate.cost.push_back(cost(instance));
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

core::PlacementResult place_by_scan(Fleet& fleet, const PlacementRequest& request) {
  core::PlacementResult result;
  core::Dice dice{request.seed};
  for (const auto& task : request.tasks) {
    auto candidates = scan(fleet, request);
    if (candidates.empty()) break;
    const auto less = [](const ScanCandidate& left, const ScanCandidate& right) {
      return left.cost < right.cost;
    };
    const auto least = std::min_element(candidates.begin(), candidates.end(), less)->cost;
    std::erase_if(candidates, [&](const ScanCandidate& each) { return each.cost != least; });
    const auto& chosen = *candidates[dice.below(candidates.size())].instance;
    result.assignments.push_back({task, chosen.record->id, chosen.availability_zone});
    fleet.reserve(task, {chosen.record->id, request.size, request.group});
  }
  return result;
}

}  // namespace troupe::tools::bench
