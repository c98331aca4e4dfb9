#pragma once

/// The cast: every actor's interface in one place, one comment per handler.
/// Handles are typed and injected; none is looked up.

#include "actors/messages.hpp"

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace troupe {

/// The TIMER actor interface: one timer wheel for all actors.
using TimerActor = caf::typed_actor<
    // Sends TimerFired{token} to the sender when the delay has passed.
    caf::reacts_to<SetTimer>,
    // From itself: look what is due.
    caf::reacts_to<Tick>>;

/// The EVENT STREAM actor interface.
using EventStreamActor = caf::typed_actor<
    // Takes events in order and hands them to subscribers.
    caf::reacts_to<EventsCommitted>,
    // Starts a subscription: a snapshot or the missed events, then deltas.
    caf::replies_to<Subscribe>::with<Subscribed>,
    // Ends one.
    caf::reacts_to<Unsubscribe>,
    // Time to look for events that are too old.
    caf::reacts_to<TimerFired>>;

/// The JOURNAL actor interface: the one writer of durable state.
using JournalActor = caf::typed_actor<
    // Answers when the batch is durable; an error means that nothing of it is.
    caf::replies_to<Commit>::with<Committed>,
    // Reads the records of one cluster or of parts of it, behind all that was to be written.
    caf::replies_to<ReadCluster>::with<ClusterRead>,
    // Forgets old events.
    caf::reacts_to<TrimEvents>,
    // From itself: commit what has gathered.
    caf::reacts_to<Tick>>;

/// The SCHEDULER actor interface, one per cluster.
using SchedulerActor = caf::typed_actor<
    // Assigns instances and reserves what the tasks need there.
    caf::replies_to<PlaceTasks>::with<Placed>,
    // Says of each instance why it would refuse; reserves nothing.
    caf::replies_to<ExplainPlaces>::with<PlacesExplained>,
    // Gives back what tasks held.
    caf::reacts_to<ReleaseTasks>,
    // An instance joined, changed or left.
    caf::reacts_to<InstanceChanged>>;

/// The AGENT actor interface, on the node. Its answers are TaskReported.
using AgentActor = caf::typed_actor<
    // Runs a task; harmless when it knows the task already.
    caf::reacts_to<StartTask>,
    // Stops a task; one it does not know is reported STOPPED.
    caf::reacts_to<StopTask>,
    // Adopts, starts, stops and cleans up until it matches the manifest.
    caf::reacts_to<TaskManifest>,
    // Another one speaks for its instance now, or the instance is deregistered.
    caf::reacts_to<SessionOver>,
    // Its own timers: heartbeats, clean-up.
    caf::reacts_to<TimerFired>>;

struct InstanceReplaced;

/// The TASK actor interface: owner of one task's record.
using TaskActor = caf::typed_actor<
    // Sets the desired status to STOPPED; answers with the task.
    caf::replies_to<EndTask>::with<Answer>,
    // The node reports.
    caf::reacts_to<TaskReported>,
    // The node reports through the API; answers when it is durable.
    caf::replies_to<SubmitReport>::with<Answer>,
    // The node says how the containers are.
    caf::reacts_to<HealthReported>,
    // The agent connected or went silent.
    caf::reacts_to<AgentConnectionChanged>,
    // Its instance was deregistered: the task is STOPPED.
    caf::reacts_to<InstanceLost>,
    // Protects it from scale-in, or no more; answers with the task.
    caf::replies_to<ProtectTask>::with<Answer>,
    // Another actor owns its instance now.
    caf::reacts_to<InstanceReplaced>,
    // Time to try again what the journal refused.
    caf::reacts_to<TimerFired>>;

/// A task placed on an instance, and the actor that owns it.
struct AssignTask {
  core::TaskPtr task;
  TaskActor owner;
};

/// Who an agent says that it is, and the actor that speaks for it.
struct OpenSession {
  core::Registration registration;
  AgentActor agent;
  std::string client_token{};
};

struct AgentConnected;

/// A session with the agent of an instance that is registered already.
struct ResumeSession {
  core::VersionInfo version;
  AgentActor agent;
};

struct SessionOpened;

/// The CONTAINER INSTANCE actor interface: owner of one instance's record and
/// of the session with its agent.
using InstanceActor = caf::typed_actor<
    // An agent registered; the answer is its session.
    caf::replies_to<OpenSession>::with<AgentConnected>,
    // A host registers (again) through the API; its agent comes later.
    caf::replies_to<RegisterHost>::with<Answer>,
    // An agent comes (again) without registering. It replaces the one before.
    caf::replies_to<ResumeSession>::with<SessionOpened>,
    // Hands the task to the agent, and its reports to the owner; the last one
    // at once. May be repeated.
    caf::reacts_to<AssignTask>,
    // Hands it to the agent.
    caf::reacts_to<StopTask>,
    // An operation on its record; answers with the instance.
    caf::replies_to<ChangeInstance>::with<Answer>,
    // A task of this instance changed: what is free changes with it.
    caf::reacts_to<TaskChanged>,
    // From the agent. Reports on tasks that are not placed here are dropped.
    caf::reacts_to<TaskReported>,
    // From the agent: it is alive.
    caf::reacts_to<Heartbeat>,
    // From the agent. What it says of tasks that are not placed here is dropped.
    caf::reacts_to<HealthReported>,
    // From the agent: how its container runtime is.
    caf::reacts_to<RuntimeReported>,
    // From the agent: what its containers use. What it says of others is dropped.
    caf::reacts_to<UsageReported>,
    // What its containers use, as far as it was told.
    caf::replies_to<LookUpUsage>::with<UsageFound>,
    // From the agent: what has become of these tasks.
    caf::replies_to<LookUpTasks>::with<TasksFound>,
    // Its own timers: missed heartbeats.
    caf::reacts_to<TimerFired>>;

struct InstanceReplaced {
  InstanceActor instance;
};

struct AgentConnected {
  core::InstanceId id;
  InstanceActor instance;  ///< Where the agent's reports go.
};

/// Why there is no session.
enum class SessionRefusal : std::uint8_t {
  cluster_unknown,
  instance_unknown,
  instance_inactive,  ///< It was deregistered.
  denied              ///< It is another agent's.
};

/// The answer to an agent that comes without registering.
struct SessionOpened {
  std::optional<SessionRefusal> refused;
  InstanceActor instance;    ///< Null when refused.
  core::InstancePtr record;  ///< As it is with this session; null when refused.
};

/// The agent of a registered instance comes (again). `cluster` as it says it.
struct ResumeAgent {
  std::string cluster;
  core::InstanceId instance;
  core::Principal caller;  ///< Who asks.
  core::VersionInfo version;
  AgentActor agent;
};

/// Who owns an instance, for those who tell of it without holding its session.
struct FindInstance {
  std::string cluster;
  core::InstanceId instance;
  core::Principal caller;  ///< Who asks.
};

/// A node joins a cluster.
struct ConnectAgent {
  RegisterInstance registration;
  AgentActor agent;
};

/// The TRAFFIC actor interface: whoever sends requests to a service's tasks.
using TrafficActor = caf::typed_actor<
    // Moves traffic between two revisions; answers when it has moved.
    caf::replies_to<MoveTraffic>::with<core::TrafficShifted>>;

/// The SERVICE actor interface: owner of one service's records.
using ServiceActor = caf::typed_actor<
    // An operation on the service.
    caf::replies_to<ServiceCall>::with<Answer>,
    // One of its tasks changed.
    caf::reacts_to<TaskChanged>,
    // Tasks that it asked to end were not told.
    caf::reacts_to<TasksNotEnded>,
    // Tasks that stopped long ago are described no more.
    caf::reacts_to<TasksForgotten>,
    // The instances changed.
    caf::reacts_to<FleetChanged>,
    // There is room again for tasks that found none.
    caf::reacts_to<CapacityFreed>,
    // Time to look again.
    caf::reacts_to<TimerFired>,
    // From itself: reconcile with all that has come in.
    caf::reacts_to<Tick>>;

/// The CLUSTER actor interface: owner of one cluster's record, index of its
/// tasks and instances.
using ClusterActor = caf::typed_actor<
    // Every operation on the cluster.
    caf::replies_to<ClusterCall>::with<Answer>,
    // Registers (again) an instance and opens the session with its agent.
    caf::replies_to<ConnectAgent>::with<AgentConnected>,
    // Hands the session of a registered instance on to its owner.
    caf::replies_to<ResumeAgent>::with<SessionOpened>,
    // Finds the owner of an instance.
    caf::replies_to<FindInstance>::with<SessionOpened>,
    // From its tasks.
    caf::reacts_to<TaskChanged>,
    // From its instances.
    caf::reacts_to<InstanceChanged>,
    // From its services: a new version, or none.
    caf::reacts_to<ServiceChanged>,
    // From its services: asks the scheduler; remembers who was refused.
    caf::replies_to<PlaceTasks>::with<Placed>,
    // From its services: places that were got in vain.
    caf::reacts_to<ReleaseTasks>,
    // From its services: takes over the tasks and spawns their owners.
    caf::reacts_to<TasksStarted>,
    // From its services: tells the owners of the tasks.
    caf::reacts_to<EndTasks>,
    // From itself: tell the services of the fleet.
    caf::reacts_to<Tick>,
    // Time to drop the records of tasks that stopped long ago.
    caf::reacts_to<TimerFired>>;

/// The REGISTRY actor interface: names of clusters, and task definitions.
using RegistryActor = caf::typed_actor<
    // Operations that concern no single cluster.
    caf::replies_to<AskRegistry>::with<Answer>,
    // Finds the cluster and hands the operation on.
    caf::replies_to<AskCluster>::with<Answer>,
    // Finds the cluster and hands the registration on.
    caf::replies_to<ConnectAgent>::with<AgentConnected>,
    // Hands the session of a registered instance on to its owner.
    caf::replies_to<ResumeAgent>::with<SessionOpened>,
    // Finds the owner of an instance.
    caf::replies_to<FindInstance>::with<SessionOpened>,
    // From clusters.
    caf::reacts_to<ClusterStatusChanged>,
    // From clusters: where a service is found.
    caf::reacts_to<ServiceNamespaceChanged>,
    // From clusters: reads the records whose owner died from the journal.
    caf::replies_to<ReadParts>::with<ClusterRead>>;

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::AssignTask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::InstanceReplaced)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::OpenSession)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ConnectAgent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::AgentConnected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ResumeSession)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::SessionOpened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ResumeAgent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::FindInstance)
