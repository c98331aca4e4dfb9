/// What agents ask: RegisterContainerInstance, DiscoverPollEndpoint, the Submit…
/// operations, and UpdateContainerAgent, which is asked about them.

#include "api/wire/agents.hpp"
#include "actors/core/cluster_life.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/issued_keys.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/rendering.hpp"

#include <charconv>
#include <limits>

namespace troupe::api::operations::agents {
namespace {

constexpr std::size_t attribute_text_max = 128;
constexpr const char* acknowledgment = "ACK";

std::vector<std::uint16_t> ports_of(const core::Resource& resource) {
  std::vector<std::uint16_t> ports;
  for (const auto& text : list_or_empty(resource.stringSetValue)) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error == std::errc{} && end == text.data() + text.size()) ports.push_back(port);
  }
  return ports;
}

/// Resources that Troupe does not place by, such as accelerators, are not kept.
core::Result<core::Capacity> capacity_of(const std::vector<core::Resource>& resources) {
  core::Capacity capacity;
  for (const auto& resource : resources) {
    const auto name = resource.name.value_or("");
    const auto amount = resource.integerValue.value_or(0);
    if (amount < 0) return core::client_error("Invalid value for resource " + name + ".");
    if (name == "CPU") capacity.cpu = {amount};
    if (name == "MEMORY") capacity.memory = {amount};
    if (name == "PORTS") capacity.tcp_ports = ports_of(resource);
    if (name == "PORTS_UDP") capacity.udp_ports = ports_of(resource);
  }
  if (capacity.cpu.count == 0 || capacity.memory.count == 0) {
    return core::client_error("totalResources must name CPU and MEMORY.");
  }
  return capacity;
}

/// Agents invent attributes faster than we could list them: only what could not be
/// kept is refused. A refused registration ends the agent for good.
Refusal check_attributes_of_host(const std::vector<core::Attribute>& attributes) {
  for (const auto& attribute : attributes) {
    const auto name = attribute.name.value_or("");
    if (!name.empty() && name.size() <= attribute_text_max) continue;
    return core::client_error("Invalid attribute name: " + name.substr(0, attribute_text_max));
  }
  return std::nullopt;
}

void add_missing(std::vector<core::Attribute>& attributes, const char* name,
                 const std::optional<std::string>& value) {
  if (!value || value->empty()) return;
  for (const auto& known : attributes) {
    if (known.name == name) return;
  }
  attributes.push_back({name, value, {}, {}});
}

/// Facts of an EC2 host. The document is believed as far as the caller is: nobody here
/// could check its signature. A host without one has none of these facts.
void take_document(const std::string& document, core::Registration& said) {
  const auto facts = wire::decode<wire::IdentityDocument>(document);
  if (document.empty() || !facts) return;
  said.host_id = facts->instanceId.value_or("");
  add_missing(said.attributes, "ecs.availability-zone", facts->availabilityZone);
  add_missing(said.attributes, "ecs.instance-type", facts->instanceType);
  add_missing(said.attributes, "ecs.ami-id", facts->imageId);
}

/// A key admits to one cluster.
Refusal check_own_cluster(const Call& call, const std::string& cluster) {
  const auto& who = call.caller.principal;
  if (who.kind != core::PrincipalKind::agent) return std::nullopt;
  const auto name = core::cluster_name(call.realm(), cluster);
  if (name && KeyIssuer::mark_of(*name) == who.cluster_mark) return std::nullopt;
  return access_denied(call.caller, "RegisterContainerInstance", cluster);
}

core::Result<Question> read_register_host(const Call& call,
                                          const wire::RegisterContainerInstanceRequest& in) {
  if (auto refusal = check_own_cluster(call, in.cluster.value_or(""))) return *std::move(refusal);
  core::RegisterContainerInstance command;
  auto capacity = capacity_of(list_or_empty(in.totalResources));
  if (!capacity) return std::move(capacity).error();
  command.said.capacity = *std::move(capacity);
  command.said.attributes = list_or_empty(in.attributes);
  if (auto refusal = check_attributes_of_host(command.said.attributes)) return *std::move(refusal);
  if (auto refusal = check_tags(in.tags)) return *std::move(refusal);
  command.said.tags = list_or_empty(in.tags);
  command.said.version_info = in.versionInfo.value_or(core::VersionInfo{});
  take_document(in.instanceIdentityDocument.value_or(""), command.said);
  command.instance = in.containerInstanceArn.value_or("");
  command.client_token = in.clientToken.value_or("");
  command.caller = call.caller.principal;
  return ask_cluster(in.cluster, core::AgentCommand{std::move(command)});
}

wire::RegisterContainerInstanceResponse write_registered(const Call& call,
                                                         const wire::RegisterContainerInstanceRequest& /*in*/,
                                                         const core::InstanceReply& reply) {
  return {rendering::instance(call.realm(), *reply.instance, {.tags = true, .health = false})};
}

