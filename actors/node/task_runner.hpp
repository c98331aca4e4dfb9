#pragma once

/// The actor of one task on its host: hears events, asks `advance` what they
/// mean, and has the effects performed. It knows nothing of ECS itself.

#include "actors/node/node_messages.hpp"
#include "actors/node/node_options.hpp"
#include "actors/player.hpp"
#include "actors/stage.hpp"

#include <memory>
#include <optional>

namespace troupe::node {

/// Whom a task runner works with; the same for all of a host.
struct RunnerParts {
  EngineActor engine;
  TimerActor timer;
  HostAgentActor agent;
  Clock clock;
  std::shared_ptr<const NodeOptions> options;
};

/// Ends itself when the task is STOPPED, after its last report.
class TaskRunner : public Player<TaskRunnerActor> {
 public:
  /// @param begun  TaskBegun for a task that is new here, TaskAdopted for one
  ///               that may not be.
  TaskRunner(caf::actor_config& config, RunnerParts parts, core::TaskPtr task, TaskEvent begun);
  behavior_type make_behavior() override;
  const char* name() const override { return "task_runner"; }
  void on_exit() override;

 private:
  void begin();
  void handle(const TaskEvent& event);
  void perform(TaskEffect& effect);
  void report(std::shared_ptr<const core::TaskReport> report);
  void finish();

  RunnerParts parts_;
  core::TaskPtr task_;
  std::optional<TaskEvent> begun_;
  TaskRun run_;
};

/// A task's timer as the token of the timer actor, and back.
std::uint64_t token_of(const TaskTimer& timer);
TaskTimer timer_of(std::uint64_t token);

}  // namespace troupe::node
