#pragma once

/// What the API asks about services, task sets, capacity providers and the
/// attributes and states of instances, and what it is answered. One struct for
/// each operation, in the manner of commands.hpp.
///
/// An absent optional was not given, which UpdateService tells from an empty
/// list (an empty list removes). Services are named by name or ARN.
///
/// Source: ECS API Reference, "Actions".

#include "actors/core/page.hpp"
#include "actors/core/principal.hpp"
#include "actors/core/records/capacity_provider.hpp"
#include "actors/core/records/cluster.hpp"
#include "actors/core/records/container_instance.hpp"
#include "actors/core/records/service.hpp"
#include "actors/core/records/task.hpp"
#include "actors/core/result.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe::core {

// ---- Services: asked of a cluster -------------------------------------------------

struct CreateService {
  std::string name;
  std::string task_definition;  ///< Empty only with the EXTERNAL controller.
  std::optional<std::int32_t> desired_count;
  std::optional<LaunchType> launch_type;
  std::vector<CapacityProviderStrategyItem> capacity_provider_strategy;
  std::string platform_version;
  std::string role;
  std::optional<SchedulingStrategy> scheduling_strategy;
  std::optional<DeploymentControllerType> deployment_controller;
  std::optional<DeploymentConfiguration> deployment_configuration;
  std::optional<AvailabilityZoneRebalancing> rebalancing;
  std::vector<LoadBalancer> load_balancers;
  std::vector<ServiceRegistry> registries;
  std::vector<PlacementConstraint> constraints;
  std::vector<PlacementStrategy> placement;
  std::optional<NetworkConfiguration> network;
  std::optional<std::int32_t> grace_seconds;
  std::optional<ServiceConnectConfiguration> connect;
  std::vector<ServiceVolumeConfiguration> volumes;
  std::vector<VpcLatticeConfiguration> lattice;
  std::optional<MonitoringConfiguration> monitoring;
  bool enable_managed_tags = false;
  bool enable_execute_command = false;
  std::optional<PropagateTags> propagate_tags;
  std::vector<Tag> tags;
  std::string client_token;
  std::string request_digest;  ///< Of the request's body; equal for equal requests.
  std::string created_by;      ///< ARN of the caller.
};

struct UpdateService {
  std::string service;
  std::optional<std::int32_t> desired_count;
  std::optional<std::string> task_definition;
  std::optional<std::vector<CapacityProviderStrategyItem>> capacity_provider_strategy;
  std::optional<DeploymentControllerType> deployment_controller;
  std::optional<DeploymentConfiguration> deployment_configuration;
  std::optional<AvailabilityZoneRebalancing> rebalancing;
  std::optional<NetworkConfiguration> network;
  std::optional<std::vector<PlacementConstraint>> constraints;
  std::optional<std::vector<PlacementStrategy>> placement;
  std::optional<std::string> platform_version;
  std::optional<std::int32_t> grace_seconds;
  std::optional<std::vector<LoadBalancer>> load_balancers;
  std::optional<std::vector<ServiceRegistry>> registries;
  std::optional<ServiceConnectConfiguration> connect;
  std::optional<std::vector<ServiceVolumeConfiguration>> volumes;
  std::optional<std::vector<VpcLatticeConfiguration>> lattice;
  std::optional<MonitoringConfiguration> monitoring;
  std::optional<bool> enable_execute_command;
  std::optional<bool> enable_managed_tags;
  std::optional<PropagateTags> propagate_tags;
  bool force_new_deployment = false;
};

struct DeleteService {
  std::string service;
  bool force = false;
};

struct DescribeServices {
  std::vector<std::string> services;  ///< 1–10 names or ARNs.
};

struct ListServices {
  std::optional<LaunchType> launch_type;
  std::optional<SchedulingStrategy> scheduling_strategy;
  Page page{.after = {}, .limit = 10};
};

/// `service_deployments` are ARNs of this cluster, at most 20.
struct DescribeServiceDeployments {
  std::vector<std::string> service_deployments;
};

