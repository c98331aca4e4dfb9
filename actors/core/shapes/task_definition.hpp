#pragma once

/// A task definition: an immutable revision of a family.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/container_definition.hpp"
#include "actors/core/shapes/volume.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

enum class NetworkMode : std::uint8_t { bridge, host, awsvpc, none };
BOOST_DESCRIBE_ENUM(NetworkMode, bridge, host, awsvpc, none)

enum class TaskDefinitionStatus : std::uint8_t { ACTIVE, INACTIVE, DELETE_IN_PROGRESS };
BOOST_DESCRIBE_ENUM(TaskDefinitionStatus, ACTIVE, INACTIVE, DELETE_IN_PROGRESS)

enum class TaskDefinitionPlacementConstraintType : std::uint8_t { memberOf };
BOOST_DESCRIBE_ENUM(TaskDefinitionPlacementConstraintType, memberOf)

struct TaskDefinitionPlacementConstraint {
  std::optional<TaskDefinitionPlacementConstraintType> type;
  std::optional<std::string> expression;
  friend bool operator==(const TaskDefinitionPlacementConstraint&,
                         const TaskDefinitionPlacementConstraint&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskDefinitionPlacementConstraint, (), (type, expression))

enum class Compatibility : std::uint8_t { EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES };
BOOST_DESCRIBE_ENUM(Compatibility, EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES)

enum class CPUArchitecture : std::uint8_t { X86_64, ARM64 };
BOOST_DESCRIBE_ENUM(CPUArchitecture, X86_64, ARM64)

enum class OSFamily : std::uint8_t {
  WINDOWS_SERVER_2019_FULL,
  WINDOWS_SERVER_2019_CORE,
  WINDOWS_SERVER_2016_FULL,
  WINDOWS_SERVER_2004_CORE,
  WINDOWS_SERVER_2022_CORE,
  WINDOWS_SERVER_2022_FULL,
  WINDOWS_SERVER_2025_CORE,
  WINDOWS_SERVER_2025_FULL,
  WINDOWS_SERVER_20H2_CORE,
  LINUX
};
BOOST_DESCRIBE_ENUM(OSFamily, WINDOWS_SERVER_2019_FULL, WINDOWS_SERVER_2019_CORE, WINDOWS_SERVER_2016_FULL,
                    WINDOWS_SERVER_2004_CORE, WINDOWS_SERVER_2022_CORE, WINDOWS_SERVER_2022_FULL,
                    WINDOWS_SERVER_2025_CORE, WINDOWS_SERVER_2025_FULL, WINDOWS_SERVER_20H2_CORE, LINUX)

struct RuntimePlatform {
  std::optional<CPUArchitecture> cpuArchitecture;
  std::optional<OSFamily> operatingSystemFamily;
  friend bool operator==(const RuntimePlatform&, const RuntimePlatform&) = default;
};
BOOST_DESCRIBE_STRUCT(RuntimePlatform, (), (cpuArchitecture, operatingSystemFamily))

struct InferenceAccelerator {
  std::optional<std::string> deviceName;
  std::optional<std::string> deviceType;
  friend bool operator==(const InferenceAccelerator&, const InferenceAccelerator&) = default;
};
BOOST_DESCRIBE_STRUCT(InferenceAccelerator, (), (deviceName, deviceType))

enum class PidMode : std::uint8_t { host, task };
BOOST_DESCRIBE_ENUM(PidMode, host, task)

enum class IpcMode : std::uint8_t { host, task, none };
BOOST_DESCRIBE_ENUM(IpcMode, host, task, none)

enum class ProxyConfigurationType : std::uint8_t { APPMESH };
BOOST_DESCRIBE_ENUM(ProxyConfigurationType, APPMESH)

struct ProxyConfiguration {
  std::optional<ProxyConfigurationType> type;
  std::optional<std::string> containerName;
  std::optional<std::vector<KeyValuePair>> properties;
  friend bool operator==(const ProxyConfiguration&, const ProxyConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ProxyConfiguration, (), (type, containerName, properties))

struct TaskDefinition {
  std::optional<std::string> taskDefinitionArn;
  std::optional<std::vector<ContainerDefinition>> containerDefinitions;
  std::optional<std::string> family;
  std::optional<std::string> taskRoleArn;
  std::optional<std::string> executionRoleArn;
  std::optional<NetworkMode> networkMode;
  std::optional<std::int32_t> revision;
  std::optional<std::vector<Volume>> volumes;
  std::optional<TaskDefinitionStatus> status;
  std::optional<std::vector<Attribute>> requiresAttributes;
  std::optional<std::vector<TaskDefinitionPlacementConstraint>> placementConstraints;
  std::optional<std::vector<Compatibility>> compatibilities;
  std::optional<RuntimePlatform> runtimePlatform;
  std::optional<std::vector<Compatibility>> requiresCompatibilities;
  std::optional<std::string> cpu;     ///< CPU units as a string, "1024".
  std::optional<std::string> memory;  ///< MiB as a string.
  std::optional<std::vector<InferenceAccelerator>> inferenceAccelerators;
  std::optional<PidMode> pidMode;
  std::optional<IpcMode> ipcMode;
  std::optional<ProxyConfiguration> proxyConfiguration;
  std::optional<Time> registeredAt;
  std::optional<Time> deregisteredAt;
  std::optional<Time> deleteRequestedAt;
  std::optional<std::string> registeredBy;
  std::optional<EphemeralStorage> ephemeralStorage;
  std::optional<bool> enableFaultInjection;
  friend bool operator==(const TaskDefinition&, const TaskDefinition&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskDefinition, (),
                      (taskDefinitionArn, containerDefinitions, family, taskRoleArn, executionRoleArn,
                       networkMode, revision, volumes, status, requiresAttributes, placementConstraints,
                       compatibilities, runtimePlatform, requiresCompatibilities, cpu, memory,
                       inferenceAccelerators, pidMode, ipcMode, proxyConfiguration, registeredAt,
                       deregisteredAt, deleteRequestedAt, registeredBy, ephemeralStorage,
                       enableFaultInjection))

}  // namespace troupe::core
