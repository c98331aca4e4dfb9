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

/// What a container uses now; totals since it started.
struct ContainerStats {
  core::Time read_at{};
  std::uint64_t cpu_ns = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t memory_limit_bytes = 0;
  std::uint64_t memory_max_bytes = 0;
  std::uint64_t network_rx_bytes = 0;
  std::uint64_t network_tx_bytes = 0;
  std::uint64_t block_read_bytes = 0;
  std::uint64_t block_write_bytes = 0;
  std::uint64_t processes = 0;
};

/// Absent when the task has no container of that name.
std::optional<std::string> container_json(const core::Realm& realm, const core::Task& task,
                                          std::string_view name);
std::string task_json(const core::Realm& realm, const core::Task& task);

/// `null` for a container that does not run.
std::string stats_json(const std::string& id, const std::optional<ContainerStats>& stats);
/// One entry for each container, by id.
std::string task_stats_json(const std::vector<std::pair<std::string, std::optional<ContainerStats>>>& all);

}  // namespace troupe::api::metadata
