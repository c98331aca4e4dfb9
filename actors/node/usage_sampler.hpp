#pragma once

/// Looks at what containers use, and makes figures of two looks. Blocking: it runs on the
/// worker pool, in a lane of its own.

#include "actors/core/usage/usage.hpp"
#include "actors/node/container_plan.hpp"
#include "runtime/container_runtime.hpp"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace troupe::node {

using SampledTasks = std::vector<std::pair<core::TaskId, std::shared_ptr<const TaskPlan>>>;

/// What a container used between two looks at it; of a first look only what needs no second.
/// A counter that went back began anew and tells nothing. Pure.
///
/// @param sharers  Containers that have its network namespace, itself among them, 1 or more.
core::UsageFigures figures_between(const std::optional<runtime::Stats>& before, const runtime::Stats& now,
                                   std::size_t sharers);

/// One call at a time.
class UsageSampler {
 public:
  /// Containers that do not run are passed over.
  core::UsageReport sample(runtime::ContainerRuntime& runtime, const SampledTasks& tasks);

 private:
  /// A look, and the container's part of its network's traffic since the first.
  struct Look {
    runtime::Stats stats;
    double received_bytes = 0;
    double sent_bytes = 0;
  };

  core::ContainerUsage usage_of(const PlannedContainer& container, Look& now, std::size_t sharers) const;

  std::unordered_map<std::string, Look> last_;
};

}  // namespace troupe::node
