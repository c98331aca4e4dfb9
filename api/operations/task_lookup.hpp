#pragma once

/// One task of one cluster, for parts of this process that serve no call of the API.

#include "actors/core/records/task.hpp"
#include "api/operations/front.hpp"

#include <functional>
#include <optional>
#include <string>

namespace troupe::api::operations {

/// Calls back once, on the front's thread: with the task as the control plane has it now, null
/// when it has none of that id; with nothing when it cannot be asked.
void look_up_task(const FrontActor& front, const std::string& cluster, const core::TaskId& task,
                  std::function<void(std::optional<core::TaskPtr>)> reply);

}  // namespace troupe::api::operations
