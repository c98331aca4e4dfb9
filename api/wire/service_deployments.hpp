#pragma once

/// The operations on the deployments and revisions of services as they go over the wire.
///
/// Members carry ECS's own names and are absent when not given; shapes that the core
/// keeps as they are come from actors/core/shapes.
/// Source: ECS API Reference, "Actions" and "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/managed_resources.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/shapes/service.hpp"
#include "actors/core/shapes/service_connect.hpp"
#include "actors/core/shapes/service_deployment.hpp"
#include "actors/core/shapes/service_revision.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

struct DescribeServiceDeploymentsRequest {
  std::optional<std::vector<std::string>> serviceDeploymentArns;
  friend bool operator==(const DescribeServiceDeploymentsRequest&,
                         const DescribeServiceDeploymentsRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeServiceDeploymentsRequest, (), (serviceDeploymentArns))
template <>
inline constexpr auto required<DescribeServiceDeploymentsRequest> = names("serviceDeploymentArns");

struct ServiceDeployment {
  std::optional<std::string> serviceDeploymentArn;
  std::optional<std::string> serviceArn;
  std::optional<std::string> clusterArn;
  std::optional<core::Time> createdAt;
  std::optional<core::Time> startedAt;
  std::optional<core::Time> finishedAt;
  std::optional<core::Time> stoppedAt;
  std::optional<core::Time> updatedAt;
  std::optional<std::vector<core::ServiceRevisionSummary>> sourceServiceRevisions;
  std::optional<core::ServiceRevisionSummary> targetServiceRevision;
  std::optional<core::ServiceDeploymentStatus> status;
  std::optional<std::string> statusReason;
  std::optional<core::ServiceDeploymentLifecycleStage> lifecycleStage;
  std::optional<std::vector<core::DeploymentLifecycleHookDetail>> lifecycleHookDetails;
  std::optional<core::DeploymentConfiguration> deploymentConfiguration;
  std::optional<core::Rollback> rollback;
  std::optional<core::ServiceDeploymentCircuitBreaker> deploymentCircuitBreaker;
  std::optional<core::ServiceDeploymentAlarms> alarms;
  friend bool operator==(const ServiceDeployment&, const ServiceDeployment&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceDeployment, (),
                      (serviceDeploymentArn, serviceArn, clusterArn, createdAt, startedAt, finishedAt,
                       stoppedAt, updatedAt, sourceServiceRevisions, targetServiceRevision, status,
                       statusReason, lifecycleStage, lifecycleHookDetails, deploymentConfiguration, rollback,
                       deploymentCircuitBreaker, alarms))

struct DescribeServiceDeploymentsResponse {
  std::optional<std::vector<ServiceDeployment>> serviceDeployments;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const DescribeServiceDeploymentsResponse&,
                         const DescribeServiceDeploymentsResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeServiceDeploymentsResponse, (), (serviceDeployments, failures))

struct ListServiceDeploymentsRequest {
  std::optional<std::string> service;
  std::optional<std::string> cluster;
  std::optional<std::vector<core::ServiceDeploymentStatus>> status;
  std::optional<core::CreatedAt> createdAt;
  std::optional<std::string> nextToken;
  std::optional<std::int32_t> maxResults;
  friend bool operator==(const ListServiceDeploymentsRequest&,
                         const ListServiceDeploymentsRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ListServiceDeploymentsRequest, (),
                      (service, cluster, status, createdAt, nextToken, maxResults))
template <>
inline constexpr auto required<ListServiceDeploymentsRequest> = names("service");

struct ListServiceDeploymentsResponse {
  std::optional<std::vector<core::ServiceDeploymentBrief>> serviceDeployments;
  std::optional<std::string> nextToken;
  friend bool operator==(const ListServiceDeploymentsResponse&,
                         const ListServiceDeploymentsResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ListServiceDeploymentsResponse, (), (serviceDeployments, nextToken))

struct StopServiceDeploymentRequest {
  std::optional<std::string> serviceDeploymentArn;
  std::optional<core::StopServiceDeploymentStopType> stopType;
  friend bool operator==(const StopServiceDeploymentRequest&, const StopServiceDeploymentRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(StopServiceDeploymentRequest, (), (serviceDeploymentArn, stopType))
template <>
inline constexpr auto required<StopServiceDeploymentRequest> = names("serviceDeploymentArn");

struct StopServiceDeploymentResponse {
  std::optional<std::string> serviceDeploymentArn;
  friend bool operator==(const StopServiceDeploymentResponse&,
                         const StopServiceDeploymentResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(StopServiceDeploymentResponse, (), (serviceDeploymentArn))

struct ContinueServiceDeploymentRequest {
  std::optional<std::string> serviceDeploymentArn;
  std::optional<std::string> hookId;
  std::optional<core::DeploymentLifecycleHookAction> action;
  friend bool operator==(const ContinueServiceDeploymentRequest&,
                         const ContinueServiceDeploymentRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ContinueServiceDeploymentRequest, (), (serviceDeploymentArn, hookId, action))
template <>
inline constexpr auto required<ContinueServiceDeploymentRequest> = names("serviceDeploymentArn", "hookId");

struct ContinueServiceDeploymentResponse {
  std::optional<std::string> serviceDeploymentArn;
  friend bool operator==(const ContinueServiceDeploymentResponse&,
                         const ContinueServiceDeploymentResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ContinueServiceDeploymentResponse, (), (serviceDeploymentArn))

struct DescribeServiceRevisionsRequest {
  std::optional<std::vector<std::string>> serviceRevisionArns;
  friend bool operator==(const DescribeServiceRevisionsRequest&,
                         const DescribeServiceRevisionsRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeServiceRevisionsRequest, (), (serviceRevisionArns))
template <>
inline constexpr auto required<DescribeServiceRevisionsRequest> = names("serviceRevisionArns");

struct ServiceRevision {
  std::optional<std::string> serviceRevisionArn;
  std::optional<std::string> serviceArn;
  std::optional<std::string> clusterArn;
  std::optional<std::string> taskDefinition;
  std::optional<std::vector<core::CapacityProviderStrategyItem>> capacityProviderStrategy;
  std::optional<core::LaunchType> launchType;
  std::optional<std::string> platformVersion;
  std::optional<std::string> platformFamily;
  std::optional<std::vector<core::LoadBalancer>> loadBalancers;
  std::optional<std::vector<core::ServiceRegistry>> serviceRegistries;
  std::optional<core::NetworkConfiguration> networkConfiguration;
  std::optional<std::vector<core::ContainerImage>> containerImages;
  std::optional<bool> guardDutyEnabled;
  std::optional<core::ServiceConnectConfiguration> serviceConnectConfiguration;
  std::optional<std::vector<core::ServiceVolumeConfiguration>> volumeConfigurations;
  std::optional<core::DeploymentEphemeralStorage> fargateEphemeralStorage;
  std::optional<core::Time> createdAt;
  std::optional<std::vector<core::VpcLatticeConfiguration>> vpcLatticeConfigurations;
  std::optional<core::ResolvedConfiguration> resolvedConfiguration;
  std::optional<core::ECSManagedResources> ecsManagedResources;
  std::optional<core::ServiceRevisionOverrides> overrides;
  std::optional<core::MonitoringConfiguration> monitoring;
  friend bool operator==(const ServiceRevision&, const ServiceRevision&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceRevision, (),
                      (serviceRevisionArn, serviceArn, clusterArn, taskDefinition, capacityProviderStrategy,
                       launchType, platformVersion, platformFamily, loadBalancers, serviceRegistries,
                       networkConfiguration, containerImages, guardDutyEnabled, serviceConnectConfiguration,
                       volumeConfigurations, fargateEphemeralStorage, createdAt, vpcLatticeConfigurations,
                       resolvedConfiguration, ecsManagedResources, overrides, monitoring))

struct DescribeServiceRevisionsResponse {
  std::optional<std::vector<ServiceRevision>> serviceRevisions;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const DescribeServiceRevisionsResponse&,
                         const DescribeServiceRevisionsResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeServiceRevisionsResponse, (), (serviceRevisions, failures))

template <>
const Shape& shape_of<DescribeServiceDeploymentsRequest>();
template <>
const Shape& shape_of<DescribeServiceDeploymentsResponse>();
template <>
const Shape& shape_of<ListServiceDeploymentsRequest>();
template <>
const Shape& shape_of<ListServiceDeploymentsResponse>();
template <>
const Shape& shape_of<StopServiceDeploymentRequest>();
template <>
const Shape& shape_of<StopServiceDeploymentResponse>();
template <>
const Shape& shape_of<ContinueServiceDeploymentRequest>();
template <>
const Shape& shape_of<ContinueServiceDeploymentResponse>();
template <>
const Shape& shape_of<DescribeServiceRevisionsRequest>();
template <>
const Shape& shape_of<DescribeServiceRevisionsResponse>();

}  // namespace troupe::api::wire
