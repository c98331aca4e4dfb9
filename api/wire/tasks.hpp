#pragma once

/// The operations on tasks as they go over the wire.
///
/// Members carry ECS's own names and are absent when not given; shapes that the core
/// keeps as they are come from actors/core/shapes.
/// Source: ECS API Reference, "Actions" and "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/task_definition.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

struct RunTaskRequest {
  std::optional<std::vector<core::CapacityProviderStrategyItem>> capacityProviderStrategy;
  std::optional<std::string> cluster;
  std::optional<std::int32_t> count;
  std::optional<bool> enableECSManagedTags;
  std::optional<bool> enableExecuteCommand;
  std::optional<std::string> group;
  std::optional<core::LaunchType> launchType;
  std::optional<core::NetworkConfiguration> networkConfiguration;
  std::optional<core::TaskOverride> overrides;
  std::optional<std::vector<core::PlacementConstraint>> placementConstraints;
  std::optional<std::vector<core::PlacementStrategy>> placementStrategy;
  std::optional<std::string> platformVersion;
  std::optional<core::PropagateTags> propagateTags;
  std::optional<std::string> referenceId;
  std::optional<std::string> startedBy;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<std::string> taskDefinition;
  std::optional<std::string> clientToken;
  std::optional<std::vector<core::TaskVolumeConfiguration>> volumeConfigurations;
  friend bool operator==(const RunTaskRequest&, const RunTaskRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(RunTaskRequest, (),
                      (capacityProviderStrategy, cluster, count, enableECSManagedTags, enableExecuteCommand,
                       group, launchType, networkConfiguration, overrides, placementConstraints,
                       placementStrategy, platformVersion, propagateTags, referenceId, startedBy, tags,
                       taskDefinition, clientToken, volumeConfigurations))
template <>
inline constexpr auto required<RunTaskRequest> = names("taskDefinition");

enum class ManagedAgentName : std::uint8_t { ExecuteCommandAgent };
BOOST_DESCRIBE_ENUM(ManagedAgentName, ExecuteCommandAgent)

struct ManagedAgent {
  std::optional<core::Time> lastStartedAt;
  std::optional<ManagedAgentName> name;
  std::optional<std::string> reason;
  std::optional<std::string> lastStatus;
  friend bool operator==(const ManagedAgent&, const ManagedAgent&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedAgent, (), (lastStartedAt, name, reason, lastStatus))

struct Container {
  std::optional<std::string> containerArn;
  std::optional<std::string> taskArn;
  std::optional<std::string> name;
  std::optional<std::string> image;
  std::optional<std::string> imageDigest;
  std::optional<std::string> runtimeId;
  std::optional<std::string> lastStatus;
  std::optional<std::int32_t> exitCode;
  std::optional<std::string> reason;
  std::optional<std::vector<core::NetworkBinding>> networkBindings;
  std::optional<std::vector<core::NetworkInterface>> networkInterfaces;
  std::optional<core::HealthStatus> healthStatus;
  std::optional<std::vector<ManagedAgent>> managedAgents;
  std::optional<std::string> cpu;
  std::optional<std::string> memory;
  std::optional<std::string> memoryReservation;
  std::optional<std::vector<std::string>> gpuIds;
  std::optional<std::vector<std::string>> neuronDeviceIds;
  friend bool operator==(const Container&, const Container&) = default;
};
BOOST_DESCRIBE_STRUCT(Container, (),
                      (containerArn, taskArn, name, image, imageDigest, runtimeId, lastStatus, exitCode,
                       reason, networkBindings, networkInterfaces, healthStatus, managedAgents, cpu, memory,
                       memoryReservation, gpuIds, neuronDeviceIds))

struct TaskEphemeralStorage {
  std::optional<std::int32_t> sizeInGiB;
  std::optional<std::string> kmsKeyId;
  friend bool operator==(const TaskEphemeralStorage&, const TaskEphemeralStorage&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskEphemeralStorage, (), (sizeInGiB, kmsKeyId))

struct Task {
  std::optional<std::vector<core::Attachment>> attachments;
  std::optional<std::vector<core::Attribute>> attributes;
  std::optional<std::string> availabilityZone;
  std::optional<std::string> capacityProviderName;
  std::optional<std::string> clusterArn;
  std::optional<core::Connectivity> connectivity;
  std::optional<core::Time> connectivityAt;
  std::optional<std::string> containerInstanceArn;
  std::optional<std::vector<Container>> containers;
  std::optional<std::string> cpu;
  std::optional<core::Time> createdAt;
  std::optional<std::string> desiredStatus;
  std::optional<bool> enableExecuteCommand;
  std::optional<core::Time> executionStoppedAt;
  std::optional<std::string> group;
  std::optional<core::HealthStatus> healthStatus;
  std::optional<std::vector<core::InferenceAccelerator>> inferenceAccelerators;
  std::optional<std::string> lastStatus;
  std::optional<core::LaunchType> launchType;
  std::optional<std::string> memory;
  std::optional<core::TaskOverride> overrides;
  std::optional<std::string> platformVersion;
  std::optional<std::string> platformFamily;
  std::optional<core::Time> pullStartedAt;
  std::optional<core::Time> pullStoppedAt;
  std::optional<core::Time> startedAt;
  std::optional<std::string> startedBy;
  std::optional<core::TaskStopCode> stopCode;
  std::optional<core::Time> stoppedAt;
  std::optional<std::string> stoppedReason;
  std::optional<core::Time> stoppingAt;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<std::string> taskArn;
  std::optional<std::string> taskDefinitionArn;
  std::optional<std::int64_t> version;
  std::optional<core::EphemeralStorage> ephemeralStorage;
  std::optional<TaskEphemeralStorage> fargateEphemeralStorage;
  friend bool operator==(const Task&, const Task&) = default;
};
BOOST_DESCRIBE_STRUCT(Task, (),
                      (attachments, attributes, availabilityZone, capacityProviderName, clusterArn,
                       connectivity, connectivityAt, containerInstanceArn, containers, cpu, createdAt,
                       desiredStatus, enableExecuteCommand, executionStoppedAt, group, healthStatus,
                       inferenceAccelerators, lastStatus, launchType, memory, overrides, platformVersion,
                       platformFamily, pullStartedAt, pullStoppedAt, startedAt, startedBy, stopCode,
                       stoppedAt, stoppedReason, stoppingAt, tags, taskArn, taskDefinitionArn, version,
                       ephemeralStorage, fargateEphemeralStorage))

struct RunTaskResponse {
  std::optional<std::vector<Task>> tasks;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const RunTaskResponse&, const RunTaskResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(RunTaskResponse, (), (tasks, failures))

struct StartTaskRequest {
  std::optional<std::string> cluster;
  std::optional<std::vector<std::string>> containerInstances;
  std::optional<bool> enableECSManagedTags;
  std::optional<bool> enableExecuteCommand;
  std::optional<std::string> group;
  std::optional<core::NetworkConfiguration> networkConfiguration;
  std::optional<core::TaskOverride> overrides;
  std::optional<core::PropagateTags> propagateTags;
  std::optional<std::string> referenceId;
  std::optional<std::string> startedBy;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<std::string> taskDefinition;
  std::optional<std::vector<core::TaskVolumeConfiguration>> volumeConfigurations;
  friend bool operator==(const StartTaskRequest&, const StartTaskRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(StartTaskRequest, (),
                      (cluster, containerInstances, enableECSManagedTags, enableExecuteCommand, group,
                       networkConfiguration, overrides, propagateTags, referenceId, startedBy, tags,
                       taskDefinition, volumeConfigurations))
template <>
inline constexpr auto required<StartTaskRequest> = names("containerInstances", "taskDefinition");

struct StartTaskResponse {
  std::optional<std::vector<Task>> tasks;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const StartTaskResponse&, const StartTaskResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(StartTaskResponse, (), (tasks, failures))

struct StopTaskRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> task;
  std::optional<std::string> reason;
  friend bool operator==(const StopTaskRequest&, const StopTaskRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(StopTaskRequest, (), (cluster, task, reason))
template <>
inline constexpr auto required<StopTaskRequest> = names("task");

struct StopTaskResponse {
  std::optional<Task> task;
  friend bool operator==(const StopTaskResponse&, const StopTaskResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(StopTaskResponse, (), (task))

enum class TaskField : std::uint8_t { TAGS };
BOOST_DESCRIBE_ENUM(TaskField, TAGS)

struct DescribeTasksRequest {
  std::optional<std::string> cluster;
  std::optional<std::vector<std::string>> tasks;
  std::optional<std::vector<TaskField>> include;
  friend bool operator==(const DescribeTasksRequest&, const DescribeTasksRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeTasksRequest, (), (cluster, tasks, include))
template <>
inline constexpr auto required<DescribeTasksRequest> = names("tasks");

struct DescribeTasksResponse {
  std::optional<std::vector<Task>> tasks;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const DescribeTasksResponse&, const DescribeTasksResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeTasksResponse, (), (tasks, failures))

struct ListTasksRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> containerInstance;
  std::optional<std::string> family;
  std::optional<std::string> nextToken;
  std::optional<std::int32_t> maxResults;
  std::optional<std::string> startedBy;
  std::optional<std::string> serviceName;
  std::optional<core::DesiredStatus> desiredStatus;
  std::optional<core::LaunchType> launchType;
  std::optional<std::string> daemonName;
  friend bool operator==(const ListTasksRequest&, const ListTasksRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ListTasksRequest, (),
                      (cluster, containerInstance, family, nextToken, maxResults, startedBy, serviceName,
                       desiredStatus, launchType, daemonName))

struct ListTasksResponse {
  std::optional<std::vector<std::string>> taskArns;
  std::optional<std::string> nextToken;
  friend bool operator==(const ListTasksResponse&, const ListTasksResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ListTasksResponse, (), (taskArns, nextToken))

template <>
const Shape& shape_of<RunTaskRequest>();
template <>
const Shape& shape_of<RunTaskResponse>();
template <>
const Shape& shape_of<StartTaskRequest>();
template <>
const Shape& shape_of<StartTaskResponse>();
template <>
const Shape& shape_of<StopTaskRequest>();
template <>
const Shape& shape_of<StopTaskResponse>();
template <>
const Shape& shape_of<DescribeTasksRequest>();
template <>
const Shape& shape_of<DescribeTasksResponse>();
template <>
const Shape& shape_of<ListTasksRequest>();
template <>
const Shape& shape_of<ListTasksResponse>();

}  // namespace troupe::api::wire
