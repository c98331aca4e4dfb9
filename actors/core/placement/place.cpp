/// The decision itself: filter, sort by the strategies, pick, reserve.

#include "actors/core/placement/filters.hpp"
#include "actors/core/placement/placement.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

struct Candidate {
  const FleetInstance* instance;
  std::uint64_t lot;  ///< Breaks ties, from the seed.
};

std::string bucket(const FleetInstance& instance, const std::string& field) {
  constexpr std::string_view prefix = "attribute:";
  if (field == "instanceId" || field == "host") return to_string(instance.record->id);
  const auto name = std::string_view{field}.starts_with(prefix) ? field.substr(prefix.size()) : field;
  const auto* attribute = find_attribute(*instance.record, name);
  return attribute != nullptr ? attribute->value.value_or("") : "";
}

int tasks_in_group(const FleetInstance& instance, const std::string& group) {
  const auto found = instance.groups.find(group);
  return found == instance.groups.end() ? 0 : found->second;
}

/// Keeps the candidates for which `cost` is least.
template <class Cost>
void keep_least(std::vector<Candidate>& candidates, const Cost& cost) {
  auto least = cost(candidates.front());
  for (const auto& candidate : candidates) least = std::min(least, cost(candidate));
  std::erase_if(candidates, [&](const Candidate& candidate) { return least < cost(candidate); });
}

void spread(std::vector<Candidate>& candidates, const Fleet& fleet, const std::string& field,
            const std::string& group) {
  std::map<std::string, int> counts;
  for (const auto& [id, instance] : fleet.instances()) {
    counts[bucket(instance, field)] += tasks_in_group(instance, group);
  }
  keep_least(candidates, [&](const Candidate& c) { return counts[bucket(*c.instance, field)]; });
}

void binpack(std::vector<Candidate>& candidates, const std::string& field) {
  const bool by_cpu = field == "cpu" || field == "CPU";
  keep_least(candidates, [&](const Candidate& c) {
    const auto& registered = c.instance->record->registered;
    return by_cpu ? (registered.cpu - c.instance->used.cpu).count
                  : (registered.memory - c.instance->used.memory).count;
  });
}

const FleetInstance* pick(const Fleet& fleet, std::vector<Candidate> candidates,
                          const PlacementRequest& request) {
  if (request.strategies.empty()) {
    spread(candidates, fleet, "attribute:ecs.availability-zone", request.group);
    keep_least(candidates, [](const Candidate& c) { return c.instance->tasks; });
  }
  for (const auto& strategy : request.strategies) {
    const auto field = strategy.field.value_or("");
    if (strategy.type == PlacementStrategyType::spread) spread(candidates, fleet, field, request.group);
    if (strategy.type == PlacementStrategyType::binpack) binpack(candidates, field);
  }
  keep_least(candidates, [](const Candidate& c) { return c.lot; });
  return candidates.front().instance;
}

/// The instances a task may be placed on; each of the others refuses.
std::vector<Candidate> candidates_for(const Fleet& fleet, const PlacementRequest& request, Dice& dice,
                                      std::vector<Refusal>& refusals) {
  std::vector<Candidate> fit;
  for (const auto& [id, instance] : fleet.instances()) {
    const auto lot = dice.next();
    if (auto refusal = refuse(instance, request)) {
      refusals.push_back(std::move(*refusal));
    } else {
      fit.push_back({&instance, lot});
    }
  }
  return fit;
}

void assign(Fleet& fleet, const TaskId& task, const FleetInstance& instance, const PlacementRequest& request,
            PlacementResult& result) {
  const auto* zone = find_attribute(*instance.record, "ecs.availability-zone");
  result.assignments.push_back(
      {task, instance.record->id, zone != nullptr ? zone->value.value_or("") : std::string{}});
  fleet.reserve(task, {instance.record->id, request.size, request.group});
}

/// StartTask: each task on the instance that was named for it.
void place_on_named(Fleet& fleet, const PlacementRequest& request, PlacementResult& result) {
  for (std::size_t i = 0; i < request.tasks.size() && i < request.instances->size(); ++i) {
    const auto& id = (*request.instances)[i];
    const auto found = fleet.instances().find(id);
    if (found == fleet.instances().end()) {
      result.refusals.push_back({id, "MISSING", "is not registered"});
    } else if (auto refusal = refuse(found->second, request)) {
      result.refusals.push_back(std::move(*refusal));
    } else {
      assign(fleet, request.tasks[i], found->second, request, result);
    }
  }
}

}  // namespace

std::optional<Refusal> refuse(const FleetInstance& instance, const PlacementRequest& request) {
  for (const auto& filter : filters()) {
    if (auto refusal = filter.check(instance, request)) return refusal;
  }
  return std::nullopt;
}

PlacementResult place(Fleet& fleet, const PlacementRequest& request) {
  PlacementResult result;
  result.fleet_is_empty = fleet.instances().empty();
  if (request.instances) {
    place_on_named(fleet, request, result);
    return result;
  }
  Dice dice{request.seed};
  for (const auto& task : request.tasks) {
    std::vector<Refusal> refusals;
    auto fit = candidates_for(fleet, request, dice, refusals);
    if (fit.empty()) {
      result.refusals = std::move(refusals);
      break;
    }
    assign(fleet, task, *pick(fleet, std::move(fit), request), request, result);
  }
  return result;
}

}  // namespace troupe::core
