#pragma once

/// The actor that speaks for one host: registers it, keeps the session with the
/// control plane, and sees to it that each task has exactly one runner.
///
/// It never starts what it has not surveyed: on its start it first lists what
/// the container runtime has, then registers, and the control plane's manifest
/// says what of it belongs to whom. A task that is found is adopted, never
/// started again; a runner that dies is given its task back from a new survey.

#include "actors/node/engine.hpp"
#include "actors/node/host_ledger.hpp"
#include "actors/node/task_runner.hpp"

#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace troupe::node {

/// Spawns a runner; the cast decides how.
using RunnerFactory = std::function<TaskRunnerActor(const RunnerParts&, core::TaskPtr, TaskEvent)>;

struct AgentParts {
  RegistryActor registry;
  TimerActor timer;
  EngineActor engine;
  Host host;
  Clock clock;
  RunnerFactory spawn_runner;
};

class Agent : public Player<HostAgentActor> {
 public:
  Agent(caf::actor_config& config, AgentParts parts);
  behavior_type make_behavior() override;
  const char* name() const override { return "agent"; }
  void on_exit() override;

 private:
  struct Running {
    core::TaskPtr task;
    TaskRunnerActor runner;  ///< Null while it is being replaced.
    std::shared_ptr<const core::TaskReport> report;
    std::uint32_t recoveries = 0;
    bool stop_asked = false;
  };

  // Tokens of its timers; a register deadline carries its attempt above them.
  enum Token : std::uint64_t {
    heartbeat_due = 1,
    sweep_due,
    survey_due,
    connect_due,
    register_late,
    usage_due
  };

  // The session with the control plane (agent_session.cpp).
  void take_survey();
  void surveyed(const HostSurveyed& answer);
  void connect();
  void connected(const AgentConnected& session);
  void reconnect_later(const std::string& why);
  void heartbeat();
  void look_at_usage();
  void sampled(const UsageSampled& answer);
  void tell(const std::shared_ptr<const core::TaskReport>& report);
  void in_session(std::function<void()> work);
  void on_timer(std::uint64_t token);
  void set_timer(std::chrono::milliseconds delay, std::uint64_t token);

  // Its tasks (agent.cpp).
  void start_task(const core::TaskPtr& task);
  void stop_task(const core::TaskId& id);
  void follow(const TaskManifest& manifest);
  void take_report(const TaskReported& said);
  void run(const core::TaskPtr& task, std::optional<Findings> found, bool may_be_known);
  void runner_ended(const caf::down_msg& down);
  void close();
  void recover_runners(Leftovers found);
  void tell_stopped(const core::TaskId& id);
  void orphan_all();
  void clear_leftovers();
  void sweep();
  void cleaned(const SandboxCleaned& answer);
  void clean(const std::string& sandbox, Cleanup how);

  AgentParts parts_;
  InstanceActor instance_;  ///< Null while not connected.
  std::optional<core::InstanceId> id_;
  std::string client_token_;  ///< Of this host's registration.
  std::uint64_t attempt_ = 0;
  std::chrono::milliseconds retry_delay_;
  bool closing_ = false;
  bool sampling_ = false;  ///< The engine was asked what is used, and has not answered.
  bool surveyed_once_ = false;
  bool leftovers_cleared_ = false;
  Leftovers leftovers_;
  StoppedTasks stopped_;
  std::vector<std::function<void()>> early_;  ///< What the control plane wants, before the session is there.
  std::unordered_map<core::TaskId, Running> running_;
  std::unordered_map<caf::actor_id, core::TaskId> runners_;
  std::unordered_set<core::TaskId> to_recover_;
  std::set<core::TaskId> orphans_;  ///< Of instances that this host was before.
};

}  // namespace troupe::node
