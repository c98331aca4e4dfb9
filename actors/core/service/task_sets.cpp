/// CreateTaskSet, UpdateTaskSet, DeleteTaskSet, UpdateServicePrimaryTaskSet.
///
/// Source: ECS API Reference, the actions of these names.

#include "actors/core/service/task_sets.hpp"
#include "actors/core/capacity_providers.hpp"
#include "actors/core/launch_type.hpp"

#include "actors/core/service/checks.hpp"
#include "actors/core/service/names.hpp"
#include "actors/core/task_definition/tags.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

using Controller = DeploymentControllerType;

/// Task sets that a service may have at once.
constexpr std::size_t task_sets_max = 5;

Result<void> check_service(const Service& service) {
  if (service.status != ServiceStatus::ACTIVE) {
    return Error{ErrorCode::service_not_active, "Service was not ACTIVE."};
  }
  if (service.controller == Controller::ECS) {
    return invalid_parameter(
        "Amazon ECS only supports task sets for services with the EXTERNAL or "
        "CODE_DEPLOY deployment controller.");
  }
  return {};
}

Result<void> check_scale(const Scale& scale) {
  const auto value = scale.value.value_or(0);
  if (value < 0 || value > 100) return invalid_parameter("Scale percent must be between 0.0 and 100.0.");
  return {};
}

TaskSet new_task_set(Draft& draft, std::uint64_t revision) {
  TaskSet set;
  set.id = fresh_number(draft.dice());
  set.revision = revision;
  set.created_at = set.updated_at = set.stability_at = draft.time();
  return set;
}

/// The set that `reference` (an id or an ARN) means.
Result<std::uint64_t> find_set(const Service& service, const Realm& realm, const std::string& reference) {
  for (const auto& set : service.task_sets) {
    const bool by_id = reference == deployment_name(set.id);
    if (by_id || reference == task_set_arn(realm, service, set.id)) return set.id;
  }
  return Error{ErrorCode::task_set_not_found, "The specified task set does not exist."};
}

TaskSet& edit_set(Draft& draft, std::uint64_t id) {
  auto& sets = draft.edit().task_sets;
  auto& set = *std::ranges::find_if(sets, [&](const TaskSet& one) { return one.id == id; });
  set.updated_at = draft.time();
  return set;
}

Result<ServiceTemplate> template_of(const Service& service, const CreateTaskSet& command,
                                    const ServiceContext& context) {
  ServiceTemplate what;
  what.family = context.definition->definition.family.value_or("");
  what.revision = context.definition->definition.revision.value_or(0);
  what.launch_type = command.launch_type;
  what.strategy = command.capacity_provider_strategy;
  if (!what.launch_type && what.strategy.empty()) what.strategy = context.cluster->default_strategy;
  if (!what.launch_type && what.strategy.empty()) what.launch_type = LaunchType::EC2;
  what.platform_version = command.platform_version;
  what.load_balancers = command.load_balancers;
  what.registries = command.registries;
  what.network = command.network;
  if (auto ok = check_strategy(what.strategy, *context.cluster, context.providers); !ok) return ok.error();
  const auto type = launch_type_of(what.launch_type, what.strategy);
  if (auto ok = check_placement_wishes(type, service.constraints, service.placement); !ok) return ok.error();
  if (auto ok = check_template(what, *context.definition); !ok) return ok.error();
  return what;
}

Result<void> check_create(const Service& service, const CreateTaskSet& command,
                          const ServiceContext& context) {
  if (auto ok = check_service(service); !ok) return ok;
  if (command.launch_type && !command.capacity_provider_strategy.empty()) {
    return invalid_parameter(
        "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try "
        "again.");
  }
  if (command.launch_type && command.launch_type != LaunchType::EC2 &&
      command.launch_type != LaunchType::FARGATE) {
    return client_error("launch type should be one of [EC2,FARGATE]");
  }
  if (!context.definition) return invalid_parameter("TaskDefinition can not be blank.");
  if (auto ok = check_client_token(command.client_token); !ok) return ok;
  if (auto ok = check_scale(command.scale.value_or(Scale{})); !ok) return ok;
  if (service.task_sets.size() >= task_sets_max) {
    return Error{ErrorCode::limit_exceeded, "The service has the maximum number of task sets."};
  }
  return validate_tags(command.tags);
}

}  // namespace

