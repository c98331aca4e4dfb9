#pragma once

/// A cluster: owner of its record, index of its tasks and instances as immutable
/// snapshots, from which Describe and List are answered. It accepts tasks, and
/// supervises the actors that own them.

#include "actors/control/owner.hpp"
#include "actors/core/queries.hpp"
#include "actors/core/run_task.hpp"
#include "actors/core/store.hpp"
#include "actors/core/task_index.hpp"

#include <map>
#include <string>
#include <unordered_map>

namespace troupe::control {

/// What the journal held of one cluster.
struct RecoveredCluster {
  std::shared_ptr<const core::Cluster> record;
  std::vector<core::TaskPtr> tasks;
  std::vector<core::InstancePtr> instances;
  std::vector<core::ClientToken> tokens;
};

class Cluster : public Owner<ClusterActor> {
 public:
  Cluster(caf::actor_config& config, StagePtr stage, std::string cluster_name, RegistryActor registry,
          std::shared_ptr<const RecoveredCluster> recovered);
  behavior_type make_behavior() override;
  const char* name() const override { return "cluster"; }
  void on_exit() override;

 protected:
  void refused(const caf::error& why) override;

 private:
  using Child = std::variant<core::TaskId, core::InstanceId>;
  using Promise = caf::typed_response_promise<Answer>;

  /// The tasks of one client token: made, or about to be.
  struct TokenUse {
    core::ClientToken made;
    bool settled = false;
    std::vector<Promise> waiting;
  };

  // Start and end (cluster_children.cpp).
  void recover(const RecoveredCluster& recovered);
  void spawn_scheduler();
  [[nodiscard]] core::InstancePtr without_agent(const core::InstancePtr& instance) const;
  InstanceActor spawn_instance(const core::InstanceId& id, const core::InstancePtr& record);
  void spawn_task(const core::TaskPtr& task);
  void revive(const caf::down_msg& down);
  void revive_later(Child child);
  void revive_now(std::uint64_t token);
  caf::result<AgentConnected> connect(const ConnectAgent& ask);

  // Operations (cluster.cpp).
  caf::result<Answer> perform(const ClusterCall& call);
  caf::result<Answer> create(const core::CreateCluster& command);
  caf::result<Answer> remove();
  caf::result<Answer> write_cluster(core::Cluster next);
  caf::result<Answer> describe_when_durable();
  caf::result<Answer> perform_service(const core::ServiceCommand& command,
                                      const core::TaskDefinitionPtr& definition);
  caf::result<Answer> perform_instance(const core::InstanceCommand& command);
  [[nodiscard]] core::Reply describe() const;
  [[nodiscard]] core::ClusterCounts counts_to_delete() const;
  [[nodiscard]] bool active() const;

  // Operations on tasks (cluster_tasks.cpp).
  caf::result<Answer> run(const std::shared_ptr<const core::ClusterCommand>& command,
                          const core::TaskDefinitionPtr& definition);
  void accept(const core::RunPlan& plan, const core::PlacementResult& placed, const core::RunTask& command,
              const core::TaskDefinitionPtr& definition, Promise promise);
  void started(const std::vector<core::TaskPtr>& tasks);
  caf::result<Answer> stop(const core::StopTask& command);
  std::optional<caf::result<Answer>> answer_by_token(const core::RunTask& command);
  void settle_token(const std::string& token, const Answer& reply, bool durable);
  void drop(const std::vector<core::TaskId>& tasks);
  void forget_tasks();
  void forget_tokens();
  void take_task(const core::TaskPtr& task);
  void forget_old();

  std::string cluster_name_;
  RegistryActor registry_;
  SchedulerActor scheduler_;
  std::shared_ptr<const RecoveredCluster> recovered_;
  std::shared_ptr<const core::Cluster> record_;   ///< Durable; null before it was created.
  std::shared_ptr<const core::Cluster> working_;  ///< With the decision on its way to the disk.
  core::TaskIndex tasks_;
  core::InstanceMap instances_;
  std::unordered_map<core::TaskId, TaskActor> task_actors_;
  std::map<core::InstanceId, InstanceActor> instance_actors_;
  std::map<std::string, TokenUse> tokens_;
  std::map<std::uint64_t, Child> revivals_;  ///< By the token of their timer.
  std::uint64_t last_revival_ = 0;
  int accepting_ = 0;  ///< RunTask calls between placement and commit.
};

}  // namespace troupe::control
