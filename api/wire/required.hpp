#pragma once

/// The required members of the shapes that the core keeps: the core does not know of the
/// wire, so what the wire asks of them is said here.
/// Source: ECS's service model, `required` of each shape.

#include "actors/core/shapes/capacity_provider.hpp"
#include "actors/core/shapes/cluster.hpp"
#include "actors/core/shapes/deployment.hpp"
#include "actors/core/shapes/managed_resources.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/service.hpp"
#include "actors/core/shapes/service_connect.hpp"
#include "actors/core/shapes/task_definition.hpp"
#include "api/wire/codec/codec.hpp"

namespace troupe::api::wire {

template <>
inline constexpr auto required<core::Attribute> = names("name");
template <>
inline constexpr auto required<core::AutoScalingGroupProvider> = names("autoScalingGroupArn");
template <>
inline constexpr auto required<core::AwsVpcConfiguration> = names("subnets");
template <>
inline constexpr auto required<core::CapacityProviderStrategyItem> = names("capacityProvider");
template <>
inline constexpr auto required<core::ContainerDependency> = names("containerName", "condition");
template <>
inline constexpr auto required<core::ContainerRestartPolicy> = names("enabled");
template <>
inline constexpr auto required<core::CreateManagedInstancesProviderConfiguration> =
    names("infrastructureRoleArn", "instanceLaunchTemplate");
template <>
inline constexpr auto required<core::DeploymentAlarms> = names("alarmNames", "rollback", "enable");
template <>
inline constexpr auto required<core::DeploymentCircuitBreaker> = names("enable", "rollback");
template <>
inline constexpr auto required<core::DeploymentController> = names("type");
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
inline constexpr auto required<core::InstanceLaunchTemplate> = names("ec2InstanceProfileArn",
                                                                     "networkConfiguration");
template <>
inline constexpr auto required<core::InstanceRequirementsRequest> = names("vCpuCount", "memoryMiB");
template <>
inline constexpr auto required<core::LogConfiguration> = names("logDriver");
template <>
inline constexpr auto required<core::ManagedApplicationAutoScalingPolicy> = names("status", "updatedAt",
                                                                                  "policyType", "targetValue",
                                                                                  "metric");
template <>
inline constexpr auto required<core::ManagedCertificate> = names("status", "updatedAt", "domainName");
template <>
inline constexpr auto required<core::ManagedIngressPath> = names("accessType", "endpoint");
template <>
inline constexpr auto required<core::ManagedListener> = names("status", "updatedAt");
template <>
inline constexpr auto required<core::ManagedListenerRule> = names("status", "updatedAt");
template <>
inline constexpr auto required<core::ManagedLoadBalancer> = names("status", "updatedAt", "scheme");
template <>
inline constexpr auto required<core::ManagedLogGroup> = names("status", "updatedAt", "logGroupName");
template <>
inline constexpr auto required<core::ManagedMetricAlarm> = names("status", "updatedAt");
template <>
inline constexpr auto required<core::ManagedScalableTarget> = names("status", "updatedAt", "minCapacity",
                                                                    "maxCapacity");
template <>
inline constexpr auto required<core::ManagedSecurityGroup> = names("status", "updatedAt");
template <>
inline constexpr auto required<core::ManagedTargetGroup> = names("status", "updatedAt", "healthCheckPath",
                                                                 "healthCheckPort", "port");
template <>
inline constexpr auto required<core::MemoryMiBRequest> = names("min");
template <>
inline constexpr auto required<core::MetricConfiguration> = names("metricNames", "resolutionSeconds");
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
inline constexpr auto required<core::ServiceConnectAccessLogConfiguration> = names("format");
template <>
inline constexpr auto required<core::ServiceConnectClientAlias> = names("port");
template <>
inline constexpr auto required<core::ServiceConnectConfiguration> = names("enabled");
template <>
inline constexpr auto required<core::ServiceConnectService> = names("portName");
template <>
inline constexpr auto required<core::ServiceConnectTestTrafficHeaderMatchRules> = names("exact");
template <>
inline constexpr auto required<core::ServiceConnectTestTrafficHeaderRules> = names("name");
template <>
inline constexpr auto required<core::ServiceConnectTestTrafficRules> = names("header");
template <>
inline constexpr auto required<core::ServiceConnectTlsConfiguration> = names("issuerCertificateAuthority");
template <>
inline constexpr auto required<core::ServiceManagedEBSVolumeConfiguration> = names("roleArn");
template <>
inline constexpr auto required<core::ServiceVolumeConfiguration> = names("name");
template <>
inline constexpr auto required<core::TaskManagedEBSVolumeConfiguration> = names("roleArn");
template <>
inline constexpr auto required<core::TaskManagedEBSVolumeTerminationPolicy> = names("deleteOnTermination");
template <>
inline constexpr auto required<core::TaskVolumeConfiguration> = names("name");
template <>
inline constexpr auto required<core::ThresholdConfiguration> = names("type", "value");
template <>
inline constexpr auto required<core::Tmpfs> = names("containerPath", "size");
template <>
inline constexpr auto required<core::Ulimit> = names("name", "softLimit", "hardLimit");
template <>
inline constexpr auto required<core::UpdateManagedInstancesProviderConfiguration> =
    names("infrastructureRoleArn", "instanceLaunchTemplate");
template <>
inline constexpr auto required<core::VCpuCountRangeRequest> = names("min");
template <>
inline constexpr auto required<core::VpcLatticeConfiguration> = names("roleArn", "targetGroupArn",
                                                                      "portName");

}  // namespace troupe::api::wire
