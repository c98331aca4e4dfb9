#pragma once

/// Drives one task by hand: events in, effects out as short lines, so that a
/// test reads like the log of a host.

#include "actors/node/task_run.hpp"

#include <initializer_list>
#include <string>
#include <vector>

namespace troupe::node::testing {

using Lines = std::vector<std::string>;

/// "create sandbox", "pull 0", "start 1", "signal 0 15", "timer stop_grace 0 30000",
/// "report RUNNING: RUNNING, STOPPED(3)".
std::string line_of(const TaskEffect& effect);

/// A container named `name` with an image of its own ("<name>:1").
PlannedContainer planned(const std::string& name, bool essential = true);

std::shared_ptr<TaskPlan> plan_of(std::vector<PlannedContainer> containers);

/// Container `index` waits for `on`.
void depends(TaskPlan& plan, std::size_t index, std::size_t on, core::ContainerCondition condition);

struct RunDriver {
  TaskRun run;
  core::Time now = core::from_epoch_ms(1'000'000);
  std::shared_ptr<const core::TaskReport> last_report;

  explicit RunDriver(std::shared_ptr<const TaskPlan> plan)
      : run(begin_run(core::TaskId{{1, 2}}, std::move(plan))) {}

  Lines on(const TaskEvent& event);
  /// Lets `by` pass first.
  Lines after(std::chrono::milliseconds by, const TaskEvent& event) {
    now += by;
    return on(event);
  }

  // The usual answers of a runtime.
  Lines begun() { return on(TaskBegun{}); }
  Lines pulled(ImageIndex image = 0) { return on(ImagePulled{image, "sha256:" + std::to_string(image)}); }
  Lines sandbox() { return on(SandboxCreated{{"sandbox", {}, {}}}); }
  Lines created(ContainerIndex c = 0) { return on(ContainerCreated{c}); }
  Lines started(ContainerIndex c = 0);
  Lines exited(ContainerIndex c, int code, bool out_of_memory = false);
  Lines rang(TimerKind kind, std::uint32_t subject = 0, std::uint32_t incarnation = 1) {
    return on(TimerRang{{kind, subject, incarnation}});
  }
  Lines released() { return on(SandboxReleased{}); }

  /// Brings every container to run, whose start nothing holds back.
  void bring_up();
};

}  // namespace troupe::node::testing
