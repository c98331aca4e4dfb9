#pragma once

/// What Troupe keeps of a service. How many of its tasks run is not here: it
/// follows from the tasks.
///
/// Source: ECS API Reference, "Service", "Deployment".

#include "actors/core/records/failure_tally.hpp"
#include "actors/core/records/service_deployment.hpp"
#include "actors/core/records/service_revision.hpp"
#include "actors/core/records/task_set.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

enum class ServiceStatus : std::uint8_t { ACTIVE, DRAINING, INACTIVE };
BOOST_DESCRIBE_ENUM(ServiceStatus, ACTIVE, DRAINING, INACTIVE)

/// PRIMARY is the newest; an older one is ACTIVE until it has no tasks, and
/// then leaves the service.
enum class DeploymentStatus : std::uint8_t { PRIMARY, ACTIVE, INACTIVE };
BOOST_DESCRIBE_ENUM(DeploymentStatus, PRIMARY, ACTIVE, INACTIVE)

/// The tasks of one revision in a service. Their `started_by` is its name,
/// "ecs-svc/N".
struct Deployment {
  std::uint64_t id = 0;
  DeploymentStatus status = DeploymentStatus::PRIMARY;
  std::uint64_t revision = 0;      ///< Number of its ServiceRevision.
  std::string service_deployment;  ///< Id of the one that made it.
  Time created_at{};
  Time updated_at{};
  std::int32_t desired_count = 0;
  DeploymentRolloutState rollout = DeploymentRolloutState::IN_PROGRESS;
  std::string rollout_reason;
  FailureTally failures;
  /// Earlier deployments of the same revision whose tasks it took over when a
  /// newer one was rolled back.
  std::vector<std::uint64_t> adopted;
  friend bool operator==(const Deployment&, const Deployment&) = default;
};
BOOST_DESCRIBE_STRUCT(Deployment, (),
                      (id, status, revision, service_deployment, created_at, updated_at, desired_count,
                       rollout, rollout_reason, failures, adopted))

struct Service {
  std::string cluster;
  std::string name;
  ServiceStatus status = ServiceStatus::ACTIVE;
  std::int64_t version = 1;  ///< +1 on each change.
  Time created_at{};
  std::string created_by;  ///< ARN of the caller.
  SchedulingStrategy strategy = SchedulingStrategy::REPLICA;
  DeploymentControllerType controller = DeploymentControllerType::ECS;
  std::int32_t desired_count = 0;         ///< DAEMON: of instances that can run it, when last looked.
  DeploymentConfiguration configuration;  ///< With its defaults filled in.
  std::vector<PlacementConstraint> constraints;
  std::vector<PlacementStrategy> placement;
  std::optional<std::int32_t> grace_seconds;  ///< healthCheckGracePeriodSeconds
  std::optional<AvailabilityZoneRebalancing> rebalancing;
  std::string role;
  std::vector<Tag> tags;
  std::string client_token;
  std::string request_digest;
  std::uint64_t revision = 0;           ///< The current one: what UpdateService changes.
  std::uint64_t stable_revision = 0;    ///< Of the last COMPLETED deployment; 0: none.
  std::string current_deployment;       ///< Id of the ServiceDeployment under way; empty: none.
  std::vector<Deployment> deployments;  ///< Newest first; empty with task sets.
  std::vector<TaskSet> task_sets;
  std::vector<ServiceEvent> events;  ///< Newest first, at most 100.
  /// No task found a place: when to try again, and how often it failed in a row.
  std::int32_t placement_failures = 0;
  std::optional<Time> place_again_at;
  /// Zones are being balanced; the zone that gets one more task.
  std::string balancing_zone;
  std::optional<Time> balance_again_at;
  friend bool operator==(const Service&, const Service&) = default;
};
BOOST_DESCRIBE_STRUCT(Service, (),
                      (cluster, name, status, version, created_at, created_by, strategy, controller,
                       desired_count, configuration, constraints, placement, grace_seconds, rebalancing, role,
                       tags, client_token, request_digest, revision, stable_revision, current_deployment,
                       deployments, task_sets, events, placement_failures, place_again_at, balancing_zone,
                       balance_again_at))

using ServicePtr = std::shared_ptr<const Service>;

/// Everything that one service actor owns.
struct ServiceState {
  ServicePtr service;
  std::map<std::uint64_t, ServiceRevisionPtr> revisions;    ///< By number.
  std::map<std::string, ServiceDeploymentPtr> deployments;  ///< By id; the ended ones too.
};

}  // namespace troupe::core
