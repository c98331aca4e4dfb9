#pragma once

/// A cluster: owner of its record, index of its tasks, services and instances as
/// immutable snapshots, from which Describe and List are answered. It accepts
/// tasks, and supervises the actors that own them.

#include "actors/control/owed.hpp"
#include "actors/control/owner.hpp"
#include "actors/core/placement/fleet.hpp"
#include "actors/core/placement_question.hpp"
#include "actors/core/queries.hpp"
#include "actors/core/run_task.hpp"
#include "actors/core/service_queries.hpp"
#include "actors/core/store.hpp"
#include "actors/core/task_index.hpp"

#include <absl/container/btree_map.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

namespace troupe::control {

class ProviderBook;

/// What the journal held of one cluster.
struct RecoveredCluster {
  std::shared_ptr<const core::Cluster> record;
  std::vector<core::TaskPtr> tasks;
  std::vector<core::InstancePtr> instances;
  std::vector<core::ClientToken> tokens;
  std::vector<core::ServiceEntryPtr> services;
};

class Cluster : public Owner<ClusterActor> {
 public:
  Cluster(caf::actor_config& config, StagePtr stage, std::string cluster_name, RegistryActor registry,
          std::shared_ptr<const ProviderBook> providers, std::shared_ptr<const RecoveredCluster> recovered);
  behavior_type make_behavior() override;
  const char* name() const override { return "cluster"; }
  void on_exit() override;

 protected:
  void refused(const caf::error& why) override;

 private:
  using Promise = Owed<Answer>;

  /// A RunTask on its way through the scheduler, plan by plan.
  struct Placing {
    std::vector<core::RunPlan> plans;
    std::vector<std::shared_ptr<const core::PlacementResult>> placed;  ///< Of the first plans.
    std::uint64_t scheduler = 0;                                       ///< That was asked for them.
    std::shared_ptr<const core::ClusterCommand> command;
    core::TaskDefinitionPtr definition;
    Promise promise;
    int schedulers_lost = 0;  ///< That died before it was done.
  };
  using PlacingPtr = std::shared_ptr<Placing>;

  /// The tasks of one client token: made, or about to be.
  struct TokenUse {
    core::ClientToken made;
    bool settled = false;
    std::vector<Promise> waiting;
  };

  template <class T>
  [[nodiscard]] Owed<T> owe() {
    return Owed<T>{make_response_promise<T>()};
  }

  // Start and end (cluster_children.cpp).
  void recover(const RecoveredCluster& recovered);
  void spawn_scheduler();
  void replace_scheduler(const std::string& why);
  void take_instance(const InstanceChanged& change);
  [[nodiscard]] core::InstancePtr without_agent(const core::InstancePtr& instance) const;
  InstanceActor spawn_instance(const core::InstanceId& id, const core::InstancePtr& record);
  void spawn_task(const core::TaskPtr& task);
  caf::result<AgentConnected> connect(const ConnectAgent& ask);

  // Children that died (cluster_revival.cpp).
  void revive(const caf::down_msg& down);
  void revive_later(const ClusterPart& part);
  void read_again(std::uint64_t token);
  void revive_now(const ClusterPart& part, const RecoveredCluster& durable);
  void revive_task(const core::TaskId& id);
  void revive_instance(const core::InstanceId& id, const core::InstancePtr& record);
  void revive_service(const std::string& service, const RecoveredCluster& durable);
  [[nodiscard]] std::vector<core::TaskId> pledged_to(const std::string& service) const;
  [[nodiscard]] bool is_reviving(const ClusterPart& part) const;

  // What agents ask (cluster_agents.cpp).
  caf::result<SessionOpened> resume_agent(const ResumeAgent& ask);
  [[nodiscard]] SessionOpened find(const FindInstance& ask) const;
  caf::result<Answer> perform_agent(const core::AgentCommand& command);
  caf::result<Answer> register_host(const core::RegisterContainerInstance& command);
  caf::result<Answer> refuse_update(const core::UpdateContainerAgent& command) const;
  caf::result<Answer> submit(const core::SubmitTaskState& command);
  caf::result<Answer> submit(const core::SubmitAttachmentStates& command);
  [[nodiscard]] bool speaks_for_host(const core::Principal& who, const core::Task& task) const;
  void hand_over(const core::TaskPtr& task, core::TaskReport report, Promise promise);

