#pragma once

/// What Troupe keeps of a capacity provider. FARGATE and FARGATE_SPOT exist
/// without a record.
///
/// Source: ECS API Reference, "CapacityProvider".

#include "actors/core/shapes/capacity_provider.hpp"
#include "actors/core/time.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

struct CapacityProvider {
  std::string name;
  CapacityProviderType type = CapacityProviderType::EC2_AUTOSCALING;
  CapacityProviderStatus status = CapacityProviderStatus::ACTIVE;
  std::string cluster;  ///< Of MANAGED_INSTANCES only: its name.
  std::optional<AutoScalingGroupProvider> group;
  std::optional<ManagedInstancesProvider> managed_instances;
  std::optional<CapacityProviderUpdateStatus> update_status;
  std::string update_reason;
  Time created_at{};
  std::vector<Tag> tags;
  friend bool operator==(const CapacityProvider&, const CapacityProvider&) = default;
};
BOOST_DESCRIBE_STRUCT(CapacityProvider, (),
                      (name, type, status, cluster, group, managed_instances, update_status, update_reason,
                       created_at, tags))

using CapacityProviderPtr = std::shared_ptr<const CapacityProvider>;

}  // namespace troupe::core
