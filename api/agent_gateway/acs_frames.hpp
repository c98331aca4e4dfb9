#pragma once

/// Frames of ACS, the service that brings work to agents: what we write, and what we read
/// from agents. Pure; the one place where sessions meet JSON.

#include "api/agent_gateway/payload_task.hpp"
#include "api/wire/codec/frame.hpp"

#include <string>
#include <variant>
#include <vector>

namespace troupe::api::agent_gateway {

/// What an agent confirms.
struct Acked {
  std::string message;
};
/// What an agent will not do, and why.
struct Nacked {
  std::string message;
  std::string reason;
};
struct HeartbeatAcked {
  std::string message;
};
struct CredentialsAcked {
  std::string message;
  std::string credentials;
};
/// Tasks that the agent runs and the manifest does not have.
struct StopCandidates {
  std::string manifest;
  std::vector<std::string> tasks;  ///< ARNs.
};
/// A frame of a kind that we do not know; agents may be newer than we are.
struct UnknownFrame {
  std::string type;
};

using AcsFrame = std::variant<Acked, Nacked, HeartbeatAcked, CredentialsAcked, StopCandidates, UnknownFrame>;

/// SerializationException for what is no frame or has a member of another type.
core::Result<AcsFrame> read_acs_frame(std::string_view text);

/// Of whom and when a frame speaks.
struct FrameContext {
  core::Realm realm;
  std::string cluster;
  core::InstanceId instance;
  core::Time now{};
};

/// `sequence` numbers payloads and manifests in one series.
std::string payload_frame(const FrameContext& context, const std::string& message, std::int64_t sequence,
                          wire::acs::Task task);
std::string manifest_frame(const FrameContext& context, const std::string& message, std::int64_t sequence,
                           const std::vector<core::TaskPtr>& tasks);
std::string stop_verified_frame(const FrameContext& context, const std::string& manifest,
                                const std::vector<core::TaskId>& tasks);
std::string heartbeat_frame(const std::string& message);
std::string credentials_frame(const FrameContext& context, const std::string& message,
                              const core::TaskId& task, wire::acs::RoleType role,
                              const RoleCredentials& credentials);
/// @pre The task is in mode awsvpc.
std::string attach_frame(const FrameContext& context, const std::string& message, const core::Task& task);

}  // namespace troupe::api::agent_gateway
