#pragma once

/// The operations on container instances as they go over the wire.
///
/// Members carry ECS's own names and are absent when not given; shapes that the core
/// keeps as they are come from actors/core/shapes.
/// Source: ECS API Reference, "Actions" and "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

enum class ContainerInstanceField : std::uint8_t { TAGS, CONTAINER_INSTANCE_HEALTH };
BOOST_DESCRIBE_ENUM(ContainerInstanceField, TAGS, CONTAINER_INSTANCE_HEALTH)

struct DescribeContainerInstancesRequest {
  std::optional<std::string> cluster;
  std::optional<std::vector<std::string>> containerInstances;
  std::optional<std::vector<ContainerInstanceField>> include;
  friend bool operator==(const DescribeContainerInstancesRequest&,
                         const DescribeContainerInstancesRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeContainerInstancesRequest, (), (cluster, containerInstances, include))
template <>
inline constexpr auto required<DescribeContainerInstancesRequest> = names("containerInstances");

enum class AgentUpdateStatus : std::uint8_t { PENDING, STAGING, STAGED, UPDATING, UPDATED, FAILED };
BOOST_DESCRIBE_ENUM(AgentUpdateStatus, PENDING, STAGING, STAGED, UPDATING, UPDATED, FAILED)

enum class InstanceHealthCheckState : std::uint8_t { OK, IMPAIRED, INSUFFICIENT_DATA, INITIALIZING };
BOOST_DESCRIBE_ENUM(InstanceHealthCheckState, OK, IMPAIRED, INSUFFICIENT_DATA, INITIALIZING)

enum class InstanceHealthCheckType : std::uint8_t {
  CONTAINER_RUNTIME,
  ACCELERATED_COMPUTE,
  DAEMON,
  AGENT_CONNECTIVITY
};
BOOST_DESCRIBE_ENUM(InstanceHealthCheckType, CONTAINER_RUNTIME, ACCELERATED_COMPUTE, DAEMON,
                    AGENT_CONNECTIVITY)

struct InstanceHealthCheckResult {
  std::optional<InstanceHealthCheckType> type;
  std::optional<InstanceHealthCheckState> status;
  std::optional<std::string> statusReason;
  std::optional<core::Time> lastUpdated;
  std::optional<core::Time> lastStatusChange;
  friend bool operator==(const InstanceHealthCheckResult&, const InstanceHealthCheckResult&) = default;
};
BOOST_DESCRIBE_STRUCT(InstanceHealthCheckResult, (),
                      (type, status, statusReason, lastUpdated, lastStatusChange))

struct ContainerInstanceHealthStatus {
  std::optional<InstanceHealthCheckState> overallStatus;
  std::optional<std::vector<InstanceHealthCheckResult>> details;
  friend bool operator==(const ContainerInstanceHealthStatus&,
                         const ContainerInstanceHealthStatus&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerInstanceHealthStatus, (), (overallStatus, details))

struct ContainerInstance {
  std::optional<std::string> containerInstanceArn;
  std::optional<std::string> ec2InstanceId;
  std::optional<std::string> capacityProviderName;
  std::optional<std::int64_t> version;
  std::optional<core::VersionInfo> versionInfo;
  std::optional<std::vector<core::Resource>> remainingResources;
  std::optional<std::vector<core::Resource>> registeredResources;
  std::optional<std::string> status;
  std::optional<std::string> statusReason;
  std::optional<bool> agentConnected;
  std::optional<std::int32_t> runningTasksCount;
  std::optional<std::int32_t> pendingTasksCount;
  std::optional<AgentUpdateStatus> agentUpdateStatus;
  std::optional<std::vector<core::Attribute>> attributes;
  std::optional<core::Time> registeredAt;
  std::optional<std::vector<core::Attachment>> attachments;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<ContainerInstanceHealthStatus> healthStatus;
  friend bool operator==(const ContainerInstance&, const ContainerInstance&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerInstance, (),
                      (containerInstanceArn, ec2InstanceId, capacityProviderName, version, versionInfo,
                       remainingResources, registeredResources, status, statusReason, agentConnected,
                       runningTasksCount, pendingTasksCount, agentUpdateStatus, attributes, registeredAt,
                       attachments, tags, healthStatus))

struct DescribeContainerInstancesResponse {
  std::optional<std::vector<ContainerInstance>> containerInstances;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const DescribeContainerInstancesResponse&,
                         const DescribeContainerInstancesResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeContainerInstancesResponse, (), (containerInstances, failures))

enum class ContainerInstanceStatus : std::uint8_t {
  ACTIVE,
  DRAINING,
  REGISTERING,
  DEREGISTERING,
  REGISTRATION_FAILED
};
BOOST_DESCRIBE_ENUM(ContainerInstanceStatus, ACTIVE, DRAINING, REGISTERING, DEREGISTERING,
                    REGISTRATION_FAILED)

struct ListContainerInstancesRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> filter;
  std::optional<std::string> nextToken;
  std::optional<std::int32_t> maxResults;
  std::optional<ContainerInstanceStatus> status;
  friend bool operator==(const ListContainerInstancesRequest&,
                         const ListContainerInstancesRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ListContainerInstancesRequest, (), (cluster, filter, nextToken, maxResults, status))

struct ListContainerInstancesResponse {
  std::optional<std::vector<std::string>> containerInstanceArns;
  std::optional<std::string> nextToken;
  friend bool operator==(const ListContainerInstancesResponse&,
                         const ListContainerInstancesResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ListContainerInstancesResponse, (), (containerInstanceArns, nextToken))

struct UpdateContainerInstancesStateRequest {
  std::optional<std::string> cluster;
  std::optional<std::vector<std::string>> containerInstances;
  std::optional<ContainerInstanceStatus> status;
  friend bool operator==(const UpdateContainerInstancesStateRequest&,
                         const UpdateContainerInstancesStateRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateContainerInstancesStateRequest, (), (cluster, containerInstances, status))
template <>
inline constexpr auto required<UpdateContainerInstancesStateRequest> = names("containerInstances", "status");
template <>
inline constexpr Refused refused_as<UpdateContainerInstancesStateRequest>{
    .message = "UpdateContainerInstancesState"};

struct UpdateContainerInstancesStateResponse {
  std::optional<std::vector<ContainerInstance>> containerInstances;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const UpdateContainerInstancesStateResponse&,
                         const UpdateContainerInstancesStateResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateContainerInstancesStateResponse, (), (containerInstances, failures))

struct DeregisterContainerInstanceRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> containerInstance;
  std::optional<bool> force;
  friend bool operator==(const DeregisterContainerInstanceRequest&,
                         const DeregisterContainerInstanceRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DeregisterContainerInstanceRequest, (), (cluster, containerInstance, force))
template <>
inline constexpr auto required<DeregisterContainerInstanceRequest> = names("containerInstance");

struct DeregisterContainerInstanceResponse {
  std::optional<ContainerInstance> containerInstance;
  friend bool operator==(const DeregisterContainerInstanceResponse&,
                         const DeregisterContainerInstanceResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DeregisterContainerInstanceResponse, (), (containerInstance))

template <>
const Shape& shape_of<DescribeContainerInstancesRequest>();
template <>
const Shape& shape_of<DescribeContainerInstancesResponse>();
template <>
const Shape& shape_of<ListContainerInstancesRequest>();
template <>
const Shape& shape_of<ListContainerInstancesResponse>();
template <>
const Shape& shape_of<UpdateContainerInstancesStateRequest>();
template <>
const Shape& shape_of<UpdateContainerInstancesStateResponse>();
template <>
const Shape& shape_of<DeregisterContainerInstanceRequest>();
template <>
const Shape& shape_of<DeregisterContainerInstanceResponse>();

}  // namespace troupe::api::wire
