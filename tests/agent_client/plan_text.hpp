#pragma once

/// Everything that a runtime is told of a task, as one text: two plans are the same when their
/// texts are.

#include "actors/node/container_plan.hpp"

#include <string>

namespace troupe::testing {

/// Lists whose order means nothing (environment, tmpfs, labels) are sorted.
std::string plan_text(const node::TaskPlan& plan);

}  // namespace troupe::testing
