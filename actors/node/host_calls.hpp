#pragma once

/// The effects of a task as calls of the container runtime. Blocking: these run
/// on the worker pool, never in an actor.

#include "actors/node/node_options.hpp"
#include "actors/node/task_run.hpp"
#include "actors/node/worker_pool.hpp"
#include "runtime/container_runtime.hpp"

#include <optional>

namespace troupe::node {

/// Where and when an effect is performed.
Lane lane_of(const TaskEffect& effect);
Urgency urgency_of(const TaskEffect& effect);

/// Performs one effect and returns what came of it; nothing when there is
/// nothing to say. An adapter that throws has failed: the text is what it threw.
/// SetTimer and Report are not the host's business.
std::optional<TaskEvent> perform(runtime::ContainerRuntime& host, const TaskPlan& plan,
                                 const TaskEffect& effect, const NodeOptions& options);

/// The server that a reference names: "host:5000", "docker.io".
std::string registry_of(const std::string& reference);

}  // namespace troupe::node
