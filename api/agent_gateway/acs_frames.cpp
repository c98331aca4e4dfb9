/// Frames of ACS that are sent to agents.

#include "api/agent_gateway/acs_frames.hpp"

#include "api/wire/acs.hpp"

namespace troupe::api::agent_gateway {
namespace {

/// How long an agent waits for a network card before it forgets the announcement.
constexpr std::int64_t attach_wait_ms = 300'000;

template <class Message>
Message addressed(const FrameContext& context, const std::string& id) {
  Message message;
  message.messageId = id;
  message.clusterArn = core::cluster_arn(context.realm, context.cluster);
  message.containerInstanceArn = core::instance_arn(context.realm, context.cluster, context.instance);
  message.generatedAt = core::to_epoch_ms(context.now);
  return message;
}

wire::acs::TaskIdentifier identifier(const FrameContext& context, const core::TaskId& task,
                                     const char* desired) {
  return {core::task_arn(context.realm, context.cluster, task),
          core::cluster_arn(context.realm, context.cluster), desired};
}

}  // namespace

std::string payload_frame(const FrameContext& context, const std::string& message, std::int64_t sequence,
                          wire::acs::Task task) {
  auto payload = addressed<wire::acs::PayloadMessage>(context, message);
  payload.seqNum = sequence;
  payload.tasks.emplace().push_back(std::move(task));
  return wire::write_frame("PayloadMessage", payload);
}

std::string manifest_frame(const FrameContext& context, const std::string& message, std::int64_t sequence,
                           const std::vector<core::TaskPtr>& tasks) {
  auto manifest = addressed<wire::acs::TaskManifestMessage>(context, message);
  manifest.timeline = sequence;
  manifest.tasks.emplace();
  for (const auto& task : tasks) {
    if (task->last_status == core::TaskStatus::STOPPED) continue;
    const bool runs = task->desired_status == core::DesiredStatus::RUNNING;
    manifest.tasks->push_back(identifier(context, task->id, runs ? "RUNNING" : "STOPPED"));
  }
  return wire::write_frame("TaskManifestMessage", manifest);
}

std::string stop_verified_frame(const FrameContext& context, const std::string& manifest,
                                const std::vector<core::TaskId>& tasks) {
  wire::acs::TaskStopVerificationAck ack;
  ack.messageId = manifest;
  ack.generatedAt = core::to_epoch_ms(context.now);
  ack.stopTasks.emplace();
  for (const auto& task : tasks) ack.stopTasks->push_back(identifier(context, task, "STOPPED"));
  return wire::write_frame("TaskStopVerificationAck", ack);
}

std::string heartbeat_frame(const std::string& message) {
  return wire::write_frame("HeartbeatMessage", wire::acs::HeartbeatMessage{true, message});
}

std::string credentials_frame(const FrameContext& context, const std::string& message,
                              const core::TaskId& task, wire::acs::RoleType role,
                              const RoleCredentials& credentials) {
  wire::acs::IAMRoleCredentialsMessage made;
  made.messageId = message;
  made.taskArn = core::task_arn(context.realm, context.cluster, task);
  made.taskClusterArn = core::cluster_arn(context.realm, context.cluster);
  made.roleType = role;
  made.roleCredentials = told(credentials);
  return wire::write_frame("IAMRoleCredentialsMessage", made);
}

std::string attach_frame(const FrameContext& context, const std::string& message, const core::Task& task) {
  auto attach = addressed<wire::acs::AttachTaskNetworkInterfacesMessage>(context, message);
  attach.taskArn = core::task_arn(context.realm, context.cluster, task.id);
  attach.taskClusterArn = attach.clusterArn;
  attach.waitTimeoutMs = attach_wait_ms;
  attach.elasticNetworkInterfaces = payload_interfaces(context.realm, task);
  return wire::write_frame("AttachTaskNetworkInterfacesMessage", attach);
}

}  // namespace troupe::api::agent_gateway
