#pragma once

/// What an agent hears on ACS and says on ACS and TCS, and the bodies of its calls. Pure; the
/// one place on the agent's side that meets JSON, beside the texts of tasks.
///
/// Source: the agent's models of ACS and TCS; behaviour of Amazon's agent 1.105.

#include "actors/core/agent_commands.hpp"
#include "actors/core/task_report.hpp"
#include "actors/core/usage/usage.hpp"
#include "api/wire/acs.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace troupe::api::agent_client {

/// Whose agent speaks.
struct Speaker {
  core::Realm realm;
  std::string cluster;  ///< A name.
  core::InstanceId instance;

  [[nodiscard]] std::string cluster_arn() const { return core::cluster_arn(realm, cluster); }
  [[nodiscard]] std::string arn() const { return core::instance_arn(realm, cluster, instance); }
};

/// A frame that an agent may pass over; servers may be newer than agents.
struct OtherFrame {
  std::string type;
};

using ServerFrame = std::variant<wire::acs::PayloadMessage, wire::acs::TaskManifestMessage,
                                 wire::acs::TaskStopVerificationAck, wire::acs::HeartbeatMessage,
                                 wire::acs::AttachTaskNetworkInterfacesMessage,
                                 wire::acs::IAMRoleCredentialsMessage, OtherFrame>;

/// SerializationException for what is no frame or has a member of another type.
core::Result<ServerFrame> read_server_frame(std::string_view text);

std::string ack_frame(const Speaker& speaker, const std::string& message);
std::string heartbeat_ack_frame(const std::string& message);
/// Credentials that came with `message`, in a payload or by themselves, are kept.
std::string credentials_ack_frame(const std::string& message, const wire::acs::IAMRoleCredentials& kept);
/// Tasks that run here and that the manifest does not have.
std::string stop_candidates_frame(const Speaker& speaker, const std::string& manifest,
                                  const std::vector<core::TaskId>& tasks);

/// RegisterContainerInstance. `known` is empty for a host that was never registered.
std::string register_request(const std::string& cluster, const std::string& known,
                             const core::Registration& said, const std::string& client_token);
/// The ARN in its answer; ClientException when there is none.
core::Result<std::string> registered_arn(std::string_view answer);

std::string discover_request(const Speaker& speaker);
struct PollEndpoints {
  std::string acs;  ///< "http://host:port/acs/"
  std::string tcs;
};
core::Result<PollEndpoints> poll_endpoints(std::string_view answer);

/// SubmitTaskStateChange. `attachments` of the task are told with the addresses that its report has.
std::string task_state_request(const Speaker& speaker, const core::TaskReport& report,
                               const std::vector<core::Attachment>& attachments);

/// Path and query of the sessions, to follow an endpoint. `process_is_new` asks to be told
/// everything: nothing is remembered of an earlier session.
std::string acs_target(const Speaker& speaker, const core::VersionInfo& version, bool process_is_new);
std::string tcs_target(const Speaker& speaker, const core::VersionInfo& version);

/// A sign of life of TCS, without figures.
std::string idle_metrics_frame(const Speaker& speaker, const std::string& message, core::Time now);
/// What the containers use, some tasks to a frame. Processor time is told in percent of what
/// the host registered.
std::vector<std::string> metrics_frames(const Speaker& speaker, const std::string& message, core::Time now,
                                        const core::UsageReport& report);
/// How the containers of these tasks are.
std::string health_frame(const Speaker& speaker, const std::string& message, core::Time now,
                         const std::vector<core::TaskHealth>& tasks);

}  // namespace troupe::api::agent_client
