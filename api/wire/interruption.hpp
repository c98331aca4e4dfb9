#pragma once

/// InterruptTask as it goes over the wire: Troupe's own operation, under the target
/// "Troupe.InterruptTask". It makes `troupe interrupt`, and is there for programs as well.

#include "api/wire/tasks.hpp"

#include <optional>
#include <string>

namespace troupe::api::wire {

struct InterruptTaskRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> task;
  friend bool operator==(const InterruptTaskRequest&, const InterruptTaskRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(InterruptTaskRequest, (), (cluster, task))
template <>
inline constexpr auto required<InterruptTaskRequest> = names("task");

/// As it is now that it is to stop.
struct InterruptTaskResponse {
  std::optional<Task> task;
  friend bool operator==(const InterruptTaskResponse&, const InterruptTaskResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(InterruptTaskResponse, (), (task))

template <>
const Shape& shape_of<InterruptTaskRequest>();
template <>
const Shape& shape_of<InterruptTaskResponse>();

}  // namespace troupe::api::wire
