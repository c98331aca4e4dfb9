/// Hosts as their operator sees them: DescribeHosts, and the ends of registrations.

#include "actors/control/cluster.hpp"
#include "actors/core/hosts.hpp"
#include "actors/core/instance_operations.hpp"

namespace troupe::control {
namespace {

Answer host_unknown() {
  return answer(core::client_error("The referenced container instance was not found."));
}

}  // namespace

caf::result<Answer> Cluster::perform_host(const core::HostCommand& command) {
  if (const auto* ask = std::get_if<core::DescribeHosts>(&command)) {
    auto found = core::describe_hosts(stage().realm, cluster_name_, instances_, tasks_, *ask);
    if (!found) return answer(found.error());
    return answer(core::Reply{std::move(*found)});
  }
  const auto& ask = std::get<core::DeregisterHost>(command);
  const auto id = core::find_instance_id(stage().realm, cluster_name_, ask.host);
  if (!id) return answer(id.error());
  const auto found = *id ? instances_.find(**id) : instances_.end();
  return found == instances_.end() ? host_unknown() : deregister(found->second, ask.force);
}

caf::result<Answer> Cluster::deregister(const core::DeregisterContainerInstance& command) {
  const auto id = core::find_instance_id(stage().realm, cluster_name_, command.instance);
  if (!id) return answer(id.error());
  const auto found = *id ? instances_.find(**id) : instances_.end();
  if (found == instances_.end() || core::is_managed(*found->second)) return host_unknown();
  return deregister(found->second, command.force);
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
