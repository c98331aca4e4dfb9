#pragma once

/// Numbers and names of task sets.

#include "actors/core/service/draft.hpp"

namespace troupe::core {

/// How many tasks a task set is to have: its share of the service's desired
/// count, rounded up; none when it is DRAINING.
int computed_count(const Service& service, const TaskSet& set);

/// The task set that a CODE_DEPLOY service begins with: PRIMARY, the whole count.
void add_first_task_set(Draft& draft, std::uint64_t revision);

}  // namespace troupe::core
