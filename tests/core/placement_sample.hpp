#pragma once

/// Instances by number, and attributes as they carry them.

#include "actors/core/ids.hpp"
#include "actors/core/shapes/resources.hpp"

#include <cstdint>
#include <string>

namespace troupe::core {

inline InstanceId instance_id(std::uint64_t number) {
  return InstanceId{{0, number}};
}

inline Attribute attribute(const std::string& name, const std::string& value) {
  return {.name = name, .value = value, .targetType = {}, .targetId = {}};
}

}  // namespace troupe::core
