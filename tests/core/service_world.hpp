#pragma once

/// A service and its tasks in virtual time, as its actor would hold them, with the
/// real placement or one that always finds a place, and nodes that do as they are
/// told.

#include "actors/core/placement/fleet.hpp"
#include "actors/core/service/names.hpp"
#include "actors/core/service/service.hpp"
#include "tests/support/builders.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace troupe::core::service_test {

/// What a task of this definition does on its node.
struct Behaviour {
  Millis starts_after{2'000};
  Millis starts_within{0};  ///< Of random more time.
  int fails_one_in = 0;     ///< Fails to start so often.
  bool fails_to_start = false;
  bool turns_unhealthy = false;  ///< Needs a definition with a health check.
  Millis stops_after{1'000};
};

class ServiceWorld {
 public:
  explicit ServiceWorld(std::uint64_t seed = 1);

  /// A definition that later CreateService and UpdateService commands may name.
  TaskDefinitionPtr define(const std::string& family, std::int32_t revision, Behaviour behaviour,
                           bool health_check = false);
  Result<ServiceChange> create(const CreateService& command, const TaskDefinitionPtr& definition);
  Result<ServiceChange> update(const UpdateService& command, const TaskDefinitionPtr& definition = nullptr);
  void take(const Result<ServiceChange>& change);

  /// Reconciles until nothing is left to do at this moment.
  void settle();
  /// Lets time pass, in steps at which something happens.
  void run(Millis time);
  /// Until the newest deployment is COMPLETED, or the time is over.
  bool run_until_completed(Millis at_most);

  void kill(const TaskId& id);
  void sicken(const TaskId& id);
  /// As after a restart: only what the records say is left.
  void reload();
  void forget_stopped(Millis older_than);
  /// Healthy by the letter of ECS, told apart from how reconcile counts.
  [[nodiscard]] bool is_healthy(const Task& task) const;
  void protect(const TaskId& id, Millis time);
  [[nodiscard]] const Service& service() const { return *state.service; }
  [[nodiscard]] const Deployment& primary() const { return service().deployments.at(0); }
  [[nodiscard]] const ServiceDeployment& history() const;
  [[nodiscard]] int running(const std::string& family_revision = {}) const;
  [[nodiscard]] int live() const;
  [[nodiscard]] bool said(const std::string& text) const;

  ServiceState state;
  ServiceContext context;
  Time now = from_epoch_ms(1'000'000'000);
  std::map<TaskId, Task> tasks;
  std::set<InstanceId> draining;
  std::vector<std::string> zones{"us-east-1a"};
  std::vector<DaemonInstance> daemons;
  std::map<InstanceId, std::string> instances;  ///< With their zones.
  std::vector<ServiceEventBody> events;
  std::vector<ShiftTraffic> shifts;
  std::vector<CallHook> hooks;
  bool answer_traffic = true;
  ServiceTiming timing;
  std::function<void(const Plan&)> on_plan;
  /// A mistake planted behind reconcile: changes a plan before anybody sees it.
  std::function<void(Plan&)> spoil;
  /// The real placement places, with its constraints, on `instances`.
  bool places = false;
  std::uint64_t seed;

 private:
  struct NodeEvent {
    TaskId task;
    TaskStatus status = TaskStatus::RUNNING;
    HealthStatus health = HealthStatus::UNKNOWN;
  };
  Stamp stamp() { return {now, ++seed * 0x9E3779B97F4A7C15ULL}; }
  void start(const StartTasks& what);
  void stop(const StopServiceTask& what);
  void happen(const NodeEvent& event);
  InstanceId place(const StartTasks& what, std::size_t index);
  PlacementResult place_anywhere(const StartTasks& what, const RunPlan& plan);
  PlacementResult place_in_fleet(const RunPlan& plan);

  std::map<std::pair<std::string, std::int32_t>, std::pair<TaskDefinitionPtr, Behaviour>> definitions_;
  std::multimap<Time, NodeEvent> agenda_;
  std::optional<Time> wake_at_;
};

/// A REPLICA service "web" of `count` tasks.
CreateService replicas(std::int32_t count);
CreateService with_percents(CreateService command, std::int32_t least, std::int32_t most);

}  // namespace troupe::core::service_test
