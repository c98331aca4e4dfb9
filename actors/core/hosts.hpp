#pragma once

/// What an operator is told of hosts, and what becomes of tasks whose host is gone.

#include "actors/core/host_commands.hpp"
#include "actors/core/queries.hpp"

#include <string>

namespace troupe::core {

/// The host that `reference` names. InvalidParameterException for a reference that is none, ClientException
/// for a host that is not there.
Result<InstancePtr> find_host(const Realm& realm, const std::string& cluster, const InstanceMap& instances,
                              const std::string& reference);

/// The same of container instances: managed hosts are none.
Result<InstancePtr> find_container_instance(const Realm& realm, const std::string& cluster,
                                            const InstanceMap& instances, const std::string& reference);

/// Of one that is named also its tasks; of all their counts alone.
Result<HostsReply> describe_hosts(const Realm& realm, const std::string& cluster,
                                  const InstanceMap& instances, const TaskIndex& tasks,
                                  const DescribeHosts& query);

/// Why tasks are STOPPED that nobody saw ending.
struct TaskLoss {
  TaskStopCode code = TaskStopCode::UserInitiated;
  std::string reason;
};

/// The host is gone: in ECS's words for a machine that was terminated.
TaskLoss loss_with_host(const ContainerInstance& instance);

/// The instance was deregistered: by its owner, or, when it is managed and nobody's, as a host that is gone.
TaskLoss loss_by_deregistration(const ContainerInstance& instance);

}  // namespace troupe::core
