#pragma once

/// Where a cluster's capacity comes from.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/instance_requirements.hpp"
#include "actors/core/shapes/placement.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

enum class ManagedScalingStatus : std::uint8_t { ENABLED, DISABLED };
BOOST_DESCRIBE_ENUM(ManagedScalingStatus, ENABLED, DISABLED)

struct ManagedScaling {
  std::optional<ManagedScalingStatus> status;
  std::optional<std::int32_t> targetCapacity;
  std::optional<std::int32_t> minimumScalingStepSize;
  std::optional<std::int32_t> maximumScalingStepSize;
  std::optional<std::int32_t> instanceWarmupPeriod;
  friend bool operator==(const ManagedScaling&, const ManagedScaling&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedScaling, (),
                      (status, targetCapacity, minimumScalingStepSize, maximumScalingStepSize,
                       instanceWarmupPeriod))

enum class ManagedTerminationProtection : std::uint8_t { ENABLED, DISABLED };
BOOST_DESCRIBE_ENUM(ManagedTerminationProtection, ENABLED, DISABLED)

enum class ManagedDraining : std::uint8_t { ENABLED, DISABLED };
BOOST_DESCRIBE_ENUM(ManagedDraining, ENABLED, DISABLED)

struct AutoScalingGroupProvider {
  std::optional<std::string> autoScalingGroupArn;
  std::optional<ManagedScaling> managedScaling;
  std::optional<ManagedTerminationProtection> managedTerminationProtection;
  std::optional<ManagedDraining> managedDraining;
  friend bool operator==(const AutoScalingGroupProvider&, const AutoScalingGroupProvider&) = default;
};
BOOST_DESCRIBE_STRUCT(AutoScalingGroupProvider, (),
                      (autoScalingGroupArn, managedScaling, managedTerminationProtection, managedDraining))

struct AutoScalingGroupProviderUpdate {
  std::optional<ManagedScaling> managedScaling;
  std::optional<ManagedTerminationProtection> managedTerminationProtection;
  std::optional<ManagedDraining> managedDraining;
  friend bool operator==(const AutoScalingGroupProviderUpdate&,
                         const AutoScalingGroupProviderUpdate&) = default;
};
BOOST_DESCRIBE_STRUCT(AutoScalingGroupProviderUpdate, (),
                      (managedScaling, managedTerminationProtection, managedDraining))

struct ManagedInstancesNetworkConfiguration {
  std::optional<std::vector<std::string>> subnets;
  std::optional<std::vector<std::string>> securityGroups;
  friend bool operator==(const ManagedInstancesNetworkConfiguration&,
                         const ManagedInstancesNetworkConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedInstancesNetworkConfiguration, (), (subnets, securityGroups))

struct ManagedInstancesStorageConfiguration {
  std::optional<std::int32_t> storageSizeGiB;
  friend bool operator==(const ManagedInstancesStorageConfiguration&,
                         const ManagedInstancesStorageConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedInstancesStorageConfiguration, (), (storageSizeGiB))

struct ManagedInstancesLocalStorageConfiguration {
  std::optional<bool> useLocalStorage;
  friend bool operator==(const ManagedInstancesLocalStorageConfiguration&,
                         const ManagedInstancesLocalStorageConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedInstancesLocalStorageConfiguration, (), (useLocalStorage))

enum class ManagedInstancesMonitoringOptions : std::uint8_t { BASIC, DETAILED };
BOOST_DESCRIBE_ENUM(ManagedInstancesMonitoringOptions, BASIC, DETAILED)

enum class CapacityOptionType : std::uint8_t { ON_DEMAND, SPOT, RESERVED };
BOOST_DESCRIBE_ENUM(CapacityOptionType, ON_DEMAND, SPOT, RESERVED)

enum class CapacityReservationPreference : std::uint8_t {
  RESERVATIONS_ONLY,
  RESERVATIONS_FIRST,
  RESERVATIONS_EXCLUDED
};
BOOST_DESCRIBE_ENUM(CapacityReservationPreference, RESERVATIONS_ONLY, RESERVATIONS_FIRST,
                    RESERVATIONS_EXCLUDED)

struct CapacityReservationRequest {
  std::optional<std::string> reservationGroupArn;
  std::optional<CapacityReservationPreference> reservationPreference;
  friend bool operator==(const CapacityReservationRequest&, const CapacityReservationRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(CapacityReservationRequest, (), (reservationGroupArn, reservationPreference))

struct InstanceLaunchTemplate {
  std::optional<std::string> ec2InstanceProfileArn;
  std::optional<ManagedInstancesNetworkConfiguration> networkConfiguration;
  std::optional<ManagedInstancesStorageConfiguration> storageConfiguration;
  std::optional<ManagedInstancesLocalStorageConfiguration> localStorageConfiguration;
  std::optional<ManagedInstancesMonitoringOptions> monitoring;
  std::optional<CapacityOptionType> capacityOptionType;
  std::optional<bool> instanceMetadataTagsPropagation;
  std::optional<InstanceRequirementsRequest> instanceRequirements;
  std::optional<bool> fipsEnabled;
  std::optional<CapacityReservationRequest> capacityReservations;
  friend bool operator==(const InstanceLaunchTemplate&, const InstanceLaunchTemplate&) = default;
};
BOOST_DESCRIBE_STRUCT(InstanceLaunchTemplate, (),
                      (ec2InstanceProfileArn, networkConfiguration, storageConfiguration,
                       localStorageConfiguration, monitoring, capacityOptionType,
                       instanceMetadataTagsPropagation, instanceRequirements, fipsEnabled,
                       capacityReservations))

struct InstanceLaunchTemplateUpdate {
  std::optional<std::string> ec2InstanceProfileArn;
  std::optional<ManagedInstancesNetworkConfiguration> networkConfiguration;
  std::optional<ManagedInstancesStorageConfiguration> storageConfiguration;
  std::optional<bool> instanceMetadataTagsPropagation;
  std::optional<ManagedInstancesLocalStorageConfiguration> localStorageConfiguration;
  std::optional<ManagedInstancesMonitoringOptions> monitoring;
  std::optional<InstanceRequirementsRequest> instanceRequirements;
  std::optional<CapacityReservationRequest> capacityReservations;
  friend bool operator==(const InstanceLaunchTemplateUpdate&, const InstanceLaunchTemplateUpdate&) = default;
};
BOOST_DESCRIBE_STRUCT(InstanceLaunchTemplateUpdate, (),
                      (ec2InstanceProfileArn, networkConfiguration, storageConfiguration,
                       instanceMetadataTagsPropagation, localStorageConfiguration, monitoring,
                       instanceRequirements, capacityReservations))

enum class PropagateMITags : std::uint8_t { CAPACITY_PROVIDER, NONE };
BOOST_DESCRIBE_ENUM(PropagateMITags, CAPACITY_PROVIDER, NONE)

struct InfrastructureOptimization {
  std::optional<std::int32_t> scaleInAfter;
  friend bool operator==(const InfrastructureOptimization&, const InfrastructureOptimization&) = default;
};
BOOST_DESCRIBE_STRUCT(InfrastructureOptimization, (), (scaleInAfter))

enum class AutoRepairActionsStatus : std::uint8_t { ENABLED, DISABLED };
BOOST_DESCRIBE_ENUM(AutoRepairActionsStatus, ENABLED, DISABLED)

struct AutoRepairConfiguration {
  std::optional<AutoRepairActionsStatus> actionsStatus;
  friend bool operator==(const AutoRepairConfiguration&, const AutoRepairConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(AutoRepairConfiguration, (), (actionsStatus))

struct CreateManagedInstancesProviderConfiguration {
  std::optional<std::string> infrastructureRoleArn;
  std::optional<InstanceLaunchTemplate> instanceLaunchTemplate;
  std::optional<PropagateMITags> propagateTags;
  std::optional<InfrastructureOptimization> infrastructureOptimization;
  std::optional<AutoRepairConfiguration> autoRepairConfiguration;
  friend bool operator==(const CreateManagedInstancesProviderConfiguration&,
                         const CreateManagedInstancesProviderConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(CreateManagedInstancesProviderConfiguration, (),
                      (infrastructureRoleArn, instanceLaunchTemplate, propagateTags,
                       infrastructureOptimization, autoRepairConfiguration))

struct UpdateManagedInstancesProviderConfiguration {
  std::optional<std::string> infrastructureRoleArn;
  std::optional<InstanceLaunchTemplateUpdate> instanceLaunchTemplate;
  std::optional<PropagateMITags> propagateTags;
  std::optional<InfrastructureOptimization> infrastructureOptimization;
  std::optional<AutoRepairConfiguration> autoRepairConfiguration;
  friend bool operator==(const UpdateManagedInstancesProviderConfiguration&,
                         const UpdateManagedInstancesProviderConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateManagedInstancesProviderConfiguration, (),
                      (infrastructureRoleArn, instanceLaunchTemplate, propagateTags,
                       infrastructureOptimization, autoRepairConfiguration))

struct ManagedInstancesProvider {
  std::optional<std::string> infrastructureRoleArn;
  std::optional<InstanceLaunchTemplate> instanceLaunchTemplate;
  std::optional<PropagateMITags> propagateTags;
  std::optional<InfrastructureOptimization> infrastructureOptimization;
  std::optional<AutoRepairConfiguration> autoRepairConfiguration;
  friend bool operator==(const ManagedInstancesProvider&, const ManagedInstancesProvider&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedInstancesProvider, (),
                      (infrastructureRoleArn, instanceLaunchTemplate, propagateTags,
                       infrastructureOptimization, autoRepairConfiguration))

enum class CapacityProviderStatus : std::uint8_t { PROVISIONING, ACTIVE, DEPROVISIONING, INACTIVE };
BOOST_DESCRIBE_ENUM(CapacityProviderStatus, PROVISIONING, ACTIVE, DEPROVISIONING, INACTIVE)

enum class CapacityProviderUpdateStatus : std::uint8_t {
  CREATE_IN_PROGRESS,
  CREATE_COMPLETE,
  CREATE_FAILED,
  DELETE_IN_PROGRESS,
  DELETE_COMPLETE,
  DELETE_FAILED,
  UPDATE_IN_PROGRESS,
  UPDATE_COMPLETE,
  UPDATE_FAILED
};
BOOST_DESCRIBE_ENUM(CapacityProviderUpdateStatus, CREATE_IN_PROGRESS, CREATE_COMPLETE, CREATE_FAILED,
                    DELETE_IN_PROGRESS, DELETE_COMPLETE, DELETE_FAILED, UPDATE_IN_PROGRESS, UPDATE_COMPLETE,
                    UPDATE_FAILED)

enum class CapacityProviderType : std::uint8_t { EC2_AUTOSCALING, MANAGED_INSTANCES, FARGATE, FARGATE_SPOT };
BOOST_DESCRIBE_ENUM(CapacityProviderType, EC2_AUTOSCALING, MANAGED_INSTANCES, FARGATE, FARGATE_SPOT)

}  // namespace troupe::core
