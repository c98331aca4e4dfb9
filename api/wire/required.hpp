#pragma once

/// The required members of the shapes that the core keeps: the core does not know of the
/// wire, so what the wire asks of them is said here.
/// Source: ECS's service model, `required` of each shape.

#include "actors/core/shapes/cluster.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/task_definition.hpp"
#include "api/wire/codec/codec.hpp"

namespace troupe::api::wire {

template <>
inline constexpr auto required<core::Attribute> = names("name");
template <>
inline constexpr auto required<core::AwsVpcConfiguration> = names("subnets");
template <>
inline constexpr auto required<core::CapacityProviderStrategyItem> = names("capacityProvider");
template <>
inline constexpr auto required<core::ContainerDependency> = names("containerName", "condition");
template <>
inline constexpr auto required<core::ContainerRestartPolicy> = names("enabled");
template <>
inline constexpr auto required<core::Device> = names("hostPath");
template <>
inline constexpr auto required<core::EBSTagSpecification> = names("resourceType");
template <>
inline constexpr auto required<core::EFSVolumeConfiguration> = names("fileSystemId");
template <>
inline constexpr auto required<core::EnvironmentFile> = names("value", "type");
template <>
inline constexpr auto required<core::EphemeralStorage> = names("sizeInGiB");
template <>
inline constexpr auto required<core::FSxWindowsFileServerAuthorizationConfig> = names("credentialsParameter",
                                                                                      "domain");
template <>
inline constexpr auto required<core::FSxWindowsFileServerVolumeConfiguration> = names("fileSystemId",
                                                                                      "rootDirectory",
                                                                                      "authorizationConfig");
template <>
inline constexpr auto required<core::FirelensConfiguration> = names("type");
template <>
inline constexpr auto required<core::HealthCheck> = names("command");
template <>
inline constexpr auto required<core::HostEntry> = names("hostname", "ipAddress");
template <>
inline constexpr auto required<core::InferenceAccelerator> = names("deviceName", "deviceType");
template <>
inline constexpr auto required<core::LogConfiguration> = names("logDriver");
template <>
inline constexpr auto required<core::ProxyConfiguration> = names("containerName");
template <>
inline constexpr auto required<core::RepositoryCredentials> = names("credentialsParameter");
template <>
inline constexpr auto required<core::ResourceRequirement> = names("value", "type");
template <>
inline constexpr auto required<core::S3FilesVolumeConfiguration> = names("fileSystemArn");
template <>
inline constexpr auto required<core::Secret> = names("name", "valueFrom");
template <>
inline constexpr auto required<core::TaskManagedEBSVolumeConfiguration> = names("roleArn");
template <>
inline constexpr auto required<core::TaskManagedEBSVolumeTerminationPolicy> = names("deleteOnTermination");
template <>
inline constexpr auto required<core::TaskVolumeConfiguration> = names("name");
template <>
inline constexpr auto required<core::Tmpfs> = names("containerPath", "size");
template <>
inline constexpr auto required<core::Ulimit> = names("name", "softLimit", "hardLimit");

}  // namespace troupe::api::wire
