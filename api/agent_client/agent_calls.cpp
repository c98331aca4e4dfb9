/// The agent's calls, and where its sessions are.

#include "actors/core/task_definition/optional_members.hpp"
#include "actors/core/task_interface.hpp"
#include "api/agent_client/client_frames.hpp"
#include "api/wire/agents.hpp"

#include <algorithm>

namespace troupe::api::agent_client {
namespace {

using core::text;

/// As agents write the engine's version in the query of ACS, and not in that of TCS.
constexpr const char* docker_prefix = "DockerVersion: ";

core::Resource amount(const char* name, std::int64_t count) {
  core::Resource made;
  made.name = name;
  made.type = "INTEGER";
  made.integerValue = static_cast<std::int32_t>(std::min<std::int64_t>(count, INT32_MAX));
  return made;
}

core::Resource ports(const char* name, const std::vector<std::uint16_t>& reserved) {
  core::Resource made;
  made.name = name;
  made.type = "STRINGSET";
  made.stringSetValue.emplace();
  for (const auto port : reserved) made.stringSetValue->push_back(std::to_string(port));
  return made;
}

/// Each name once: the last one counts.
std::vector<core::Attribute> once_each(const std::vector<core::Attribute>& said) {
  std::vector<core::Attribute> made;
  for (const auto& attribute : said) {
    std::erase_if(made, [&](const core::Attribute& known) { return known.name == attribute.name; });
    made.push_back(attribute);
  }
  return made;
}

wire::ContainerStateChange state_of(const core::ContainerReport& said) {
  wire::ContainerStateChange made;
  made.containerName = said.name;
  made.status = core::name_of(said.status);
  made.exitCode = said.exit_code;
  if (!said.reason.empty()) made.reason = said.reason;
  if (!said.runtime_id.empty()) made.runtimeId = said.runtime_id;
  if (!said.image_digest.empty()) made.imageDigest = said.image_digest;
  if (!said.bindings.empty()) made.networkBindings = said.bindings;
  return made;
}

std::string escaped(std::string_view value) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : value) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
  }
  return out;
}

}  // namespace

std::string register_request(const std::string& cluster, const std::string& known,
                             const core::Registration& said, const std::string& client_token) {
  wire::RegisterContainerInstanceRequest made;
  made.cluster = cluster;
  if (!known.empty()) made.containerInstanceArn = known;
  made.clientToken = client_token;
  made.versionInfo = said.version_info;
  made.attributes = once_each(said.attributes);
  if (!said.tags.empty()) made.tags = said.tags;
  made.totalResources = {amount("CPU", said.capacity.cpu.count), amount("MEMORY", said.capacity.memory.count),
                         ports("PORTS", said.capacity.tcp_ports),
                         ports("PORTS_UDP", said.capacity.udp_ports)};
  wire::IdentityDocument host;
  host.instanceId = said.host_id;
  made.instanceIdentityDocument = wire::encode(host);
  return wire::encode(made);
}

core::Result<std::string> registered_arn(std::string_view answer) {
  const auto read = wire::decode<wire::RegisterContainerInstanceResponse>(answer);
  if (!read) return read.error();
  if (!read->containerInstance || !read->containerInstance->containerInstanceArn) {
    return core::client_error("the server answers no container instance");
  }
  return *read->containerInstance->containerInstanceArn;
}

std::string discover_request(const Speaker& speaker) {
  return wire::encode(wire::DiscoverPollEndpointRequest{speaker.arn(), speaker.cluster});
}

core::Result<PollEndpoints> poll_endpoints(std::string_view answer) {
  const auto read = wire::decode<wire::DiscoverPollEndpointResponse>(answer);
  if (!read) return read.error();
  PollEndpoints found{text(read->endpoint), text(read->telemetryEndpoint)};
  for (auto* endpoint : {&found.acs, &found.tcs}) {
    if (!endpoint->starts_with("http://")) {
      return core::client_error("'" + *endpoint + "' is no endpoint for agents");
    }
    if (!endpoint->ends_with('/')) *endpoint += '/';
  }
  return found;
}

std::string task_state_request(const Speaker& speaker, const core::TaskReport& report,
                               const std::vector<core::Attachment>& attachments) {
  wire::SubmitTaskStateChangeRequest made;
  made.cluster = speaker.cluster;
  made.task = core::task_arn(speaker.realm, speaker.cluster, report.task);
  made.status = core::name_of(report.status);
  if (report.status == core::TaskStatus::STOPPED) made.reason = report.reason;
  made.containers.emplace();
  for (const auto& container : report.containers) made.containers->push_back(state_of(container));
  if (!report.network_details.empty() && !attachments.empty()) {
    made.attachments.emplace();
    for (const auto& attachment : attachments) {
      made.attachments->push_back(
          {core::attachment_arn(speaker.realm, text(attachment.id)), "ATTACHED", report.network_details});
    }
  }
  made.pullStartedAt = report.pull_started_at;
  made.pullStoppedAt = report.pull_stopped_at;
  made.executionStoppedAt = report.execution_stopped_at;
  return wire::encode(made);
}

std::string acs_target(const Speaker& speaker, const core::VersionInfo& version, bool process_is_new) {
  return "ws?agentHash=" + escaped(text(version.agentHash)) +
         "&agentVersion=" + escaped(text(version.agentVersion)) + "&clusterArn=" + escaped(speaker.cluster) +
         "&containerInstanceArn=" + escaped(speaker.arn()) +
         "&dockerVersion=" + escaped(docker_prefix + text(version.dockerVersion)) +
         "&protocolVersion=2&sendCredentials=" + (process_is_new ? "true" : "false") + "&seqNum=1";
}

std::string tcs_target(const Speaker& speaker, const core::VersionInfo& version) {
  return "ws?agentHash=" + escaped(text(version.agentHash)) +
         "&agentVersion=" + escaped(text(version.agentVersion)) + "&cluster=" + escaped(speaker.cluster) +
         "&containerInstance=" + escaped(speaker.arn()) +
         "&dockerVersion=" + escaped(text(version.dockerVersion));
}

}  // namespace troupe::api::agent_client
