#pragma once

/// The messages that actors exchange. Commands are imperative, events past.
/// Payloads of any size travel as shared_ptr<const T>: sharing one costs like an
/// integer (see README). All messages stay in this process.

#include "actors/core/capacity_providers.hpp"
#include "actors/core/catalog.hpp"
#include "actors/core/cluster_life.hpp"
#include "actors/core/commands.hpp"
#include "actors/core/events.hpp"
#include "actors/core/placement/placement.hpp"
#include "actors/core/service_fleet.hpp"
#include "actors/core/service_queries.hpp"
#include "actors/core/stamp.hpp"
#include "actors/core/task_report.hpp"
#include "actors/core/usage/usage_history.hpp"
#include "runtime/journal.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe {

namespace control {
struct RecoveredCluster;
}

// ---- API → registry → cluster -------------------------------------------------------

/// The answer to every operation: a reply, or the error the caller is told.
using Answer = std::shared_ptr<const core::Outcome>;

inline Answer answer(core::Outcome outcome) {
  return std::make_shared<const core::Outcome>(std::move(outcome));
}

struct AskRegistry {
  std::shared_ptr<const core::RegistryCommand> command;
};

/// `cluster` as the caller wrote it. The registry finds the cluster, and the
/// task definition that the command names.
struct AskCluster {
  std::string cluster;
  std::shared_ptr<const core::ClusterCommand> command;
};

/// What the registry hands on to the cluster.
struct ClusterCall {
  std::shared_ptr<const core::ClusterCommand> command;
  core::TaskDefinitionPtr definition;  ///< That the command names; null when it names none.
  core::ProvidersPtr providers;        ///< Those of the account.
};

/// A cluster began or ceased to be ACTIVE, or uses other capacity providers.
struct ClusterStatusChanged {
  std::string name;
  core::ClusterStatus status = core::ClusterStatus::ACTIVE;
  std::vector<std::string> capacity_providers{};
};

/// The namespace in which a service is found; empty: none (any more).
struct ServiceNamespaceChanged {
  std::string cluster;
  std::string service;
  std::string namespace_name;
};

// ---- Journal and events -----------------------------------------------------------------

using RecordWrite = runtime::Write;

/// What one decision makes durable: all of it, or nothing.
struct Batch {
  std::vector<RecordWrite> records;
  std::vector<core::Event> events;
};

struct Commit {
  std::shared_ptr<const Batch> batch;
};

/// A task, an instance or the service of that name: what has an owner within a cluster.
using ClusterPart = std::variant<core::TaskId, core::InstanceId, std::string>;

/// What there is of one cluster, or of parts of it, when all that was asked before is
/// durable.
struct ReadCluster {
  std::string name;
  std::shared_ptr<const core::Catalog> catalog;  ///< Its tasks run definitions of this one.
  std::vector<ClusterPart> only{};               ///< Empty: all.
};

/// From a cluster to its registry, which knows all definitions.
struct ReadParts {
  std::string cluster;
  std::vector<ClusterPart> parts;
};

struct ClusterRead {
  std::shared_ptr<const control::RecoveredCluster> records;
};

struct Committed {
  std::uint64_t last_sequence = 0;
};

/// Events in order of their sequence numbers, without gaps.
struct EventsCommitted {
  std::shared_ptr<const std::vector<core::EventPtr>> events;
};

/// Drop retained events up to and including this one.
struct TrimEvents {
  std::uint64_t up_to = 0;
};

/// Whether events of managed instances, which are nobody's container instances, are told.
enum class ManagedInstances : std::uint8_t { hidden, told };

/// Which events a subscriber wants; empty lists want all.
struct EventFilter {
  std::vector<std::string> clusters;      ///< Names.
  std::vector<std::string> tasks;         ///< Task ids, 32 hexadecimal digits.
  std::vector<std::string> groups;        ///< "service:web", "family:web".
  std::vector<std::string> detail_types;  ///< "ECS Task State Change", …
  ManagedInstances managed = ManagedInstances::hidden;
};

