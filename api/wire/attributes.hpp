#pragma once

/// The operations on the attributes of instances as they go over the wire.
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

struct PutAttributesRequest {
  std::optional<std::string> cluster;
  std::optional<std::vector<core::Attribute>> attributes;
  friend bool operator==(const PutAttributesRequest&, const PutAttributesRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(PutAttributesRequest, (), (cluster, attributes))
template <>
inline constexpr auto required<PutAttributesRequest> = names("attributes");

struct PutAttributesResponse {
  std::optional<std::vector<core::Attribute>> attributes;
  friend bool operator==(const PutAttributesResponse&, const PutAttributesResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(PutAttributesResponse, (), (attributes))

struct DeleteAttributesRequest {
  std::optional<std::string> cluster;
  std::optional<std::vector<core::Attribute>> attributes;
  friend bool operator==(const DeleteAttributesRequest&, const DeleteAttributesRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DeleteAttributesRequest, (), (cluster, attributes))
template <>
inline constexpr auto required<DeleteAttributesRequest> = names("attributes");

struct DeleteAttributesResponse {
  std::optional<std::vector<core::Attribute>> attributes;
  friend bool operator==(const DeleteAttributesResponse&, const DeleteAttributesResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DeleteAttributesResponse, (), (attributes))

struct ListAttributesRequest {
  std::optional<std::string> cluster;
  std::optional<core::TargetType> targetType;
  std::optional<std::string> attributeName;
  std::optional<std::string> attributeValue;
  std::optional<std::string> nextToken;
  std::optional<std::int32_t> maxResults;
  friend bool operator==(const ListAttributesRequest&, const ListAttributesRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ListAttributesRequest, (),
                      (cluster, targetType, attributeName, attributeValue, nextToken, maxResults))
template <>
inline constexpr auto required<ListAttributesRequest> = names("targetType");

struct ListAttributesResponse {
  std::optional<std::vector<core::Attribute>> attributes;
  std::optional<std::string> nextToken;
  friend bool operator==(const ListAttributesResponse&, const ListAttributesResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ListAttributesResponse, (), (attributes, nextToken))

template <>
const Shape& shape_of<PutAttributesRequest>();
template <>
const Shape& shape_of<PutAttributesResponse>();
template <>
const Shape& shape_of<DeleteAttributesRequest>();
template <>
const Shape& shape_of<DeleteAttributesResponse>();
template <>
const Shape& shape_of<ListAttributesRequest>();
template <>
const Shape& shape_of<ListAttributesResponse>();

}  // namespace troupe::api::wire