struct ListServiceDeployments {
  std::string service;
  std::vector<ServiceDeploymentStatus> status;  ///< Empty: all.
  std::optional<Time> created_after;
  std::optional<Time> created_before;
  Page page{.after = {}, .limit = 20};
};

struct StopServiceDeployment {
  std::string service_deployment;  ///< ARN.
  StopServiceDeploymentStopType type = StopServiceDeploymentStopType::ROLLBACK;
};

struct ContinueServiceDeployment {
  std::string service_deployment;  ///< ARN.
  std::string hook_id;
  DeploymentLifecycleHookAction action = DeploymentLifecycleHookAction::CONTINUE;
};

/// `service_revisions` are ARNs of this cluster, at most 20.
struct DescribeServiceRevisions {
  std::vector<std::string> service_revisions;
};

// ---- Task sets: asked of a cluster -------------------------------------------------

struct CreateTaskSet {
  std::string service;
  std::string external_id;
  std::string task_definition;
  std::optional<NetworkConfiguration> network;
  std::vector<LoadBalancer> load_balancers;
  std::vector<ServiceRegistry> registries;
  std::optional<LaunchType> launch_type;
  std::vector<CapacityProviderStrategyItem> capacity_provider_strategy;
  std::string platform_version;
  std::optional<Scale> scale;
  std::vector<Tag> tags;
  std::string client_token;
  std::string request_digest;
  std::string started_by;
};

/// `task_set` is an id or an ARN, here and below.
struct UpdateTaskSet {
  std::string service;
  std::string task_set;
  Scale scale;
};

struct DeleteTaskSet {
  std::string service;
  std::string task_set;
  bool force = false;
};

struct DescribeTaskSets {
  std::string service;
  std::vector<std::string> task_sets;  ///< Empty: all.
};

struct UpdateServicePrimaryTaskSet {
  std::string service;
  std::string task_set;
};

// ---- Instances, attributes, protection: asked of a cluster --------------------------

/// `status` is ACTIVE or DRAINING.
struct UpdateContainerInstancesState {
  std::vector<std::string> instances;
  InstanceStatus status = InstanceStatus::ACTIVE;
  Principal caller{};  ///< An agent drains its own instance only.
};

struct DeregisterContainerInstance {
  std::string instance;
  bool force = false;
};

struct PutAttributes {
  std::vector<Attribute> attributes;
};

struct DeleteAttributes {
  std::vector<Attribute> attributes;
};

struct ListAttributes {
  TargetType target_type = TargetType::container_instance;
  std::string name;
  std::string value;
  Page page;
};

struct UpdateTaskProtection {
  std::vector<std::string> tasks;  ///< 1–10 ids or ARNs.
  bool enabled = false;
  std::optional<std::int32_t> expires_in_minutes;  ///< 1–2880; absent: 120.
};

struct GetTaskProtection {
  std::vector<std::string> tasks;  ///< Empty: all protected tasks.
};

struct PutClusterCapacityProviders {
  std::vector<std::string> capacity_providers;
  std::vector<CapacityProviderStrategyItem> default_strategy;
};

/// One alternative of ClusterCommand.
using ServiceCommand =
    std::variant<CreateService, UpdateService, DeleteService, DescribeServices, ListServices,
                 DescribeServiceDeployments, ListServiceDeployments, StopServiceDeployment,
                 ContinueServiceDeployment, DescribeServiceRevisions, CreateTaskSet, UpdateTaskSet,
                 DeleteTaskSet, DescribeTaskSets, UpdateServicePrimaryTaskSet>;

/// One alternative of ClusterCommand.
using InstanceCommand =
    std::variant<UpdateContainerInstancesState, DeregisterContainerInstance, PutAttributes, DeleteAttributes,
                 ListAttributes, UpdateTaskProtection, GetTaskProtection, PutClusterCapacityProviders>;

// ---- Asked of the registry -----------------------------------------------------------

struct ListServicesByNamespace {
  std::string namespace_;
  Page page{.after = {}, .limit = 10};
};

