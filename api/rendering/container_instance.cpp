/// Container instances and their resources.

#include "api/rendering/rendering.hpp"

#include <set>

namespace troupe::api::rendering {
namespace {

/// ECS fills the members of a resource that its type does not use with zeros.
core::Resource integer_resource(const char* name, std::int64_t value) {
  core::Resource out;
  out.name = name;
  out.type = "INTEGER";
  out.doubleValue = 0.0;
  out.longValue = 0;
  out.integerValue = static_cast<std::int32_t>(value);
  return out;
}

core::Resource port_resource(const char* name, const std::vector<std::uint16_t>& reserved,
                             const std::vector<std::uint16_t>& used) {
  std::set<std::uint16_t> ports{reserved.begin(), reserved.end()};
  ports.insert(used.begin(), used.end());
  core::Resource out;
  out.name = name;
  out.type = "STRINGSET";
  out.doubleValue = 0.0;
  out.longValue = 0;
  out.integerValue = 0;
  out.stringSetValue.emplace();
  for (const auto port : ports) out.stringSetValue->push_back(std::to_string(port));
  return out;
}

/// What is left when `used` is taken; ports are those that are not free.
std::vector<core::Resource> resources(const core::Capacity& offered, const core::TaskSize& used) {
  return {integer_resource("CPU", (offered.cpu - used.cpu).count),
          integer_resource("MEMORY", (offered.memory - used.memory).count),
          port_resource("PORTS", offered.tcp_ports, used.tcp_ports),
          port_resource("PORTS_UDP", offered.udp_ports, used.udp_ports)};
}

/// What its host says; a host that says nothing is well while its agent is connected.
wire::InstanceHealthCheckState health_state(const core::ContainerInstance& record) {
  using wire::InstanceHealthCheckState;
  if (!record.agent_connected) return InstanceHealthCheckState::INSUFFICIENT_DATA;
  if (!record.health_at) return InstanceHealthCheckState::OK;
  switch (record.health) {
    case core::InstanceHealth::OK:
      return InstanceHealthCheckState::OK;
    case core::InstanceHealth::IMPAIRED:
      return InstanceHealthCheckState::IMPAIRED;
    case core::InstanceHealth::INITIALIZING:
      return InstanceHealthCheckState::INITIALIZING;
    case core::InstanceHealth::INSUFFICIENT_DATA:
      break;
  }
  return InstanceHealthCheckState::INSUFFICIENT_DATA;
}

wire::ContainerInstanceHealthStatus health(const core::ContainerInstance& record) {
  const auto state = health_state(record);
  wire::InstanceHealthCheckResult check;
  check.type = wire::InstanceHealthCheckType::CONTAINER_RUNTIME;
  check.status = state;
  check.lastUpdated = record.updated_at;
  check.lastStatusChange = record.health_at.value_or(record.updated_at);
  wire::ContainerInstanceHealthStatus out;
  out.overallStatus = state;
  out.details = std::vector{check};
  return out;
}

}  // namespace

wire::ContainerInstance instance(const core::Realm& realm, const core::ContainerInstance& record,
                                 InstanceDetail detail) {
  wire::ContainerInstance out;
  out.containerInstanceArn = core::instance_arn(realm, record.cluster, record.id);
  out.ec2InstanceId = given(record.host_id);
  out.capacityProviderName = given(record.capacity_provider);
  out.version = record.version;
  out.versionInfo = record.version_info;
  out.registeredResources = resources(record.registered, {});
  out.remainingResources = resources(record.registered, record.used);
  out.status = core::name_of(record.status);
  out.statusReason = given(record.status_reason);
  out.agentConnected = record.agent_connected;
  out.runningTasksCount = record.running_tasks;
  out.pendingTasksCount = record.pending_tasks;
  out.attributes = record.attributes;
  out.registeredAt = record.registered_at;
  out.attachments.emplace();
  out.tags = detail.tags ? record.tags : std::vector<core::Tag>{};
  if (detail.health) out.healthStatus = health(record);
  return out;
}

}  // namespace troupe::api::rendering
