#pragma once

/// Frames of TCS, the telemetry of agents: what they say, read, and how it is confirmed.
/// Pure.

#include "actors/core/ids.hpp"
#include "actors/core/task_report.hpp"
#include "api/wire/tcs.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace troupe::api::agent_gateway {

/// Samples of one figure over an agent's interval, about 20 s.
struct Samples {
  double least = 0;
  double greatest = 0;
  double sum = 0;
  std::int64_t count = 0;
};

struct ContainerUsage {
  std::string name;
  Samples cpu_percent;  ///< Of the whole host.
  Samples memory_mib;
  Samples received_per_second;
  Samples sent_per_second;
  // Totals since the container started.
  Samples received_bytes;
  Samples sent_bytes;
  Samples read_bytes;
  Samples written_bytes;
  std::int64_t restarts = 0;
};

struct TaskUsage {
  core::TaskId task;
  std::vector<ContainerUsage> containers;
};

/// What an instance's tasks use; one interval may come in several parts.
struct InstanceUsage {
  std::string message;  ///< The same for all parts of an interval.
  bool last_part = false;
  bool idle = false;  ///< The instance has no tasks.
  core::Time at{};
  std::vector<TaskUsage> tasks;
};

/// What an instance says of its tasks' health.
struct InstanceTasksHealth {
  std::vector<core::TaskHealth> tasks;
};

/// What an instance says of its container runtime.
struct InstanceRuntimeHealth {
  core::InstanceHealth health = core::InstanceHealth::INSUFFICIENT_DATA;
};

/// A frame of a kind that we do not know.
struct UnknownTelemetry {
  std::string type;
};

using Telemetry = std::variant<InstanceUsage, InstanceTasksHealth, InstanceRuntimeHealth, UnknownTelemetry>;

/// A frame without its headers, about the instance `arn`: SerializationException for what
/// is no frame, InvalidParameterException for one that speaks of another instance. Tasks
/// whose ARN cannot be read are left out.
core::Result<Telemetry> read_telemetry(const core::Realm& realm, const std::string& arn,
                                       std::string_view frame);

/// The confirmation that an agent waits for; empty for a frame that we do not know.
std::string telemetry_ack(const Telemetry& frame);

/// How an agent is told that it sent something wrong.
std::string telemetry_error(const std::string& exception, const std::string& why);

}  // namespace troupe::api::agent_gateway
