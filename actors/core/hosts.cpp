/// Hosts and their tasks.

#include "actors/core/hosts.hpp"

#include "actors/core/cluster_life.hpp"

namespace troupe::core {
namespace {

Host host_of(const InstancePtr& known, const TaskIndex& tasks) {
  Host host;
  host.tasks = tasks.holding(known->id);
  auto counted = std::make_shared<ContainerInstance>(*known);
  count_tasks(*counted, host.tasks);
  host.instance = std::move(counted);
  return host;
}

}  // namespace

Result<HostsReply> describe_hosts(const Realm& realm, const std::string& cluster,
                                  const InstanceMap& instances, const TaskIndex& tasks,
                                  const DescribeHosts& query) {
  HostsReply reply;
  if (!query.host.empty()) {
    const auto id = find_instance_id(realm, cluster, query.host);
    if (!id) return id.error();
    const auto found = *id ? instances.find(**id) : instances.end();
    if (found == instances.end()) return client_error("The referenced container instance was not found.");
    reply.hosts.push_back(host_of(found->second, tasks));
    return reply;
  }
  for (const auto& [id, instance] : instances) {
    if (instance->status != InstanceStatus::INACTIVE) reply.hosts.push_back(host_of(instance, tasks));
  }
  return reply;
}

TaskLoss loss_with_host(const ContainerInstance& instance) {
  return {TaskStopCode::TerminationNotice, "Host EC2 (instance " + instance.host_id + ") terminated."};
}

TaskLoss loss_by_deregistration(const ContainerInstance& instance) {
  if (is_managed(instance)) return loss_with_host(instance);
  return {TaskStopCode::UserInitiated, "Container instance deregistration forced by user"};
}

}  // namespace troupe::core
