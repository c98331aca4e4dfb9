/// RunTask and StartTask.

#include "actors/core/run_task.hpp"

#include "actors/core/launch_type.hpp"
#include "actors/core/name_character.hpp"
#include "actors/core/placement/constraints.hpp"
#include "actors/core/placement/explain.hpp"
#include "actors/core/service/capacity_share.hpp"
#include "actors/core/task_definition/registration.hpp"
#include "actors/core/task_definition/run_options.hpp"
#include "actors/core/task_definition/tags.hpp"
#include "actors/core/task_definition/task_size.hpp"
#include "actors/core/task_life.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

Result<void> check_started_by(const std::string& started_by) {
  const auto allowed = [](char c) { return is_name_character(c) || c == '/'; };
  if (started_by.size() > 128) return invalid_parameter("startedBy cannot be longer than 128 characters.");
  if (!std::all_of(started_by.begin(), started_by.end(), allowed)) {
    return invalid_parameter("startedBy contains invalid characters.");
  }
  return {};
}

Result<void> check_strategies(const std::vector<PlacementStrategy>& strategies) {
  if (strategies.size() > 5) return invalid_parameter("Too many placement strategies. The maximum is 5.");
  for (const auto& strategy : strategies) {
    const auto field = strategy.field.value_or("");
    if (strategy.type == PlacementStrategyType::spread && field.empty()) {
      return invalid_parameter("The field of a spread placement strategy cannot be empty.");
    }
    const bool known = field == "cpu" || field == "CPU" || field == "memory" || field == "MEMORY";
    if (strategy.type == PlacementStrategyType::binpack && !known) {
      return invalid_parameter("The field of a binpack placement strategy should be one of [cpu,memory].");
    }
  }
  return {};
}

/// The one of the call, or the cluster's own when the call says nothing; empty: by launch type.
const std::vector<CapacityProviderStrategyItem>& strategy_of(const RunTask& command, const Cluster& cluster) {
  const bool by_default = !command.launch_type && !command.instances;
  return command.capacity_provider_strategy.empty() && by_default ? cluster.default_strategy
                                                                  : command.capacity_provider_strategy;
}

std::vector<Tag> tags_of(const RunTask& command, const TaskDefinitionRecord& definition) {
  auto tags = command.tags;
  if (command.propagate_tags != PropagateTags::TASK_DEFINITION) return tags;
  for (const auto& tag : definition.tags) {
    const auto same = [&](const Tag& known) { return known.key == tag.key; };
    if (std::none_of(tags.begin(), tags.end(), same)) tags.push_back(tag);
  }
  return tags;
}

Result<std::vector<InstanceId>> named_instances(const std::vector<std::string>& references,
                                                const Realm& realm) {
  std::vector<InstanceId> ids;
  for (const auto& reference : references) {
    const auto ref = parse_ref(realm, "container-instance", reference);
    if (!ref) return ref.error();
    const auto id = parse_id<InstanceId>(ref->name);
    if (!id) return invalid_parameter("Container instance identifier is invalid: " + reference);
    ids.push_back(*id);
  }
  return ids;
}

Failure failure_of(const Refusal& refusal, const std::string& cluster, const Realm& realm) {
  Failure failure;
  failure.arn = instance_arn(realm, cluster, refusal.instance);
  failure.reason = refusal.reason;
  if (!refusal.detail.empty()) failure.detail = refusal.detail;
  return failure;
}

/// Whether a task can be made of the definition as the call asks.
Result<void> check_task(const RunTask& command, LaunchType type, const TaskDefinition& definition) {
  const auto overrides = command.overrides.value_or(TaskOverride{});
  if (auto ok = check_launch_type(type, definition, command.platform_version); !ok) return ok;
  if (auto ok = validate_overrides(definition, overrides); !ok) return ok;
  if (auto ok = check_fargate_overrides(type, definition, overrides); !ok) return ok;
  if (auto ok = validate_network_configuration(definition, command.network, type); !ok) return ok;
  if (auto ok = check_placement_wishes(type, command.constraints, command.strategies); !ok) return ok;
  if (auto ok = binding_constraints(command.constraints, definition); !ok) return ok.error();
  return check_strategies(command.strategies);
}

/// Where there was no room for FARGATE tasks is not told; an attribute that no host has, is.
Failure fargate_failure(const std::vector<Refusal>& refusals) {
  Failure failure;
  failure.reason = no_fargate_capacity;
  const auto lacks = [](const Refusal& refusal) { return refusal.reason == "ATTRIBUTE"; };
  const bool all_lack = !refusals.empty() && std::all_of(refusals.begin(), refusals.end(), lacks);
  failure.detail = all_lack ? "Every host " + refusals.front().detail : "RESOURCE:FARGATE";
  return failure;
}

