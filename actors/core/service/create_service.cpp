/// CreateService.

#include "actors/core/capacity_providers.hpp"
#include "actors/core/launch_type.hpp"
#include "actors/core/service/checks.hpp"
#include "actors/core/service/deployments.hpp"
#include "actors/core/service/names.hpp"
#include "actors/core/service/task_sets.hpp"
#include "actors/core/task_definition/tags.hpp"

namespace troupe::core {
namespace {

using Controller = DeploymentControllerType;

constexpr const char* both_ways =
    "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try "
    "again.";

Result<void> check_command(const CreateService& command) {
  if (command.launch_type && !command.capacity_provider_strategy.empty()) return invalid_parameter(both_ways);
  if (command.launch_type == LaunchType::MANAGED_INSTANCES) {
    return invalid_parameter("launch type should be one of [EC2,FARGATE,EXTERNAL]");
  }
  if (auto ok = check_service_name(command.name); !ok) return ok;
  if (auto ok = check_client_token(command.client_token); !ok) return ok;
  if (command.desired_count) {
    if (auto ok = check_desired_count(*command.desired_count); !ok) return ok;
  }
  if (command.grace_seconds.value_or(0) < 0) {
    return invalid_parameter("Health check grace period must be greater than or equal to 0.");
  }
  return validate_tags(command.tags);
}

Result<void> check_needed(const CreateService& command, const ServiceContext& context) {
  const auto controller = command.deployment_controller.value_or(Controller::ECS);
  if (!context.definition && controller != Controller::EXTERNAL) {
    return invalid_parameter("TaskDefinition can not be blank.");
  }
  if (command.scheduling_strategy == SchedulingStrategy::DAEMON) {
    return check_daemon(command, *context.cluster);
  }
  if (!command.desired_count && controller != Controller::EXTERNAL) {
    return invalid_parameter("Desired count can not be blank for a REPLICA service.");
  }
  return {};
}

/// Nothing of this name is there, or it may be used again.
Result<void> check_name_is_free(const ServiceState* existing) {
  if (existing == nullptr || !existing->service) return {};
  if (existing->service->status == ServiceStatus::ACTIVE) {
    return invalid_parameter("Creation of service was not idempotent.");
  }
  if (existing->service->status == ServiceStatus::DRAINING) {
    return invalid_parameter("Unable to Start a service that is still Draining.");
  }
  return {};
}

bool is_repeated(const ServiceState* existing, const CreateService& command) {
  return existing != nullptr && existing->service && !command.client_token.empty() &&
         existing->service->status == ServiceStatus::ACTIVE &&
         existing->service->client_token == command.client_token &&
         existing->service->request_digest == command.request_digest;
}

ServiceTemplate template_of(const CreateService& command, const ServiceContext& context) {
  ServiceTemplate what;
  if (context.definition) {
    what.family = context.definition->definition.family.value_or("");
    what.revision = context.definition->definition.revision.value_or(0);
  }
  what.launch_type = command.launch_type;
  what.strategy = command.capacity_provider_strategy;
  if (!what.launch_type && what.strategy.empty()) what.strategy = context.cluster->default_strategy;
  if (what.strategy.empty() && !what.launch_type) what.launch_type = LaunchType::EC2;
  what.platform_version = command.platform_version;
  what.load_balancers = command.load_balancers;
  what.registries = command.registries;
  what.network = command.network;
  what.connect = command.connect;
  what.volumes = command.volumes;
  what.lattice = command.lattice;
  what.monitoring = command.monitoring;
  what.enable_execute_command = command.enable_execute_command;
  what.enable_managed_tags = command.enable_managed_tags;
  what.propagate_tags = command.propagate_tags;
  return what;
}

Service service_of(const CreateService& command, const ServiceContext& context, Time now) {
  Service service;
  service.cluster = context.cluster->name;
  service.name = command.name;
  service.created_at = now;
  service.created_by = command.created_by;
  service.strategy = command.scheduling_strategy.value_or(SchedulingStrategy::REPLICA);
  service.controller = command.deployment_controller.value_or(Controller::ECS);
  service.desired_count = command.desired_count.value_or(0);
  service.configuration =
      with_defaults(command.deployment_configuration.value_or(DeploymentConfiguration{}), service.strategy);
  service.constraints = command.constraints;
  service.placement = command.placement;
  service.grace_seconds = command.grace_seconds;
  service.role = command.role;
  service.tags = command.tags;
  service.client_token = command.client_token;
  service.request_digest = command.request_digest;
  return service;
}

/// What fits together only when all is known.
Result<void> check_whole(Service& service, const ServiceTemplate& what, const CreateService& command,
                         const ServiceContext& context) {
  if (auto ok = check_strategy(what.strategy, *context.cluster, context.providers); !ok) return ok;
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
  if (context.definition) {
    if (auto ok = check_template(what, *context.definition); !ok) return ok;
  }
  const auto rebalancing = choose_rebalancing(command.rebalancing, service, what);
  if (!rebalancing) return rebalancing.error();
  service.rebalancing = *rebalancing;
  return {};
}

}  // namespace

Result<ServiceChange> decide(const ServiceState* existing, const CreateService& command,
                             const ServiceContext& context, const Stamp& stamp) {
  if (auto ok = check_command(command); !ok) return ok.error();
  if (is_repeated(existing, command)) return ServiceChange{};
  if (auto ok = check_name_is_free(existing); !ok) return ok.error();
  if (auto ok = check_needed(command, context); !ok) return ok.error();
  if (auto ok = check_hook_targets(command.deployment_configuration, context.hook_targets); !ok) {
    return ok.error();
  }
  auto service = service_of(command, context, stamp.now);
  const auto what = template_of(command, context);
  if (auto ok = check_whole(service, what, command, context); !ok) return ok.error();

  const ServiceState nothing;
  Draft draft{nothing, stamp};
  draft.create(std::move(service));
  if (draft.service().controller == Controller::EXTERNAL) return draft.finish();
  ServiceRevision revision{fresh_number(draft.dice()), context.cluster->name, command.name, stamp.now, what};
  const auto number = revision.number;
  draft.add_revision(std::move(revision));
  if (draft.service().controller == Controller::ECS) {
    begin_deployment(draft, number);
  } else {
    add_first_task_set(draft, number);
  }
  return draft.finish();
}

}  // namespace troupe::core
