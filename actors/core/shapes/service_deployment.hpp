#pragma once

/// How far a deployment of a service is, and what stops it.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/deployment.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

enum class DeploymentRolloutState : std::uint8_t { COMPLETED, FAILED, IN_PROGRESS };
BOOST_DESCRIBE_ENUM(DeploymentRolloutState, COMPLETED, FAILED, IN_PROGRESS)

enum class ServiceDeploymentStatus : std::uint8_t {
  PENDING,
  SUCCESSFUL,
  STOPPED,
  STOP_REQUESTED,
  IN_PROGRESS,
  ROLLBACK_REQUESTED,
  ROLLBACK_IN_PROGRESS,
  ROLLBACK_SUCCESSFUL,
  ROLLBACK_FAILED
};
BOOST_DESCRIBE_ENUM(ServiceDeploymentStatus, PENDING, SUCCESSFUL, STOPPED, STOP_REQUESTED, IN_PROGRESS,
                    ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED)

enum class ServiceDeploymentLifecycleStage : std::uint8_t {
  RECONCILE_SERVICE,
  PRE_SCALE_UP,
  SCALE_UP,
  POST_SCALE_UP,
  TEST_TRAFFIC_SHIFT,
  POST_TEST_TRAFFIC_SHIFT,
  PRODUCTION_TRAFFIC_SHIFT,
  POST_PRODUCTION_TRAFFIC_SHIFT,
  BAKE_TIME,
  CLEAN_UP
};
BOOST_DESCRIBE_ENUM(ServiceDeploymentLifecycleStage, RECONCILE_SERVICE, PRE_SCALE_UP, SCALE_UP, POST_SCALE_UP,
                    TEST_TRAFFIC_SHIFT, POST_TEST_TRAFFIC_SHIFT, PRODUCTION_TRAFFIC_SHIFT,
                    POST_PRODUCTION_TRAFFIC_SHIFT, BAKE_TIME, CLEAN_UP)

enum class DeploymentLifecycleHookStatus : std::uint8_t {
  AWAITING_ACTION,
  IN_PROGRESS,
  SUCCEEDED,
  FAILED,
  TIMED_OUT
};
BOOST_DESCRIBE_ENUM(DeploymentLifecycleHookStatus, AWAITING_ACTION, IN_PROGRESS, SUCCEEDED, FAILED, TIMED_OUT)

struct DeploymentLifecycleHookDetail {
  std::optional<std::string> hookId;
  std::optional<DeploymentLifecycleHookTargetType> targetType;
  std::optional<std::string> targetArn;
  std::optional<DeploymentLifecycleHookStatus> status;
  std::optional<Time> expiresAt;
  std::optional<DeploymentLifecycleHookAction> timeoutAction;
  friend bool operator==(const DeploymentLifecycleHookDetail&,
                         const DeploymentLifecycleHookDetail&) = default;
};
BOOST_DESCRIBE_STRUCT(DeploymentLifecycleHookDetail, (),
                      (hookId, targetType, targetArn, status, expiresAt, timeoutAction))

struct Rollback {
  std::optional<std::string> reason;
  std::optional<Time> startedAt;
  std::optional<std::string> serviceRevisionArn;
  friend bool operator==(const Rollback&, const Rollback&) = default;
};
BOOST_DESCRIBE_STRUCT(Rollback, (), (reason, startedAt, serviceRevisionArn))

enum class ServiceDeploymentRollbackMonitorsStatus : std::uint8_t {
  TRIGGERED,
  MONITORING,
  MONITORING_COMPLETE,
  DISABLED
};
BOOST_DESCRIBE_ENUM(ServiceDeploymentRollbackMonitorsStatus, TRIGGERED, MONITORING, MONITORING_COMPLETE,
                    DISABLED)

struct ServiceDeploymentCircuitBreaker {
  std::optional<ServiceDeploymentRollbackMonitorsStatus> status;
  std::optional<std::int32_t> failureCount;
  std::optional<std::int32_t> threshold;
  friend bool operator==(const ServiceDeploymentCircuitBreaker&,
                         const ServiceDeploymentCircuitBreaker&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceDeploymentCircuitBreaker, (), (status, failureCount, threshold))

struct ServiceDeploymentAlarms {
  std::optional<ServiceDeploymentRollbackMonitorsStatus> status;
  std::optional<std::vector<std::string>> alarmNames;
  std::optional<std::vector<std::string>> triggeredAlarmNames;
  friend bool operator==(const ServiceDeploymentAlarms&, const ServiceDeploymentAlarms&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceDeploymentAlarms, (), (status, alarmNames, triggeredAlarmNames))

enum class StopServiceDeploymentStopType : std::uint8_t { ABORT, ROLLBACK };
BOOST_DESCRIBE_ENUM(StopServiceDeploymentStopType, ABORT, ROLLBACK)

struct CreatedAt {
  std::optional<Time> before;
  std::optional<Time> after;
  friend bool operator==(const CreatedAt&, const CreatedAt&) = default;
};
BOOST_DESCRIBE_STRUCT(CreatedAt, (), (before, after))

struct ServiceRevisionSummary {
  std::optional<std::string> arn;
  std::optional<std::int32_t> requestedTaskCount;
  std::optional<std::int32_t> runningTaskCount;
  std::optional<std::int32_t> pendingTaskCount;
  std::optional<double> requestedTestTrafficWeight;
  std::optional<double> requestedProductionTrafficWeight;
  friend bool operator==(const ServiceRevisionSummary&, const ServiceRevisionSummary&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceRevisionSummary, (),
                      (arn, requestedTaskCount, runningTaskCount, pendingTaskCount,
                       requestedTestTrafficWeight, requestedProductionTrafficWeight))

struct ServiceDeploymentBrief {
  std::optional<std::string> serviceDeploymentArn;
  std::optional<std::string> serviceArn;
  std::optional<std::string> clusterArn;
  std::optional<Time> startedAt;
  std::optional<Time> createdAt;
  std::optional<Time> finishedAt;
  std::optional<std::string> targetServiceRevisionArn;
  std::optional<ServiceDeploymentStatus> status;
  std::optional<std::string> statusReason;
  friend bool operator==(const ServiceDeploymentBrief&, const ServiceDeploymentBrief&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceDeploymentBrief, (),
                      (serviceDeploymentArn, serviceArn, clusterArn, startedAt, createdAt, finishedAt,
                       targetServiceRevisionArn, status, statusReason))

}  // namespace troupe::core