/// A consistent state of everything after exactly the events up to `sequence`.
struct WorldSnapshot {
  std::uint64_t sequence = 0;
  std::vector<core::EventPtr> latest;  ///< The last event of each resource that exists.
};

/// Where a subscriber's events go. Called on the event stream's thread; must
/// not block. Returns false when the subscriber is gone.
using EventSink = std::function<bool(const std::vector<core::EventPtr>&)>;

/// `from`: go on after this sequence number. Absent: a snapshot first.
struct Subscribe {
  std::optional<std::uint64_t> from;
  EventFilter filter;
  std::shared_ptr<const EventSink> sink;
};

/// How a subscription starts. The events after `sequence` go to the sink, the
/// first of them after this answer.
struct Subscribed {
  std::uint64_t subscription = 0;
  std::uint64_t sequence = 0;
  std::uint64_t oldest_retained = 0;
  bool gap = false;  ///< `from` is older than what is retained: a snapshot instead.
  std::shared_ptr<const WorldSnapshot> snapshot;              ///< Null when resumed without gap.
  std::shared_ptr<const std::vector<core::EventPtr>> missed;  ///< Events after `from`.
};

struct Unsubscribe {
  std::uint64_t subscription = 0;
};

// ---- Scheduler -----------------------------------------------------------------------------

/// Where each of `tasks` may run. The scheduler reserves what it assigns until
/// the task is released.
struct PlaceTasks {
  std::shared_ptr<const core::PlacementRequest> request;
};

struct Placed {
  std::shared_ptr<const core::PlacementResult> result;
};

/// What a task like those of `request` would find on each instance.
struct ExplainPlaces {
  std::shared_ptr<const core::PlacementRequest> request;
};

struct PlacesExplained {
  std::shared_ptr<const core::Explanation> explanation;
};

/// Tasks that will not run, or are STOPPED.
struct ReleaseTasks {
  std::vector<core::TaskId> tasks;
};

// ---- Cluster's side: task, container_instance ----------------------------------------------

/// What a caller or the scheduler wants of a task.
struct EndTask {
  core::TaskStopCode code = core::TaskStopCode::UserInitiated;
  std::string reason;
};

struct TaskChanged {
  core::TaskPtr task;
};

struct InstanceChanged {
  core::InstancePtr instance;
};

/// The instance of a task is gone for good, and the task with it.
struct InstanceLost {
  core::TaskStopCode code = core::TaskStopCode::UserInitiated;
  std::string reason;
};

/// Until when the service scheduler leaves the task alone on scale-in; absent:
/// it is not protected.
struct ProtectTask {
  std::optional<core::Time> until;
};

/// An operation on one instance: the next record, or why not.
using InstanceDecision =
    std::function<core::Result<core::ContainerInstance>(const core::ContainerInstance&, const core::Stamp&)>;

struct ChangeInstance {
  std::shared_ptr<const InstanceDecision> decide;
};

/// The agent of a task's instance came or went.
struct AgentConnectionChanged {
  bool connected = false;
};

// ---- Cluster's side: service ----------------------------------------------------------------

/// An operation on one service: the command is a ServiceCommand.
struct ServiceCall {
  std::shared_ptr<const core::ClusterCommand> command;
  std::shared_ptr<const core::ServiceContext> context;
};

/// What a service shows of itself; no entry: it is forgotten.
struct ServiceChanged {
  std::string name;
  core::ServiceEntryPtr entry;
};

/// Tasks that a service has started: they are durable and reserved, and wait for
/// their owners.
struct TasksStarted {
  std::shared_ptr<const std::vector<core::TaskPtr>> tasks;
};

/// Tasks that a service wants to end.
struct EndTasks {
  std::string service;
  std::shared_ptr<const std::vector<core::StopServiceTask>> tasks;
};

/// Of these, the ones that could not be told now.
struct TasksNotEnded {
  std::vector<core::TaskId> tasks;
};

/// Their records are dropped.
struct TasksForgotten {
  std::vector<core::TaskId> tasks;
};

/// Instances joined, left, drain, or changed in what services look at.
struct FleetChanged {
  core::FleetFactsPtr fleet;
};

