#pragma once

/// One step of a task in the making: the run, the instant, and the effects so
/// far. The handlers of task_run.cpp note facts in it; `settle` then draws every
/// conclusion that follows, so that no order of facts needs a case of its own.

#include "actors/node/task_run.hpp"

#include <optional>
#include <string>

namespace troupe::node {

struct TaskStep {
  TaskRun& run;
  core::Time now{};
  TaskEffects effects;
};

/// From now on nothing is started, and what runs is stopped. The first cause
/// stands. No `code`: the control plane asked, and knows why.
void begin_stop(TaskStep& step, std::optional<core::TaskStopCode> code, const std::string& reason);

/// The container never ran, and will not.
void fail_container(TaskStep& step, ContainerIndex container, const std::string& reason);

/// The container ended, and starting it again failed: its end stands.
void fail_restart(TaskStep& step, ContainerIndex container, const std::string& reason);

/// The container has ended; it restarts where its policy says so.
void end_container(TaskStep& step, ContainerIndex container, const runtime::Exit& exit);

/// Whether the container would be started again after this end.
bool restarts(const TaskStep& step, ContainerIndex container, const runtime::Exit& exit);

/// Told for a container, or a task, that a restarted agent cannot find.
inline constexpr const char* lost_reason =
    "CannotInspectContainerError: The container is not on this host any more";

/// The container is not there any more, and how it ended is not known.
void lose_container(TaskStep& step, ContainerIndex container);

/// Creates, starts, stops, releases and reports whatever is due now.
void settle(TaskStep& step);

void set_timer(TaskStep& step, std::chrono::milliseconds delay, TimerKind kind, std::size_t subject,
               std::uint32_t incarnation = 0);

}  // namespace troupe::node