struct CreateCapacityProvider {
  std::string name;
  std::string cluster;
  std::optional<AutoScalingGroupProvider> group;
  std::optional<ManagedInstancesProvider> managed_instances;
  std::vector<Tag> tags;
};

struct UpdateCapacityProvider {
  std::string name;
  std::string cluster;
  std::optional<AutoScalingGroupProviderUpdate> group;
  std::optional<UpdateManagedInstancesProviderConfiguration> managed_instances;
};

struct DeleteCapacityProvider {
  std::string capacity_provider;  ///< Name or ARN.
  std::string cluster;
};

struct DescribeCapacityProviders {
  std::vector<std::string> capacity_providers;  ///< Names or ARNs; empty: all.
  std::string cluster;
  Page page{.after = {}, .limit = 10};
};

/// One alternative of RegistryCommand.
using CapacityProviderCommand =
    std::variant<ListServicesByNamespace, CreateCapacityProvider, UpdateCapacityProvider,
                 DeleteCapacityProvider, DescribeCapacityProviders>;

// ---- Answers ---------------------------------------------------------------------------

/// How many tasks of one deployment or task set there are.
struct TaskCounts {
  std::int32_t running = 0;
  std::int32_t pending = 0;
  friend bool operator==(const TaskCounts&, const TaskCounts&) = default;
};

/// A service with what Describe tells of its tasks.
struct ServiceSnapshot {
  ServiceState state;
  std::map<std::uint64_t, TaskCounts> counts;  ///< By id of deployment or task set.
};

/// CreateService, UpdateService, DeleteService.
struct ServiceReply {
  ServiceSnapshot service;
};

struct ServicesReply {
  std::vector<ServiceSnapshot> services;
  std::vector<Failure> failures;
};

/// CreateTaskSet and the others that answer with one.
struct TaskSetReply {
  ServiceSnapshot service;
  TaskSet task_set;
};

struct TaskSetsReply {
  ServiceSnapshot service;
  std::vector<TaskSet> task_sets;
  std::vector<Failure> failures;
};

/// A deployment and the counts of its revisions' tasks, by revision number.
struct ServiceDeploymentView {
  ServiceDeploymentPtr deployment;
  std::map<std::uint64_t, TaskCounts> counts;
  std::map<std::uint64_t, std::int32_t> requested{};  ///< Desired counts, by revision number.
};

struct ServiceDeploymentsReply {
  std::vector<ServiceDeploymentView> deployments;
  std::vector<Failure> failures;
  std::optional<std::string> next;
};

/// StopServiceDeployment and ContinueServiceDeployment.
struct ServiceDeploymentArnReply {
  std::string arn;
};

/// With the definition that each runs, for `containerImages`; null when it has none.
struct ServiceRevisionsReply {
  std::vector<std::pair<ServiceRevisionPtr, TaskDefinitionPtr>> revisions;
  std::vector<Failure> failures;
};

struct InstanceReply {
  InstancePtr instance;
};

struct AttributesReply {
  std::vector<Attribute> attributes;
  std::optional<std::string> next;
};

struct ProtectionReply {
  std::vector<ProtectedTask> tasks;
  std::vector<Failure> failures;
};

struct CapacityProviderReply {
  CapacityProviderPtr provider;
};

struct CapacityProvidersReply {
  std::vector<CapacityProviderPtr> providers;
  std::vector<Failure> failures;
  std::optional<std::string> next;
};

/// Joins Reply. UpdateContainerInstancesState is answered with InstancesReply,
/// DeregisterContainerInstance with InstanceReply, ListServices and
/// ListServicesByNamespace with ListReply, ListServiceDeployments with
/// ServiceDeploymentsReply, Put-, Delete- and ListAttributes with AttributesReply,
/// PutClusterCapacityProviders with ClusterReply.
using ServiceReplies =
    std::variant<ServiceReply, ServicesReply, TaskSetReply, TaskSetsReply, ServiceDeploymentsReply,
                 ServiceDeploymentArnReply, ServiceRevisionsReply, InstanceReply, AttributesReply,
                 ProtectionReply, CapacityProviderReply, CapacityProvidersReply>;

}  // namespace troupe::core
