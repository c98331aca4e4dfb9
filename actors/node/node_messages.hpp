#pragma once

/// The messages and interfaces of the actors on one host. What crosses to the
/// control plane is in actors/messages.hpp.

#include "actors/interfaces.hpp"
#include "actors/node/task_event.hpp"
#include "actors/node/task_run.hpp"

#include <memory>
#include <string>
#include <vector>

namespace troupe::node {

/// What came of an effect, or happened by itself, to one task.
struct HostEvent {
  TaskEvent event;
};

/// The TASK RUNNER actor interface: one task on this host.
using TaskRunnerActor = caf::typed_actor<
    // From the engine.
    caf::reacts_to<HostEvent>,
    // From the agent: the control plane wants the task to end.
    caf::reacts_to<StopTask>,
    // Its own timers.
    caf::reacts_to<TimerFired>>;

/// Everything that the container runtime has, at one instant.
struct HostSurvey {
  std::vector<runtime::Sandbox> sandboxes;
  std::vector<runtime::ContainerStatus> containers;
};

/// The answer to TakeSurvey; null when the runtime failed.
struct HostSurveyed {
  std::shared_ptr<const HostSurvey> survey;
};

enum class Cleanup : std::uint8_t {
  release,  ///< Give back what it holds; logs and exit codes stay.
  remove,   ///< Everything.
};

/// The answer to CleanSandbox.
struct SandboxCleaned {
  std::string id;
  Cleanup how = Cleanup::remove;
  bool done = false;
};

/// The answer to SampleUsage.
struct UsageSampled {
  std::shared_ptr<const core::UsageReport> report;
};

/// The AGENT as the other actors of its host see it.
using HostAgentActor = AgentActor::extend<
    // From its task runners.
    caf::reacts_to<TaskReported>,
    // From the engine.
    caf::reacts_to<HostSurveyed>,
    // From the engine.
    caf::reacts_to<SandboxCleaned>,
    // From the engine.
    caf::reacts_to<UsageSampled>>;

/// From now on the exits of this task's containers go to `runner`, and its
/// effects may be performed.
struct WatchTask {
  core::TaskId task;
  std::shared_ptr<const TaskPlan> plan;
  TaskRunnerActor runner;
};

struct UnwatchTask {
  core::TaskId task;
};

/// One effect of a watched task.
struct PerformEffect {
  core::TaskId task;
  TaskEffect effect;
};

/// From the runtime's own thread.
struct ExitObserved {
  std::string container;
  runtime::Exit exit;
};

struct TakeSurvey {
  HostAgentActor agent;
};

struct CleanSandbox {
  std::string id;
  Cleanup how = Cleanup::remove;
  HostAgentActor agent;
};

struct SampleUsage {
  HostAgentActor agent;
};

/// The ENGINE actor interface: the one door to the container runtime.
using EngineActor = caf::typed_actor<
    // A task runner began.
    caf::reacts_to<WatchTask>,
    // It ended.
    caf::reacts_to<UnwatchTask>,
    // Performs it on the worker pool; the answer goes to the runner.
    caf::reacts_to<PerformEffect>,
    // Finds whose container it was.
    caf::reacts_to<ExitObserved>,
    // Lists everything; answers the agent with HostSurveyed.
    caf::reacts_to<TakeSurvey>,
    // Cleans a sandbox that has no runner; answers the agent with SandboxCleaned.
    caf::reacts_to<CleanSandbox>,
    // Reads what the containers of all watched tasks use; answers the agent with
    // UsageSampled. One at a time.
    caf::reacts_to<SampleUsage>>;

}  // namespace troupe::node

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node::HostEvent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node::HostSurveyed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node::SandboxCleaned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node::WatchTask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node::UnwatchTask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node::PerformEffect)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node::ExitObserved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node::UsageSampled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node::SampleUsage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node::TakeSurvey)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node::CleanSandbox)
