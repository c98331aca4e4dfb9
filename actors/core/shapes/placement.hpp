#pragma once

/// Where a task may run and what it is given there: constraints, strategies, networks, overrides.
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

enum class PlacementConstraintType : std::uint8_t { distinctInstance, memberOf };
BOOST_DESCRIBE_ENUM(PlacementConstraintType, distinctInstance, memberOf)

struct PlacementConstraint {
  std::optional<PlacementConstraintType> type;
  std::optional<std::string> expression;
  friend bool operator==(const PlacementConstraint&, const PlacementConstraint&) = default;
};
BOOST_DESCRIBE_STRUCT(PlacementConstraint, (), (type, expression))

enum class PlacementStrategyType : std::uint8_t { random, spread, binpack };
BOOST_DESCRIBE_ENUM(PlacementStrategyType, random, spread, binpack)

struct PlacementStrategy {
  std::optional<PlacementStrategyType> type;
  std::optional<std::string> field;
  friend bool operator==(const PlacementStrategy&, const PlacementStrategy&) = default;
};
BOOST_DESCRIBE_STRUCT(PlacementStrategy, (), (type, field))

struct CapacityProviderStrategyItem {
  std::optional<std::string> capacityProvider;
  std::optional<std::int32_t> weight;
  std::optional<std::int32_t> base;
  friend bool operator==(const CapacityProviderStrategyItem&, const CapacityProviderStrategyItem&) = default;
};
BOOST_DESCRIBE_STRUCT(CapacityProviderStrategyItem, (), (capacityProvider, weight, base))

enum class AssignPublicIp : std::uint8_t { ENABLED, DISABLED };
BOOST_DESCRIBE_ENUM(AssignPublicIp, ENABLED, DISABLED)

struct AwsVpcConfiguration {
  std::optional<std::vector<std::string>> subnets;
  std::optional<std::vector<std::string>> securityGroups;
  std::optional<AssignPublicIp> assignPublicIp;
  friend bool operator==(const AwsVpcConfiguration&, const AwsVpcConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(AwsVpcConfiguration, (), (subnets, securityGroups, assignPublicIp))

struct NetworkConfiguration {
  std::optional<AwsVpcConfiguration> awsvpcConfiguration;
  friend bool operator==(const NetworkConfiguration&, const NetworkConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(NetworkConfiguration, (), (awsvpcConfiguration))

struct ContainerOverride {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> command;
  std::optional<std::vector<KeyValuePair>> environment;
  std::optional<std::vector<EnvironmentFile>> environmentFiles;
  std::optional<std::int32_t> cpu;
  std::optional<std::int32_t> memory;
  std::optional<std::int32_t> memoryReservation;
  std::optional<std::vector<ResourceRequirement>> resourceRequirements;
  friend bool operator==(const ContainerOverride&, const ContainerOverride&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerOverride, (),
                      (name, command, environment, environmentFiles, cpu, memory, memoryReservation,
                       resourceRequirements))

struct InferenceAcceleratorOverride {
  std::optional<std::string> deviceName;
  std::optional<std::string> deviceType;
  friend bool operator==(const InferenceAcceleratorOverride&, const InferenceAcceleratorOverride&) = default;
};
BOOST_DESCRIBE_STRUCT(InferenceAcceleratorOverride, (), (deviceName, deviceType))

struct TaskOverride {
  std::optional<std::vector<ContainerOverride>> containerOverrides;
  std::optional<std::string> cpu;
  std::optional<std::vector<InferenceAcceleratorOverride>> inferenceAcceleratorOverrides;
  std::optional<std::string> executionRoleArn;
  std::optional<std::string> memory;
  std::optional<std::string> taskRoleArn;
  std::optional<EphemeralStorage> ephemeralStorage;
  friend bool operator==(const TaskOverride&, const TaskOverride&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskOverride, (),
                      (containerOverrides, cpu, inferenceAcceleratorOverrides, executionRoleArn, memory,
                       taskRoleArn, ephemeralStorage))

enum class EBSResourceType : std::uint8_t { volume };
BOOST_DESCRIBE_ENUM(EBSResourceType, volume)

struct EBSTagSpecification {
  std::optional<EBSResourceType> resourceType;
  std::optional<std::vector<Tag>> tags;
  std::optional<PropagateTags> propagateTags;
  friend bool operator==(const EBSTagSpecification&, const EBSTagSpecification&) = default;
};
BOOST_DESCRIBE_STRUCT(EBSTagSpecification, (), (resourceType, tags, propagateTags))

struct TaskManagedEBSVolumeTerminationPolicy {
  std::optional<bool> deleteOnTermination;
  friend bool operator==(const TaskManagedEBSVolumeTerminationPolicy&,
                         const TaskManagedEBSVolumeTerminationPolicy&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskManagedEBSVolumeTerminationPolicy, (), (deleteOnTermination))

enum class TaskFilesystemType : std::uint8_t { ext3, ext4, xfs, ntfs };
BOOST_DESCRIBE_ENUM(TaskFilesystemType, ext3, ext4, xfs, ntfs)

struct TaskManagedEBSVolumeConfiguration {
  std::optional<bool> encrypted;
  std::optional<std::string> kmsKeyId;
  std::optional<std::string> volumeType;
  std::optional<std::int32_t> sizeInGiB;
  std::optional<std::string> snapshotId;
  std::optional<std::int32_t> volumeInitializationRate;
  std::optional<std::int32_t> iops;
  std::optional<std::int32_t> throughput;
  std::optional<std::vector<EBSTagSpecification>> tagSpecifications;
  std::optional<std::string> roleArn;
  std::optional<TaskManagedEBSVolumeTerminationPolicy> terminationPolicy;
  std::optional<TaskFilesystemType> filesystemType;
  friend bool operator==(const TaskManagedEBSVolumeConfiguration&,
                         const TaskManagedEBSVolumeConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskManagedEBSVolumeConfiguration, (),
                      (encrypted, kmsKeyId, volumeType, sizeInGiB, snapshotId, volumeInitializationRate, iops,
                       throughput, tagSpecifications, roleArn, terminationPolicy, filesystemType))

struct TaskVolumeConfiguration {
  std::optional<std::string> name;
  std::optional<TaskManagedEBSVolumeConfiguration> managedEBSVolume;
  friend bool operator==(const TaskVolumeConfiguration&, const TaskVolumeConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskVolumeConfiguration, (), (name, managedEBSVolume))

}  // namespace troupe::core
