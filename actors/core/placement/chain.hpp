#pragma once

/// The strategies of a request as steps that an order can be made of.

#include "actors/core/placement/spread_fields.hpp"

#include <cstdint>
#include <vector>

namespace troupe::core {

enum class StepKind : std::uint8_t {
  spread_cells,     ///< Over an attribute of few values: instances are kept apart by it.
  spread_values,    ///< Over an attribute of many values.
  spread_instance,  ///< Over instances.
  pack_cpu,
  pack_memory,
  fewest_tasks,
};

struct Step {
  StepKind kind = StepKind::fewest_tasks;
  FieldNumber field = 0;  ///< Of the attribute, when it is one.
  friend bool operator==(const Step&, const Step&) = default;
};

/// At most as many steps as a `Cost` has numbers.
using Chain = std::vector<Step>;

inline bool is_cell(const Step& step) {
  return step.kind == StepKind::spread_cells;
}
/// Whether its cost depends on the group, and on the instance within a cell.
inline bool is_of_group(const Step& step) {
  return step.kind == StepKind::spread_values || step.kind == StepKind::spread_instance;
}
/// Whether its cost is the same for all groups.
inline bool is_shared(const Step& step) {
  return step.kind >= StepKind::pack_cpu;
}

}  // namespace troupe::core
