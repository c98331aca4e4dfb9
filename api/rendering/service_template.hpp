#pragma once

/// What services, deployments, task sets and revisions show alike of the
/// template that their tasks are made from.

#include "actors/core/ids.hpp"
#include "actors/core/launch_type.hpp"
#include "actors/core/records/service.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::api::rendering {

/// Absent for an empty list, where ECS leaves the member out.
template <class T>
std::optional<std::vector<T>> unless_empty(const std::vector<T>& list) {
  return list.empty() ? std::nullopt : std::optional{list};
}

/// The template of a service's revision; an empty one when it is not known.
const core::ServiceTemplate& template_of(const core::ServiceState& state, std::uint64_t revision);

std::optional<std::string> definition_arn(const core::Realm& realm, const core::ServiceTemplate& what);

/// Launch type or strategy, and the platform of FARGATE: the members that say
/// where tasks run, in whatever shape has them.
template <class Shape>
void show_platform(const core::ServiceTemplate& what, Shape& out) {
  out.launchType = what.launch_type;
  out.capacityProviderStrategy = unless_empty(what.strategy);
  if (core::launch_type_of(what.launch_type, what.strategy) == core::LaunchType::FARGATE) {
    out.platformVersion = core::resolved_platform_version(core::LaunchType::FARGATE, what.platform_version);
    out.platformFamily = "Linux";
  }
  out.networkConfiguration = what.network;
}

}  // namespace troupe::api::rendering
