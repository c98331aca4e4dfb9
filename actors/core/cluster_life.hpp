#pragma once

/// Decisions on clusters and container instances.
///
/// Source: ECS API Reference, CreateCluster, DeleteCluster,
/// RegisterContainerInstance.

#include "actors/core/capacity_providers.hpp"
#include "actors/core/commands.hpp"
#include "actors/core/records/cluster.hpp"
#include "actors/core/records/container_instance.hpp"
#include "actors/core/stamp.hpp"

#include <string>

namespace troupe::core {

/// The name a caller means: empty is "default"; an ARN gives its last part.
Result<std::string> cluster_name(const Realm& realm, const std::string& reference);

/// ClientException when it is not 1–255 of [A-Za-z0-9_-].
Result<void> check_cluster_name(const std::string& name);

/// The record after CreateCluster; equal to `existing` when it was there with
/// equal arguments. `existing` is null or INACTIVE for a new one; `known` are the account's capacity
/// providers.
Result<Cluster> create_cluster(const Cluster* existing, const std::string& name, const CreateCluster& command,
                               const Providers& known, const Stamp& stamp);

/// The record after DeleteCluster; refused while it has instances, services or
/// tasks that are not STOPPED.
Result<Cluster> delete_cluster(const Cluster& cluster, const ClusterCounts& counts);

/// A host that joins for the first time.
ContainerInstance join_instance(const std::string& cluster, const InstanceId& id, const Registration& said,
                                const Stamp& stamp);

/// The same host again: what it says replaces what it said; its status, its custom
/// attributes and those that the server added stay.
ContainerInstance rejoin_instance(const ContainerInstance& known, const Registration& said,
                                  const Stamp& stamp);

/// RegisterContainerInstance: the record of a host whose agent is not connected yet.
/// `known` is null for one that joins. Hosts get an availability zone when they name
/// none. ClientException for one that was deregistered or is another machine now:
/// agents give up for good on it.
Result<ContainerInstance> register_instance(const Realm& realm, const std::string& cluster,
                                            const InstanceId& id, const ContainerInstance* known,
                                            const RegisterContainerInstance& command, const Stamp& stamp);

/// An agent holds a session again, without registering. The numbers of what it is sent
/// go on above all that it was ever sent.
ContainerInstance resume_instance(const ContainerInstance& known, const VersionInfo& version,
                                  const Stamp& stamp);

/// What the host says of its container runtime; its time counts when it says something new.
ContainerInstance take_health(const ContainerInstance& known, InstanceHealth health, const Stamp& stamp);

/// UpdateContainerAgent: there is no update that this server could tell an agent of.
Error refuse_agent_update(const ContainerInstance& known);

/// Its agent is gone or silent, or is heard again.
ContainerInstance connect_instance(const ContainerInstance& known, Connectivity connectivity,
                                   const Stamp& stamp);

/// What its tasks take from it and how many there are, counted afresh; the same
/// for the same tasks in any order.
void count_tasks(ContainerInstance& instance, const std::vector<TaskPtr>& tasks);

}  // namespace troupe::core
