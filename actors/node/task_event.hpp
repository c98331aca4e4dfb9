#pragma once

/// What can happen to a task on its host, and what the host must then do:
/// the two sides of `advance` (task_run.hpp).
///
/// Containers are named by their place in the task definition, images by their
/// place among the task's distinct references. Both stay small and cannot be
/// misspelt.

#include "actors/core/task_report.hpp"
#include "runtime/container_runtime.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe::node {

using ContainerIndex = std::size_t;
using ImageIndex = std::size_t;

// ---- Timers ------------------------------------------------------------------

enum class TimerKind : std::uint8_t {
  pull_again,        ///< `subject` is an image: the registry did not answer.
  dependency_limit,  ///< startTimeout of a container that others wait for.
  stop_grace,        ///< stopTimeout: SIGKILL is next.
  still_alive,       ///< SIGKILL was sent and no exit was heard of.
  health_probe,      ///< The next health check is due.
  release_again,     ///< Giving back the sandbox failed.
};

/// `incarnation` counts the starts of the container, so that a timer of an
/// earlier one is known to be stale.
struct TaskTimer {
  TimerKind kind = TimerKind::stop_grace;
  std::uint32_t subject = 0;
  std::uint32_t incarnation = 0;
  friend bool operator==(const TaskTimer&, const TaskTimer&) = default;
};

// ---- Events ------------------------------------------------------------------

/// The task is new on this host.
struct TaskBegun {};

struct ImagePulled {
  ImageIndex image = 0;
  std::string digest;
};
struct ImagePullFailed {
  ImageIndex image = 0;
  runtime::Failure failure;
};

struct SandboxCreated {
  runtime::Sandbox sandbox;
};
struct SandboxFailed {
  runtime::Failure failure;
};

struct ContainerCreated {
  ContainerIndex container = 0;
};
struct ContainerCreateFailed {
  ContainerIndex container = 0;
  runtime::Failure failure;
};

/// `status.exit` is set when it has ended already.
struct ContainerStarted {
  ContainerIndex container = 0;
  runtime::ContainerStatus status;
};
struct ContainerStartFailed {
  ContainerIndex container = 0;
  runtime::Failure failure;
};

struct ContainerExited {
  ContainerIndex container = 0;
  runtime::Exit exit;
};
/// The runtime does not know the container any more.
struct ContainerGone {
  ContainerIndex container = 0;
};

struct HealthProbed {
  ContainerIndex container = 0;
  std::uint32_t incarnation = 0;
  bool healthy = false;
};

struct TimerRang {
  TaskTimer timer;
};

/// The control plane wants the task to end.
struct StopAsked {};

/// What a restarted agent found of a task that was here before. `task` is the
/// control plane's record; `containers` has one entry per container of the plan.
struct TaskAdopted {
  std::shared_ptr<const core::Task> task;
  std::optional<runtime::Sandbox> sandbox;
  std::vector<std::optional<runtime::ContainerStatus>> containers;
};

struct SandboxReleased {};
struct SandboxReleaseFailed {
  runtime::Failure failure;
};

using TaskEvent = std::variant<TaskBegun, ImagePulled, ImagePullFailed, SandboxCreated, SandboxFailed,
                               ContainerCreated, ContainerCreateFailed, ContainerStarted,
                               ContainerStartFailed, ContainerExited, ContainerGone, HealthProbed, TimerRang,
                               StopAsked, TaskAdopted, SandboxReleased, SandboxReleaseFailed>;

// ---- Effects -----------------------------------------------------------------

struct PullImage {
  ImageIndex image = 0;
};
struct CreateSandbox {};
struct CreateContainer {
  ContainerIndex container = 0;
};
/// One that has ended is started again in place.
struct StartContainer {
  ContainerIndex container = 0;
};
/// Create and start in one go: one way through the worker pool less. Answered
/// by the failure of either step, or by ContainerStarted.
struct LaunchContainer {
  ContainerIndex container = 0;
};
struct SignalContainer {
  ContainerIndex container = 0;
  int signal = 0;
};
/// Ask the runtime for the container's state; the answer is an exit or nothing.
struct InspectContainer {
  ContainerIndex container = 0;
};
struct ProbeHealth {
  ContainerIndex container = 0;
  std::uint32_t incarnation = 0;
};
/// Give back networks, ports, mounts and cgroups; keep exit codes and logs.
struct ReleaseSandbox {};
struct SetTimer {
  std::chrono::milliseconds delay{0};
  TaskTimer timer;
};
struct Report {
  std::shared_ptr<const core::TaskReport> report;
};

using TaskEffect =
    std::variant<PullImage, CreateSandbox, CreateContainer, StartContainer, LaunchContainer, SignalContainer,
                 InspectContainer, ProbeHealth, ReleaseSandbox, SetTimer, Report>;

using TaskEffects = std::vector<TaskEffect>;

}  // namespace troupe::node
