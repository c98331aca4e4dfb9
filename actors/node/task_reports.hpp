#pragma once

/// What a host tells the control plane of a task, and when it is worth telling:
/// every report costs a durable write there.

#include "actors/node/task_step.hpp"

namespace troupe::node {

inline constexpr const char* essential_exited_reason = "Essential container in task exited";

/// Adds a report to the step's effects when the control plane must learn of
/// what changed since the last one.
///
/// Told: every change of the task's status; while it runs, every change of a
/// container's status or health; that its containers are being stopped, and
/// why; before it runs, what containers do while others wait for them, and the
/// address of a task that has one. Not told: the steps of a start or a stop that
/// follow each other at once.
void report_news(TaskStep& step);

}  // namespace troupe::node
