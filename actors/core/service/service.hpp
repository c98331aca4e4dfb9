#pragma once

/// Services as decisions: what an operation changes, and what is to be done so
/// that the tasks become as the service wants them.
///
/// `decide` answers operations, `learn` takes in what the world reports, and
/// `reconcile` compares a service with its tasks. All three give a
/// ServiceChange: records and events that are made durable as one batch before
/// anything else of the decision is done. There is no state beside the records:
/// after a restart, records and tasks tell reconcile how far a rollout is.
///
/// Source: ECS Developer Guide, "Amazon ECS services"; ECS API Reference.

#include "actors/core/ids.hpp"
#include "actors/core/placement/placement.hpp"
#include "actors/core/run_task.hpp"
#include "actors/core/service_commands.hpp"
#include "actors/core/service_events.hpp"
#include "actors/core/stamp.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::core {

/// What a decision makes durable.
struct ServiceChange {
  ServicePtr service;                             ///< Null: unchanged.
  std::vector<ServiceRevisionPtr> revisions;      ///< New ones.
  std::vector<ServiceDeploymentPtr> deployments;  ///< New or changed ones.
  std::vector<ServiceEventBody> events;
  [[nodiscard]] bool empty() const {
    return !service && revisions.empty() && deployments.empty() && events.empty();
  }
};

/// Takes a durable change into the state.
void apply(ServiceState& state, const ServiceChange& change);

// ---- Operations ----------------------------------------------------------------

/// What hooks of a lifecycle stage can be.
enum class HookTargets : std::uint8_t { pause, pause_and_lambda };

/// What a decision knows beside the service.
struct ServiceContext {
  Realm realm;
  std::shared_ptr<const Cluster> cluster;
  /// The one that the command names (catalog's `to_run`); null when it names none.
  TaskDefinitionPtr definition;
  /// By name, those of the account; FARGATE and FARGATE_SPOT are always known.
  std::map<std::string, CapacityProviderPtr> providers;
  /// Nothing here can call a Lambda function.
  HookTargets hook_targets = HookTargets::pause;
};

/// `existing` is null when no service of this name is known. The same client
/// token with the same request gives an empty change: answer with `existing`.
Result<ServiceChange> decide(const ServiceState* existing, const CreateService& command,
                             const ServiceContext& context, const Stamp& stamp);
Result<ServiceChange> decide(const ServiceState& state, const UpdateService& command,
                             const ServiceContext& context, const Stamp& stamp);
/// DRAINING; reconcile makes it INACTIVE when its tasks have ended.
Result<ServiceChange> decide(const ServiceState& state, const DeleteService& command, const Stamp& stamp);

/// `id` is the last part of the ARN that the command names.
Result<ServiceChange> decide(const ServiceState& state, const std::string& id,
                             const StopServiceDeployment& command, const Stamp& stamp);
Result<ServiceChange> decide(const ServiceState& state, const std::string& id,
                             const ContinueServiceDeployment& command, const Stamp& stamp);

/// A task set that was made or changed, as its reply shows it.
struct TaskSetChange {
  ServiceChange change;
  TaskSet task_set;
};
Result<TaskSetChange> decide(const ServiceState& state, const CreateTaskSet& command,
                             const ServiceContext& context, const Stamp& stamp);
Result<TaskSetChange> decide(const ServiceState& state, const UpdateTaskSet& command, const Realm& realm,
                             const Stamp& stamp);
/// DRAINING; reconcile takes it away when its tasks have ended.
Result<TaskSetChange> decide(const ServiceState& state, const DeleteTaskSet& command, const Realm& realm,
                             const Stamp& stamp);
Result<TaskSetChange> decide(const ServiceState& state, const UpdateServicePrimaryTaskSet& command,
                             const Realm& realm, const Stamp& stamp);

// ---- What the world reports ------------------------------------------------------

enum class TrafficKind : std::uint8_t { test, production };
BOOST_DESCRIBE_ENUM(TrafficKind, test, production)

/// So much of the traffic of one kind goes to the target revision now, the rest
/// to the source.
struct TrafficShifted {
  std::string service_deployment;
  TrafficKind kind = TrafficKind::production;
  double percent = 0;
};

