#pragma once

/// A task as the agent communication service (ACS) sends it to agents, with all that
/// it is made of. Members and their types are those of the agent's own model, exactly:
/// an agent silently drops a frame in which one member has another type.
///
/// Shapes that are the same as ECS's own are the core's.
/// Source: the agent's model of ACS; behaviour of Amazon's agent 1.105.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/task_definition.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire::acs {

enum class SecretType : std::uint8_t { ENVIRONMENT_VARIABLE, MOUNT_POINT, BOOTSTRAP };
BOOST_DESCRIBE_ENUM(SecretType, ENVIRONMENT_VARIABLE, MOUNT_POINT, BOOTSTRAP)

enum class SecretProvider : std::uint8_t { ssm, asm_ };
BOOST_DESCRIBE_ENUM(SecretProvider, ssm, asm_)

enum class SecretTarget : std::uint8_t { CONTAINER, LOG_DRIVER };
BOOST_DESCRIBE_ENUM(SecretTarget, CONTAINER, LOG_DRIVER)

enum class AuthenticationType : std::uint8_t { ecr, asm_ };
BOOST_DESCRIBE_ENUM(AuthenticationType, ecr, asm_)

enum class HealthCheckType : std::uint8_t { docker };
BOOST_DESCRIBE_ENUM(HealthCheckType, docker)

enum class AuthStrategy : std::uint8_t { ExecutionRole };
BOOST_DESCRIBE_ENUM(AuthStrategy, ExecutionRole)

enum class VolumeType : std::uint8_t { host, docker, efs, fsxWindowsFileServer, ebs, logDriverOutput };
BOOST_DESCRIBE_ENUM(VolumeType, host, docker, efs, fsxWindowsFileServer, ebs, logDriverOutput)

enum class NetworkInterfaceAssociationProtocol : std::uint8_t { default_, tunnel, veth, vlan };
BOOST_DESCRIBE_ENUM(NetworkInterfaceAssociationProtocol, default_, tunnel, veth, vlan)

enum class Encoding : std::uint8_t { identity, base64 };
BOOST_DESCRIBE_ENUM(Encoding, identity, base64)

enum class IsolationMode : std::uint8_t { SHARED, EXCLUSIVE, ISOLATED_PARTITION };
BOOST_DESCRIBE_ENUM(IsolationMode, SHARED, EXCLUSIVE, ISOLATED_PARTITION)

/// Fetched by the agent with the execution role.
struct Secret {
  std::optional<std::string> name;
  std::optional<std::string> valueFrom;
  std::optional<std::string> containerPath;
  std::optional<SecretType> type;
  std::optional<std::string> region;
  std::optional<SecretProvider> provider;
  std::optional<SecretTarget> target;
  friend bool operator==(const Secret&, const Secret&) = default;
};
BOOST_DESCRIBE_STRUCT(Secret, (), (name, valueFrom, containerPath, type, region, provider, target))

struct ECRAuthData {
  std::optional<std::string> registryId;
  std::optional<std::string> region;
  std::optional<std::string> endpointOverride;
  std::optional<bool> useExecutionRole;
  friend bool operator==(const ECRAuthData&, const ECRAuthData&) = default;
};
BOOST_DESCRIBE_STRUCT(ECRAuthData, (), (registryId, region, endpointOverride, useExecutionRole))

struct ASMAuthData {
  std::optional<std::string> credentialsParameter;
  std::optional<std::string> region;
  friend bool operator==(const ASMAuthData&, const ASMAuthData&) = default;
};
BOOST_DESCRIBE_STRUCT(ASMAuthData, (), (credentialsParameter, region))

struct RegistryAuthenticationData {
  std::optional<AuthenticationType> type;
  std::optional<ECRAuthData> ecrAuthData;
  std::optional<ASMAuthData> asmAuthData;
  friend bool operator==(const RegistryAuthenticationData&, const RegistryAuthenticationData&) = default;
};
BOOST_DESCRIBE_STRUCT(RegistryAuthenticationData, (), (type, ecrAuthData, asmAuthData))

struct PortMapping {
  std::optional<std::int32_t> containerPort;
  std::optional<std::int32_t> hostPort;
  std::optional<std::string> containerPortRange;
  std::optional<core::TransportProtocol> protocol;
  friend bool operator==(const PortMapping&, const PortMapping&) = default;
};
BOOST_DESCRIBE_STRUCT(PortMapping, (), (containerPort, hostPort, containerPortRange, protocol))

