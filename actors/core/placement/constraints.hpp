#pragma once

/// The constraints that bind a task: of the call, and of its task definition.

#include "actors/core/result.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/task_definition.hpp"

#include <vector>

namespace troupe::core {

/// Those of the call, then those of the definition.
std::vector<PlacementConstraint> all_constraints(std::vector<PlacementConstraint> of_call,
                                                 const TaskDefinition& definition);

/// The same, checked: InvalidParameterException when one lacks its type, has an expression that it may not
/// have, or one that cannot be read. At most 10. Source: ECS API Reference, RunTask, PlacementConstraint.
Result<std::vector<PlacementConstraint>> binding_constraints(std::vector<PlacementConstraint> of_call,
                                                             const TaskDefinition& definition);

}  // namespace troupe::core