core::Result<Question> read_discover(const Call& call, const wire::DiscoverPollEndpointRequest& in) {
  if (call.authority.empty()) return core::client_error("The request has no Host header.");
  return ask_cluster(in.cluster, core::DescribeCluster{});
}

/// Where the caller has reached us, which is where it will reach us again: agents keep
/// the answer for half a day, and over restarts of this server.
wire::DiscoverPollEndpointResponse write_endpoints(const Call& call,
                                                   const wire::DiscoverPollEndpointRequest& /*in*/,
                                                   const core::ClusterReply& /*reply*/) {
  const auto base = "http://" + call.authority;
  return {base + "/acs/", base + "/tcs/", std::nullopt};
}

std::vector<core::SubmittedAttachment> attachments_in(
    const std::optional<std::vector<wire::AttachmentStateChange>>& said) {
  std::vector<core::SubmittedAttachment> attachments;
  for (const auto& each : list_or_empty(said)) {
    attachments.push_back(
        {each.attachmentArn.value_or(""), each.status.value_or(""), list_or_empty(each.details)});
  }
  return attachments;
}

core::Result<Question> read_task_state(const Call& call, const wire::SubmitTaskStateChangeRequest& in) {
  core::SubmitTaskState command;
  command.task = in.task.value_or("");
  command.status = in.status.value_or("");
  command.reason = in.reason.value_or("");
  for (const auto& said : list_or_empty(in.containers)) {
    command.containers.push_back({said.containerName.value_or(""), said.status.value_or(""),
                                  said.runtimeId.value_or(""), said.exitCode, said.reason.value_or(""),
                                  said.imageDigest.value_or(""), list_or_empty(said.networkBindings)});
  }
  command.attachments = attachments_in(in.attachments);
  command.pull_started_at = in.pullStartedAt;
  command.pull_stopped_at = in.pullStoppedAt;
  command.execution_stopped_at = in.executionStoppedAt;
  command.caller = call.caller.principal;
  return ask_cluster(in.cluster, core::AgentCommand{std::move(command)});
}

wire::SubmitTaskStateChangeResponse write_task_state(const Call& /*call*/,
                                                     const wire::SubmitTaskStateChangeRequest& /*in*/,
                                                     const core::Acknowledged& /*reply*/) {
  return {acknowledgment};
}

core::Result<Question> read_container_state(const Call& call,
                                            const wire::SubmitContainerStateChangeRequest& in) {
  core::SubmitTaskState command;
  command.task = in.task.value_or("");
  command.containers.push_back({in.containerName.value_or(""), in.status.value_or(""),
                                in.runtimeId.value_or(""), in.exitCode, in.reason.value_or(""), "",
                                list_or_empty(in.networkBindings)});
  command.caller = call.caller.principal;
  return ask_cluster(in.cluster, core::AgentCommand{std::move(command)});
}

wire::SubmitContainerStateChangeResponse write_container_state(
    const Call& /*call*/, const wire::SubmitContainerStateChangeRequest& /*in*/,
    const core::Acknowledged& /*reply*/) {
  return {acknowledgment};
}

core::Result<Question> read_attachments(const Call& call,
                                        const wire::SubmitAttachmentStateChangesRequest& in) {
  return ask_cluster(in.cluster, core::AgentCommand{core::SubmitAttachmentStates{
                                     attachments_in(in.attachments), call.caller.principal}});
}

wire::SubmitAttachmentStateChangesResponse write_attachments(
    const Call& /*call*/, const wire::SubmitAttachmentStateChangesRequest& /*in*/,
    const core::Acknowledged& /*reply*/) {
  return {acknowledgment};
}

core::Result<Question> read_update_agent(const Call& /*call*/, const wire::UpdateContainerAgentRequest& in) {
  return ask_cluster(in.cluster,
                     core::AgentCommand{core::UpdateContainerAgent{in.containerInstance.value_or("")}});
}

wire::UpdateContainerAgentResponse write_agent_updated(const Call& call,
                                                       const wire::UpdateContainerAgentRequest& /*in*/,
                                                       const core::InstanceReply& reply) {
  return {rendering::instance(call.realm(), *reply.instance, {})};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("RegisterContainerInstance", read_register_host, write_registered),
          operation("DiscoverPollEndpoint", read_discover, write_endpoints),
          operation("SubmitTaskStateChange", read_task_state, write_task_state),
          operation("SubmitContainerStateChange", read_container_state, write_container_state),
          operation("SubmitAttachmentStateChanges", read_attachments, write_attachments),
          operation("UpdateContainerAgent", read_update_agent, write_agent_updated)};
}

}  // namespace troupe::api::operations::agents
