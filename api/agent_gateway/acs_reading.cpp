/// Frames of ACS that agents send.

#include "api/agent_gateway/acs_frames.hpp"

#include "api/wire/acs.hpp"

namespace troupe::api::agent_gateway {
namespace {

template <class Message, class Make>
core::Result<AcsFrame> read_as(const std::string& text, Make make) {
  auto message = wire::decode<Message>(text);
  if (!message) return std::move(message).error();
  return AcsFrame{make(*std::move(message))};
}

}  // namespace

core::Result<AcsFrame> read_acs_frame(std::string_view text) {
  auto frame = wire::read_frame(text);
  if (!frame) return std::move(frame).error();
  const auto& message = frame->message;
  if (frame->type == "AckRequest") {
    return read_as<wire::acs::AckRequest>(message, [](auto m) { return Acked{m.messageId.value_or("")}; });
  }
  if (frame->type == "HeartbeatAckRequest") {
    return read_as<wire::acs::HeartbeatAckRequest>(
        message, [](auto m) { return HeartbeatAcked{m.messageId.value_or("")}; });
  }
  if (frame->type == "IAMRoleCredentialsAckRequest") {
    return read_as<wire::acs::IAMRoleCredentialsAckRequest>(message, [](auto m) {
      return CredentialsAcked{m.messageId.value_or(""), m.credentialsId.value_or("")};
    });
  }
  if (frame->type == "NackRequest") {
    return read_as<wire::acs::NackRequest>(message, [](auto m) {
      return Nacked{m.messageId.value_or(""), m.reason.value_or("")};
    });
  }
  if (frame->type == "TaskStopVerificationMessage") {
    return read_as<wire::acs::TaskStopVerificationMessage>(message, [](auto m) {
      StopCandidates made{m.messageId.value_or(""), {}};
      const auto candidates = m.stopCandidates.value_or(std::vector<wire::acs::TaskIdentifier>{});
      for (const auto& each : candidates) made.tasks.push_back(each.taskArn.value_or(""));
      return made;
    });
  }
  return AcsFrame{UnknownFrame{frame->type}};
}

}  // namespace troupe::api::agent_gateway
