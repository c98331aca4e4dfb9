#pragma once

/// A container instance: owner of its record and of the session with its agent.
/// Work for the node goes down through it, and what the node says goes up.

#include "actors/control/owner.hpp"
#include "actors/core/hosts.hpp"
#include "actors/core/task_tally.hpp"

#include <unordered_map>

namespace troupe::control {

class ContainerInstance : public Owner<InstanceActor> {
 public:
  /// `record` is null for a host that registers for the first time. `placed` are
  /// its tasks: an agent that comes before their owners finds all of them in its
  /// manifest, and stops none.
  ContainerInstance(caf::actor_config& config, StagePtr stage, std::string cluster_name, core::InstanceId id,
                    core::InstancePtr record, const std::vector<core::TaskPtr>& placed, ClusterActor cluster);
  behavior_type make_behavior() override;
  const char* name() const override { return "container_instance"; }
  void on_exit() override;

 protected:
  void refused(const caf::error& why) override;

 private:
  /// Tokens of its timers.
  static constexpr std::uint64_t silence_due = 0;
  static constexpr std::uint64_t usage_due = 1;

  struct Placed {
    core::TaskPtr task;
    TaskActor owner;  ///< Null until it has come.
    /// The last one, for an owner that comes later; null once the task has all of it.
    std::shared_ptr<const TaskReport> report;
  };

  // Its agent's sessions (container_instance_sessions.cpp).
  caf::result<AgentConnected> open(const OpenSession& ask);
  caf::result<Answer> register_host(const core::RegisterContainerInstance& command);
  caf::result<SessionOpened> resume_session(const ResumeSession& ask);
  void take_agent(const AgentActor& agent);
  void forget_agent();
  void greet_agent();
  void send_manifest();
  void take_health(const HealthReported& news);
  void take_runtime(const RuntimeReported& news);
  void take_usage(const core::UsageReport& said);
  [[nodiscard]] TasksFound look_up(const std::vector<core::TaskId>& tasks) const;

  caf::result<Answer> change(const InstanceDecision& decide);
  void leave();
  void assign(const AssignTask& ask);
  void keep(Placed& placed, const core::TaskPtr& task);
  void hand_to_agent(const core::TaskPtr& task);
  void take_change(const core::TaskPtr& task);
  void take_report(const TaskReported& said);
  void look_for_silence();
  void look_for_loss(core::Millis silent_for);
  void disconnect(const std::string& why);
  void hear();
  [[nodiscard]] bool connected() const;
  void tell_tasks(const AgentConnectionChanged& change);
  void lose_tasks(const core::TaskLoss& loss);
  void change_connectivity(core::Connectivity connectivity, Done then);
  void touch();
  [[nodiscard]] bool may_record_usage();
  void record_change(Done then);
  void publish(const core::InstancePtr& next);

  std::string cluster_name_;
  core::InstanceId id_;
  core::InstancePtr working_;    ///< With the decisions on their way to the disk.
  core::InstancePtr published_;  ///< The last version that is durable.
  ClusterActor cluster_;
  AgentActor agent_;
  std::unordered_map<core::TaskId, Placed> tasks_;
  core::TaskTally held_;  ///< Of all of them.
  caf::actor_clock::time_point heard_at_;
  core::InstanceUsage usage_;  ///< As its agent says; not durable.
  bool absence_told_ = false;  ///< All tasks know that the agent is not there.
  bool usage_changed_ = false;
  bool recording_usage_ = false;
  bool usage_timer_set_ = false;
  double usage_records_left_ = 0;  ///< May be written at once.
  caf::actor_clock::time_point usage_counted_at_;
};

}  // namespace troupe::control
