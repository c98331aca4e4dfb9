/// UpdateService and DeleteService.

#include "actors/core/capacity_providers.hpp"
#include "actors/core/launch_type.hpp"
#include "actors/core/service/checks.hpp"
#include "actors/core/service/deployments.hpp"
#include "actors/core/service/names.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

using Controller = DeploymentControllerType;

/// The one change of the controller there is: ECS takes over from outside.
bool moves_to_ecs(const Service& service, const UpdateService& command) {
  return command.deployment_controller == Controller::ECS && service.controller != Controller::ECS;
}

Result<void> check_move_to_ecs(const Service& service) {
  const auto& sets = service.task_sets;
  if (sets.size() == 1 && sets.front().status == TaskSetStatus::PRIMARY) return {};
  return invalid_parameter(
      "Unable to update the deployment controller of a service to ECS unless it has exactly one task set, "
      "and that is its primary task set.");
}

Result<void> check_controller(const Service& service, const UpdateService& command) {
  if (moves_to_ecs(service, command)) return check_move_to_ecs(service);
  if (command.deployment_controller && *command.deployment_controller != service.controller) {
    return invalid_parameter("Unable to update the deployment controller of a service.");
  }
  if (service.controller == Controller::ECS) return {};
  const std::string name = name_of(service.controller);
  const auto refusal = [&](const char* what) {
    return invalid_parameter(
        std::string{"Unable to update "} + what + " on services with a " + name + " deployment controller." +
        (service.controller == Controller::CODE_DEPLOY ? " Use AWS CodeDeploy to trigger a new deployment."
                                                       : " Use CreateTaskSet to start a new deployment."));
  };
  if (command.task_definition) return refusal("task definition");
  if (command.network) return refusal("network configuration");
  if (command.load_balancers) return refusal("load balancers");
  if (command.platform_version) return refusal("platform version");
  if (command.capacity_provider_strategy) return refusal("capacity provider strategy");
  if (command.force_new_deployment) {
    return invalid_parameter("Cannot force a new deployment on services with a " + name +
                             " deployment controller.");
  }
  return {};
}

Result<void> check_command(const Service& service, const UpdateService& command) {
  if (service.status != ServiceStatus::ACTIVE) {
    return Error{ErrorCode::service_not_active, "Service was not ACTIVE."};
  }
  const bool daemon = service.strategy == SchedulingStrategy::DAEMON;
  if (daemon && command.desired_count) {
    return invalid_parameter(
        "The daemon scheduling strategy does not support a desired count for services. Remove the desired "
        "count value and try again");
  }
  if (daemon && command.placement && !command.placement->empty()) {
    return invalid_parameter(
        "The daemon scheduling strategy does not support placement strategies. Remove the placement "
        "strategy and try again");
  }
  if (daemon && command.capacity_provider_strategy && !command.capacity_provider_strategy->empty()) {
    return invalid_parameter(
        "Specifying a capacity provider strategy is not supported when you create a service using the "
        "DAEMON scheduling strategy.");
  }
  if (command.desired_count) {
    if (auto ok = check_desired_count(*command.desired_count); !ok) return ok;
  }
  if (command.grace_seconds.value_or(0) < 0) {
    return invalid_parameter("Health check grace period must be greater than or equal to 0.");
  }
  return check_controller(service, command);
}

ServiceTemplate updated(ServiceTemplate what, const UpdateService& command, const ServiceContext& context) {
  if (context.definition) {
    what.family = context.definition->definition.family.value_or("");
    what.revision = context.definition->definition.revision.value_or(0);
  }
  if (command.capacity_provider_strategy) {
    what.strategy = *command.capacity_provider_strategy;
    if (what.strategy.empty()) what.strategy = context.cluster->default_strategy;
    what.launch_type.reset();
    if (what.strategy.empty()) what.launch_type = LaunchType::EC2;
    if (launch_type_of(what.launch_type, what.strategy) != LaunchType::FARGATE) what.platform_version.clear();
  }
  if (command.network) what.network = command.network;
  if (command.platform_version) what.platform_version = *command.platform_version;
  if (command.load_balancers) what.load_balancers = *command.load_balancers;
  if (command.registries) what.registries = *command.registries;
  if (command.connect) what.connect = command.connect;
  if (command.volumes) what.volumes = *command.volumes;
  if (command.lattice) what.lattice = *command.lattice;
  if (command.monitoring) what.monitoring = command.monitoring;
  if (command.enable_execute_command) what.enable_execute_command = *command.enable_execute_command;
  if (command.enable_managed_tags) what.enable_managed_tags = *command.enable_managed_tags;
  if (command.propagate_tags) what.propagate_tags = command.propagate_tags;
  return what;
}

/// The primary task set goes on as a deployment of the same name, so that its
/// tasks stay.
void take_over_task_set(Draft& draft) {
  auto& service = draft.edit();
  const auto set = service.task_sets.front();
  service.controller = Controller::ECS;
  service.task_sets.clear();
  service.revision = service.stable_revision = set.revision;
  Deployment deployment;
  deployment.id = set.id;
  deployment.revision = set.revision;
  deployment.created_at = set.created_at;
  deployment.updated_at = draft.time();
  deployment.desired_count = service.desired_count;
  deployment.rollout = DeploymentRolloutState::COMPLETED;
  deployment.rollout_reason = "ECS deployment " + deployment_name(set.id) + " completed.";
  deployment.failures = set.failures;
  service.deployments = {std::move(deployment)};
}

