#pragma once

/// The messages that agents send through the API: registration of hosts and what
/// becomes of tasks. Their sessions are in acs.hpp and tcs.hpp.
///
/// `clientToken` is not in ECS's documented model; Amazon's agent sends it. An attachment's `details` are
/// ours: the addresses that the host's runtime gave a task, which Amazon's agents do not say.

#include "api/wire/container_instances.hpp"
#include "api/wire/tasks.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

enum class PlatformDeviceType : std::uint8_t { GPU, NEURON_DEVICE };
BOOST_DESCRIBE_ENUM(PlatformDeviceType, GPU, NEURON_DEVICE)

struct ContainerStateChange {
  std::optional<std::string> containerName;
  std::optional<std::string> imageDigest;
  std::optional<std::string> runtimeId;
  std::optional<std::int32_t> exitCode;
  std::optional<std::vector<core::NetworkBinding>> networkBindings;
  std::optional<std::string> reason;
  std::optional<std::string> status;
  friend bool operator==(const ContainerStateChange&, const ContainerStateChange&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerStateChange, (),
                      (containerName, imageDigest, runtimeId, exitCode, networkBindings, reason, status))

struct AttachmentStateChange {
  std::optional<std::string> attachmentArn;
  std::optional<std::string> status;
  std::optional<std::vector<core::KeyValuePair>> details;
  friend bool operator==(const AttachmentStateChange&, const AttachmentStateChange&) = default;
};
BOOST_DESCRIBE_STRUCT(AttachmentStateChange, (), (attachmentArn, status, details))
template <>
inline constexpr auto required<AttachmentStateChange> = names("attachmentArn", "status");

struct ManagedAgentStateChange {
  std::optional<std::string> containerName;
  std::optional<ManagedAgentName> managedAgentName;
  std::optional<std::string> status;
  std::optional<std::string> reason;
  friend bool operator==(const ManagedAgentStateChange&, const ManagedAgentStateChange&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedAgentStateChange, (), (containerName, managedAgentName, status, reason))
template <>
inline constexpr auto required<ManagedAgentStateChange> = names("containerName", "managedAgentName",
                                                                "status");

struct PlatformDevice {
  std::optional<std::string> id;
  std::optional<PlatformDeviceType> type;
  friend bool operator==(const PlatformDevice&, const PlatformDevice&) = default;
};
BOOST_DESCRIBE_STRUCT(PlatformDevice, (), (id, type))
template <>
inline constexpr auto required<PlatformDevice> = names("id", "type");

struct RegisterContainerInstanceRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> instanceIdentityDocument;
  std::optional<std::string> instanceIdentityDocumentSignature;
  std::optional<std::vector<core::Resource>> totalResources;
  std::optional<core::VersionInfo> versionInfo;
  std::optional<std::string> containerInstanceArn;
  std::optional<std::vector<core::Attribute>> attributes;
  std::optional<std::vector<PlatformDevice>> platformDevices;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<std::string> clientToken;
  friend bool operator==(const RegisterContainerInstanceRequest&,
                         const RegisterContainerInstanceRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(RegisterContainerInstanceRequest, (),
                      (cluster, instanceIdentityDocument, instanceIdentityDocumentSignature, totalResources,
                       versionInfo, containerInstanceArn, attributes, platformDevices, tags, clientToken))

struct RegisterContainerInstanceResponse {
  std::optional<ContainerInstance> containerInstance;
  friend bool operator==(const RegisterContainerInstanceResponse&,
                         const RegisterContainerInstanceResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(RegisterContainerInstanceResponse, (), (containerInstance))

struct DiscoverPollEndpointRequest {
  std::optional<std::string> containerInstance;
  std::optional<std::string> cluster;
  friend bool operator==(const DiscoverPollEndpointRequest&, const DiscoverPollEndpointRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DiscoverPollEndpointRequest, (), (containerInstance, cluster))

struct DiscoverPollEndpointResponse {
  std::optional<std::string> endpoint;
  std::optional<std::string> telemetryEndpoint;
  std::optional<std::string> serviceConnectEndpoint;
  friend bool operator==(const DiscoverPollEndpointResponse&, const DiscoverPollEndpointResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DiscoverPollEndpointResponse, (), (endpoint, telemetryEndpoint, serviceConnectEndpoint))

struct SubmitTaskStateChangeRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> task;
  std::optional<std::string> status;
  std::optional<std::string> reason;
  std::optional<std::vector<ContainerStateChange>> containers;
  std::optional<std::vector<AttachmentStateChange>> attachments;
  std::optional<std::vector<ManagedAgentStateChange>> managedAgents;
  std::optional<core::Time> pullStartedAt;
  std::optional<core::Time> pullStoppedAt;
  std::optional<core::Time> executionStoppedAt;
  friend bool operator==(const SubmitTaskStateChangeRequest&, const SubmitTaskStateChangeRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(SubmitTaskStateChangeRequest, (),
                      (cluster, task, status, reason, containers, attachments, managedAgents, pullStartedAt,
                       pullStoppedAt, executionStoppedAt))

struct SubmitTaskStateChangeResponse {
  std::optional<std::string> acknowledgment;
  friend bool operator==(const SubmitTaskStateChangeResponse&,
                         const SubmitTaskStateChangeResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(SubmitTaskStateChangeResponse, (), (acknowledgment))

struct SubmitContainerStateChangeRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> task;
  std::optional<std::string> containerName;
  std::optional<std::string> runtimeId;
  std::optional<std::string> status;
  std::optional<std::int32_t> exitCode;
  std::optional<std::string> reason;
  std::optional<std::vector<core::NetworkBinding>> networkBindings;
  friend bool operator==(const SubmitContainerStateChangeRequest&,
                         const SubmitContainerStateChangeRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(SubmitContainerStateChangeRequest, (),
                      (cluster, task, containerName, runtimeId, status, exitCode, reason, networkBindings))

struct SubmitContainerStateChangeResponse {
  std::optional<std::string> acknowledgment;
  friend bool operator==(const SubmitContainerStateChangeResponse&,
                         const SubmitContainerStateChangeResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(SubmitContainerStateChangeResponse, (), (acknowledgment))

struct SubmitAttachmentStateChangesRequest {
  std::optional<std::string> cluster;
  std::optional<std::vector<AttachmentStateChange>> attachments;
  friend bool operator==(const SubmitAttachmentStateChangesRequest&,
                         const SubmitAttachmentStateChangesRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(SubmitAttachmentStateChangesRequest, (), (cluster, attachments))
template <>
inline constexpr auto required<SubmitAttachmentStateChangesRequest> = names("attachments");

struct SubmitAttachmentStateChangesResponse {
  std::optional<std::string> acknowledgment;
  friend bool operator==(const SubmitAttachmentStateChangesResponse&,
                         const SubmitAttachmentStateChangesResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(SubmitAttachmentStateChangesResponse, (), (acknowledgment))

struct UpdateContainerAgentRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> containerInstance;
  friend bool operator==(const UpdateContainerAgentRequest&, const UpdateContainerAgentRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateContainerAgentRequest, (), (cluster, containerInstance))
template <>
inline constexpr auto required<UpdateContainerAgentRequest> = names("containerInstance");

struct UpdateContainerAgentResponse {
  std::optional<ContainerInstance> containerInstance;
  friend bool operator==(const UpdateContainerAgentResponse&, const UpdateContainerAgentResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateContainerAgentResponse, (), (containerInstance))

/// What an EC2 host says of itself in `instanceIdentityDocument`, a JSON text.
struct IdentityDocument {
  std::optional<std::string> instanceId;
  std::optional<std::string> availabilityZone;
  std::optional<std::string> instanceType;
  std::optional<std::string> imageId;
  friend bool operator==(const IdentityDocument&, const IdentityDocument&) = default;
};
BOOST_DESCRIBE_STRUCT(IdentityDocument, (), (instanceId, availabilityZone, instanceType, imageId))

template <>
const Shape& shape_of<RegisterContainerInstanceRequest>();
template <>
const Shape& shape_of<RegisterContainerInstanceResponse>();
template <>
const Shape& shape_of<DiscoverPollEndpointRequest>();
template <>
const Shape& shape_of<DiscoverPollEndpointResponse>();
template <>
const Shape& shape_of<SubmitTaskStateChangeRequest>();
template <>
const Shape& shape_of<SubmitTaskStateChangeResponse>();
template <>
const Shape& shape_of<SubmitContainerStateChangeRequest>();
template <>
const Shape& shape_of<SubmitContainerStateChangeResponse>();
template <>
const Shape& shape_of<SubmitAttachmentStateChangesRequest>();
template <>
const Shape& shape_of<SubmitAttachmentStateChangesResponse>();
template <>
const Shape& shape_of<UpdateContainerAgentRequest>();
template <>
const Shape& shape_of<UpdateContainerAgentResponse>();
template <>
const Shape& shape_of<IdentityDocument>();

}  // namespace troupe::api::wire