  // Operations (cluster.cpp).
  caf::result<Answer> perform(const ClusterCall& call);
  caf::result<Answer> create(const core::CreateCluster& command, const core::ProvidersPtr& providers);
  caf::result<Answer> remove();
  caf::result<Answer> write_cluster(core::Cluster next);
  caf::result<Answer> describe_when_durable();
  caf::result<Answer> list_tasks(core::ListTasks query) const;
  [[nodiscard]] core::Reply describe() const;
  [[nodiscard]] core::ClusterCounts counts_to_delete() const;
  [[nodiscard]] bool active() const;

  // Operations on tasks (cluster_tasks.cpp).
  caf::result<Answer> run(const ClusterCall& call);
  void place(const PlacingPtr& ask);
  void lost_scheduler(const PlacingPtr& ask, const caf::error& why);
  [[nodiscard]] core::Result<core::RunResult> outcome_of(const Placing& ask, const core::Stamp& stamp) const;
  void accept(const Placing& ask);
  void refuse(const Placing& ask, const Answer& reply);
  void started(const std::vector<core::TaskPtr>& tasks);
  std::optional<caf::result<Answer>> answer_by_token(const core::RunTask& command);
  void settle_token(const std::string& token, const Answer& reply, bool durable);
  void drop(const std::vector<core::TaskId>& tasks);
  void forget_tasks();
  void forget_tokens();
  void take_task(const core::TaskPtr& task);
  void forget_old();

  // Ends that somebody asks for (cluster_stops.cpp).
  caf::result<Answer> stop(const core::StopTask& command);
  caf::result<Answer> interrupt(const core::InterruptTask& command);
  [[nodiscard]] core::Result<core::TaskPtr> task_named(const std::string& reference) const;
  caf::result<Answer> end(const core::TaskPtr& task, core::TaskStopCode code, const std::string& reason);

  // Tasks that wait for a place (cluster_waiting.cpp).
  struct WaitingRound;
  void recover_waiting(const std::vector<core::TaskPtr>& tasks);
  void place_waiting();
  void ask_for_next(const std::shared_ptr<WaitingRound>& round);
  void end_round();
  void give_places(const core::PlacementResult& placed);
  [[nodiscard]] bool leave_queue(const core::TaskId& id);
  [[nodiscard]] std::shared_ptr<const core::PlacementResult> with_waiting(
      const core::PlacementRequest& wanted, const std::shared_ptr<const core::PlacementResult>& placed) const;
  void stop_waiting(const core::TaskPtr& task, core::TaskStopCode code, const std::string& reason,
                    std::function<void(const core::TaskPtr&)> told);

  // ExplainPlacement (cluster_why.cpp).
  caf::result<Answer> explain(const core::ExplainPlacement& ask);
  [[nodiscard]] core::Result<core::PlacementQuestion> question_of(const core::ExplainPlacement& ask) const;

  // ReadUsage (cluster_usage.cpp).
  struct UsageRound;
  caf::result<Answer> read_usage(const core::ReadUsage& ask);
  [[nodiscard]] Answer usage_found(const std::map<core::InstanceId, core::InstanceUsagePtr>& found) const;

  // Hosts (cluster_hosts.cpp).
  caf::result<Answer> perform_host(const core::HostCommand& command);
  caf::result<Answer> deregister(const core::DeregisterContainerInstance& command);
  caf::result<Answer> deregister(const core::InstancePtr& instance, bool force);

  // Instances, protection, capacity providers (cluster_instances.cpp).
  using ChangeAttributes = core::Result<core::ContainerInstance> (*)(const core::ContainerInstance&,
                                                                     const std::vector<core::Attribute>&,
                                                                     const core::Stamp&);
  caf::result<Answer> perform_instance(const ClusterCall& call);
  void ask_instance(const core::InstanceId& id, InstanceDecision decide,
                    std::function<void(const core::Outcome&)> then, std::function<void(caf::error&)> failed);
  caf::result<Answer> set_states(const core::UpdateContainerInstancesState& command);
  caf::result<Answer> change_attributes(const std::vector<core::Attribute>& attributes,
                                        ChangeAttributes change);
  caf::result<Answer> protect(const core::UpdateTaskProtection& command);
  [[nodiscard]] bool blocks_deployment(const core::Task& task, const std::set<core::TaskId>& asked) const;
  caf::result<Answer> show_protection(const core::GetTaskProtection& query) const;
  [[nodiscard]] std::set<std::string> providers_in_use() const;
  void forget_instances();

