#pragma once

/// The length of a described value as compact JSON, without writing any: ECS
/// limits definitions and overrides by it.

#include <cstddef>

namespace troupe::core {

struct TaskDefinition;
struct TaskOverride;

/// Bytes of compact JSON, absent members left out. Characters outside ASCII count
/// as in UTF-8; numbers and escapes are exact.
std::size_t json_size(const TaskDefinition& definition);
std::size_t json_size(const TaskOverride& overrides);

}  // namespace troupe::core
