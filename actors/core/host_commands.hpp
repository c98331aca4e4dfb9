#pragma once

/// The hosts of a cluster as their operator sees them, managed ones too: Troupe's own operations
/// DescribeHosts, which `troupe hosts` asks, and DeregisterHost, which `troupe deregister` asks. Through
/// ECS's operations a managed host is nobody's container instance.

#include "actors/core/records/container_instance.hpp"
#include "actors/core/records/task.hpp"

#include <string>
#include <variant>
#include <vector>

namespace troupe::core {

/// One host by id or ARN, also a while after it was deregistered; or, without a name, all that are not.
struct DescribeHosts {
  std::string host;
};

/// As DeregisterContainerInstance, for every host. The tasks of a managed one end as those of a host that
/// is lost.
struct DeregisterHost {
  std::string host;
  bool force = false;  ///< Though it has tasks.
};

/// One alternative of ClusterCommand.
using HostCommand = std::variant<DescribeHosts, DeregisterHost>;

struct Host {
  InstancePtr instance;
  /// That hold its resources, in the order of their ids; only of a host that was named.
  std::vector<TaskPtr> tasks;
};

/// In the order of their ids; DeregisterHost is answered with InstanceReply.
struct HostsReply {
  std::vector<Host> hosts;
};

}  // namespace troupe::core
