#pragma once

/// What CreateService, UpdateService and CreateTaskSet refuse, in ECS's words.
/// All refusals are InvalidParameterException where nothing else is said.
///
/// Source: ECS API Reference, CreateService, UpdateService,
/// "DeploymentConfiguration".

#include "actors/core/service/service.hpp"

namespace troupe::core {

Result<void> check_service_name(const std::string& name);
/// At most 36 printable ASCII characters.
Result<void> check_client_token(const std::string& token);
/// 0–5000.
Result<void> check_desired_count(std::int32_t count);

/// At most 10 constraints with those of the definition, at most 5 strategies.
Result<void> check_placement(const std::vector<PlacementConstraint>& constraints,
                             const std::vector<PlacementStrategy>& strategies,
                             const TaskDefinitionRecord* definition);

/// A configuration with its defaults filled in.
DeploymentConfiguration with_defaults(const DeploymentConfiguration& given, SchedulingStrategy strategy);
/// `given` over `known`, member by member.
DeploymentConfiguration merged(const DeploymentConfiguration& known, const DeploymentConfiguration& given);
/// `full` has its defaults; `what` tells whether there is traffic to shift.
Result<void> check_deployment_configuration(const DeploymentConfiguration& full, SchedulingStrategy strategy,
                                            DeploymentControllerType controller, const ServiceTemplate& what);

/// What a request gives anew: a hook that nobody could ever call is refused now,
/// not when a deployment comes to it.
Result<void> check_hook_targets(const std::optional<DeploymentConfiguration>& given, HookTargets targets);

/// The definition can run as `what` says: launch type, network, platform version,
/// containers and ports of load balancers.
Result<void> check_template(const ServiceTemplate& what, const TaskDefinitionRecord& definition);

/// The rules of the DAEMON strategy for what CreateService asks.
Result<void> check_daemon(const CreateService& command, const Cluster& cluster);

/// ENABLED where nothing speaks against it; refuses ENABLED where something does.
Result<AvailabilityZoneRebalancing> choose_rebalancing(
    const std::optional<AvailabilityZoneRebalancing>& asked, const Service& service,
    const ServiceTemplate& what);

}  // namespace troupe::core
