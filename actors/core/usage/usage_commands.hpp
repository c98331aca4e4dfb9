#pragma once

/// What a cluster's instances, tasks and containers use: Troupe's own operation ReadUsage,
/// which `troupe top` asks, and the metrics endpoint.

#include "actors/core/records/container_instance.hpp"
#include "actors/core/records/service.hpp"
#include "actors/core/usage/usage_history.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace troupe::core {

struct ReadUsage {
  std::int64_t minutes = 0;  ///< Of the past, 0–60.
};

/// An instance with what its tasks take of it, and what they use.
struct UsedInstance {
  InstancePtr instance;
  InstanceUsagePtr usage;  ///< Null: its owner is being restarted.
};

struct ServiceCount {
  std::string name;
  ServiceStatus status = ServiceStatus::ACTIVE;
  std::int32_t desired = 0;
  std::int32_t running = 0;
  std::int32_t pending = 0;
};

struct UsageReply {
  std::string cluster;  ///< Its name.
  Time at{};
  std::vector<UsedInstance> instances;  ///< Those that are not INACTIVE, by id.
  std::vector<TaskPtr> tasks;           ///< Those that are placed and not STOPPED, by id.
  std::map<TaskStatus, std::int32_t> tasks_by_status;
  std::vector<ServiceCount> services;  ///< Those that are not INACTIVE, by name.
};

}  // namespace troupe::core
