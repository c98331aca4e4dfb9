/// DescribeHosts and DeregisterHost: Troupe's own.

#include "api/wire/hosts.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/rendering.hpp"

namespace troupe::api::operations::hosts {
namespace {

core::Result<Question> read_describe(const Call& /*call*/, const wire::DescribeHostsRequest& in) {
  return ask_cluster(in.cluster, core::HostCommand{core::DescribeHosts{in.host.value_or("")}});
}

wire::HostTask shown(const Call& call, const core::Task& task) {
  return {core::task_arn(call.realm(), task.launch->cluster, task.id), task.launch->group,
          core::name_of(task.launch->launch_type), core::name_of(task.last_status),
          core::name_of(task.desired_status)};
}

wire::Host shown(const Call& call, const core::ContainerInstance& instance) {
  wire::Host out;
  out.containerInstanceArn = core::instance_arn(call.realm(), instance.cluster, instance.id);
  out.ec2InstanceId = rendering::given(instance.host_id);
  out.capacity = core::name_of(instance.capacity);
  out.status = core::name_of(instance.status);
  out.agentConnected = instance.agent_connected;
  if (const auto* zone = core::find_attribute(instance, "ecs.availability-zone")) {
    out.availabilityZone = zone->value;
  }
  out.capacityProviderName = rendering::given(instance.capacity_provider);
  out.registeredAt = instance.registered_at;
  out.runningTasksCount = instance.running_tasks;
  out.pendingTasksCount = instance.pending_tasks;
  return out;
}

wire::DescribeHostsResponse write_described(const Call& call, const wire::DescribeHostsRequest& in,
                                            const core::HostsReply& reply) {
  wire::DescribeHostsResponse out;
  out.hosts.emplace();
  for (const auto& host : reply.hosts) {
    auto& one = out.hosts->emplace_back(shown(call, *host.instance));
    if (in.host.value_or("").empty()) continue;
    one.tasks.emplace();
    for (const auto& task : host.tasks) one.tasks->push_back(shown(call, *task));
  }
  return out;
}

core::Result<Question> read_deregister(const Call& /*call*/, const wire::DeregisterHostRequest& in) {
  return ask_cluster(in.cluster,
                     core::HostCommand{core::DeregisterHost{in.host.value_or(""), in.force.value_or(false)}});
}

wire::DeregisterHostResponse write_deregistered(const Call& call, const wire::DeregisterHostRequest& /*in*/,
                                                const core::InstanceReply& reply) {
  return {shown(call, *reply.instance)};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("DescribeHosts", read_describe, write_described),
          operation("DeregisterHost", read_deregister, write_deregistered)};
}

}  // namespace troupe::api::operations::hosts
