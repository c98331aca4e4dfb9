#pragma once

/// The whole life of one task on its host, as a value and one pure verb.
///
/// Source: ECS Developer Guide, "Task lifecycle", "Container dependencies",
/// "Restart individual containers", "Stopped tasks error codes"; the observed
/// behaviour of Amazon's container agent.

#include "actors/core/task_report.hpp"
#include "actors/node/container_plan.hpp"
#include "actors/node/task_event.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::node {

/// In the order a container passes through them; only a restart goes back, to
/// `starting`.
enum class ContainerPhase : std::uint8_t {
  waiting,   ///< For its image, the sandbox, or a container it takes volumes from.
  creating,  ///< Asked of the runtime.
  created,   ///< Ready; waits for the containers it depends on.
  starting,  ///< Asked of the runtime, with the creation where nothing stands between.
  running,
  stopped,
};

/// How far the ending of a running container has come.
enum class StopStage : std::uint8_t { none, signalled, killed };

struct ContainerRun {
  ContainerPhase phase = ContainerPhase::waiting;
  StopStage stop = StopStage::none;
  core::HealthStatus health = core::HealthStatus::UNKNOWN;
  std::uint32_t incarnation = 0;  ///< Counts its starts.
  std::uint32_t failed_probes = 0;
  std::uint32_t kill_attempts = 0;
  bool probing = false;                     ///< A probe is under way.
  bool healthy_once = false;                ///< Ends the start period of its health check.
  bool dependency_timed_out = false;        ///< Its startTimeout passed.
  bool ran = false;                         ///< It was running at least once.
  core::Time started_at{};                  ///< Of the latest start.
  std::optional<runtime::Exit> early_exit;  ///< Heard before the start was answered.
  std::optional<runtime::Exit> last_exit;   ///< Tells a repeated exit from a new one.
  std::optional<std::int32_t> exit_code;
  std::string reason;
  std::string stop_signal;
  std::string digest;
};

enum class ImagePhase : std::uint8_t {
  unasked,
  pulling,
  backing_off,  ///< The registry did not answer; a timer is set.
  present,
  failed,
};

struct ImageRun {
  ImagePhase phase = ImagePhase::unasked;
  std::string reference;
  std::string digest;
  std::uint32_t attempts = 0;
};

enum class SandboxPhase : std::uint8_t { absent, creating, created, releasing, released };

/// What is known of one task on this host. `status` is PENDING, RUNNING or
/// STOPPED and never moves back.
struct TaskRun {
  core::TaskId id;
  std::shared_ptr<const TaskPlan> plan;
  core::TaskStatus status = core::TaskStatus::PENDING;
  bool stopping = false;  ///< Nothing is started any more.
  SandboxPhase sandbox_phase = SandboxPhase::absent;
  runtime::Sandbox sandbox;
  std::uint32_t release_attempts = 0;
  std::vector<ImageRun> images;          ///< Distinct references, in the plan's order.
  std::vector<ImageIndex> image_of;      ///< For each container.
  std::vector<ContainerRun> containers;  ///< As in the plan.
  std::optional<core::TaskStopCode> stop_code;
  std::string reason;
  std::optional<core::Time> pull_started_at;
  std::optional<core::Time> pull_stopped_at;
  std::optional<core::Time> last_end;  ///< Of a container that ran.
  std::optional<core::Time> execution_stopped_at;
  std::shared_ptr<const core::TaskReport> reported;  ///< The last report; null before it.
};

/// A task that has not begun.
TaskRun begin_run(const core::TaskId& id, std::shared_ptr<const TaskPlan> plan);

/// Moves one task one step and says what the host must do about it.
///
/// A task only ever moves forward: an event that would move it back is stale
/// and yields no effects. Repeating an event is therefore harmless, which is
/// what makes redelivery after a restart safe. Calls of the runtime are asked
/// for once; each is answered by one event, whatever happens.
///
/// STOPPED is reported when every container has ended and the sandbox is
/// released, so that its host ports are free for the next task.
///
/// @param run    What we know; updated in place.
/// @param event  What happened. @p now is when we learnt of it.
/// @return       Effects, in the order the node must perform them.
TaskEffects advance(TaskRun& run, const TaskEvent& event, core::Time now);

/// The report on a task as it is now.
core::TaskReport report_of(const TaskRun& run);

/// The report on a task whose plan cannot be made: STOPPED with
/// TaskFailedToStart and `reason` for the task and each container.
core::TaskReport report_of_refusal(const core::Task& task, const std::string& reason);

/// The report on a task that this host does not know: STOPPED.
core::TaskReport report_of_unknown(const core::TaskId& task);

/// The number of a signal by name ("SIGTERM", "term", "SIGRTMIN+3") or number;
/// SIGTERM for what is empty or unknown.
int signal_number(const std::string& name);

}  // namespace troupe::node
