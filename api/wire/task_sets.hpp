#pragma once

/// The operations on task sets as they go over the wire.
///
/// Members carry ECS's own names and are absent when not given; shapes that the core
/// keeps as they are come from actors/core/shapes.
/// Source: ECS API Reference, "Actions" and "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/shapes/service.hpp"
#include "actors/core/shapes/service_revision.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

struct CreateTaskSetRequest {
  std::optional<std::string> service;
  std::optional<std::string> cluster;
  std::optional<std::string> externalId;
  std::optional<std::string> taskDefinition;
  std::optional<core::NetworkConfiguration> networkConfiguration;
  std::optional<std::vector<core::LoadBalancer>> loadBalancers;
  std::optional<std::vector<core::ServiceRegistry>> serviceRegistries;
  std::optional<core::LaunchType> launchType;
  std::optional<std::vector<core::CapacityProviderStrategyItem>> capacityProviderStrategy;
  std::optional<std::string> platformVersion;
  std::optional<core::Scale> scale;
  std::optional<std::string> clientToken;
  std::optional<std::vector<core::Tag>> tags;
  friend bool operator==(const CreateTaskSetRequest&, const CreateTaskSetRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(CreateTaskSetRequest, (),
                      (service, cluster, externalId, taskDefinition, networkConfiguration, loadBalancers,
                       serviceRegistries, launchType, capacityProviderStrategy, platformVersion, scale,
                       clientToken, tags))
template <>
inline constexpr auto required<CreateTaskSetRequest> = names("service", "cluster", "taskDefinition");
template <>
inline constexpr Refused refused_as<CreateTaskSetRequest>{.message = "CreateTaskSet"};

struct TaskSet {
  std::optional<std::string> id;
  std::optional<std::string> taskSetArn;
  std::optional<std::string> serviceArn;
  std::optional<std::string> clusterArn;
  std::optional<std::string> startedBy;
  std::optional<std::string> externalId;
  std::optional<std::string> status;
  std::optional<std::string> taskDefinition;
  std::optional<std::int32_t> computedDesiredCount;
  std::optional<std::int32_t> pendingCount;
  std::optional<std::int32_t> runningCount;
  std::optional<core::Time> createdAt;
  std::optional<core::Time> updatedAt;
  std::optional<core::LaunchType> launchType;
  std::optional<std::vector<core::CapacityProviderStrategyItem>> capacityProviderStrategy;
  std::optional<std::string> platformVersion;
  std::optional<std::string> platformFamily;
  std::optional<core::NetworkConfiguration> networkConfiguration;
  std::optional<std::vector<core::LoadBalancer>> loadBalancers;
  std::optional<std::vector<core::ServiceRegistry>> serviceRegistries;
  std::optional<core::Scale> scale;
  std::optional<core::StabilityStatus> stabilityStatus;
  std::optional<core::Time> stabilityStatusAt;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<core::DeploymentEphemeralStorage> fargateEphemeralStorage;
  friend bool operator==(const TaskSet&, const TaskSet&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskSet, (),
                      (id, taskSetArn, serviceArn, clusterArn, startedBy, externalId, status, taskDefinition,
                       computedDesiredCount, pendingCount, runningCount, createdAt, updatedAt, launchType,
                       capacityProviderStrategy, platformVersion, platformFamily, networkConfiguration,
                       loadBalancers, serviceRegistries, scale, stabilityStatus, stabilityStatusAt, tags,
                       fargateEphemeralStorage))

struct CreateTaskSetResponse {
  std::optional<TaskSet> taskSet;
  friend bool operator==(const CreateTaskSetResponse&, const CreateTaskSetResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(CreateTaskSetResponse, (), (taskSet))

struct UpdateTaskSetRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> service;
  std::optional<std::string> taskSet;
  std::optional<core::Scale> scale;
  friend bool operator==(const UpdateTaskSetRequest&, const UpdateTaskSetRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateTaskSetRequest, (), (cluster, service, taskSet, scale))
template <>
inline constexpr auto required<UpdateTaskSetRequest> = names("cluster", "service", "taskSet", "scale");

struct UpdateTaskSetResponse {
  std::optional<TaskSet> taskSet;
  friend bool operator==(const UpdateTaskSetResponse&, const UpdateTaskSetResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateTaskSetResponse, (), (taskSet))

struct DeleteTaskSetRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> service;
  std::optional<std::string> taskSet;
  std::optional<bool> force;
  friend bool operator==(const DeleteTaskSetRequest&, const DeleteTaskSetRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DeleteTaskSetRequest, (), (cluster, service, taskSet, force))
template <>
inline constexpr auto required<DeleteTaskSetRequest> = names("cluster", "service", "taskSet");

struct DeleteTaskSetResponse {
  std::optional<TaskSet> taskSet;
  friend bool operator==(const DeleteTaskSetResponse&, const DeleteTaskSetResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DeleteTaskSetResponse, (), (taskSet))

enum class TaskSetField : std::uint8_t { TAGS };
BOOST_DESCRIBE_ENUM(TaskSetField, TAGS)

struct DescribeTaskSetsRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> service;
  std::optional<std::vector<std::string>> taskSets;
  std::optional<std::vector<TaskSetField>> include;
  friend bool operator==(const DescribeTaskSetsRequest&, const DescribeTaskSetsRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeTaskSetsRequest, (), (cluster, service, taskSets, include))
template <>
inline constexpr auto required<DescribeTaskSetsRequest> = names("cluster", "service");

struct DescribeTaskSetsResponse {
  std::optional<std::vector<TaskSet>> taskSets;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const DescribeTaskSetsResponse&, const DescribeTaskSetsResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeTaskSetsResponse, (), (taskSets, failures))

struct UpdateServicePrimaryTaskSetRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> service;
  std::optional<std::string> primaryTaskSet;
  friend bool operator==(const UpdateServicePrimaryTaskSetRequest&,
                         const UpdateServicePrimaryTaskSetRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateServicePrimaryTaskSetRequest, (), (cluster, service, primaryTaskSet))
template <>
inline constexpr auto required<UpdateServicePrimaryTaskSetRequest> = names("cluster", "service",
                                                                           "primaryTaskSet");

struct UpdateServicePrimaryTaskSetResponse {
  std::optional<TaskSet> taskSet;
  friend bool operator==(const UpdateServicePrimaryTaskSetResponse&,
                         const UpdateServicePrimaryTaskSetResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateServicePrimaryTaskSetResponse, (), (taskSet))

template <>
const Shape& shape_of<CreateTaskSetRequest>();
template <>
const Shape& shape_of<CreateTaskSetResponse>();
template <>
const Shape& shape_of<UpdateTaskSetRequest>();
template <>
const Shape& shape_of<UpdateTaskSetResponse>();
template <>
const Shape& shape_of<DeleteTaskSetRequest>();
template <>
const Shape& shape_of<DeleteTaskSetResponse>();
template <>
const Shape& shape_of<DescribeTaskSetsRequest>();
template <>
const Shape& shape_of<DescribeTaskSetsResponse>();
template <>
const Shape& shape_of<UpdateServicePrimaryTaskSetRequest>();
template <>
const Shape& shape_of<UpdateServicePrimaryTaskSetResponse>();

}  // namespace troupe::api::wire