  // Services (cluster_services.cpp).
  caf::result<Answer> perform_service(const ClusterCall& call);
  caf::result<Answer> create_service(const ClusterCall& call, const core::CreateService& command);
  caf::result<Answer> change_service(const ClusterCall& call, const core::Result<std::string>& service);
  std::optional<Answer> answer_on_services(const core::ServiceCommand& command) const;
  [[nodiscard]] core::Result<std::string> service_named(const std::string& reference) const;
  [[nodiscard]] core::Result<std::string> service_deploying(const std::string& deployment_arn) const;
  [[nodiscard]] core::ServiceContext context_of(const ClusterCall& call) const;
  [[nodiscard]] std::int32_t active_services() const;
  void recover_services(const RecoveredCluster& recovered);
  ServiceActor spawn_service(const std::string& service, const core::ServiceEntryPtr& entry,
                             const core::FleetFactsPtr& facts);
  void take_service(const ServiceChanged& change);
  void fleet_changed();
  void tell_fleet();
  core::FleetFactsPtr fleet();
  [[nodiscard]] bool runs_others(const core::InstanceId& id) const;
  [[nodiscard]] ServiceActor owner_of(const core::Task& task) const;

  // What services ask for their tasks (cluster_starts.cpp).
  caf::result<Placed> place_for_service(const PlaceTasks& ask);
  void give_back(const ReleaseTasks& ask);
  void take_over(const std::vector<core::TaskPtr>& tasks);
  void capacity_freed();
  void end_tasks(const EndTasks& ask);

  std::string cluster_name_;
  RegistryActor registry_;
  std::shared_ptr<const ProviderBook> provider_book_;
  SchedulerActor scheduler_;
  std::shared_ptr<const RecoveredCluster> recovered_;
  std::shared_ptr<const core::Cluster> record_;   ///< Durable; null before it was created.
  std::shared_ptr<const core::Cluster> working_;  ///< With the decision on its way to the disk.
  core::TaskIndex tasks_;
  core::InstanceMap instances_;
  core::FleetFactsPtr facts_;  ///< Of instances_, for services; null: to be made.
  core::ServiceMap services_;
  /// A tree: a table of a million stops everybody when it grows, and a task's id is
  /// near those of the tasks that were made with it.
  absl::btree_map<core::TaskId, TaskActor> task_actors_;
  std::map<core::InstanceId, InstanceActor> instance_actors_;
  std::map<std::string, ServiceActor> service_actors_;
  /// Placed for services that have not started them yet.
  std::unordered_map<core::TaskId, core::Reservation> pledged_;
  std::set<std::string> services_waiting_;  ///< Groups of those whose last placement was refused.
  std::uint64_t times_freed_ = 0;           ///< How often capacity came back.
  bool fleet_tick_ = false;                 ///< Services will be told of the fleet.
  std::vector<core::TaskId> waiting_;       ///< Tasks without a place, oldest first.
  bool placing_waiting_ = false;            ///< The scheduler is being asked for them.
  bool room_came_ = false;                  ///< Since it was asked.
  std::map<std::string, TokenUse> tokens_;
  std::map<std::string, core::InstanceId> registrations_;  ///< By the client token of each.
  std::map<std::uint64_t, ClusterPart> revivals_;          ///< By the token of their timer.
  std::set<ClusterPart> read_again_;                       ///< The journal is being asked for them.
  std::uint64_t last_revival_ = 0;
  int accepting_ = 0;                                       ///< RunTask calls between placement and commit.
  std::uint64_t schedulers_ = 0;                            ///< Spawned so far.
  std::vector<PlacingPtr> unplaced_;                        ///< Wait for the next scheduler.
  std::unordered_map<core::TaskId, core::TaskPtr> placed_;  ///< On their way to the disk.
};

}  // namespace troupe::control
