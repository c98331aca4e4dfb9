#pragma once

/// Facts that Troupe tells the world, in the shapes of EventBridge's ECS events.
/// Those of tasks, instances and clusters carry the whole record as it was after
/// the change; those of services say what was done and why.
///
/// Source: ECS Developer Guide, "Amazon ECS events".

#include "actors/core/records/cluster.hpp"
#include "actors/core/records/container_instance.hpp"
#include "actors/core/records/task.hpp"
#include "actors/core/service_events.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace troupe::core {

/// "ECS Task State Change"
struct TaskStateChange {
  TaskPtr task;
};

/// "ECS Container Instance State Change"
struct InstanceStateChange {
  InstancePtr instance;
};

/// "ECS Cluster State Change": Troupe's own, for dashboards; AWS has only a
/// CloudTrail record of it.
struct ClusterStateChange {
  std::shared_ptr<const Cluster> cluster;
};

using EventBody = std::variant<TaskStateChange, InstanceStateChange, ClusterStateChange, ServiceAction,
                               DeploymentStateChange>;

/// An event before the journal has given it its place.
struct Event {
  Uuid id;
  Time at{};
  EventBody body;
};

/// An event that is durable. Sequence numbers start at 1 and have no gaps.
struct SequencedEvent {
  std::uint64_t sequence = 0;
  Event event;
};

using EventPtr = std::shared_ptr<const SequencedEvent>;

/// The name of the cluster that an event belongs to.
const std::string& cluster_of(const EventBody& body);

/// The service that an event of a service is about; absent for all others.
std::optional<std::string> service_of(const EventBody& body);

/// "ECS Task State Change" and so on.
const char* detail_type(const EventBody& body);

/// What the event is about, the same for all events of one resource. Empty for
/// events that carry no record: a snapshot has none of them.
std::string resource_key(const EventBody& body);

}  // namespace troupe::core