TaskLaunch launch_of(const RunTask& command, const std::string& cluster, LaunchType type,
                     const TaskDefinitionRecord& definition) {
  const auto& what = definition.definition;
  TaskLaunch launch;
  launch.cluster = cluster;
  launch.family = *what.family;
  launch.revision = *what.revision;
  launch.launch_type = type;
  launch.platform_version = resolved_platform_version(type, command.platform_version);
  launch.group = command.group.empty() ? "family:" + *what.family : command.group;
  launch.started_by = command.started_by;
  launch.enable_execute_command = command.enable_execute_command;
  launch.overrides = command.overrides;
  launch.network = command.network;
  launch.tags = tags_of(command, definition);
  launch.size = required_resources(what, command.overrides.value_or(TaskOverride{}));
  launch.constraints = command.constraints;
  launch.strategies = command.strategies;
  return launch;
}

PlacementRequest request_of(const TaskLaunch& launch, const TaskDefinition& definition, std::uint64_t seed) {
  PlacementRequest request;
  request.size = launch.size;
  request.group = launch.group;
  request.attributes = placement_attributes(definition);
  request.constraints = all_constraints(launch.constraints, definition);
  request.strategies = launch.strategies;
  request.capacity_provider = placement_provider(launch.capacity_provider);
  request.launch_type = launch.launch_type;
  request.seed = seed;
  return request;
}

/// The plan, cut into the shares of the strategy's providers.
std::vector<RunPlan> shared_out(const RunPlan& whole,
                                const std::vector<CapacityProviderStrategyItem>& strategy,
                                const Providers& providers) {
  const auto& tasks = whole.request.tasks;
  const auto shares =
      share_out(strategy, std::vector<int>(strategy.size(), 0), static_cast<int>(tasks.size()));
  std::vector<RunPlan> plans;
  auto next = tasks.begin();
  for (std::size_t i = 0; i < strategy.size(); ++i) {
    if (shares[i] == 0) continue;
    auto plan = whole;
    auto launch = *whole.launch;
    launch.capacity_provider = strategy[i].capacityProvider.value_or("");
    plan.request.capacity_provider = placement_provider(launch.capacity_provider);
    plan.request.tasks.assign(next, next + shares[i]);
    next += shares[i];
    if (makes_room(providers, launch.capacity_provider)) {
      plan.without_place = WithoutPlace::wait;
      plan.request.list_refusals = ListRefusals::no;
    }
    plan.launch = std::make_shared<const TaskLaunch>(std::move(launch));
    plans.push_back(std::move(plan));
  }
  return plans;
}

/// What new tasks get their ids from.
struct Draw {
  Dice& dice;
  const Stamp& stamp;
};

/// For `count` tasks of one launch type.
Result<RunPlan> plan_of(const Cluster& cluster, const RunTask& command, LaunchType type,
                        const TaskDefinitionPtr& definition, std::size_t count, const Draw& draw) {
  const auto& what = definition->definition;
  if (auto ok = check_task(command, type, what); !ok) return ok.error();
  auto launch = std::make_shared<const TaskLaunch>(launch_of(command, cluster.name, type, *definition));
  RunPlan plan;
  plan.request = request_of(*launch, what, draw.stamp.seed);
  plan.launch = std::move(launch);
  for (std::size_t i = 0; i < count; ++i) {
    plan.request.tasks.push_back(draw.dice.id<TaskId>(draw.stamp.now));
  }
  return plan;
}

/// A task on an instance of ECS Anywhere is of launch type EXTERNAL, whatever else the call starts.
Result<std::vector<RunPlan>> plans_to_start(const RunSurroundings& where, const RunTask& command,
                                            const TaskDefinitionPtr& definition, const Realm& realm,
                                            const Draw& draw) {
  const auto named = named_instances(*command.instances, realm);
  if (!named) return named.error();
  std::vector<InstanceId> own;
  std::vector<InstanceId> external;
  for (const auto& id : *named) {
    const auto known = where.instances.find(id);
    const bool anywhere =
        known != where.instances.end() && serves(known->second->capacity, LaunchType::EXTERNAL);
    (anywhere ? external : own).push_back(id);
  }
  std::vector<RunPlan> plans;
  for (const auto& [type, ids] : {std::pair{LaunchType::EC2, &own}, {LaunchType::EXTERNAL, &external}}) {
    if (ids->empty()) continue;
    auto plan = plan_of(where.cluster, command, type, definition, ids->size(), draw);
    if (!plan) return plan.error();
    plan->request.instances = *ids;
    plans.push_back(std::move(*plan));
  }
  return plans;
}

}  // namespace

