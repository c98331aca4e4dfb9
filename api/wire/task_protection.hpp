#pragma once

/// The operations on tasks' protection from being scaled in as they go over the wire.
///
/// Members carry ECS's own names and are absent when not given; shapes that the core
/// keeps as they are come from actors/core/shapes.
/// Source: ECS API Reference, "Actions" and "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/shapes/service.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

struct UpdateTaskProtectionRequest {
  std::optional<std::string> cluster;
  std::optional<std::vector<std::string>> tasks;
  std::optional<bool> protectionEnabled;
  std::optional<std::int32_t> expiresInMinutes;
  friend bool operator==(const UpdateTaskProtectionRequest&, const UpdateTaskProtectionRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateTaskProtectionRequest, (), (cluster, tasks, protectionEnabled, expiresInMinutes))
template <>
inline constexpr auto required<UpdateTaskProtectionRequest> = names("cluster", "tasks", "protectionEnabled");

struct UpdateTaskProtectionResponse {
  std::optional<std::vector<core::ProtectedTask>> protectedTasks;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const UpdateTaskProtectionResponse&, const UpdateTaskProtectionResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateTaskProtectionResponse, (), (protectedTasks, failures))

struct GetTaskProtectionRequest {
  std::optional<std::string> cluster;
  std::optional<std::vector<std::string>> tasks;
  friend bool operator==(const GetTaskProtectionRequest&, const GetTaskProtectionRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(GetTaskProtectionRequest, (), (cluster, tasks))
template <>
inline constexpr auto required<GetTaskProtectionRequest> = names("cluster");

struct GetTaskProtectionResponse {
  std::optional<std::vector<core::ProtectedTask>> protectedTasks;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const GetTaskProtectionResponse&, const GetTaskProtectionResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(GetTaskProtectionResponse, (), (protectedTasks, failures))

template <>
const Shape& shape_of<UpdateTaskProtectionRequest>();
template <>
const Shape& shape_of<UpdateTaskProtectionResponse>();
template <>
const Shape& shape_of<GetTaskProtectionRequest>();
template <>
const Shape& shape_of<GetTaskProtectionResponse>();

}  // namespace troupe::api::wire
