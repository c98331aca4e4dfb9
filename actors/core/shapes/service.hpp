#pragma once

/// What a service is made of beside its tasks: load balancers, registries, volumes, monitoring.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

enum class SchedulingStrategy : std::uint8_t { REPLICA, DAEMON };
BOOST_DESCRIBE_ENUM(SchedulingStrategy, REPLICA, DAEMON)

enum class AvailabilityZoneRebalancing : std::uint8_t { ENABLED, DISABLED };
BOOST_DESCRIBE_ENUM(AvailabilityZoneRebalancing, ENABLED, DISABLED)

enum class ResourceManagementType : std::uint8_t { CUSTOMER, ECS };
BOOST_DESCRIBE_ENUM(ResourceManagementType, CUSTOMER, ECS)

struct AdvancedConfiguration {
  std::optional<std::string> alternateTargetGroupArn;
  std::optional<std::string> productionListenerRule;
  std::optional<std::string> testListenerRule;
  std::optional<std::string> roleArn;
  friend bool operator==(const AdvancedConfiguration&, const AdvancedConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(AdvancedConfiguration, (),
                      (alternateTargetGroupArn, productionListenerRule, testListenerRule, roleArn))

struct LoadBalancer {
  std::optional<std::string> targetGroupArn;
  std::optional<std::string> loadBalancerName;
  std::optional<std::string> containerName;
  std::optional<std::int32_t> containerPort;
  std::optional<AdvancedConfiguration> advancedConfiguration;
  friend bool operator==(const LoadBalancer&, const LoadBalancer&) = default;
};
BOOST_DESCRIBE_STRUCT(LoadBalancer, (),
                      (targetGroupArn, loadBalancerName, containerName, containerPort, advancedConfiguration))

struct ServiceRegistry {
  std::optional<std::string> registryArn;
  std::optional<std::int32_t> port;
  std::optional<std::string> containerName;
  std::optional<std::int32_t> containerPort;
  friend bool operator==(const ServiceRegistry&, const ServiceRegistry&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceRegistry, (), (registryArn, port, containerName, containerPort))

struct ServiceManagedEBSVolumeConfiguration {
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
  std::optional<TaskFilesystemType> filesystemType;
  friend bool operator==(const ServiceManagedEBSVolumeConfiguration&,
                         const ServiceManagedEBSVolumeConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceManagedEBSVolumeConfiguration, (),
                      (encrypted, kmsKeyId, volumeType, sizeInGiB, snapshotId, volumeInitializationRate, iops,
                       throughput, tagSpecifications, roleArn, filesystemType))

struct ServiceVolumeConfiguration {
  std::optional<std::string> name;
  std::optional<ServiceManagedEBSVolumeConfiguration> managedEBSVolume;
  friend bool operator==(const ServiceVolumeConfiguration&, const ServiceVolumeConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceVolumeConfiguration, (), (name, managedEBSVolume))

struct VpcLatticeConfiguration {
  std::optional<std::string> roleArn;
  std::optional<std::string> targetGroupArn;
  std::optional<std::string> portName;
  friend bool operator==(const VpcLatticeConfiguration&, const VpcLatticeConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(VpcLatticeConfiguration, (), (roleArn, targetGroupArn, portName))

struct MetricConfiguration {
  std::optional<std::vector<std::string>> metricNames;
  std::optional<std::int32_t> resolutionSeconds;
  friend bool operator==(const MetricConfiguration&, const MetricConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(MetricConfiguration, (), (metricNames, resolutionSeconds))

struct MonitoringConfiguration {
  std::optional<std::vector<MetricConfiguration>> metricConfigurations;
  friend bool operator==(const MonitoringConfiguration&, const MonitoringConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(MonitoringConfiguration, (), (metricConfigurations))

struct ServiceEvent {
  std::optional<std::string> id;
  std::optional<Time> createdAt;
  std::optional<std::string> message;
  friend bool operator==(const ServiceEvent&, const ServiceEvent&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceEvent, (), (id, createdAt, message))

struct ServiceCurrentRevisionSummary {
  std::optional<std::string> arn;
  std::optional<std::int32_t> requestedTaskCount;
  std::optional<std::int32_t> runningTaskCount;
  std::optional<std::int32_t> pendingTaskCount;
  friend bool operator==(const ServiceCurrentRevisionSummary&,
                         const ServiceCurrentRevisionSummary&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceCurrentRevisionSummary, (),
                      (arn, requestedTaskCount, runningTaskCount, pendingTaskCount))

enum class ScaleUnit : std::uint8_t { PERCENT };
BOOST_DESCRIBE_ENUM(ScaleUnit, PERCENT)

struct Scale {
  std::optional<double> value;
  std::optional<ScaleUnit> unit;
  friend bool operator==(const Scale&, const Scale&) = default;
};
BOOST_DESCRIBE_STRUCT(Scale, (), (value, unit))

enum class StabilityStatus : std::uint8_t { STEADY_STATE, STABILIZING };
BOOST_DESCRIBE_ENUM(StabilityStatus, STEADY_STATE, STABILIZING)

struct ProtectedTask {
  std::optional<std::string> taskArn;
  std::optional<bool> protectionEnabled;
  std::optional<Time> expirationDate;
  friend bool operator==(const ProtectedTask&, const ProtectedTask&) = default;
};
BOOST_DESCRIBE_STRUCT(ProtectedTask, (), (taskArn, protectionEnabled, expirationDate))

}  // namespace troupe::core