/// Move traffic between two revisions of a service.
struct MoveTraffic {
  core::ShiftTraffic shift;
};

/// A placement that this service asked for and did not get may succeed now.
struct CapacityFreed {};

// ---- Between container_instance and agent ------------------------------------------------

/// Everything a node needs to run a task.
struct StartTask {
  core::TaskPtr task;
};

struct StopTask {
  core::TaskId task;
};

using core::ContainerReport;
using core::TaskReport;

struct TaskReported {
  std::shared_ptr<const TaskReport> report;
};

/// A node joins a cluster. `instance` is given when it was registered before. The same
/// `client_token` is the same registration again, whose answer may have been lost; empty: none.
struct RegisterInstance {
  std::string cluster;
  std::optional<core::InstanceId> instance;
  core::Registration said;
  std::string client_token{};
};

/// An agent registers its host through the API.
struct RegisterHost {
  core::RegisterContainerInstance command;
};

/// A report that came through the API: answered when it is kept.
struct SubmitReport {
  std::shared_ptr<const TaskReport> report;
};

/// What a host says of the health of containers.
struct HealthReported {
  std::shared_ptr<const core::TaskHealth> said;
};

/// What a host says of its container runtime.
struct RuntimeReported {
  core::InstanceHealth health = core::InstanceHealth::INSUFFICIENT_DATA;
};

/// What the containers of a host use, since it said so last.
struct UsageReported {
  std::shared_ptr<const core::UsageReport> said;
};

/// What an instance's containers use now and in the last `minutes`.
struct LookUpUsage {
  std::int64_t minutes = 0;
};

struct UsageFound {
  core::InstanceUsagePtr usage;
};

/// Which of these are still placed on this instance.
struct LookUpTasks {
  std::vector<core::TaskId> tasks;
};

/// In the order of the question; null: it is not, or not any more.
struct TasksFound {
  std::vector<core::TaskPtr> tasks;
};

/// To an agent: it speaks for its instance no more.
struct SessionOver {
  enum class Why : std::uint8_t { replaced, deregistered };
  Why why = Why::replaced;
};

/// The tasks that an agent must know: it runs those that should run, stops the
/// others, and removes what belongs to none of them.
struct TaskManifest {
  std::shared_ptr<const std::vector<core::TaskPtr>> tasks;
};

struct Heartbeat {};

// ---- Timers ---------------------------------------------------------------------------

/// Sent back as TimerFired{token} to the sender, not before `delay` has passed.
struct SetTimer {
  std::chrono::milliseconds delay{0};
  std::uint64_t token = 0;
};

struct TimerFired {
  std::uint64_t token = 0;
};

/// Sent by an actor to itself.
struct Tick {};

}  // namespace troupe

// Local messages: none is ever serialised.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::AskRegistry)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::AskCluster)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ClusterCall)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ClusterStatusChanged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ServiceNamespaceChanged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::Batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::Commit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::Committed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ReadCluster)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ReadParts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ClusterRead)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::EventsCommitted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::TrimEvents)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::EventFilter)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::WorldSnapshot)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::Subscribe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::Subscribed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::Unsubscribe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::PlaceTasks)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::Placed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ExplainPlaces)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::PlacesExplained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ReleaseTasks)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::EndTask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::TaskChanged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::InstanceChanged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::AgentConnectionChanged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::InstanceLost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ProtectTask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ChangeInstance)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ServiceCall)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ServiceChanged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::TasksStarted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::EndTasks)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::TasksNotEnded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::TasksForgotten)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::FleetChanged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::CapacityFreed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::MoveTraffic)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::core::TrafficShifted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::StartTask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::StopTask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::TaskReported)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::RegisterInstance)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::TaskManifest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::RegisterHost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::SubmitReport)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::HealthReported)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::RuntimeReported)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::UsageReported)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::LookUpUsage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::UsageFound)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::LookUpTasks)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::TasksFound)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::SessionOver)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::Heartbeat)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::SetTimer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::TimerFired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::Tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::Answer)