void add_first_task_set(Draft& draft, std::uint64_t revision) {
  auto set = new_task_set(draft, revision);
  set.status = TaskSetStatus::PRIMARY;
  set.scale_percent = 100;
  draft.edit().revision = revision;
  draft.edit().task_sets.push_back(std::move(set));
}

Result<TaskSetChange> decide(const ServiceState& state, const CreateTaskSet& command,
                             const ServiceContext& context, const Stamp& stamp) {
  for (const auto& set : state.service->task_sets) {
    if (command.client_token.empty() || set.client_token != command.client_token) continue;
    if (set.request_digest == command.request_digest) return TaskSetChange{{}, set};
  }
  if (auto ok = check_create(*state.service, command, context); !ok) return ok.error();
  auto what = template_of(*state.service, command, context);
  if (!what) return what.error();
  Draft draft{state, stamp};
  ServiceRevision revision{fresh_number(draft.dice()), draft.service().cluster, draft.service().name,
                           stamp.now, std::move(*what)};
  auto set = new_task_set(draft, revision.number);
  set.external_id = command.external_id;
  set.started_by = command.started_by;
  set.scale_percent = command.scale ? command.scale->value.value_or(0) : 100;
  set.tags = command.tags;
  set.client_token = command.client_token;
  set.request_digest = command.request_digest;
  draft.add_revision(std::move(revision));
  draft.edit().task_sets.push_back(set);
  return TaskSetChange{draft.finish(), std::move(set)};
}

Result<TaskSetChange> decide(const ServiceState& state, const UpdateTaskSet& command, const Realm& realm,
                             const Stamp& stamp) {
  if (auto ok = check_service(*state.service); !ok) return ok.error();
  if (auto ok = check_scale(command.scale); !ok) return ok.error();
  const auto id = find_set(*state.service, realm, command.task_set);
  if (!id) return id.error();
  Draft draft{state, stamp};
  auto& set = edit_set(draft, *id);
  if (set.status == TaskSetStatus::DRAINING) {
    return invalid_parameter("The specified task set is DRAINING and cannot be updated.");
  }
  set.scale_percent = command.scale.value.value_or(0);
  auto shown = set;
  return TaskSetChange{draft.finish(), std::move(shown)};
}

Result<TaskSetChange> decide(const ServiceState& state, const DeleteTaskSet& command, const Realm& realm,
                             const Stamp& stamp) {
  if (auto ok = check_service(*state.service); !ok) return ok.error();
  const auto id = find_set(*state.service, realm, command.task_set);
  if (!id) return id.error();
  Draft draft{state, stamp};
  auto& set = edit_set(draft, *id);
  if (set.status == TaskSetStatus::PRIMARY && !command.force) {
    return invalid_parameter("The primary task set cannot be deleted without force.");
  }
  if (set.scale_percent > 0 && !command.force) {
    return invalid_parameter("The task set cannot be deleted while it is scaled above 0.");
  }
  set.status = TaskSetStatus::DRAINING;
  auto shown = set;
  return TaskSetChange{draft.finish(), std::move(shown)};
}

Result<TaskSetChange> decide(const ServiceState& state, const UpdateServicePrimaryTaskSet& command,
                             const Realm& realm, const Stamp& stamp) {
  if (auto ok = check_service(*state.service); !ok) return ok.error();
  const auto id = find_set(*state.service, realm, command.task_set);
  if (!id) return id.error();
  Draft draft{state, stamp};
  for (auto& set : draft.edit().task_sets) {
    if (set.status == TaskSetStatus::PRIMARY) set.status = TaskSetStatus::ACTIVE;
  }
  auto& set = edit_set(draft, *id);
  if (set.status == TaskSetStatus::DRAINING) {
    return invalid_parameter("The specified task set is DRAINING and cannot become primary.");
  }
  set.status = TaskSetStatus::PRIMARY;
  draft.edit().revision = set.revision;
  auto shown = set;
  return TaskSetChange{draft.finish(), std::move(shown)};
}

}  // namespace troupe::core
