#pragma once

/// What ECS itself makes for an express service. Troupe reads and writes these shapes and makes none.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

enum class AccessType : std::uint8_t { PUBLIC, PRIVATE };
BOOST_DESCRIBE_ENUM(AccessType, PUBLIC, PRIVATE)

enum class ManagedResourceStatus : std::uint8_t { PROVISIONING, ACTIVE, DEPROVISIONING, DELETED, FAILED };
BOOST_DESCRIBE_ENUM(ManagedResourceStatus, PROVISIONING, ACTIVE, DEPROVISIONING, DELETED, FAILED)

struct ManagedSecurityGroup {
  std::optional<std::string> arn;
  std::optional<ManagedResourceStatus> status;
  std::optional<std::string> statusReason;
  std::optional<Time> updatedAt;
  friend bool operator==(const ManagedSecurityGroup&, const ManagedSecurityGroup&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedSecurityGroup, (), (arn, status, statusReason, updatedAt))

struct ManagedLoadBalancer {
  std::optional<std::string> arn;
  std::optional<ManagedResourceStatus> status;
  std::optional<std::string> statusReason;
  std::optional<Time> updatedAt;
  std::optional<std::string> scheme;
  std::optional<std::vector<std::string>> subnetIds;
  std::optional<std::vector<std::string>> securityGroupIds;
  friend bool operator==(const ManagedLoadBalancer&, const ManagedLoadBalancer&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedLoadBalancer, (),
                      (arn, status, statusReason, updatedAt, scheme, subnetIds, securityGroupIds))

struct ManagedCertificate {
  std::optional<std::string> arn;
  std::optional<ManagedResourceStatus> status;
  std::optional<std::string> statusReason;
  std::optional<Time> updatedAt;
  std::optional<std::string> domainName;
  friend bool operator==(const ManagedCertificate&, const ManagedCertificate&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedCertificate, (), (arn, status, statusReason, updatedAt, domainName))

struct ManagedListener {
  std::optional<std::string> arn;
  std::optional<ManagedResourceStatus> status;
  std::optional<std::string> statusReason;
  std::optional<Time> updatedAt;
  friend bool operator==(const ManagedListener&, const ManagedListener&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedListener, (), (arn, status, statusReason, updatedAt))

struct ManagedListenerRule {
  std::optional<std::string> arn;
  std::optional<ManagedResourceStatus> status;
  std::optional<std::string> statusReason;
  std::optional<Time> updatedAt;
  friend bool operator==(const ManagedListenerRule&, const ManagedListenerRule&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedListenerRule, (), (arn, status, statusReason, updatedAt))

struct ManagedTargetGroup {
  std::optional<std::string> arn;
  std::optional<ManagedResourceStatus> status;
  std::optional<std::string> statusReason;
  std::optional<Time> updatedAt;
  std::optional<std::string> healthCheckPath;
  std::optional<std::int32_t> healthCheckPort;
  std::optional<std::int32_t> port;
  friend bool operator==(const ManagedTargetGroup&, const ManagedTargetGroup&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedTargetGroup, (),
                      (arn, status, statusReason, updatedAt, healthCheckPath, healthCheckPort, port))

struct ManagedIngressPath {
  std::optional<AccessType> accessType;
  std::optional<std::string> endpoint;
  std::optional<ManagedLoadBalancer> loadBalancer;
  std::optional<std::vector<ManagedSecurityGroup>> loadBalancerSecurityGroups;
  std::optional<ManagedCertificate> certificate;
  std::optional<ManagedListener> listener;
  std::optional<ManagedListenerRule> rule;
  std::optional<std::vector<ManagedTargetGroup>> targetGroups;
  friend bool operator==(const ManagedIngressPath&, const ManagedIngressPath&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedIngressPath, (),
                      (accessType, endpoint, loadBalancer, loadBalancerSecurityGroups, certificate, listener,
                       rule, targetGroups))

struct ManagedScalableTarget {
  std::optional<std::string> arn;
  std::optional<ManagedResourceStatus> status;
  std::optional<std::string> statusReason;
  std::optional<Time> updatedAt;
  std::optional<std::int32_t> minCapacity;
  std::optional<std::int32_t> maxCapacity;
  friend bool operator==(const ManagedScalableTarget&, const ManagedScalableTarget&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedScalableTarget, (),
                      (arn, status, statusReason, updatedAt, minCapacity, maxCapacity))

struct ManagedApplicationAutoScalingPolicy {
  std::optional<std::string> arn;
  std::optional<ManagedResourceStatus> status;
  std::optional<std::string> statusReason;
  std::optional<Time> updatedAt;
  std::optional<std::string> policyType;
  std::optional<double> targetValue;
  std::optional<std::string> metric;
  friend bool operator==(const ManagedApplicationAutoScalingPolicy&,
                         const ManagedApplicationAutoScalingPolicy&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedApplicationAutoScalingPolicy, (),
                      (arn, status, statusReason, updatedAt, policyType, targetValue, metric))

struct ManagedAutoScaling {
  std::optional<ManagedScalableTarget> scalableTarget;
  std::optional<std::vector<ManagedApplicationAutoScalingPolicy>> applicationAutoScalingPolicies;
  friend bool operator==(const ManagedAutoScaling&, const ManagedAutoScaling&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedAutoScaling, (), (scalableTarget, applicationAutoScalingPolicies))

struct ManagedMetricAlarm {
  std::optional<std::string> arn;
  std::optional<ManagedResourceStatus> status;
  std::optional<std::string> statusReason;
  std::optional<Time> updatedAt;
  friend bool operator==(const ManagedMetricAlarm&, const ManagedMetricAlarm&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedMetricAlarm, (), (arn, status, statusReason, updatedAt))

struct ManagedLogGroup {
  std::optional<std::string> arn;
  std::optional<ManagedResourceStatus> status;
  std::optional<std::string> statusReason;
  std::optional<Time> updatedAt;
  std::optional<std::string> logGroupName;
  friend bool operator==(const ManagedLogGroup&, const ManagedLogGroup&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedLogGroup, (), (arn, status, statusReason, updatedAt, logGroupName))

struct ECSManagedResources {
  std::optional<std::vector<ManagedIngressPath>> ingressPaths;
  std::optional<ManagedAutoScaling> autoScaling;
  std::optional<std::vector<ManagedMetricAlarm>> metricAlarms;
  std::optional<std::vector<ManagedSecurityGroup>> serviceSecurityGroups;
  std::optional<std::vector<ManagedLogGroup>> logGroups;
  friend bool operator==(const ECSManagedResources&, const ECSManagedResources&) = default;
};
BOOST_DESCRIBE_STRUCT(ECSManagedResources, (),
                      (ingressPaths, autoScaling, metricAlarms, serviceSecurityGroups, logGroups))

}  // namespace troupe::core
