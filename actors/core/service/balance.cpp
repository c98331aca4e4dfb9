/// Availability zone rebalancing: one task more in the zone with the fewest,
/// then, when it is healthy, one less in the zone with the most.
///
/// Source: ECS Developer Guide, "Balancing an Amazon ECS service across
/// Availability Zones".

#include "actors/core/service/work.hpp"

#include <algorithm>
#include <map>

namespace troupe::core {
namespace {

using Zones = std::map<std::string, int>;

Zones count_zones(const Work& work, const Crew& crew) {
  Zones zones;
  for (const auto& zone : work.view.zones) zones[zone] = 0;
  for (const auto& member : crew.live) {
    const auto found = zones.find(member.task->availability_zone);
    if (found != zones.end()) ++found->second;
  }
  return zones;
}

constexpr auto by_count = [](const auto& left, const auto& right) { return left.second < right.second; };

bool is_even(const Zones& zones) {
  const auto [least, most] = std::ranges::minmax_element(zones, by_count);
  return most->second - least->second <= 1;
}

/// A task in one of the fullest zones is not protected. Else the one that were
/// started elsewhere would be the one to go, and all begin anew.
bool may_leave(const Crew& crew, const Zones& zones) {
  const auto most = std::ranges::max_element(zones, by_count)->second;
  return std::ranges::any_of(crew.live, [&](const Member& member) {
    const auto zone = zones.find(member.task->availability_zone);
    return !member.shielded && zone != zones.end() && zone->second == most;
  });
}

/// "3 tasks in us-east-1a, 1 in us-east-1b"
std::string spread_text(const Zones& zones) {
  std::string text;
  for (const auto& [zone, count] : zones) {
    text += text.empty() ? std::to_string(count) + " tasks in " + zone
                         : ", " + std::to_string(count) + " in " + zone;
  }
  return text;
}

void tell(Work& work, ServiceActionName name, const std::string& reason) {
  ServiceAction action;
  action.name = name;
  action.reason = reason;
  work.draft.tell(std::move(action));
}

void begin(Work& work, const Deployment& primary, const Crew& crew, const Zones& zones) {
  const auto text = "is not AZ balanced with " + spread_text(zones) + ". AZ Rebalancing in progress.";
  const auto emptiest = std::ranges::min_element(zones, by_count)->first;
  if (work.service().balancing_zone.empty()) {
    work.draft.say(text);
    tell(work, ServiceActionName::SERVICE_REBALANCING_STARTED,
         "(service " + work.service().name + ") " + text);
  }
  const auto revision = primary.revision;
  work.draft.edit().balancing_zone = emptiest;
  launch(work, crew, revision, 1, emptiest);
}

void end(Work& work, const Zones& zones) {
  const auto text = "is AZ balanced with " + spread_text(zones) + ".";
  work.draft.say(text);
  tell(work, ServiceActionName::SERVICE_REBALANCING_COMPLETED,
       "(service " + work.service().name + ") " + text);
  work.draft.edit().balancing_zone.clear();
}

}  // namespace

void balance_zones(Work& work) {
  const auto& service = work.service();
  const auto* primary = work.draft.primary();
  const bool wanted = service.rebalancing == AvailabilityZoneRebalancing::ENABLED &&
                      primary->rollout == DeploymentRolloutState::COMPLETED &&
                      service.deployments.size() == 1 && work.view.zones.size() > 1;
  if (!wanted) {
    if (!service.balancing_zone.empty()) work.draft.edit().balancing_zone.clear();
    return;
  }
  const auto& crew = work.crew(primary->id);
  const int desired = service.desired_count;
  const bool at_rest = crew.size() == desired && crew.fit_healthy == desired && crew.starting == 0 &&
                       work.plan.start.empty() && work.plan.stop.empty();
  if (!at_rest) return;
  const auto zones = count_zones(work, crew);
  if (is_even(zones)) {
    if (!service.balancing_zone.empty()) end(work, zones);
    return;
  }
  if (!may_leave(crew, zones)) {
    if (!service.balancing_zone.empty()) work.draft.edit().balancing_zone.clear();
    return;
  }
  if (service.balance_again_at && *service.balance_again_at > work.time()) {
    work.wake(*service.balance_again_at);
    return;
  }
  if (bounds_of(service).upper <= work.census.live || !may_launch(work, primary->failures)) return;
  begin(work, *primary, crew, zones);
}

}  // namespace troupe::core