/// What does not make a new deployment.
void take_settings(Service& service, const UpdateService& command) {
  if (command.deployment_configuration) {
    service.configuration = merged(service.configuration, *command.deployment_configuration);
  }
  if (command.constraints) service.constraints = *command.constraints;
  if (command.placement) service.placement = *command.placement;
  if (command.grace_seconds) service.grace_seconds = command.grace_seconds;
  if (command.desired_count) service.desired_count = *command.desired_count;
}

void tell_desired_count(Draft& draft, std::int32_t before) {
  const auto count = draft.service().desired_count;
  if (count == before) return;
  for (auto& deployment : draft.edit().deployments) {
    if (deployment.status == DeploymentStatus::PRIMARY) deployment.desired_count = count;
  }
  ServiceAction action;
  action.name = ServiceActionName::SERVICE_DESIRED_COUNT_UPDATED;
  action.desired_count = count;
  draft.tell(std::move(action));
}

/// Whoever updates a service wants to see it try again at once.
void forget_delays(Draft& draft) {
  auto& service = draft.edit();
  service.placement_failures = 0;
  service.place_again_at.reset();
  for (auto& deployment : service.deployments) deployment.failures.failed_to_start = 0;
}

Result<void> check_whole(const Service& service, const ServiceTemplate& before, const ServiceTemplate& what,
                         const UpdateService& command, const ServiceContext& context) {
  if (what.strategy != before.strategy || what.launch_type != before.launch_type) {
    if (auto ok = check_strategy(what.strategy, *context.cluster, context.providers); !ok) return ok;
    if (!command.force_new_deployment) {
      return invalid_parameter(
          "When switching from launch type to capacity provider strategy on an existing service, or making "
          "a change to a capacity provider strategy on a service that is already using one, you must force "
          "a new deployment.");
    }
  }
  if (auto ok =
          check_deployment_configuration(service.configuration, service.strategy, service.controller, what);
      !ok) {
    return ok;
  }
  const auto type = launch_type_of(what.launch_type, what.strategy);
  if (auto ok = check_placement_wishes(type, service.constraints, service.placement); !ok) return ok;
  if (auto ok = check_placement(service.constraints, service.placement, context.definition.get()); !ok) {
    return ok;
  }
  if (!context.definition) return {};
  return check_template(what, *context.definition);
}

}  // namespace

Result<ServiceChange> decide(const ServiceState& state, const UpdateService& command,
                             const ServiceContext& context, const Stamp& stamp) {
  if (auto ok = check_command(*state.service, command); !ok) return ok.error();
  if (auto ok = check_hook_targets(command.deployment_configuration, context.hook_targets); !ok) {
    return ok.error();
  }
  Draft draft{state, stamp};
  const auto desired_before = draft.service().desired_count;
  if (moves_to_ecs(draft.service(), command)) take_over_task_set(draft);
  take_settings(draft.edit(), command);
  const auto* known = draft.revision(draft.service().revision);
  const auto before = known == nullptr ? ServiceTemplate{} : known->what;
  const auto what = updated(before, command, context);
  if (auto ok = check_whole(draft.service(), before, what, command, context); !ok) return ok.error();
  if (command.rebalancing) {
    const auto rebalancing = choose_rebalancing(command.rebalancing, draft.service(), what);
    if (!rebalancing) return rebalancing.error();
    draft.edit().rebalancing = *rebalancing;
  }
  forget_delays(draft);
  const bool deploys =
      draft.service().controller == Controller::ECS && (what != before || command.force_new_deployment);
  if (deploys) {
    ServiceRevision revision{fresh_number(draft.dice()), draft.service().cluster, draft.service().name,
                             stamp.now, what};
    const auto number = revision.number;
    draft.add_revision(std::move(revision));
    begin_deployment(draft, number);
  }
  tell_desired_count(draft, desired_before);
  return draft.finish();
}

Result<ServiceChange> decide(const ServiceState& state, const DeleteService& command, const Stamp& stamp) {
  const auto& service = *state.service;
  if (service.status == ServiceStatus::INACTIVE) {
    return Error{ErrorCode::service_not_found, "Service not found."};
  }
  if (service.status == ServiceStatus::DRAINING) return ServiceChange{};
  const bool scaled = service.strategy == SchedulingStrategy::DAEMON || service.desired_count > 0;
  if (!command.force && service.controller == Controller::ECS && scaled) {
    return invalid_parameter("The service cannot be stopped while it is scaled above 0.");
  }
  if (!command.force && !service.task_sets.empty()) {
    return invalid_parameter("The service cannot be stopped while deployments are active.");
  }
  Draft draft{state, stamp};
  abandon_deployment(draft, "The service was deleted.");
  draft.edit().status = ServiceStatus::DRAINING;
  draft.edit().desired_count = 0;
  draft.edit().balancing_zone.clear();
  return draft.finish();
}

}  // namespace troupe::core
