/// Hosts as their operator sees them: DescribeHosts, and the ends of registrations.

#include "actors/control/cluster.hpp"
#include "actors/core/hosts.hpp"
#include "actors/core/instance_operations.hpp"

namespace troupe::control {

caf::result<Answer> Cluster::perform_host(const core::HostCommand& command) {
  if (const auto* ask = std::get_if<core::DescribeHosts>(&command)) {
    auto found = core::describe_hosts(stage().realm, cluster_name_, instances_, tasks_, *ask);
    if (!found) return answer(found.error());
    return answer(core::Reply{std::move(*found)});
  }
  const auto& ask = std::get<core::DeregisterHost>(command);
  const auto found = core::find_host(stage().realm, cluster_name_, instances_, ask.host);
  return found ? deregister(*found, ask.force) : answer(found.error());
}

caf::result<Answer> Cluster::deregister(const core::DeregisterContainerInstance& command) {
  const auto found =
      core::find_container_instance(stage().realm, cluster_name_, instances_, command.instance);
  return found ? deregister(*found, command.force) : answer(found.error());
}

caf::result<Answer> Cluster::deregister(const core::InstancePtr& instance, bool force) {
  if (instance->status == core::InstanceStatus::INACTIVE) {
    return answer(core::Reply{core::InstanceReply{instance}});
  }
  auto promise = owe<Answer>();
  ask_instance(
      instance->id,
      [has_tasks = !tasks_.holding(instance->id).empty(), force](const auto& known,
                                                                 const core::Stamp& stamp) {
        return core::deregister(known, has_tasks, force, stamp);
      },
      [promise](const core::Outcome& outcome) mutable { promise.deliver(answer(outcome)); },
      [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
  return promise;
}

}  // namespace troupe::control
