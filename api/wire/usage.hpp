#pragma once

/// ReadUsage as it goes over the wire: Troupe's own operation, under the target
/// "Troupe.ReadUsage". It makes `troupe top`, and is there for programs as well.
///
/// CPU is in units of which a core has 1024, memory in bytes where it is used and in MiB
/// where ECS reserves it. Members are absent when there is nothing to say: a container has no
/// rates before it was looked at twice, and a host that is silent for 90 s uses nothing known.

#include "actors/core/describe.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

struct ReadUsageRequest {
  std::optional<std::string> cluster;
  std::optional<std::int32_t> minutes;  ///< Of the past, 0–60; default 0.
  friend bool operator==(const ReadUsageRequest&, const ReadUsageRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ReadUsageRequest, (), (cluster, minutes))

/// Averages since the host's report before.
struct UsedNow {
  std::optional<double> cpuUnits;
  std::optional<double> memoryBytes;
  std::optional<double> receivedBytesPerSecond;
  std::optional<double> sentBytesPerSecond;
  std::optional<double> readBytesPerSecond;
  std::optional<double> writtenBytesPerSecond;
  friend bool operator==(const UsedNow&, const UsedNow&) = default;
};
BOOST_DESCRIBE_STRUCT(UsedNow, (),
                      (cpuUnits, memoryBytes, receivedBytesPerSecond, sentBytesPerSecond, readBytesPerSecond,
                       writtenBytesPerSecond))

struct UsageSpread {
  std::optional<double> min;
  std::optional<double> avg;
  std::optional<double> max;
  std::optional<double> sum;
  std::optional<std::int64_t> count;
  friend bool operator==(const UsageSpread&, const UsageSpread&) = default;
};
BOOST_DESCRIBE_STRUCT(UsageSpread, (), (min, avg, max, sum, count))

struct UsageMinute {
  std::optional<core::Time> startsAt;
  std::optional<UsageSpread> cpuUnits;
  std::optional<UsageSpread> memoryBytes;
  std::optional<UsageSpread> receivedBytesPerSecond;
  std::optional<UsageSpread> sentBytesPerSecond;
  std::optional<UsageSpread> readBytesPerSecond;
  std::optional<UsageSpread> writtenBytesPerSecond;
  friend bool operator==(const UsageMinute&, const UsageMinute&) = default;
};
BOOST_DESCRIBE_STRUCT(UsageMinute, (),
                      (startsAt, cpuUnits, memoryBytes, receivedBytesPerSecond, sentBytesPerSecond,
                       readBytesPerSecond, writtenBytesPerSecond))

/// As ECS counts: CPU units and MiB.
struct UsageShare {
  std::optional<std::int64_t> cpuUnits;
  std::optional<std::int64_t> memoryMib;
  friend bool operator==(const UsageShare&, const UsageShare&) = default;
};
BOOST_DESCRIBE_STRUCT(UsageShare, (), (cpuUnits, memoryMib))

struct ContainerUse {
  std::optional<std::string> name;
  std::optional<UsedNow> used;
  std::optional<std::int64_t> memoryLimitBytes;
  std::optional<std::int64_t> processes;
  std::optional<std::vector<UsageMinute>> minutes;
  friend bool operator==(const ContainerUse&, const ContainerUse&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerUse, (), (name, used, memoryLimitBytes, processes, minutes))

struct TaskUse {
  std::optional<std::string> taskArn;
  std::optional<std::string> containerInstanceArn;
  std::optional<std::string> group;
  std::optional<std::string> lastStatus;
  std::optional<UsageShare> reserved;
  std::optional<UsedNow> used;  ///< Of its containers together.
  std::optional<std::vector<ContainerUse>> containers;
  friend bool operator==(const TaskUse&, const TaskUse&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskUse, (),
                      (taskArn, containerInstanceArn, group, lastStatus, reserved, used, containers))

struct InstanceUse {
  std::optional<std::string> containerInstanceArn;
  std::optional<std::string> ec2InstanceId;
  std::optional<std::string> status;
  std::optional<bool> agentConnected;
  std::optional<std::int32_t> runningTasksCount;
  std::optional<std::int32_t> pendingTasksCount;
  std::optional<UsageShare> registered;
  std::optional<UsageShare> reserved;  ///< By its tasks.
  std::optional<core::Time> usedAt;    ///< When its host said so.
  std::optional<UsedNow> used;         ///< By the containers of its tasks.
  std::optional<std::vector<UsageMinute>> minutes;
  friend bool operator==(const InstanceUse&, const InstanceUse&) = default;
};
BOOST_DESCRIBE_STRUCT(InstanceUse, (),
                      (containerInstanceArn, ec2InstanceId, status, agentConnected, runningTasksCount,
                       pendingTasksCount, registered, reserved, usedAt, used, minutes))

struct ReadUsageResponse {
  std::optional<std::string> clusterName;
  std::optional<core::Time> at;
  std::optional<std::vector<InstanceUse>> containerInstances;
  std::optional<std::vector<TaskUse>> tasks;
  friend bool operator==(const ReadUsageResponse&, const ReadUsageResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ReadUsageResponse, (), (clusterName, at, containerInstances, tasks))

template <>
const Shape& shape_of<ReadUsageRequest>();
template <>
const Shape& shape_of<ReadUsageResponse>();

}  // namespace troupe::api::wire