/// A Lambda hook answered. `again_after` counts with IN_PROGRESS only.
struct HookAnswered {
  std::string service_deployment;
  std::string hook_id;
  DeploymentLifecycleHookStatus status = DeploymentLifecycleHookStatus::SUCCEEDED;
  Millis again_after{30'000};
};

/// CloudWatch alarms of the deployment configuration that went off.
struct AlarmsTriggered {
  std::vector<std::string> names;
};

/// The scheduler found no place for some of the tasks of a StartTasks.
struct PlacementFailed {
  std::string zone;  ///< As StartTasks has it.
  bool fleet_is_empty = false;
  std::vector<Refusal> refusals;
  bool provider_is_empty = false;  ///< The capacity provider has no instance.
  LaunchType launch_type = LaunchType::EC2;
  std::string capacity_provider = {};  ///< Of the tasks; empty: by launch type.
};

ServiceChange learn(const ServiceState& state, const TrafficShifted& fact, const Stamp& stamp);
ServiceChange learn(const ServiceState& state, const HookAnswered& fact, const Stamp& stamp);
ServiceChange learn(const ServiceState& state, const AlarmsTriggered& fact, const Stamp& stamp);
ServiceChange learn(const ServiceState& state, const PlacementFailed& fact, const Realm& realm,
                    const Stamp& stamp);
/// Tasks of a plan are being started: committed in the same batch as they.
ServiceChange learn_started(const ServiceState& state, const std::vector<TaskPtr>& tasks, const Realm& realm,
                            const Stamp& stamp);

// ---- Reconcile ---------------------------------------------------------------------

/// Start `count` tasks of one deployment or task set.
struct StartTasks {
  std::uint64_t deployment = 0;   ///< Or task set: "ecs-svc/N" becomes their startedBy.
  std::uint64_t revision = 0;     ///< Number of the ServiceRevision.
  std::string capacity_provider;  ///< Empty: by launch type.
  std::int32_t count = 0;
  std::vector<InstanceId> instances;  ///< DAEMON: one task on each of these.
  std::string zone;                   ///< Not empty: in this availability zone.
  friend bool operator==(const StartTasks&, const StartTasks&) = default;
};

/// Stop one task with code ServiceSchedulerInitiated.
struct StopServiceTask {
  TaskId task;
  std::string reason;
};

/// Move traffic; answered by TrafficShifted. Asked again until it is.
struct ShiftTraffic {
  std::string service_deployment;
  TrafficKind kind = TrafficKind::production;
  double percent = 0;
  std::uint64_t source_revision = 0;
  std::uint64_t target_revision = 0;
};

/// Call a Lambda hook; answered by HookAnswered.
struct CallHook {
  std::string service_deployment;
  std::string hook_id;
  std::string target_arn;
  DeploymentLifecycleHookStage stage = DeploymentLifecycleHookStage::RECONCILE_SERVICE;
};

/// How long things take; tests shorten them.
struct ServiceTiming {
  Millis healthy_after = std::chrono::seconds{40};  ///< RUNNING, without a health check.
  Millis launch_delay = std::chrono::seconds{1};    ///< After the first round of failures; doubles.
  Millis launch_delay_max = std::chrono::minutes{15};
  Millis placement_delay = std::chrono::seconds{5};  ///< Doubles as well.
  Millis placement_delay_max = std::chrono::minutes{5};
  Millis repeat_event_after = std::chrono::hours{6};
  Millis hook_call_timeout = std::chrono::minutes{1};  ///< Until an unanswered hook is called again.
};

enum class DaemonPlace : std::uint8_t {
  eligible,      ///< ACTIVE, connected, carries the attributes, meets the constraints.
  disconnected,  ///< Would be eligible if its agent were heard: keeps its task, gets none.
  draining,      ///< Its daemon is the last task to stop.
  unfit,         ///< Runs no task of this service.
};

/// An instance as a DAEMON service sees it. Those that are not named are unfit.
struct DaemonInstance {
  InstanceId id;
  DaemonPlace place = DaemonPlace::eligible;
  bool busy = false;  ///< Has tasks that are not a daemon's and have not STOPPED.
};

/// All that reconcile looks at.
struct ServiceView {
  const ServiceState& state;
  Realm realm;
  /// Of group "service:NAME", the STOPPED ones too as long as they are kept.
  std::vector<TaskPtr> tasks;
  /// Of an earlier plan, asked for and not yet seen in `tasks`: tasks that are
  /// to stop (desired status still RUNNING), and starts under way.
  std::set<TaskId> stopping;
  std::vector<StartTasks> starting;
  std::set<InstanceId> draining;
  std::vector<std::string> zones;  ///< Those with ACTIVE instances, for rebalancing.
  std::vector<DaemonInstance> daemons;
  bool capacity_changed = false;  ///< Since a placement failed: try again now.
  ServiceTiming timing;
};

/// What is to be done, in this order: commit `change`; when it is durable (or
/// empty), all the rest.
struct Plan {
  ServiceChange change;
  std::vector<StartTasks> start;
  std::vector<StopServiceTask> stop;
  std::vector<ShiftTraffic> shift;
  std::vector<CallHook> hooks;
  std::optional<Time> wake_at;  ///< Reconcile again then, though nothing happens before.
};

Plan reconcile(const ServiceView& view, const Stamp& stamp);

// ---- For the shell ----------------------------------------------------------------

/// The request to the scheduler and what the new tasks have in common; go on
/// with accept_placed of run_task.hpp.
RunPlan plan_start(const ServiceState& state, const StartTasks& start, const TaskDefinitionPtr& definition,
                   const Stamp& stamp);

/// The deployment or task set that a task belongs to; 0: none.
std::uint64_t deployment_of(const Task& task);

/// Running and pending tasks by deployment and task set, as Describe shows them.
std::map<std::uint64_t, TaskCounts> count_service(const Service& service, const std::vector<TaskPtr>& tasks);

}  // namespace troupe::core
