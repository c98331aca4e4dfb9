#pragma once

/// ReadUsage answered from a cluster's snapshots and from what its instances told.

#include "actors/core/queries.hpp"
#include "actors/core/service_queries.hpp"
#include "actors/core/usage/usage_commands.hpp"

#include <map>

namespace troupe::core {

/// InvalidParameterException for minutes that are not kept.
Result<void> check(const ReadUsage& query);

/// @param usage  Of the instances whose owners answered.
UsageReply show_usage(const std::string& cluster, const InstanceMap& instances, const TaskIndex& tasks,
                      const ServiceMap& services, const std::map<InstanceId, InstanceUsagePtr>& usage,
                      Time now);

}  // namespace troupe::core
