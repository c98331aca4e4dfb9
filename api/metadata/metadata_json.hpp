#pragma once

/// A task and its containers as the task metadata endpoint, version 4, shows them
/// from inside the task.
///
/// Pure functions. Source: ECS Developer Guide, "Amazon ECS task metadata endpoint
/// version 4"; the stats are the Docker Engine API's, "Get container stats".

#include "actors/core/ids.hpp"
#include "actors/core/records/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::api::metadata {

/// "TASKID-NAME": how a container is called on its host and in its metadata URI.
struct ContainerRef {
  core::TaskId task;
  std::string name;
};
std::optional<ContainerRef> parse_container_id(std::string_view id);
std::string container_id(const core::TaskId& task, std::string_view name);

/// What one of its interfaces carried.
struct InterfaceStats {
  std::string name;
  std::uint64_t rx_bytes = 0;
  std::uint64_t rx_packets = 0;
  std::uint64_t rx_errors = 0;
  std::uint64_t rx_dropped = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t tx_packets = 0;
  std::uint64_t tx_errors = 0;
  std::uint64_t tx_dropped = 0;
};

/// What a container uses now; totals since it started.
struct ContainerStats {
  core::Time read_at{};
  std::uint64_t cpu_ns = 0;
  std::uint64_t cpu_user_ns = 0;
  std::uint64_t cpu_system_ns = 0;
  std::vector<std::uint64_t> cpu_per_core_ns;  ///< Empty: not told.
  std::uint64_t host_cpu_ns = 0;               ///< Of the whole host since it started, idle time too.
  unsigned host_cpus = 0;
  std::uint64_t memory_bytes = 0;  ///< Without the cache that can go at once:
  std::uint64_t memory_inactive_file_bytes = 0;
  std::uint64_t memory_limit_bytes = 0;
  std::uint64_t memory_max_bytes = 0;
  std::vector<InterfaceStats> interfaces;
  std::uint64_t block_read_bytes = 0;
  std::uint64_t block_write_bytes = 0;
  std::uint64_t processes = 0;
};

/// Two looks at a container. The earlier one is absent at the first.
struct ContainerReading {
  ContainerStats now;
  std::optional<ContainerStats> before;
};

/// Absent when the task has no container of that name.
std::optional<std::string> container_json(const core::Realm& realm, const core::Task& task,
                                          std::string_view name);
std::string task_json(const core::Realm& realm, const core::Task& task);

/// `null` for a container that does not run. Rates need an earlier reading; as in Docker's
/// one-shot answers `precpu_stats` are zeros without one.
std::string stats_json(const std::string& id, const std::optional<ContainerReading>& read);
/// One entry for each container, by id.
std::string task_stats_json(const std::vector<std::pair<std::string, std::optional<ContainerReading>>>& all);

}  // namespace troupe::api::metadata
