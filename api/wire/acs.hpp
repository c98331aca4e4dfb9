#pragma once

/// The messages of the agent communication service (ACS), both ways. On the wire each
/// stands in a frame: see frame.hpp.
/// Source: the agent's model of ACS; behaviour of Amazon's agent 1.105.

#include "actors/core/task_roles.hpp"
#include "api/wire/acs_task.hpp"
#include "api/wire/codec/codec.hpp"

namespace troupe::api::wire::acs {

using RoleType = core::TaskRole;

/// One task each is what we send: one that an agent cannot take is then never acknowledged
/// together with others.
struct PayloadMessage {
  std::optional<std::string> messageId;
  std::optional<std::string> clusterArn;
  std::optional<std::string> containerInstanceArn;
  std::optional<std::vector<Task>> tasks;
  std::optional<std::int64_t> generatedAt;
  std::optional<std::int64_t> seqNum;
  std::optional<std::int64_t> timeline;
  friend bool operator==(const PayloadMessage&, const PayloadMessage&) = default;
};
BOOST_DESCRIBE_STRUCT(PayloadMessage, (),
                      (messageId, clusterArn, containerInstanceArn, tasks, generatedAt, seqNum, timeline))

/// Both `taskArn` and `desiredStatus` must be there: an agent ends itself on one without.
struct TaskIdentifier {
  std::optional<std::string> taskArn;
  std::optional<std::string> taskClusterArn;
  std::optional<std::string> desiredStatus;
  friend bool operator==(const TaskIdentifier&, const TaskIdentifier&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskIdentifier, (), (taskArn, taskClusterArn, desiredStatus))

struct TaskManifestMessage {
  std::optional<std::string> messageId;
  std::optional<std::string> clusterArn;
  std::optional<std::string> containerInstanceArn;
  std::optional<std::vector<TaskIdentifier>> tasks;
  std::optional<std::int64_t> generatedAt;
  std::optional<std::int64_t> timeline;
  friend bool operator==(const TaskManifestMessage&, const TaskManifestMessage&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskManifestMessage, (),
                      (messageId, clusterArn, containerInstanceArn, tasks, generatedAt, timeline))

struct TaskStopVerificationMessage {
  std::optional<std::string> messageId;
  std::optional<std::vector<TaskIdentifier>> stopCandidates;
  friend bool operator==(const TaskStopVerificationMessage&, const TaskStopVerificationMessage&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskStopVerificationMessage, (), (messageId, stopCandidates))

struct TaskStopVerificationAck {
  std::optional<std::string> messageId;
  std::optional<std::int64_t> generatedAt;
  std::optional<std::vector<TaskIdentifier>> stopTasks;
  friend bool operator==(const TaskStopVerificationAck&, const TaskStopVerificationAck&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskStopVerificationAck, (), (messageId, generatedAt, stopTasks))

struct IAMRoleCredentialsMessage {
  std::optional<std::string> messageId;
  std::optional<std::string> taskArn;
  std::optional<std::string> taskClusterArn;
  std::optional<RoleType> roleType;
  std::optional<IAMRoleCredentials> roleCredentials;
  friend bool operator==(const IAMRoleCredentialsMessage&, const IAMRoleCredentialsMessage&) = default;
};
BOOST_DESCRIBE_STRUCT(IAMRoleCredentialsMessage, (),
                      (messageId, taskArn, taskClusterArn, roleType, roleCredentials))

struct IAMRoleCredentialsAckRequest {
  std::optional<std::string> messageId;
  std::optional<std::string> expiration;
  std::optional<std::string> credentialsId;
  friend bool operator==(const IAMRoleCredentialsAckRequest&, const IAMRoleCredentialsAckRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(IAMRoleCredentialsAckRequest, (), (messageId, expiration, credentialsId))

struct AttachTaskNetworkInterfacesMessage {
  std::optional<std::string> messageId;
  std::optional<std::string> clusterArn;
  std::optional<std::string> containerInstanceArn;
  std::optional<std::string> taskArn;
  std::optional<std::string> taskClusterArn;
  std::optional<std::int64_t> generatedAt;
  std::optional<std::int64_t> waitTimeoutMs;
  std::optional<std::vector<ElasticNetworkInterface>> elasticNetworkInterfaces;
  friend bool operator==(const AttachTaskNetworkInterfacesMessage&,
                         const AttachTaskNetworkInterfacesMessage&) = default;
};
BOOST_DESCRIBE_STRUCT(AttachTaskNetworkInterfacesMessage, (),
                      (messageId, clusterArn, containerInstanceArn, taskArn, taskClusterArn, generatedAt,
                       waitTimeoutMs, elasticNetworkInterfaces))

struct AttachInstanceNetworkInterfacesMessage {
  std::optional<std::string> messageId;
  std::optional<std::string> clusterArn;
  std::optional<std::string> containerInstanceArn;
  std::optional<std::int64_t> generatedAt;
  std::optional<std::int64_t> waitTimeoutMs;
  std::optional<std::vector<ElasticNetworkInterface>> elasticNetworkInterfaces;
  friend bool operator==(const AttachInstanceNetworkInterfacesMessage&,
                         const AttachInstanceNetworkInterfacesMessage&) = default;
};
BOOST_DESCRIBE_STRUCT(AttachInstanceNetworkInterfacesMessage, (),
                      (messageId, clusterArn, containerInstanceArn, generatedAt, waitTimeoutMs,
                       elasticNetworkInterfaces))

struct ConfirmAttachmentMessage {
  std::optional<std::string> messageId;
  std::optional<std::string> clusterArn;
  std::optional<std::string> containerInstanceArn;
  std::optional<std::string> taskArn;
  std::optional<std::string> taskClusterArn;
  std::optional<std::int64_t> generatedAt;
  std::optional<std::int64_t> waitTimeoutMs;
  std::optional<Attachment> attachment;
  friend bool operator==(const ConfirmAttachmentMessage&, const ConfirmAttachmentMessage&) = default;
};
BOOST_DESCRIBE_STRUCT(ConfirmAttachmentMessage, (),
                      (messageId, clusterArn, containerInstanceArn, taskArn, taskClusterArn, generatedAt,
                       waitTimeoutMs, attachment))

struct HeartbeatMessage {
  std::optional<bool> healthy;
  std::optional<std::string> messageId;
  friend bool operator==(const HeartbeatMessage&, const HeartbeatMessage&) = default;
};
BOOST_DESCRIBE_STRUCT(HeartbeatMessage, (), (healthy, messageId))

struct HeartbeatAckRequest {
  std::optional<std::string> messageId;
  friend bool operator==(const HeartbeatAckRequest&, const HeartbeatAckRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(HeartbeatAckRequest, (), (messageId))

struct AckRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> containerInstance;
  std::optional<std::string> messageId;
  friend bool operator==(const AckRequest&, const AckRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(AckRequest, (), (cluster, containerInstance, messageId))

struct NackRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> containerInstance;
  std::optional<std::string> messageId;
  std::optional<std::string> reason;
  friend bool operator==(const NackRequest&, const NackRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(NackRequest, (), (cluster, containerInstance, messageId, reason))

/// Also the shape of every exception.
struct ErrorMessage {
  std::optional<std::string> message;
  friend bool operator==(const ErrorMessage&, const ErrorMessage&) = default;
};
BOOST_DESCRIBE_STRUCT(ErrorMessage, (), (message))

}  // namespace troupe::api::wire::acs

namespace troupe::api::wire {

template <>
const Shape& shape_of<acs::PayloadMessage>();
template <>
const Shape& shape_of<acs::TaskManifestMessage>();
template <>
const Shape& shape_of<acs::TaskStopVerificationMessage>();
template <>
const Shape& shape_of<acs::TaskStopVerificationAck>();
template <>
const Shape& shape_of<acs::IAMRoleCredentialsMessage>();
template <>
const Shape& shape_of<acs::IAMRoleCredentialsAckRequest>();
template <>
const Shape& shape_of<acs::AttachTaskNetworkInterfacesMessage>();
template <>
const Shape& shape_of<acs::AttachInstanceNetworkInterfacesMessage>();
template <>
const Shape& shape_of<acs::ConfirmAttachmentMessage>();
template <>
const Shape& shape_of<acs::HeartbeatMessage>();
template <>
const Shape& shape_of<acs::HeartbeatAckRequest>();
template <>
const Shape& shape_of<acs::AckRequest>();
template <>
const Shape& shape_of<acs::NackRequest>();
template <>
const Shape& shape_of<acs::ErrorMessage>();

}  // namespace troupe::api::wire
