#pragma once

/// A service: owner of its records, its revisions and its deployments. It keeps
/// as many tasks as it should have, and replaces them in rollouts.
///
/// All that it hears only marks it as due; it reconciles once for all that has
/// come in. What a reconcile changes is made durable first, then tasks are
/// started and stopped. Tasks that it starts are committed by it, in one batch
/// with its own record; its cluster then takes them over.

#include "actors/control/owner.hpp"
#include "actors/core/service_queries.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::control {

/// What a service is given when it is spawned.
struct ServiceStart {
  std::string cluster;
  std::string name;
  core::ServiceEntryPtr entry;  ///< Null: it is about to be created.
  std::vector<core::TaskPtr> tasks;
  core::FleetFactsPtr fleet;
};

class Service : public Owner<ServiceActor> {
 public:
  Service(caf::actor_config& config, StagePtr stage, ServiceStart start, ClusterActor cluster);
  behavior_type make_behavior() override;
  const char* name() const override { return "service"; }
  void on_exit() override;

 protected:
  void refused(const caf::error& why) override;

 private:
  using Promise = caf::typed_response_promise<Answer>;
  using Decided = core::Result<core::ServiceChange>;
  using DecidedTaskSet = core::Result<core::TaskSetChange>;
  using MakeReply = std::function<core::Reply()>;

  // Tokens of its timers; those of wake_at() follow.
  enum Token : std::uint64_t { agents_late, outdated_due, rested, first_token };

  // Operations (service.cpp).
  caf::result<Answer> perform(const ServiceCall& call);
  caf::result<Answer> answer_service(const Decided& decided, const core::TaskDefinitionPtr& definition);
  caf::result<Answer> answer_task_set(const DecidedTaskSet& decided,
                                      const core::TaskDefinitionPtr& definition);
  caf::result<Answer> answer_deployment(const Decided& decided, const std::string& arn);
  caf::result<Answer> carry_out(const core::ServiceChange& change, MakeReply make_reply);
  void learn_definitions(const core::ServiceChange& change, const core::TaskDefinitionPtr& definition);
  [[nodiscard]] core::ServiceSnapshot snapshot() const;

  // Its records (service.cpp), and how long they are kept (service_memory.cpp).
  void commit(const core::ServiceChange& change, const std::vector<core::TaskPtr>& started, Done then);
  void publish(const core::ServiceEntryPtr& next);
  void look_for_outdated();
  void forget_outdated();
  void forget();

  // What it hears, and what it does about it (service_reconcile.cpp).
  void take_task(const core::TaskPtr& task);
  void take_timer(std::uint64_t token);
  void wake();
  void wake_at(core::Time time);
  void retry_later();
  void reconcile();
  [[nodiscard]] core::ServiceView view() const;
  [[nodiscard]] std::vector<core::DaemonInstance> daemons() const;
  void act(const core::Plan& plan);
  void start(const core::StartTasks& ask);
  void accept(std::uint64_t number, const core::RunPlan& plan, const core::PlacementResult& placed);
  void stop(const std::vector<core::StopServiceTask>& tasks);
  void shift(const core::ShiftTraffic& ask);
  void call_hook(const core::CallHook& ask);

  std::string cluster_name_;
  std::string service_name_;
  ClusterActor cluster_;
  core::ServiceEntry working_;       ///< With the decisions on their way to the disk.
  core::ServiceEntryPtr published_;  ///< The last version that is durable; null before the first.
  std::map<core::TaskId, core::TaskPtr> tasks_;
  core::FleetFactsPtr fleet_;
  std::set<core::TaskId> stopping_;                     ///< Asked for, not yet seen.
  std::map<std::uint64_t, core::StartTasks> starting_;  ///< Asked for, not yet among the tasks.
  std::uint64_t last_start_ = 0;
  std::set<std::string> shifting_;  ///< Traffic that is being moved.
  bool awake_ = false;              ///< It will look again, without being told.
  caf::actor_clock::time_point rests_until_{};
  bool acting_ = false;   ///< A plan is on its way to the disk.
  bool pausing_ = false;  ///< The journal refused: until its timer.
  bool due_ = false;      ///< Something came in meanwhile.
  bool capacity_freed_ = false;
  bool agents_awaited_ = false;  ///< Recovered, and no agent has come back yet.
  std::optional<core::Time> armed_for_;
  std::uint64_t armed_token_ = first_token;
  std::optional<core::Time> forget_at_;
};

}  // namespace troupe::control
