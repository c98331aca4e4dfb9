/// All filters asked of all instances.

#include "actors/core/placement/explain.hpp"

#include "actors/core/placement/filters.hpp"
#include "actors/core/placement/fleet.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace troupe::core {
namespace {

Verdict verdict_on(const Fleet& fleet, const FleetInstance& instance, const Criteria& criteria) {
  Verdict verdict{instance.record->id, {}};
  for (const auto& filter : filters()) {
    auto refusal = filter.check(fleet, instance, criteria);
    if (!refusal) continue;
    refusal->filter = filter.name;
    verdict.refusals.push_back(std::move(*refusal));
  }
  return verdict;
}

std::size_t place_of(std::string_view filter) {
  const auto all = filters();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const NamedFilter& each) { return each.name == filter; });
  return static_cast<std::size_t>(found - all.begin());
}

/// What is missing, as a share of what is needed.
double shortage(const Refusal& refusal) {
  if (!refusal.needed || !refusal.available || *refusal.needed <= 0) return 0;
  return static_cast<double>(*refusal.needed - *refusal.available) / static_cast<double>(*refusal.needed);
}

bool is_candidate(const Verdict& verdict) {
  return !is_stranger(verdict.refusals.front());
}

/// Candidates first; then those with the fewest refusals; then those that came furthest; then those that lack
/// least.
bool is_closer(const Verdict& left, const Verdict& right) {
  const auto rank = [](const Verdict& verdict) {
    const auto& first = verdict.refusals.front();
    return std::tuple{!is_candidate(verdict), verdict.refusals.size(),
                      filters().size() - place_of(first.filter), shortage(first)};
  };
  return rank(left) < rank(right);
}

}  // namespace

std::string closest_sentence(const Refusal& refusal) {
  const auto subject = "The closest matching (container-instance " + to_string(refusal.instance) + ") ";
  if (refusal.reason == "RESOURCE:CPU") return subject + "has insufficient CPU units available.";
  if (refusal.reason == "RESOURCE:MEMORY") return subject + "has insufficient memory available.";
  if (refusal.reason == "RESOURCE:GPU") return subject + "has insufficient GPU units available.";
  if (refusal.reason.starts_with("RESOURCE:PORTS")) {
    return subject + "is already using a port required by your task.";
  }
  if (refusal.reason == "ATTRIBUTE") return subject + "is missing an attribute required by your task.";
  return subject + "encountered error \"" + refusal.reason + "\".";
}

Explanation explain(const Fleet& fleet, const PlacementRequest& request) {
  const auto criteria = Criteria::of(request);
  Explanation made;
  if (request.instances) {
    for (const auto& id : *request.instances) {
      const auto* instance = fleet.find(id);
      made.verdicts.push_back(instance != nullptr && !is_managed(*instance->record)
                                  ? verdict_on(fleet, *instance, criteria)
                                  : Verdict{id, {{id, "MISSING", "is not registered", "registered"}}});
    }
  } else {
    for (const auto& [id, instance] : fleet.instances()) {
      if (is_managed(*instance.record) && request.launch_type != LaunchType::FARGATE) continue;
      made.verdicts.push_back(verdict_on(fleet, instance, criteria));
    }
  }
  const bool fargate = request.launch_type == LaunchType::FARGATE;
  if (made.verdicts.empty()) {
    made.sentence = fargate ? no_fargate_capacity : "No Container Instances were found in your cluster.";
    return made;
  }
  const auto fits = [](const Verdict& verdict) { return verdict.refusals.empty(); };
  if (std::any_of(made.verdicts.begin(), made.verdicts.end(), fits)) return made;
  const auto& closest = *std::min_element(made.verdicts.begin(), made.verdicts.end(), is_closer);
  const bool candidate = is_candidate(closest);
  if (candidate) made.closest = closest.instance;
  if (fargate) {
    made.sentence = no_fargate_capacity;
  } else if (candidate) {
    made.sentence = closest_sentence(closest.refusals.front());
  } else {
    made.sentence = closest.refusals.front().filter == launch_type_filter
                        ? "No Container Instances were found in your cluster."
                        : "No Container Instances were found in your capacity provider.";
  }
  return made;
}

}  // namespace troupe::core
