#pragma once

/// What Troupe keeps of a cluster. Its counters are not here: they follow from
/// its tasks and instances.

#include "actors/core/shapes/cluster.hpp"

#include <string>
#include <vector>

namespace troupe::core {

enum class ClusterStatus : std::uint8_t { ACTIVE, INACTIVE };
BOOST_DESCRIBE_ENUM(ClusterStatus, ACTIVE, INACTIVE)

struct Cluster {
  std::string name;
  ClusterStatus status = ClusterStatus::ACTIVE;
  Time created_at{};
  std::vector<ClusterSetting> settings;
  std::optional<ClusterConfiguration> configuration;
  std::vector<std::string> capacity_providers;
  std::vector<CapacityProviderStrategyItem> default_strategy;
  std::optional<ClusterServiceConnectDefaults> service_connect_defaults;
  std::vector<Tag> tags;
  friend bool operator==(const Cluster&, const Cluster&) = default;
};
BOOST_DESCRIBE_STRUCT(Cluster, (),
                      (name, status, created_at, settings, configuration, capacity_providers,
                       default_strategy, service_connect_defaults, tags))

/// Tasks that are not STOPPED.
struct TaskCount {
  std::int32_t running = 0;
  std::int32_t pending = 0;
  friend bool operator==(const TaskCount&, const TaskCount&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskCount, (), (running, pending))

/// What there is of one launch type.
struct LaunchTypeCounts {
  TaskCount tasks;
  std::int32_t active_services = 0;
  std::int32_t draining_services = 0;
  friend bool operator==(const LaunchTypeCounts&, const LaunchTypeCounts&) = default;
};
BOOST_DESCRIBE_STRUCT(LaunchTypeCounts, (), (tasks, active_services, draining_services))

/// How many there are of what, at one instant.
struct ClusterCounts {
  std::int32_t registered_instances = 0;  ///< Without managed ones.
  std::int32_t running_tasks = 0;
  std::int32_t pending_tasks = 0;
  std::int32_t active_services = 0;
  /// The same for each launch type; MANAGED_INSTANCES count as EC2.
  LaunchTypeCounts ec2{};
  LaunchTypeCounts fargate{};
  LaunchTypeCounts external{};
  friend bool operator==(const ClusterCounts&, const ClusterCounts&) = default;
};
BOOST_DESCRIBE_STRUCT(ClusterCounts, (),
                      (registered_instances, running_tasks, pending_tasks, active_services, ec2, fargate,
                       external))

}  // namespace troupe::core
