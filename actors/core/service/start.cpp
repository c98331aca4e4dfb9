/// The tasks that a StartTasks means: what they have in common, and the request
/// to the scheduler.

#include "actors/core/launch_type.hpp"
#include "actors/core/placement/constraints.hpp"
#include "actors/core/service/names.hpp"
#include "actors/core/service/service.hpp"
#include "actors/core/task_definition/registration.hpp"
#include "actors/core/task_definition/run_options.hpp"
#include "actors/core/task_definition/task_size.hpp"

namespace troupe::core {
namespace {

std::vector<Tag> tags_of(const Service& service, const ServiceTemplate& what,
                         const TaskDefinitionRecord& definition) {
  std::vector<Tag> tags;
  if (what.propagate_tags == PropagateTags::SERVICE) tags = service.tags;
  if (what.propagate_tags == PropagateTags::TASK_DEFINITION) tags = definition.tags;
  if (what.enable_managed_tags) {
    tags.push_back({"aws:ecs:clusterName", service.cluster});
    tags.push_back({"aws:ecs:serviceName", service.name});
  }
  return tags;
}

/// Over the zones, then where the fewest tasks of the service are: ECS's way for
/// services without a strategy.
std::vector<PlacementStrategy> spread_by_default() {
  return {{PlacementStrategyType::spread, "attribute:ecs.availability-zone"},
          {PlacementStrategyType::spread, "instanceId"}};
}

PlacementRequest request_of(const Service& service, const TaskLaunch& launch, const StartTasks& start,
                            const TaskDefinition& definition, const Stamp& stamp) {
  PlacementRequest request;
  request.size = launch.size;
  request.group = launch.group;
  request.capacity_provider = placement_provider(launch.capacity_provider);
  request.launch_type = launch.launch_type;
  request.attributes = placement_attributes(definition);
  request.constraints = all_constraints(service.constraints, definition);
  if (!start.zone.empty()) {
    request.constraints.push_back(
        {PlacementConstraintType::memberOf, "attribute:ecs.availability-zone == '" + start.zone + "'"});
  }
  request.strategies = service.placement.empty() ? spread_by_default() : service.placement;
  if (!start.instances.empty()) request.instances = start.instances;
  request.seed = stamp.seed;
  Dice dice{stamp.seed};
  for (std::int32_t i = 0; i < start.count; ++i) request.tasks.push_back(dice.id<TaskId>(stamp.now));
  return request;
}

}  // namespace

RunPlan plan_start(const ServiceState& state, const StartTasks& start, const TaskDefinitionPtr& definition,
                   const Stamp& stamp) {
  const auto& service = *state.service;
  const auto& what = state.revisions.at(start.revision)->what;
  auto launch = std::make_shared<TaskLaunch>();
  launch->cluster = service.cluster;
  launch->family = what.family;
  launch->revision = what.revision;
  launch->launch_type = launch_type_of(what.launch_type, what.strategy);
  launch->capacity_provider = start.capacity_provider;
  launch->group = "service:" + service.name;
  launch->started_by = deployment_name(start.deployment);
  launch->platform_version = resolved_platform_version(launch->launch_type, what.platform_version);
  launch->enable_execute_command = what.enable_execute_command;
  launch->network = what.network;
  launch->tags = tags_of(service, what, *definition);
  launch->size = required_resources(definition->definition, {});
  RunPlan plan;
  plan.request = request_of(service, *launch, start, definition->definition, stamp);
  plan.launch = std::move(launch);
  return plan;
}

}  // namespace troupe::core
