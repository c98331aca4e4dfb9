#pragma once

/// A task: owner of its record, from the moment it was accepted and placed until
/// it is STOPPED. It sees to it that its node runs it, and stops it.

#include "actors/control/owner.hpp"
#include "actors/core/task_life.hpp"

namespace troupe::control {

class Task : public Owner<TaskActor> {
 public:
  /// `record` is durable. Its changes go to `cluster` and to `instance`.
  Task(caf::actor_config& config, StagePtr stage, core::TaskPtr record, ClusterActor cluster,
       InstanceActor instance);
  behavior_type make_behavior() override;
  const char* name() const override { return "task"; }
  void on_exit() override;

 protected:
  void refused(const caf::error& why) override;

 private:
  caf::result<Answer> end(const EndTask& ask);
  caf::result<Answer> protect(const ProtectTask& ask);
  caf::result<Answer> carry_out(const core::TaskSteps& steps);
  void take(const core::TaskSteps& steps, Done then = nullptr);
  void publish(const core::TaskPtr& next);
  void present();

  core::TaskPtr working_;    ///< With the decisions that are on their way to the disk.
  core::TaskPtr published_;  ///< The last version that is durable.
  ClusterActor cluster_;
  InstanceActor instance_;
  bool retry_set_ = false;
};

}  // namespace troupe::control
