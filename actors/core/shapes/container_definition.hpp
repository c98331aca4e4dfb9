#pragma once

/// A container definition and what it is made of.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

struct RepositoryCredentials {
  std::optional<std::string> credentialsParameter;
  friend bool operator==(const RepositoryCredentials&, const RepositoryCredentials&) = default;
};
BOOST_DESCRIBE_STRUCT(RepositoryCredentials, (), (credentialsParameter))

enum class ApplicationProtocol : std::uint8_t { http, http2, grpc };
BOOST_DESCRIBE_ENUM(ApplicationProtocol, http, http2, grpc)

struct PortMapping {
  std::optional<std::int32_t> containerPort;
  std::optional<std::int32_t> hostPort;
  std::optional<TransportProtocol> protocol;
  std::optional<std::string> name;
  std::optional<ApplicationProtocol> appProtocol;
  std::optional<std::string> containerPortRange;
  friend bool operator==(const PortMapping&, const PortMapping&) = default;
};
BOOST_DESCRIBE_STRUCT(PortMapping, (),
                      (containerPort, hostPort, protocol, name, appProtocol, containerPortRange))

struct ContainerRestartPolicy {
  std::optional<bool> enabled;
  std::optional<std::vector<std::int32_t>> ignoredExitCodes;
  std::optional<std::int32_t> restartAttemptPeriod;  ///< Seconds, 60–1800; default 300.
  friend bool operator==(const ContainerRestartPolicy&, const ContainerRestartPolicy&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerRestartPolicy, (), (enabled, ignoredExitCodes, restartAttemptPeriod))

enum class EnvironmentFileType : std::uint8_t { s3 };
BOOST_DESCRIBE_ENUM(EnvironmentFileType, s3)

struct EnvironmentFile {
  std::optional<std::string> value;
  std::optional<EnvironmentFileType> type;
  friend bool operator==(const EnvironmentFile&, const EnvironmentFile&) = default;
};
BOOST_DESCRIBE_STRUCT(EnvironmentFile, (), (value, type))

struct MountPoint {
  std::optional<std::string> sourceVolume;
  std::optional<std::string> containerPath;
  std::optional<bool> readOnly;
  friend bool operator==(const MountPoint&, const MountPoint&) = default;
};
BOOST_DESCRIBE_STRUCT(MountPoint, (), (sourceVolume, containerPath, readOnly))

struct VolumeFrom {
  std::optional<std::string> sourceContainer;
  std::optional<bool> readOnly;
  friend bool operator==(const VolumeFrom&, const VolumeFrom&) = default;
};
BOOST_DESCRIBE_STRUCT(VolumeFrom, (), (sourceContainer, readOnly))

struct KernelCapabilities {
  std::optional<std::vector<std::string>> add;
  std::optional<std::vector<std::string>> drop;
  friend bool operator==(const KernelCapabilities&, const KernelCapabilities&) = default;
};
BOOST_DESCRIBE_STRUCT(KernelCapabilities, (), (add, drop))

enum class DeviceCgroupPermission : std::uint8_t { read, write, mknod };
BOOST_DESCRIBE_ENUM(DeviceCgroupPermission, read, write, mknod)

struct Device {
  std::optional<std::string> hostPath;
  std::optional<std::string> containerPath;
  std::optional<std::vector<DeviceCgroupPermission>> permissions;
  friend bool operator==(const Device&, const Device&) = default;
};
BOOST_DESCRIBE_STRUCT(Device, (), (hostPath, containerPath, permissions))

struct Tmpfs {
  std::optional<std::string> containerPath;
  std::optional<std::int32_t> size;  ///< MiB.
  std::optional<std::vector<std::string>> mountOptions;
  friend bool operator==(const Tmpfs&, const Tmpfs&) = default;
};
BOOST_DESCRIBE_STRUCT(Tmpfs, (), (containerPath, size, mountOptions))

struct LinuxParameters {
  std::optional<KernelCapabilities> capabilities;
  std::optional<std::vector<Device>> devices;
  std::optional<bool> initProcessEnabled;
  std::optional<std::int32_t> sharedMemorySize;  ///< MiB.
  std::optional<std::vector<Tmpfs>> tmpfs;
  std::optional<std::int32_t> maxSwap;     ///< MiB.
  std::optional<std::int32_t> swappiness;  ///< 0–100.
  friend bool operator==(const LinuxParameters&, const LinuxParameters&) = default;
};
BOOST_DESCRIBE_STRUCT(LinuxParameters, (),
                      (capabilities, devices, initProcessEnabled, sharedMemorySize, tmpfs, maxSwap,
                       swappiness))

struct Secret {
  std::optional<std::string> name;
  std::optional<std::string> valueFrom;
  friend bool operator==(const Secret&, const Secret&) = default;
};
BOOST_DESCRIBE_STRUCT(Secret, (), (name, valueFrom))

enum class ContainerCondition : std::uint8_t { START, COMPLETE, SUCCESS, HEALTHY };
BOOST_DESCRIBE_ENUM(ContainerCondition, START, COMPLETE, SUCCESS, HEALTHY)

struct ContainerDependency {
  std::optional<std::string> containerName;
  std::optional<ContainerCondition> condition;
  friend bool operator==(const ContainerDependency&, const ContainerDependency&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerDependency, (), (containerName, condition))

enum class VersionConsistency : std::uint8_t { enabled, disabled };
BOOST_DESCRIBE_ENUM(VersionConsistency, enabled, disabled)

struct HostEntry {
  std::optional<std::string> hostname;
  std::optional<std::string> ipAddress;
  friend bool operator==(const HostEntry&, const HostEntry&) = default;
};
BOOST_DESCRIBE_STRUCT(HostEntry, (), (hostname, ipAddress))

enum class UlimitName : std::uint8_t {
  core,
  cpu,
  data,
  fsize,
  locks,
  memlock,
  msgqueue,
  nice,
  nofile,
  nproc,
  rss,
  rtprio,
  rttime,
  sigpending,
  stack
};
BOOST_DESCRIBE_ENUM(UlimitName, core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss,
                    rtprio, rttime, sigpending, stack)

struct Ulimit {
  std::optional<UlimitName> name;
  std::optional<std::int32_t> softLimit;
  std::optional<std::int32_t> hardLimit;
  friend bool operator==(const Ulimit&, const Ulimit&) = default;
};
BOOST_DESCRIBE_STRUCT(Ulimit, (), (name, softLimit, hardLimit))

enum class LogDriver : std::uint8_t {
  json_file,
  syslog,
  journald,
  gelf,
  fluentd,
  awslogs,
  splunk,
  awsfirelens
};
BOOST_DESCRIBE_ENUM(LogDriver, json_file, syslog, journald, gelf, fluentd, awslogs, splunk, awsfirelens)

struct LogConfiguration {
  std::optional<LogDriver> logDriver;
  std::optional<std::map<std::string, std::string>> options;
  std::optional<std::vector<Secret>> secretOptions;
  friend bool operator==(const LogConfiguration&, const LogConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(LogConfiguration, (), (logDriver, options, secretOptions))

struct HealthCheck {
  std::optional<std::vector<std::string>> command;
  std::optional<std::int32_t> interval;     ///< Seconds, 5–300; default 30.
  std::optional<std::int32_t> timeout;      ///< Seconds, 2–60; default 5.
  std::optional<std::int32_t> retries;      ///< 1–10; default 3.
  std::optional<std::int32_t> startPeriod;  ///< Seconds, 0–300.
  friend bool operator==(const HealthCheck&, const HealthCheck&) = default;
};
BOOST_DESCRIBE_STRUCT(HealthCheck, (), (command, interval, timeout, retries, startPeriod))

struct SystemControl {
  std::optional<std::string> namespace_;
  std::optional<std::string> value;
  friend bool operator==(const SystemControl&, const SystemControl&) = default;
};
BOOST_DESCRIBE_STRUCT(SystemControl, (), (namespace_, value))

enum class ResourceType : std::uint8_t { GPU, InferenceAccelerator, NeuronDevice };
BOOST_DESCRIBE_ENUM(ResourceType, GPU, InferenceAccelerator, NeuronDevice)

struct ResourceRequirement {
  std::optional<std::string> value;
  std::optional<ResourceType> type;
  friend bool operator==(const ResourceRequirement&, const ResourceRequirement&) = default;
};
BOOST_DESCRIBE_STRUCT(ResourceRequirement, (), (value, type))

enum class FirelensConfigurationType : std::uint8_t { fluentd, fluentbit };
BOOST_DESCRIBE_ENUM(FirelensConfigurationType, fluentd, fluentbit)

struct FirelensConfiguration {
  std::optional<FirelensConfigurationType> type;
  std::optional<std::map<std::string, std::string>> options;
  friend bool operator==(const FirelensConfiguration&, const FirelensConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(FirelensConfiguration, (), (type, options))

struct ContainerDefinition {
  std::optional<std::string> name;
  std::optional<std::string> image;
  std::optional<RepositoryCredentials> repositoryCredentials;
  std::optional<std::int32_t> cpu;                ///< CPU units, 1024 per core.
  std::optional<std::int32_t> memory;             ///< Hard limit, MiB.
  std::optional<std::int32_t> memoryReservation;  ///< Soft limit, MiB.
  std::optional<std::vector<std::string>> links;
  std::optional<std::vector<PortMapping>> portMappings;
  std::optional<bool> essential;
  std::optional<ContainerRestartPolicy> restartPolicy;
  std::optional<std::vector<std::string>> entryPoint;
  std::optional<std::vector<std::string>> command;
  std::optional<std::vector<KeyValuePair>> environment;
  std::optional<std::vector<EnvironmentFile>> environmentFiles;
  std::optional<std::vector<MountPoint>> mountPoints;
  std::optional<std::vector<VolumeFrom>> volumesFrom;
  std::optional<LinuxParameters> linuxParameters;
  std::optional<std::vector<Secret>> secrets;
  std::optional<std::vector<ContainerDependency>> dependsOn;
  std::optional<std::int32_t> startTimeout;  ///< Seconds, 2–120.
  std::optional<std::int32_t> stopTimeout;   ///< Seconds, 2–120; default 30.
  std::optional<VersionConsistency> versionConsistency;
  std::optional<std::string> hostname;
  std::optional<std::string> user;
  std::optional<std::string> workingDirectory;
  std::optional<bool> disableNetworking;
  std::optional<bool> privileged;
  std::optional<bool> readonlyRootFilesystem;
  std::optional<std::vector<std::string>> dnsServers;
  std::optional<std::vector<std::string>> dnsSearchDomains;
  std::optional<std::vector<HostEntry>> extraHosts;
  std::optional<std::vector<std::string>> dockerSecurityOptions;
  std::optional<bool> interactive;
  std::optional<bool> pseudoTerminal;
  std::optional<std::map<std::string, std::string>> dockerLabels;
  std::optional<std::vector<Ulimit>> ulimits;
  std::optional<LogConfiguration> logConfiguration;
  std::optional<HealthCheck> healthCheck;
  std::optional<std::vector<SystemControl>> systemControls;
  std::optional<std::vector<ResourceRequirement>> resourceRequirements;
  std::optional<FirelensConfiguration> firelensConfiguration;
  std::optional<std::vector<std::string>> credentialSpecs;
  friend bool operator==(const ContainerDefinition&, const ContainerDefinition&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerDefinition, (),
                      (name, image, repositoryCredentials, cpu, memory, memoryReservation, links,
                       portMappings, essential, restartPolicy, entryPoint, command, environment,
                       environmentFiles, mountPoints, volumesFrom, linuxParameters, secrets, dependsOn,
                       startTimeout, stopTimeout, versionConsistency, hostname, user, workingDirectory,
                       disableNetworking, privileged, readonlyRootFilesystem, dnsServers, dnsSearchDomains,
                       extraHosts, dockerSecurityOptions, interactive, pseudoTerminal, dockerLabels, ulimits,
                       logConfiguration, healthCheck, systemControls, resourceRequirements,
                       firelensConfiguration, credentialSpecs))

}  // namespace troupe::core
