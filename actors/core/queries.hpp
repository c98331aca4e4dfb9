#pragma once

/// Describe and List answered from a cluster's snapshots.
///
/// Source: ECS API Reference, DescribeTasks, DescribeContainerInstances,
/// ListContainerInstances.

#include "actors/core/commands.hpp"
#include "actors/core/task_index.hpp"

#include <map>
#include <string>

namespace troupe::core {

using InstanceMap = std::map<InstanceId, InstancePtr>;

/// The id in a reference to a task of this cluster. Absent: an ARN of another
/// cluster, so that it cannot be here.
Result<std::optional<TaskId>> find_task_id(const Realm& realm, const std::string& cluster,
                                           const std::string& reference);
Result<std::optional<InstanceId>> find_instance_id(const Realm& realm, const std::string& cluster,
                                                   const std::string& reference);

Result<TasksReply> describe_tasks(const Realm& realm, const std::string& cluster, const TaskIndex& tasks,
                                  const DescribeTasks& query);
Result<ListReply> list_tasks(const Realm& realm, const std::string& cluster, const TaskIndex& tasks,
                             const ListTasks& query);

/// With what their tasks take from them at this moment. Managed instances are unknown here.
Result<InstancesReply> describe_instances(const Realm& realm, const std::string& cluster,
                                          const InstanceMap& instances, const TaskIndex& tasks,
                                          const DescribeContainerInstances& query);
Result<ListReply> list_instances(const Realm& realm, const std::string& cluster, const InstanceMap& instances,
                                 const TaskIndex& tasks, const ListContainerInstances& query);

ClusterCounts count_cluster(const TaskIndex& tasks, const InstanceMap& instances);

}  // namespace troupe::core
