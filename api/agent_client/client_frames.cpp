/// Frames of the agent's sessions.

#include "api/agent_client/client_frames.hpp"

#include "api/wire/codec/frame.hpp"
#include "api/wire/tcs.hpp"

namespace troupe::api::agent_client {
namespace {

template <class Message>
core::Result<ServerFrame> read_message(const std::string& text) {
  auto message = wire::decode<Message>(text);
  if (!message) return std::move(message).error();
  return ServerFrame{*std::move(message)};
}

}  // namespace

core::Result<ServerFrame> read_server_frame(std::string_view text) {
  const auto frame = wire::read_frame(text);
  if (!frame) return frame.error();
  const auto& type = frame->type;
  const auto& message = frame->message;
  if (type == "PayloadMessage") return read_message<wire::acs::PayloadMessage>(message);
  if (type == "TaskManifestMessage") return read_message<wire::acs::TaskManifestMessage>(message);
  if (type == "TaskStopVerificationAck") return read_message<wire::acs::TaskStopVerificationAck>(message);
  if (type == "HeartbeatMessage") return read_message<wire::acs::HeartbeatMessage>(message);
  if (type == "AttachTaskNetworkInterfacesMessage") {
    return read_message<wire::acs::AttachTaskNetworkInterfacesMessage>(message);
  }
  if (type == "IAMRoleCredentialsMessage") return read_message<wire::acs::IAMRoleCredentialsMessage>(message);
  return ServerFrame{OtherFrame{type}};
}

std::string ack_frame(const Speaker& speaker, const std::string& message) {
  return wire::write_frame("AckRequest",
                           wire::acs::AckRequest{speaker.cluster_arn(), speaker.arn(), message});
}

std::string heartbeat_ack_frame(const std::string& message) {
  return wire::write_frame("HeartbeatAckRequest", wire::acs::HeartbeatAckRequest{message});
}

std::string credentials_ack_frame(const std::string& message, const wire::acs::IAMRoleCredentials& kept) {
  return wire::write_frame("IAMRoleCredentialsAckRequest", wire::acs::IAMRoleCredentialsAckRequest{
                                                               message, kept.expiration, kept.credentialsId});
}

std::string stop_candidates_frame(const Speaker& speaker, const std::string& manifest,
                                  const std::vector<core::TaskId>& tasks) {
  wire::acs::TaskStopVerificationMessage made;
  made.messageId = manifest;
  made.stopCandidates.emplace();
  for (const auto& task : tasks) {
    made.stopCandidates->push_back(
        {core::task_arn(speaker.realm, speaker.cluster, task), speaker.cluster_arn(), "STOPPED"});
  }
  return wire::write_frame("TaskStopVerificationMessage", made);
}

std::string idle_metrics_frame(const Speaker& speaker, const std::string& message, core::Time now) {
  wire::tcs::PublishMetricsRequest made;
  made.metadata = {speaker.cluster, speaker.arn(), message, true, true};
  made.timestamp = now;
  return wire::write_frame("PublishMetricsRequest", made);
}

std::string health_frame(const Speaker& speaker, const std::string& message, core::Time now,
                         const std::vector<core::TaskHealth>& tasks) {
  wire::tcs::PublishHealthRequest made;
  made.metadata = {speaker.cluster, speaker.arn(), message, true};
  made.timestamp = now;
  made.tasks.emplace();
  for (const auto& said : tasks) {
    auto& task = made.tasks->emplace_back();
    task.taskArn = core::task_arn(speaker.realm, speaker.cluster, said.task);
    task.containers.emplace();
    for (const auto& [name, health] : said.containers) {
      task.containers->push_back({name, health, now, std::nullopt});
    }
  }
  return wire::write_frame("PublishHealthRequest", made);
}

}  // namespace troupe::api::agent_client
