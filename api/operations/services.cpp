/// CreateService, UpdateService, DeleteService, DescribeServices, ListServices,
/// ListServicesByNamespace.

#include "api/wire/services.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/rendering.hpp"
#include "api/rendering/service.hpp"
#include "api/wire/page_token.hpp"

namespace troupe::api::operations::services {
namespace {

constexpr std::size_t describe_max = 10;
constexpr wire::PageLimits list_limits{.usual = 10, .most = 100};

std::string request_digest(wire::CreateServiceRequest in) {
  in.clientToken.reset();
  return digest_of(wire::encode(in));
}

std::optional<core::DeploymentControllerType> controller_of(
    const std::optional<core::DeploymentController>& controller) {
  return controller ? controller->type : std::nullopt;
}

core::Result<Question> read_create(const Call& call, const wire::CreateServiceRequest& in) {
  if (auto refusal = check_tags(in.tags)) return *refusal;
  core::CreateService command;
  command.name = in.serviceName.value_or("");
  command.task_definition = in.taskDefinition.value_or("");
  command.desired_count = in.desiredCount;
  command.launch_type = in.launchType;
  command.capacity_provider_strategy = list_or_empty(in.capacityProviderStrategy);
  command.platform_version = in.platformVersion.value_or("");
  command.role = in.role.value_or("");
  command.scheduling_strategy = in.schedulingStrategy;
  command.deployment_controller = controller_of(in.deploymentController);
  command.deployment_configuration = in.deploymentConfiguration;
  command.rebalancing = in.availabilityZoneRebalancing;
  command.load_balancers = list_or_empty(in.loadBalancers);
  command.registries = list_or_empty(in.serviceRegistries);
  command.constraints = list_or_empty(in.placementConstraints);
  command.placement = list_or_empty(in.placementStrategy);
  command.network = in.networkConfiguration;
  command.grace_seconds = in.healthCheckGracePeriodSeconds;
  command.connect = in.serviceConnectConfiguration;
  command.volumes = list_or_empty(in.volumeConfigurations);
  command.lattice = list_or_empty(in.vpcLatticeConfigurations);
  command.monitoring = in.monitoring;
  command.enable_managed_tags = in.enableECSManagedTags.value_or(false);
  command.enable_execute_command = in.enableExecuteCommand.value_or(false);
  command.propagate_tags = in.propagateTags;
  command.tags = list_or_empty(in.tags);
  command.client_token = in.clientToken.value_or("");
  if (!command.client_token.empty()) command.request_digest = request_digest(in);
  command.created_by = call.caller.arn;
  return ask_cluster(in.cluster, std::move(command));
}

wire::CreateServiceResponse write_created(const Call& call, const wire::CreateServiceRequest& /*in*/,
                                          const core::ServiceReply& reply) {
  return {rendering::service(call.realm(), reply.service, {.tags = true})};
}

core::Result<Question> read_update(const Call& /*call*/, const wire::UpdateServiceRequest& in) {
  core::UpdateService command;
  command.service = in.service.value_or("");
  command.desired_count = in.desiredCount;
  command.task_definition = in.taskDefinition;
  command.capacity_provider_strategy = in.capacityProviderStrategy;
  command.deployment_controller = controller_of(in.deploymentController);
  command.deployment_configuration = in.deploymentConfiguration;
  command.rebalancing = in.availabilityZoneRebalancing;
  command.network = in.networkConfiguration;
  command.constraints = in.placementConstraints;
  command.placement = in.placementStrategy;
  command.platform_version = in.platformVersion;
  command.grace_seconds = in.healthCheckGracePeriodSeconds;
  command.load_balancers = in.loadBalancers;
  command.registries = in.serviceRegistries;
  command.connect = in.serviceConnectConfiguration;
  command.volumes = in.volumeConfigurations;
  command.lattice = in.vpcLatticeConfigurations;
  command.monitoring = in.monitoring;
  command.enable_execute_command = in.enableExecuteCommand;
  command.enable_managed_tags = in.enableECSManagedTags;
  command.propagate_tags = in.propagateTags;
  command.force_new_deployment = in.forceNewDeployment.value_or(false);
  return ask_cluster(in.cluster, std::move(command));
}

wire::UpdateServiceResponse write_updated(const Call& call, const wire::UpdateServiceRequest& /*in*/,
                                          const core::ServiceReply& reply) {
  return {rendering::service(call.realm(), reply.service, {})};
}

core::Result<Question> read_delete(const Call& /*call*/, const wire::DeleteServiceRequest& in) {
  return ask_cluster(in.cluster, core::DeleteService{in.service.value_or(""), in.force.value_or(false)});
}

wire::DeleteServiceResponse write_deleted(const Call& call, const wire::DeleteServiceRequest& /*in*/,
                                          const core::ServiceReply& reply) {
  return {rendering::service(call.realm(), reply.service, {})};
}

core::Result<Question> read_describe(const Call& /*call*/, const wire::DescribeServicesRequest& in) {
  const auto asked = list_or_empty(in.services);
  if (asked.empty()) return core::invalid_parameter("Services cannot be empty.");
  if (auto refusal = check_at_most(asked, describe_max, "service names")) return *refusal;
  return ask_cluster(in.cluster, core::DescribeServices{asked});
}

wire::DescribeServicesResponse write_described(const Call& call, const wire::DescribeServicesRequest& in,
                                               const core::ServicesReply& reply) {
  const rendering::ServiceDetail detail{rendering::includes(in.include, wire::ServiceField::TAGS)};
  wire::DescribeServicesResponse out;
  out.services.emplace();
  for (const auto& snapshot : reply.services) {
    out.services->push_back(rendering::service(call.realm(), snapshot, detail));
  }
  out.failures = reply.failures;
  return out;
}

core::Result<Question> read_list(const Call& /*call*/, const wire::ListServicesRequest& in) {
  auto page = wire::page_of(query_of("ListServices", in), in.nextToken, in.maxResults, list_limits);
  if (!page) return std::move(page).error();
  return ask_cluster(in.cluster, core::ListServices{in.launchType, in.schedulingStrategy, *std::move(page)});
}

/// Resources that ECS manages belong to express services, of which there are none here.
wire::ListServicesResponse write_list(const Call& /*call*/, const wire::ListServicesRequest& in,
                                      const core::ListReply& reply) {
  if (in.resourceManagementType == core::ResourceManagementType::ECS) {
    return {std::vector<std::string>{}, std::nullopt};
  }
  return {reply.items, wire::next_token(query_of("ListServices", in), reply.next)};
}

core::Result<Question> read_namespace(const Call& /*call*/, const wire::ListServicesByNamespaceRequest& in) {
  if (in.namespace_.value_or("").empty()) return core::invalid_parameter("Namespace can not be blank.");
  auto page =
      wire::page_of(query_of("ListServicesByNamespace", in), in.nextToken, in.maxResults, list_limits);
  if (!page) return std::move(page).error();
  return ask_registry(core::ListServicesByNamespace{in.namespace_.value_or(""), *std::move(page)});
}

wire::ListServicesByNamespaceResponse write_namespace(const Call& /*call*/,
                                                      const wire::ListServicesByNamespaceRequest& in,
                                                      const core::ListReply& reply) {
  return {reply.items, wire::next_token(query_of("ListServicesByNamespace", in), reply.next)};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("CreateService", read_create, write_created),
          operation("UpdateService", read_update, write_updated),
          operation("DeleteService", read_delete, write_deleted),
          operation("DescribeServices", read_describe, write_described),
          operation("ListServices", read_list, write_list),
          operation("ListServicesByNamespace", read_namespace, write_namespace)};
}

}  // namespace troupe::api::operations::services
