/// Hosts and their tasks.

#include "actors/core/hosts.hpp"

#include "actors/core/cluster_life.hpp"

namespace troupe::core {
namespace {

Error unknown_instance() {
  return client_error("The referenced container instance was not found.");
}

Host host_of(const InstancePtr& known, std::vector<TaskPtr> tasks) {
  auto counted = std::make_shared<ContainerInstance>(*known);
  count_tasks(*counted, tasks);
  return {std::move(counted), std::move(tasks)};
}

}  // namespace

Result<InstancePtr> find_host(const Realm& realm, const std::string& cluster, const InstanceMap& instances,
                              const std::string& reference) {
  const auto id = find_instance_id(realm, cluster, reference);
  if (!id) return id.error();
  const auto found = *id ? instances.find(**id) : instances.end();
  if (found == instances.end()) return unknown_instance();
  return found->second;
}

Result<InstancePtr> find_container_instance(const Realm& realm, const std::string& cluster,
                                            const InstanceMap& instances, const std::string& reference) {
  auto found = find_host(realm, cluster, instances, reference);
  if (found && is_managed(**found)) return unknown_instance();
  return found;
}

Result<HostsReply> describe_hosts(const Realm& realm, const std::string& cluster,
                                  const InstanceMap& instances, const TaskIndex& tasks,
                                  const DescribeHosts& query) {
  HostsReply reply;
  if (!query.host.empty()) {
    const auto found = find_host(realm, cluster, instances, query.host);
    if (!found) return found.error();
    reply.hosts.push_back(host_of(*found, tasks.holding((*found)->id)));
    return reply;
  }
  for (const auto& [id, instance] : instances) {
    if (instance->status == InstanceStatus::INACTIVE) continue;
    reply.hosts.push_back(host_of(instance, tasks.holding(id)));
    reply.hosts.back().tasks = {};
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
