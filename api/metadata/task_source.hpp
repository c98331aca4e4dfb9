#pragma once

/// The port to whoever knows the tasks of this host: the control plane where it is in this
/// process, the agent's own book where it is elsewhere.

#include "actors/core/records/task.hpp"

#include <functional>
#include <optional>

namespace troupe::api::metadata {

/// The task as it is now, null when there is no such task; absent when nobody could be asked.
using TaskReply = std::function<void(std::optional<core::TaskPtr>)>;
/// Calls back once, from any thread.
using TaskSource = std::function<void(const core::TaskId& task, TaskReply reply)>;

}  // namespace troupe::api::metadata