Result<void> check_run_task(const RunTask& command) {
  if (command.launch_type && !command.capacity_provider_strategy.empty()) {
    return invalid_parameter(
        "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try "
        "again.");
  }
  if (command.launch_type == LaunchType::MANAGED_INSTANCES) {
    return invalid_parameter("launch type should be one of [EC2,FARGATE,EXTERNAL]");
  }
  if (command.count < 1 || command.count > 10) {
    return invalid_parameter("Count must be between 1 and 10.");
  }
  if (command.instances && command.instances->empty()) {
    return invalid_parameter("Container instances cannot be empty.");
  }
  if (command.instances && command.instances->size() > 10) {
    return invalid_parameter("Container instances cannot have more than 10 elements.");
  }
  if (command.client_token.size() > 64) {
    return invalid_parameter("clientToken cannot be longer than 64 characters.");
  }
  if (command.propagate_tags == PropagateTags::SERVICE) {
    return invalid_parameter("SERVICE is not a valid value for propagateTags when running a task.");
  }
  if (command.group.starts_with("service:")) {
    return invalid_parameter("Group name cannot start with 'service:'.");
  }
  if (auto ok = check_started_by(command.started_by); !ok) return ok;
  return validate_tags(command.tags);
}

Result<std::vector<RunPlan>> plan_run_task(const RunSurroundings& where, const RunTask& command,
                                           const TaskDefinitionPtr& definition, const Realm& realm,
                                           const Stamp& stamp) {
  if (definition->definition.status != TaskDefinitionStatus::ACTIVE) {
    return client_error("TaskDefinition is inactive");
  }
  Dice dice{stamp.seed};
  if (command.instances) return plans_to_start(where, command, definition, realm, {dice, stamp});
  const auto& strategy = strategy_of(command, where.cluster);
  if (auto ok = check_strategy(strategy, where.cluster, where.providers); !ok) return ok.error();
  auto plan = plan_of(where.cluster, command, launch_type_of(command.launch_type, strategy), definition,
                      static_cast<std::size_t>(command.count), {dice, stamp});
  if (!plan) return plan.error();
  if (strategy.empty()) return std::vector{std::move(*plan)};
  return shared_out(*plan, strategy, where.providers);
}

PlacementRequest request_of_waiting(const std::vector<TaskPtr>& tasks, const Stamp& stamp) {
  auto request = request_of(*tasks.front()->launch, tasks.front()->definition->definition, stamp.seed);
  for (const auto& task : tasks) request.tasks.push_back(task->id);
  request.list_refusals = ListRefusals::no;
  return request;
}

/// An assignment without an instance is of a task that waits for its capacity provider.
Result<RunResult> accept_placed(const RunPlan& plan, const PlacementResult& placed,
                                const TaskDefinitionPtr& definition, const Realm& realm, const Stamp& stamp) {
  RunResult result;
  for (const auto& place : placed.assignments) {
    result.tasks.push_back(std::make_shared<Task>(
        place.instance.empty() ? accept_waiting_task(place.task, plan.launch, definition, stamp)
                               : accept_task(place, plan.launch, definition, stamp)));
  }
  if (plan.without_place == WithoutPlace::wait) {
    // Tasks are placed in their order: the rest has none.
    for (auto at = result.tasks.size(); at < plan.request.tasks.size(); ++at) {
      result.tasks.push_back(std::make_shared<Task>(
          accept_waiting_task(plan.request.tasks[at], plan.launch, definition, stamp)));
    }
    return result;
  }
  if (plan.launch->launch_type == LaunchType::FARGATE) {
    if (result.tasks.size() < plan.request.tasks.size()) {
      result.failures.push_back(fargate_failure(placed.refusals));
    }
    return result;
  }
  const bool nothing = result.tasks.empty();
  if (nothing && placed.fleet_is_empty && !plan.request.instances) {
    return invalid_parameter("No Container Instances were found in your cluster.");
  }
  if (nothing && placed.provider_is_empty) {
    return invalid_parameter("No Container Instances were found in your capacity provider.");
  }
  for (const auto& refusal : placed.refusals) {
    result.failures.push_back(failure_of(refusal, plan.launch->cluster, realm));
  }
  return result;
}

}  // namespace troupe::core
