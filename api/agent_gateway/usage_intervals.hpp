#pragma once

/// From what an agent publishes to what its instance is told: gathers the parts of an
/// interval, and turns shares of a host and totals into the figures that we keep.

#include "actors/core/units.hpp"
#include "actors/core/usage/usage.hpp"
#include "api/agent_gateway/telemetry.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace troupe::api::agent_gateway {

/// Of one session.
class UsageIntervals {
 public:
  /// @param host_cpu  That the instance registered: agents tell shares of it.
  explicit UsageIntervals(core::CpuUnits host_cpu) : host_cpu_(host_cpu) {}

  /// The report, once the last part of an interval is there. An interval whose last part
  /// never comes is given up when the next one begins.
  std::optional<core::UsageReport> take(const InstanceUsage& part);

 private:
  struct Counted {
    double read_bytes = 0;
    double written_bytes = 0;
    core::Time at{};
  };
  using Counters = std::map<std::pair<core::TaskId, std::string>, Counted>;

  core::ContainerUsage usage_of(const core::TaskId& task, const ContainerUsage& said, core::Time at);

  core::CpuUnits host_cpu_;
  std::string message_;  ///< Whose parts are being gathered.
  core::UsageReport gathered_;
  Counters counted_;   ///< At the last interval.
  Counters counting_;  ///< In this one.
};

}  // namespace troupe::api::agent_gateway
