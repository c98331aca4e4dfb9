#pragma once

/// The operations on task definitions as they go over the wire.
///
/// Members carry ECS's own names and are absent when not given; shapes that the core
/// keeps as they are come from actors/core/shapes.
/// Source: ECS API Reference, "Actions" and "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/task_definition.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

struct RegisterTaskDefinitionRequest {
  std::optional<std::string> family;
  std::optional<std::string> taskRoleArn;
  std::optional<std::string> executionRoleArn;
  std::optional<core::NetworkMode> networkMode;
  std::optional<std::vector<core::ContainerDefinition>> containerDefinitions;
  std::optional<std::vector<core::Volume>> volumes;
  std::optional<std::vector<core::TaskDefinitionPlacementConstraint>> placementConstraints;
  std::optional<std::vector<core::Compatibility>> requiresCompatibilities;
  std::optional<std::string> cpu;
  std::optional<std::string> memory;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<core::PidMode> pidMode;
  std::optional<core::IpcMode> ipcMode;
  std::optional<core::ProxyConfiguration> proxyConfiguration;
  std::optional<std::vector<core::InferenceAccelerator>> inferenceAccelerators;
  std::optional<core::EphemeralStorage> ephemeralStorage;
  std::optional<core::RuntimePlatform> runtimePlatform;
  std::optional<bool> enableFaultInjection;
  friend bool operator==(const RegisterTaskDefinitionRequest&,
                         const RegisterTaskDefinitionRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(RegisterTaskDefinitionRequest, (),
                      (family, taskRoleArn, executionRoleArn, networkMode, containerDefinitions, volumes,
                       placementConstraints, requiresCompatibilities, cpu, memory, tags, pidMode, ipcMode,
                       proxyConfiguration, inferenceAccelerators, ephemeralStorage, runtimePlatform,
                       enableFaultInjection))
template <>
inline constexpr auto required<RegisterTaskDefinitionRequest> = names("family", "containerDefinitions");
template <>
inline constexpr Refused refused_as<RegisterTaskDefinitionRequest>{.code = core::ErrorCode::client};

struct RegisterTaskDefinitionResponse {
  std::optional<core::TaskDefinition> taskDefinition;
  std::optional<std::vector<core::Tag>> tags;
  friend bool operator==(const RegisterTaskDefinitionResponse&,
                         const RegisterTaskDefinitionResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(RegisterTaskDefinitionResponse, (), (taskDefinition, tags))

enum class TaskDefinitionField : std::uint8_t { TAGS };
BOOST_DESCRIBE_ENUM(TaskDefinitionField, TAGS)

struct DescribeTaskDefinitionRequest {
  std::optional<std::string> taskDefinition;
  std::optional<std::vector<TaskDefinitionField>> include;
  friend bool operator==(const DescribeTaskDefinitionRequest&,
                         const DescribeTaskDefinitionRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeTaskDefinitionRequest, (), (taskDefinition, include))
template <>
inline constexpr auto required<DescribeTaskDefinitionRequest> = names("taskDefinition");

struct DescribeTaskDefinitionResponse {
  std::optional<core::TaskDefinition> taskDefinition;
  std::optional<std::vector<core::Tag>> tags;
  friend bool operator==(const DescribeTaskDefinitionResponse&,
                         const DescribeTaskDefinitionResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeTaskDefinitionResponse, (), (taskDefinition, tags))

enum class SortOrder : std::uint8_t { ASC, DESC };
BOOST_DESCRIBE_ENUM(SortOrder, ASC, DESC)

struct ListTaskDefinitionsRequest {
  std::optional<std::string> familyPrefix;
  std::optional<core::TaskDefinitionStatus> status;
  std::optional<SortOrder> sort;
  std::optional<std::string> nextToken;
  std::optional<std::int32_t> maxResults;
  friend bool operator==(const ListTaskDefinitionsRequest&, const ListTaskDefinitionsRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ListTaskDefinitionsRequest, (), (familyPrefix, status, sort, nextToken, maxResults))

struct ListTaskDefinitionsResponse {
  std::optional<std::vector<std::string>> taskDefinitionArns;
  std::optional<std::string> nextToken;
  friend bool operator==(const ListTaskDefinitionsResponse&, const ListTaskDefinitionsResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ListTaskDefinitionsResponse, (), (taskDefinitionArns, nextToken))

enum class TaskDefinitionFamilyStatus : std::uint8_t { ACTIVE, INACTIVE, ALL };
BOOST_DESCRIBE_ENUM(TaskDefinitionFamilyStatus, ACTIVE, INACTIVE, ALL)

struct ListTaskDefinitionFamiliesRequest {
  std::optional<std::string> familyPrefix;
  std::optional<TaskDefinitionFamilyStatus> status;
  std::optional<std::string> nextToken;
  std::optional<std::int32_t> maxResults;
  friend bool operator==(const ListTaskDefinitionFamiliesRequest&,
                         const ListTaskDefinitionFamiliesRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ListTaskDefinitionFamiliesRequest, (), (familyPrefix, status, nextToken, maxResults))

struct ListTaskDefinitionFamiliesResponse {
  std::optional<std::vector<std::string>> families;
  std::optional<std::string> nextToken;
  friend bool operator==(const ListTaskDefinitionFamiliesResponse&,
                         const ListTaskDefinitionFamiliesResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ListTaskDefinitionFamiliesResponse, (), (families, nextToken))

struct DeregisterTaskDefinitionRequest {
  std::optional<std::string> taskDefinition;
  friend bool operator==(const DeregisterTaskDefinitionRequest&,
                         const DeregisterTaskDefinitionRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DeregisterTaskDefinitionRequest, (), (taskDefinition))
template <>
inline constexpr auto required<DeregisterTaskDefinitionRequest> = names("taskDefinition");

struct DeregisterTaskDefinitionResponse {
  std::optional<core::TaskDefinition> taskDefinition;
  friend bool operator==(const DeregisterTaskDefinitionResponse&,
                         const DeregisterTaskDefinitionResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DeregisterTaskDefinitionResponse, (), (taskDefinition))

template <>
const Shape& shape_of<RegisterTaskDefinitionRequest>();
template <>
const Shape& shape_of<RegisterTaskDefinitionResponse>();
template <>
const Shape& shape_of<DescribeTaskDefinitionRequest>();
template <>
const Shape& shape_of<DescribeTaskDefinitionResponse>();
template <>
const Shape& shape_of<ListTaskDefinitionsRequest>();
template <>
const Shape& shape_of<ListTaskDefinitionsResponse>();
template <>
const Shape& shape_of<ListTaskDefinitionFamiliesRequest>();
template <>
const Shape& shape_of<ListTaskDefinitionFamiliesResponse>();
template <>
const Shape& shape_of<DeregisterTaskDefinitionRequest>();
template <>
const Shape& shape_of<DeregisterTaskDefinitionResponse>();

}  // namespace troupe::api::wire
