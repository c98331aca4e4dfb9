#pragma once

/// ExplainPlacement as it goes over the wire: Troupe's own operation, beside those
/// of ECS, under the target "Troupe.ExplainPlacement". It makes `troupe why`, and
/// is there for programs as well.
///
/// Members are absent when not given, as in ECS's own shapes.

#include "actors/core/describe.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

/// One of `task` and `service`, by id, name or ARN.
struct ExplainPlacementRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> task;
  std::optional<std::string> service;
  friend bool operator==(const ExplainPlacementRequest&, const ExplainPlacementRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ExplainPlacementRequest, (), (cluster, task, service))

/// Why one filter refuses an instance. Where it counts something, `needed` and
/// `available` are in `unit`.
struct PlacementRefusal {
  std::optional<std::string> filter;
  std::optional<std::string> reason;
  std::optional<std::string> detail;
  std::optional<std::int64_t> needed;
  std::optional<std::int64_t> available;
  std::optional<std::string> unit;
  std::optional<std::string> change;
  friend bool operator==(const PlacementRefusal&, const PlacementRefusal&) = default;
};
BOOST_DESCRIBE_STRUCT(PlacementRefusal, (), (filter, reason, detail, needed, available, unit, change))

struct PlacementVerdict {
  std::optional<std::string> containerInstanceArn;
  std::optional<bool> fits;
  std::optional<std::vector<PlacementRefusal>> refusals;
  friend bool operator==(const PlacementVerdict&, const PlacementVerdict&) = default;
};
BOOST_DESCRIBE_STRUCT(PlacementVerdict, (), (containerInstanceArn, fits, refusals))

struct ExplainPlacementResponse {
  std::optional<std::string> arn;
  std::optional<std::string> status;
  std::optional<std::string> reason;
  std::optional<std::string> closestContainerInstanceArn;
  std::optional<std::string> closestMatch;  ///< ECS's sentence on it.
  std::optional<std::vector<PlacementVerdict>> containerInstances;
  friend bool operator==(const ExplainPlacementResponse&, const ExplainPlacementResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ExplainPlacementResponse, (),
                      (arn, status, reason, closestContainerInstanceArn, closestMatch, containerInstances))

template <>
const Shape& shape_of<ExplainPlacementRequest>();
template <>
const Shape& shape_of<ExplainPlacementResponse>();

}  // namespace troupe::api::wire
