#pragma once

/// The tasks of a host whose control plane is elsewhere, as far as its agent knows them: what it
/// was told of them, and what it has reported since.

#include "actors/core/task_report.hpp"
#include "api/metadata/task_source.hpp"

#include <mutex>
#include <unordered_map>

namespace troupe::api::metadata {

/// Thread-safe.
class TaskBook {
 public:
  /// A task that has come; one that is known stays as it is.
  void add(const core::TaskPtr& task);
  /// It is to stop.
  void stop(const core::TaskId& task, core::Time now);
  /// What the host says of it now; a task that has ended is forgotten.
  void take(const core::TaskReport& report, core::Time now);
  /// Null when there is none.
  [[nodiscard]] core::TaskPtr find(const core::TaskId& task) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<core::TaskId, core::TaskPtr> tasks_;
};

}  // namespace troupe::api::metadata
