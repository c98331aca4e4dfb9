#pragma once

/// The history of one deployment of a service: from which revisions, to which,
/// how far, and how it ended. With the service's record it says where a rollout
/// goes on after a restart.
///
/// Source: ECS API Reference, "ServiceDeployment"; ECS Developer Guide,
/// "Lifecycle stages of Amazon ECS blue/green deployments".

#include "actors/core/shapes/deployment.hpp"
#include "actors/core/shapes/service_deployment.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

/// A hook that was called or waits in the current lifecycle stage.
struct LifecycleHookRun {
  std::string id;
  std::int32_t index = 0;  ///< Of the hook in the deployment configuration.
  DeploymentLifecycleHookStage stage = DeploymentLifecycleHookStage::RECONCILE_SERVICE;
  DeploymentLifecycleHookStatus status = DeploymentLifecycleHookStatus::IN_PROGRESS;
  std::optional<Time> expires_at;
  Time call_at{};         ///< AWS_LAMBDA: when it is (again) to be called.
  std::int32_t step = 0;  ///< Of the traffic shift in which it runs.
  friend bool operator==(const LifecycleHookRun&, const LifecycleHookRun&) = default;
};
BOOST_DESCRIBE_STRUCT(LifecycleHookRun, (), (id, index, stage, status, expires_at, call_at, step))

/// Where a BLUE_GREEN, LINEAR or CANARY deployment stands.
struct LifecycleProgress {
  ServiceDeploymentLifecycleStage stage = ServiceDeploymentLifecycleStage::RECONCILE_SERVICE;
  Time entered_at{};
  std::int32_t step = 0;           ///< Of the production traffic shift.
  std::optional<Time> shifted_at;  ///< When the traffic of this step had moved.
  double production_percent = 0;   ///< Of the traffic on the target revision, as reported.
  double test_percent = 0;
  std::vector<LifecycleHookRun> hooks;  ///< Of this stage and step.
  friend bool operator==(const LifecycleProgress&, const LifecycleProgress&) = default;
};
BOOST_DESCRIBE_STRUCT(LifecycleProgress, (),
                      (stage, entered_at, step, shifted_at, production_percent, test_percent, hooks))

struct ServiceDeployment {
  std::string id;  ///< Last part of its ARN.
  std::string cluster;
  std::string service;
  ServiceDeploymentStatus status = ServiceDeploymentStatus::PENDING;
  std::string status_reason;
  Time created_at{};
  Time updated_at{};
  std::optional<Time> started_at;
  std::optional<Time> finished_at;
  std::optional<Time> stopped_at;
  std::vector<std::uint64_t> source_revisions;
  std::uint64_t target_revision = 0;
  DeploymentConfiguration configuration;
  std::optional<LifecycleProgress> progress;  ///< Absent for ROLLING.
  ServiceDeploymentRollbackMonitorsStatus breaker = ServiceDeploymentRollbackMonitorsStatus::DISABLED;
  std::int32_t breaker_failures = 0;
  std::int32_t breaker_threshold = 0;
  ServiceDeploymentRollbackMonitorsStatus alarms = ServiceDeploymentRollbackMonitorsStatus::DISABLED;
  std::vector<std::string> triggered_alarms;
  std::string rollback_reason;  ///< Empty: it is not rolled back.
  std::optional<Time> rollback_started_at;
  std::uint64_t rollback_revision = 0;
  friend bool operator==(const ServiceDeployment&, const ServiceDeployment&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceDeployment, (),
                      (id, cluster, service, status, status_reason, created_at, updated_at, started_at,
                       finished_at, stopped_at, source_revisions, target_revision, configuration, progress,
                       breaker, breaker_failures, breaker_threshold, alarms, triggered_alarms,
                       rollback_reason, rollback_started_at, rollback_revision))

using ServiceDeploymentPtr = std::shared_ptr<const ServiceDeployment>;

/// It has ended, one way or the other.
inline bool is_over(ServiceDeploymentStatus status) {
  using enum ServiceDeploymentStatus;
  return status == SUCCESSFUL || status == STOPPED || status == ROLLBACK_SUCCESSFUL ||
         status == ROLLBACK_FAILED;
}

}  // namespace troupe::core
