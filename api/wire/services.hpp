#pragma once

/// The operations on services as they go over the wire.
///
/// Members carry ECS's own names and are absent when not given; shapes that the core
/// keeps as they are come from actors/core/shapes.
/// Source: ECS API Reference, "Actions" and "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/deployment.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/shapes/service.hpp"
#include "actors/core/shapes/service_connect.hpp"
#include "actors/core/shapes/service_deployment.hpp"
#include "actors/core/shapes/service_revision.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"
#include "api/wire/task_sets.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

struct CreateServiceRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> serviceName;
  std::optional<std::string> taskDefinition;
  std::optional<core::AvailabilityZoneRebalancing> availabilityZoneRebalancing;
  std::optional<std::vector<core::LoadBalancer>> loadBalancers;
  std::optional<std::vector<core::ServiceRegistry>> serviceRegistries;
  std::optional<std::int32_t> desiredCount;
  std::optional<std::string> clientToken;
  std::optional<core::LaunchType> launchType;
  std::optional<std::vector<core::CapacityProviderStrategyItem>> capacityProviderStrategy;
  std::optional<std::string> platformVersion;
  std::optional<std::string> role;
  std::optional<core::DeploymentConfiguration> deploymentConfiguration;
  std::optional<std::vector<core::PlacementConstraint>> placementConstraints;
  std::optional<std::vector<core::PlacementStrategy>> placementStrategy;
  std::optional<core::NetworkConfiguration> networkConfiguration;
  std::optional<std::int32_t> healthCheckGracePeriodSeconds;
  std::optional<core::SchedulingStrategy> schedulingStrategy;
  std::optional<core::DeploymentController> deploymentController;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<bool> enableECSManagedTags;
  std::optional<core::PropagateTags> propagateTags;
  std::optional<bool> enableExecuteCommand;
  std::optional<core::ServiceConnectConfiguration> serviceConnectConfiguration;
  std::optional<std::vector<core::ServiceVolumeConfiguration>> volumeConfigurations;
  std::optional<std::vector<core::VpcLatticeConfiguration>> vpcLatticeConfigurations;
  std::optional<core::MonitoringConfiguration> monitoring;
  friend bool operator==(const CreateServiceRequest&, const CreateServiceRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(CreateServiceRequest, (),
                      (cluster, serviceName, taskDefinition, availabilityZoneRebalancing, loadBalancers,
                       serviceRegistries, desiredCount, clientToken, launchType, capacityProviderStrategy,
                       platformVersion, role, deploymentConfiguration, placementConstraints,
                       placementStrategy, networkConfiguration, healthCheckGracePeriodSeconds,
                       schedulingStrategy, deploymentController, tags, enableECSManagedTags, propagateTags,
                       enableExecuteCommand, serviceConnectConfiguration, volumeConfigurations,
                       vpcLatticeConfigurations, monitoring))
template <>
inline constexpr auto required<CreateServiceRequest> = names("serviceName");

struct Deployment {
  std::optional<std::string> id;
  std::optional<std::string> status;
  std::optional<std::string> taskDefinition;
  std::optional<std::int32_t> desiredCount;
  std::optional<std::int32_t> pendingCount;
  std::optional<std::int32_t> runningCount;
  std::optional<std::int32_t> failedTasks;
  std::optional<core::Time> createdAt;
  std::optional<core::Time> updatedAt;
  std::optional<std::vector<core::CapacityProviderStrategyItem>> capacityProviderStrategy;
  std::optional<core::LaunchType> launchType;
  std::optional<std::string> platformVersion;
  std::optional<std::string> platformFamily;
  std::optional<core::NetworkConfiguration> networkConfiguration;
  std::optional<core::DeploymentRolloutState> rolloutState;
  std::optional<std::string> rolloutStateReason;
  std::optional<core::ServiceConnectConfiguration> serviceConnectConfiguration;
  std::optional<std::vector<core::ServiceConnectServiceResource>> serviceConnectResources;
  std::optional<std::vector<core::ServiceVolumeConfiguration>> volumeConfigurations;
  std::optional<core::DeploymentEphemeralStorage> fargateEphemeralStorage;
  std::optional<std::vector<core::VpcLatticeConfiguration>> vpcLatticeConfigurations;
  friend bool operator==(const Deployment&, const Deployment&) = default;
};
BOOST_DESCRIBE_STRUCT(Deployment, (),
                      (id, status, taskDefinition, desiredCount, pendingCount, runningCount, failedTasks,
                       createdAt, updatedAt, capacityProviderStrategy, launchType, platformVersion,
                       platformFamily, networkConfiguration, rolloutState, rolloutStateReason,
                       serviceConnectConfiguration, serviceConnectResources, volumeConfigurations,
                       fargateEphemeralStorage, vpcLatticeConfigurations))

struct Service {
  std::optional<std::string> serviceArn;
  std::optional<std::string> serviceName;
  std::optional<std::string> clusterArn;
  std::optional<std::vector<core::LoadBalancer>> loadBalancers;
  std::optional<std::vector<core::ServiceRegistry>> serviceRegistries;
  std::optional<std::string> status;
  std::optional<std::int32_t> desiredCount;
  std::optional<std::int32_t> runningCount;
  std::optional<std::int32_t> pendingCount;
  std::optional<core::LaunchType> launchType;
  std::optional<std::vector<core::CapacityProviderStrategyItem>> capacityProviderStrategy;
  std::optional<std::string> platformVersion;
  std::optional<std::string> platformFamily;
  std::optional<std::string> taskDefinition;
  std::optional<core::DeploymentConfiguration> deploymentConfiguration;
  std::optional<std::vector<TaskSet>> taskSets;
  std::optional<std::vector<Deployment>> deployments;
  std::optional<std::string> roleArn;
  std::optional<std::vector<core::ServiceEvent>> events;
  std::optional<core::Time> createdAt;
  std::optional<std::string> currentServiceDeployment;
  std::optional<std::vector<core::ServiceCurrentRevisionSummary>> currentServiceRevisions;
  std::optional<std::vector<core::PlacementConstraint>> placementConstraints;
  std::optional<std::vector<core::PlacementStrategy>> placementStrategy;
  std::optional<core::NetworkConfiguration> networkConfiguration;
  std::optional<std::int32_t> healthCheckGracePeriodSeconds;
  std::optional<core::SchedulingStrategy> schedulingStrategy;
  std::optional<core::DeploymentController> deploymentController;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<std::string> createdBy;
  std::optional<bool> enableECSManagedTags;
  std::optional<core::PropagateTags> propagateTags;
  std::optional<bool> enableExecuteCommand;
  std::optional<core::AvailabilityZoneRebalancing> availabilityZoneRebalancing;
  std::optional<core::ResourceManagementType> resourceManagementType;
  friend bool operator==(const Service&, const Service&) = default;
};
BOOST_DESCRIBE_STRUCT(Service, (),
                      (serviceArn, serviceName, clusterArn, loadBalancers, serviceRegistries, status,
                       desiredCount, runningCount, pendingCount, launchType, capacityProviderStrategy,
                       platformVersion, platformFamily, taskDefinition, deploymentConfiguration, taskSets,
                       deployments, roleArn, events, createdAt, currentServiceDeployment,
                       currentServiceRevisions, placementConstraints, placementStrategy, networkConfiguration,
                       healthCheckGracePeriodSeconds, schedulingStrategy, deploymentController, tags,
                       createdBy, enableECSManagedTags, propagateTags, enableExecuteCommand,
                       availabilityZoneRebalancing, resourceManagementType))

struct CreateServiceResponse {
  std::optional<Service> service;
  friend bool operator==(const CreateServiceResponse&, const CreateServiceResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(CreateServiceResponse, (), (service))

struct UpdateServiceRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> service;
  std::optional<std::int32_t> desiredCount;
  std::optional<std::string> taskDefinition;
  std::optional<std::vector<core::CapacityProviderStrategyItem>> capacityProviderStrategy;
  std::optional<core::DeploymentConfiguration> deploymentConfiguration;
  std::optional<core::AvailabilityZoneRebalancing> availabilityZoneRebalancing;
  std::optional<core::NetworkConfiguration> networkConfiguration;
  std::optional<std::vector<core::PlacementConstraint>> placementConstraints;
  std::optional<std::vector<core::PlacementStrategy>> placementStrategy;
  std::optional<std::string> platformVersion;
  std::optional<bool> forceNewDeployment;
  std::optional<std::int32_t> healthCheckGracePeriodSeconds;
  std::optional<core::DeploymentController> deploymentController;
  std::optional<bool> enableExecuteCommand;
  std::optional<bool> enableECSManagedTags;
  std::optional<std::vector<core::LoadBalancer>> loadBalancers;
  std::optional<core::PropagateTags> propagateTags;
  std::optional<std::vector<core::ServiceRegistry>> serviceRegistries;
  std::optional<core::ServiceConnectConfiguration> serviceConnectConfiguration;
  std::optional<std::vector<core::ServiceVolumeConfiguration>> volumeConfigurations;
  std::optional<std::vector<core::VpcLatticeConfiguration>> vpcLatticeConfigurations;
  std::optional<core::MonitoringConfiguration> monitoring;
  friend bool operator==(const UpdateServiceRequest&, const UpdateServiceRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateServiceRequest, (),
                      (cluster, service, desiredCount, taskDefinition, capacityProviderStrategy,
                       deploymentConfiguration, availabilityZoneRebalancing, networkConfiguration,
                       placementConstraints, placementStrategy, platformVersion, forceNewDeployment,
                       healthCheckGracePeriodSeconds, deploymentController, enableExecuteCommand,
                       enableECSManagedTags, loadBalancers, propagateTags, serviceRegistries,
                       serviceConnectConfiguration, volumeConfigurations, vpcLatticeConfigurations,
                       monitoring))
template <>
inline constexpr auto required<UpdateServiceRequest> = names("service");

struct UpdateServiceResponse {
  std::optional<Service> service;
  friend bool operator==(const UpdateServiceResponse&, const UpdateServiceResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateServiceResponse, (), (service))

struct DeleteServiceRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> service;
  std::optional<bool> force;
  friend bool operator==(const DeleteServiceRequest&, const DeleteServiceRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DeleteServiceRequest, (), (cluster, service, force))
template <>
inline constexpr auto required<DeleteServiceRequest> = names("service");

struct DeleteServiceResponse {
  std::optional<Service> service;
  friend bool operator==(const DeleteServiceResponse&, const DeleteServiceResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DeleteServiceResponse, (), (service))

enum class ServiceField : std::uint8_t { TAGS };
BOOST_DESCRIBE_ENUM(ServiceField, TAGS)

struct DescribeServicesRequest {
  std::optional<std::string> cluster;
  std::optional<std::vector<std::string>> services;
  std::optional<std::vector<ServiceField>> include;
  friend bool operator==(const DescribeServicesRequest&, const DescribeServicesRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeServicesRequest, (), (cluster, services, include))
template <>
inline constexpr auto required<DescribeServicesRequest> = names("services");

struct DescribeServicesResponse {
  std::optional<std::vector<Service>> services;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const DescribeServicesResponse&, const DescribeServicesResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeServicesResponse, (), (services, failures))

struct ListServicesRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> nextToken;
  std::optional<std::int32_t> maxResults;
  std::optional<core::LaunchType> launchType;
  std::optional<core::SchedulingStrategy> schedulingStrategy;
  std::optional<core::ResourceManagementType> resourceManagementType;
  friend bool operator==(const ListServicesRequest&, const ListServicesRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ListServicesRequest, (),
                      (cluster, nextToken, maxResults, launchType, schedulingStrategy,
                       resourceManagementType))

struct ListServicesResponse {
  std::optional<std::vector<std::string>> serviceArns;
  std::optional<std::string> nextToken;
  friend bool operator==(const ListServicesResponse&, const ListServicesResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ListServicesResponse, (), (serviceArns, nextToken))

struct ListServicesByNamespaceRequest {
  std::optional<std::string> namespace_;
  std::optional<std::string> nextToken;
  std::optional<std::int32_t> maxResults;
  friend bool operator==(const ListServicesByNamespaceRequest&,
                         const ListServicesByNamespaceRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ListServicesByNamespaceRequest, (), (namespace_, nextToken, maxResults))
template <>
inline constexpr auto required<ListServicesByNamespaceRequest> = names("namespace");

struct ListServicesByNamespaceResponse {
  std::optional<std::vector<std::string>> serviceArns;
  std::optional<std::string> nextToken;
  friend bool operator==(const ListServicesByNamespaceResponse&,
                         const ListServicesByNamespaceResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ListServicesByNamespaceResponse, (), (serviceArns, nextToken))

template <>
const Shape& shape_of<CreateServiceRequest>();
template <>
const Shape& shape_of<CreateServiceResponse>();
template <>
const Shape& shape_of<UpdateServiceRequest>();
template <>
const Shape& shape_of<UpdateServiceResponse>();
template <>
const Shape& shape_of<DeleteServiceRequest>();
template <>
const Shape& shape_of<DeleteServiceResponse>();
template <>
const Shape& shape_of<DescribeServicesRequest>();
template <>
const Shape& shape_of<DescribeServicesResponse>();
template <>
const Shape& shape_of<ListServicesRequest>();
template <>
const Shape& shape_of<ListServicesResponse>();
template <>
const Shape& shape_of<ListServicesByNamespaceRequest>();
template <>
const Shape& shape_of<ListServicesByNamespaceResponse>();

}  // namespace troupe::api::wire