struct ManagedAgent {
  std::optional<std::string> name;
  std::optional<std::map<std::string, std::string>> properties;
  friend bool operator==(const ManagedAgent&, const ManagedAgent&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedAgent, (), (name, properties))

/// Each a text that holds JSON of the Docker Engine API: see docker.hpp.
struct DockerConfig {
  std::optional<std::string> version;
  std::optional<std::string> config;
  std::optional<std::string> hostConfig;
  friend bool operator==(const DockerConfig&, const DockerConfig&) = default;
};
BOOST_DESCRIBE_STRUCT(DockerConfig, (), (version, config, hostConfig))

/// `environment` is a map and `overrides` a text ("{}"): the agent drops a frame with any member of
/// another type. linuxParameters, privileged and networkInterfaceNames are in the model and not
/// read by the agent; they are left out.
struct Container {
  std::optional<std::vector<std::string>> command;
  std::optional<std::int32_t> cpu;
  std::optional<std::vector<std::string>> credentialSpecs;
  std::optional<std::vector<std::string>> entryPoint;
  std::optional<std::map<std::string, std::string>> environment;
  std::optional<std::vector<core::EnvironmentFile>> environmentFiles;
  std::optional<bool> essential;
  std::optional<core::ContainerRestartPolicy> restartPolicy;
  std::optional<std::string> image;
  std::optional<std::vector<std::string>> links;
  std::optional<std::int32_t> memory;
  std::optional<std::string> name;
  std::optional<std::string> overrides;
  std::optional<std::vector<PortMapping>> portMappings;
  std::optional<std::vector<ManagedAgent>> managedAgents;
  std::optional<std::vector<core::MountPoint>> mountPoints;
  std::optional<std::vector<core::VolumeFrom>> volumesFrom;
  std::optional<DockerConfig> dockerConfig;
  std::optional<HealthCheckType> healthCheckType;
  std::optional<RegistryAuthenticationData> registryAuthentication;
  std::optional<AuthStrategy> logsAuthStrategy;
  std::optional<std::vector<Secret>> secrets;
  std::optional<std::vector<core::ContainerDependency>> dependsOn;
  std::optional<std::int32_t> startTimeout;
  std::optional<std::int32_t> stopTimeout;
  std::optional<core::FirelensConfiguration> firelensConfiguration;
  std::optional<std::string> containerArn;
  friend bool operator==(const Container&, const Container&) = default;
};
BOOST_DESCRIBE_STRUCT(Container, (),
                      (command, cpu, credentialSpecs, entryPoint, environment, environmentFiles, essential,
                       restartPolicy, image, links, memory, name, overrides, portMappings, managedAgents,
                       mountPoints, volumesFrom, dockerConfig, healthCheckType, registryAuthentication,
                       logsAuthStrategy, secrets, dependsOn, startTimeout, stopTimeout, firelensConfiguration,
                       containerArn))

struct EBSVolumeConfiguration {
  std::optional<std::string> volumeId;
  std::optional<bool> deleteOnTermination;
  std::optional<std::string> deviceName;
  std::optional<std::string> filesystemType;
  friend bool operator==(const EBSVolumeConfiguration&, const EBSVolumeConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(EBSVolumeConfiguration, (), (volumeId, deleteOnTermination, deviceName, filesystemType))

struct LogDriverVolumeConfiguration {
  std::optional<std::string> driver;
  friend bool operator==(const LogDriverVolumeConfiguration&, const LogDriverVolumeConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(LogDriverVolumeConfiguration, (), (driver))

struct Volume {
  std::optional<std::string> name;
  std::optional<VolumeType> type;
  std::optional<core::HostVolumeProperties> host;
  std::optional<core::DockerVolumeConfiguration> dockerVolumeConfiguration;
  std::optional<core::EFSVolumeConfiguration> efsVolumeConfiguration;
  std::optional<core::FSxWindowsFileServerVolumeConfiguration> fsxWindowsFileServerVolumeConfiguration;
  std::optional<EBSVolumeConfiguration> ebsVolumeConfiguration;
  std::optional<LogDriverVolumeConfiguration> logDriverVolumeConfiguration;
  friend bool operator==(const Volume&, const Volume&) = default;
};
BOOST_DESCRIBE_STRUCT(Volume, (),
                      (name, type, host, dockerVolumeConfiguration, efsVolumeConfiguration,
                       fsxWindowsFileServerVolumeConfiguration, ebsVolumeConfiguration,
                       logDriverVolumeConfiguration))

struct IAMRoleCredentials {
  std::optional<std::string> credentialsId;
  std::optional<std::string> roleArn;
  std::optional<std::string> accessKeyId;
  std::optional<std::string> secretAccessKey;
  std::optional<std::string> sessionToken;
  std::optional<std::string> expiration;
  std::optional<std::string> credentialScope;
  friend bool operator==(const IAMRoleCredentials&, const IAMRoleCredentials&) = default;
};
BOOST_DESCRIBE_STRUCT(IAMRoleCredentials, (),
                      (credentialsId, roleArn, accessKeyId, secretAccessKey, sessionToken, expiration,
                       credentialScope))

struct IPv4AddressAssignment {
  std::optional<std::string> privateAddress;
  std::optional<bool> primary;
  friend bool operator==(const IPv4AddressAssignment&, const IPv4AddressAssignment&) = default;
};
BOOST_DESCRIBE_STRUCT(IPv4AddressAssignment, (), (privateAddress, primary))

struct IPv6AddressAssignment {
  std::optional<std::string> address;
  std::optional<bool> primary;
  friend bool operator==(const IPv6AddressAssignment&, const IPv6AddressAssignment&) = default;
};
BOOST_DESCRIBE_STRUCT(IPv6AddressAssignment, (), (address, primary))

struct NetworkInterfaceTunnelProperties {
  std::optional<std::string> tunnelId;
  std::optional<std::string> interfaceIpAddress;
  friend bool operator==(const NetworkInterfaceTunnelProperties&,
                         const NetworkInterfaceTunnelProperties&) = default;
};
BOOST_DESCRIBE_STRUCT(NetworkInterfaceTunnelProperties, (), (tunnelId, interfaceIpAddress))

struct NetworkInterfaceVethProperties {
  std::optional<std::string> peerInterface;
  friend bool operator==(const NetworkInterfaceVethProperties&,
                         const NetworkInterfaceVethProperties&) = default;
};
BOOST_DESCRIBE_STRUCT(NetworkInterfaceVethProperties, (), (peerInterface))

struct NetworkInterfaceVlanProperties {
  std::optional<std::string> vlanId;
  std::optional<std::string> trunkInterfaceMacAddress;
  friend bool operator==(const NetworkInterfaceVlanProperties&,
                         const NetworkInterfaceVlanProperties&) = default;
};
BOOST_DESCRIBE_STRUCT(NetworkInterfaceVlanProperties, (), (vlanId, trunkInterfaceMacAddress))

struct ElasticNetworkInterface {
  std::optional<std::string> name;
  std::optional<std::string> macAddress;
  std::optional<std::string> attachmentArn;
  std::optional<std::string> ec2Id;
  std::optional<std::int32_t> index;
  std::optional<NetworkInterfaceAssociationProtocol> interfaceAssociationProtocol;
  std::optional<NetworkInterfaceTunnelProperties> interfaceTunnelProperties;
  std::optional<NetworkInterfaceVethProperties> interfaceVethProperties;
  std::optional<NetworkInterfaceVlanProperties> interfaceVlanProperties;
  std::optional<std::vector<IPv4AddressAssignment>> ipv4Addresses;
  std::optional<std::vector<IPv6AddressAssignment>> ipv6Addresses;
  std::optional<std::vector<std::string>> domainName;
  std::optional<std::vector<std::string>> domainNameServers;
  std::optional<std::string> privateDnsName;
  std::optional<std::string> subnetGatewayIpv4Address;
  std::optional<std::string> subnetGatewayIpv6Address;
  friend bool operator==(const ElasticNetworkInterface&, const ElasticNetworkInterface&) = default;
};
BOOST_DESCRIBE_STRUCT(ElasticNetworkInterface, (),
                      (name, macAddress, attachmentArn, ec2Id, index, interfaceAssociationProtocol,
                       interfaceTunnelProperties, interfaceVethProperties, interfaceVlanProperties,
                       ipv4Addresses, ipv6Addresses, domainName, domainNameServers, privateDnsName,
                       subnetGatewayIpv4Address, subnetGatewayIpv6Address))

struct EncodedString {
  std::optional<std::string> value;
  std::optional<Encoding> encoding;
  friend bool operator==(const EncodedString&, const EncodedString&) = default;
};
BOOST_DESCRIBE_STRUCT(EncodedString, (), (value, encoding))

struct Association {
  std::optional<std::string> name;
  std::optional<std::string> type;
  std::optional<EncodedString> content;
  std::optional<std::vector<std::string>> containers;
  friend bool operator==(const Association&, const Association&) = default;
};
BOOST_DESCRIBE_STRUCT(Association, (), (name, type, content, containers))

struct ProxyConfiguration {
  std::optional<core::ProxyConfigurationType> type;
  std::optional<std::string> containerName;
  std::optional<std::map<std::string, std::string>> properties;
  friend bool operator==(const ProxyConfiguration&, const ProxyConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ProxyConfiguration, (), (type, containerName, properties))

struct AttachmentProperty {
  std::optional<std::string> name;
  std::optional<std::string> value;
  friend bool operator==(const AttachmentProperty&, const AttachmentProperty&) = default;
};
BOOST_DESCRIBE_STRUCT(AttachmentProperty, (), (name, value))

struct Attachment {
  std::optional<std::string> attachmentArn;
  std::optional<std::string> attachmentType;
  std::optional<std::vector<AttachmentProperty>> attachmentProperties;
  friend bool operator==(const Attachment&, const Attachment&) = default;
};
BOOST_DESCRIBE_STRUCT(Attachment, (), (attachmentArn, attachmentType, attachmentProperties))

struct TrustedExecutionConfiguration {
  std::optional<IsolationMode> isolationMode;
  friend bool operator==(const TrustedExecutionConfiguration&,
                         const TrustedExecutionConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(TrustedExecutionConfiguration, (), (isolationMode))

/// Troupe's own attachment of FARGATE tasks, which Amazon's agents never get: how much its containers may
/// write together.
inline constexpr const char* ephemeral_storage_attachment = "troupe-ephemeral-storage";
inline constexpr const char* ephemeral_storage_property = "sizeInGiB";

/// `cpu` counts vCPUs, `memory` MiB. `version` is the revision, as a text.
struct Task {
  std::optional<std::string> arn;
  std::optional<std::string> taskClusterArn;
  std::optional<std::vector<Container>> containers;
  std::optional<std::string> desiredStatus;
  std::optional<std::string> family;
  std::optional<std::string> overrides;
  std::optional<std::string> version;
  std::optional<std::string> zone;
  std::optional<std::string> taskDefinitionAccountId;
  std::optional<std::vector<Volume>> volumes;
  std::optional<IAMRoleCredentials> roleCredentials;
  std::optional<IAMRoleCredentials> executionRoleCredentials;
  std::optional<std::vector<ElasticNetworkInterface>> elasticNetworkInterfaces;
  std::optional<double> cpu;
  std::optional<std::int32_t> memory;
  std::optional<std::vector<Association>> associations;
  std::optional<std::string> pidMode;
  std::optional<std::string> ipcMode;
  std::optional<ProxyConfiguration> proxyConfiguration;
  std::optional<std::string> agentConfiguration;
  std::optional<std::string> launchType;
  std::optional<std::vector<Attachment>> attachments;
  std::optional<std::string> networkMode;
  std::optional<std::string> serviceName;
  std::optional<std::string> group;
  std::optional<bool> enableFaultInjection;
  std::optional<TrustedExecutionConfiguration> trustedExecutionConfiguration;
  friend bool operator==(const Task&, const Task&) = default;
};
BOOST_DESCRIBE_STRUCT(Task, (),
                      (arn, taskClusterArn, containers, desiredStatus, family, overrides, version, zone,
                       taskDefinitionAccountId, volumes, roleCredentials, executionRoleCredentials,
                       elasticNetworkInterfaces, cpu, memory, associations, pidMode, ipcMode,
                       proxyConfiguration, agentConfiguration, launchType, attachments, networkMode,
                       serviceName, group, enableFaultInjection, trustedExecutionConfiguration))

}  // namespace troupe::api::wire::acs
