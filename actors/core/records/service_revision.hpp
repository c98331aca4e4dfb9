#pragma once

/// What a deployment deploys: a snapshot of everything about a service that its
/// tasks are made from. Never changed once written.
///
/// Source: ECS API Reference, "ServiceRevision".

#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/service.hpp"
#include "actors/core/shapes/service_connect.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

/// What of a service makes a new revision when it changes.
struct ServiceTemplate {
  std::string family;
  std::int32_t revision = 0;              ///< Of the task definition; 0: none (EXTERNAL controller).
  std::optional<LaunchType> launch_type;  ///< Absent: `strategy` says where tasks run.
  std::vector<CapacityProviderStrategyItem> strategy;
  std::string platform_version;
  std::vector<LoadBalancer> load_balancers;
  std::vector<ServiceRegistry> registries;
  std::optional<NetworkConfiguration> network;
  std::optional<ServiceConnectConfiguration> connect;
  std::vector<ServiceVolumeConfiguration> volumes;
  std::vector<VpcLatticeConfiguration> lattice;
  std::optional<MonitoringConfiguration> monitoring;
  bool enable_execute_command = false;
  bool enable_managed_tags = false;
  std::optional<PropagateTags> propagate_tags;
  friend bool operator==(const ServiceTemplate&, const ServiceTemplate&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceTemplate, (),
                      (family, revision, launch_type, strategy, platform_version, load_balancers, registries,
                       network, connect, volumes, lattice, monitoring, enable_execute_command,
                       enable_managed_tags, propagate_tags))

struct ServiceRevision {
  std::uint64_t number = 0;  ///< Last part of its ARN, 19 digits.
  std::string cluster;
  std::string service;
  Time created_at{};
  ServiceTemplate what;
  friend bool operator==(const ServiceRevision&, const ServiceRevision&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceRevision, (), (number, cluster, service, created_at, what))

using ServiceRevisionPtr = std::shared_ptr<const ServiceRevision>;

}  // namespace troupe::core
