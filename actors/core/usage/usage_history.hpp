#pragma once

/// What an instance and its containers used over the last hour, minute by minute.
///
/// A minute begins with the control plane's clock: hosts' clocks differ. Nothing of it is
/// durable: after a restart of the control plane it gathers anew, which costs nobody a task.

#include "actors/core/time.hpp"
#include "actors/core/usage/usage.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::core {

/// Minutes that are kept.
inline constexpr std::int64_t usage_minutes_max = 60;
/// Minutes of all containers of an instance together: 2 MiB. With more than 333 containers
/// the oldest minutes of all of them go before the hour is full.
inline constexpr std::size_t container_minutes_max = 20'000;
/// What a host said longer ago than this is not what is used now.
inline constexpr Millis usage_fresh_for{90'000};

struct UsageMinute {
  std::int64_t minute = 0;  ///< Since the epoch.
  UsageFigures figures;
  friend bool operator==(const UsageMinute&, const UsageMinute&) = default;
};

struct ContainerHistory {
  std::string name;
  std::optional<ContainerUsage> latest;  ///< Absent: the last report does not have it.
  std::vector<UsageMinute> minutes;      ///< Oldest first; those without a report are missing.
};

struct InstanceUsage {
  std::optional<Time> at;  ///< Of the last report.
  UsageFigures latest;     ///< Of all its containers together.
  std::vector<UsageMinute> minutes;
  std::unordered_map<TaskId, std::vector<ContainerHistory>> tasks;
};

using InstanceUsagePtr = std::shared_ptr<const InstanceUsage>;

/// The names of a task's containers; nothing when the task is not placed on the instance.
using ContainersOf = std::function<std::optional<std::set<std::string>>(const TaskId&)>;

/// Takes a report. What it says of tasks and containers that are not the instance's own is
/// passed over, so a host cannot fill the memory with names.
void take_usage(InstanceUsage& known, const UsageReport& said, const ContainersOf& containers_of, Time now);

/// A copy with the last `minutes` only, and without what is no longer fresh.
InstanceUsage show_usage(const InstanceUsage& known, std::int64_t minutes, Time now);

}  // namespace troupe::core
