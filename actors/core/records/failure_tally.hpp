#pragma once

/// How often tasks of one deployment failed, counted so that a task is counted
/// once, whoever looks and however often, also after a restart.

#include "actors/core/describe.hpp"
#include "actors/core/ids.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace troupe::core {

struct FailureTally {
  std::int32_t failed = 0;           ///< Since the last healthy task (`failedTasks`).
  std::int32_t failed_to_start = 0;  ///< In a row; slows the launches down.
  std::optional<Time> last_failure_at;
  /// Tasks that stopped up to this moment have been looked at; of later ones,
  /// those in `counted`.
  Time looked_up_to{};
  std::vector<TaskId> counted;
  /// The latest start among the tasks that were seen healthy.
  std::optional<Time> healthy_from;
  friend bool operator==(const FailureTally&, const FailureTally&) = default;
};
BOOST_DESCRIBE_STRUCT(FailureTally, (),
                      (failed, failed_to_start, last_failure_at, looked_up_to, counted, healthy_from))

}  // namespace troupe::core
