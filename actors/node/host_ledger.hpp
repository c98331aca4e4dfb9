#pragma once

/// What the agent remembers of tasks that have no runner: those a survey found
/// on the host, and those that ended. Plain values, no actors.

#include "actors/core/task_report.hpp"
#include "actors/node/node_messages.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::node {

/// The label on each sandbox that says which host's it is: several agents may
/// share one runtime.
inline constexpr const char* label_host = "io.troupe.host";

/// What a survey found of one task.
struct Findings {
  runtime::Sandbox sandbox;
  std::vector<runtime::ContainerStatus> containers;
};

/// The sandboxes of this host that no task runner has taken over.
class Leftovers {
 public:
  /// Sandboxes labelled with another host's name are none of ours.
  void take(const HostSurvey& survey, const std::string& host);
  /// Hands over what was found of the task.
  std::optional<Findings> claim(const core::TaskId& task);
  [[nodiscard]] bool has(const core::TaskId& task) const { return found_.count(core::to_string(task)) != 0; }
  /// Those that nobody claimed.
  [[nodiscard]] std::vector<core::TaskId> tasks() const;
  /// Hands over all that nobody claimed.
  std::vector<Findings> clear();

 private:
  std::map<std::string, Findings> found_;  ///< By the sandbox's id, which is the task's.
};

/// When the last container of an orphan ended; nothing when one still runs or
/// none ever ran.
std::optional<core::Time> ended_at(const Findings& found);

/// What a runner is told of a task that may have been here before.
TaskAdopted adoption_of(const core::TaskPtr& task, std::optional<Findings> found);

/// Tasks that ended: their last reports, and whose sandboxes are to be removed
/// when they have been kept long enough.
class StoppedTasks {
 public:
  StoppedTasks(core::Millis retention, std::size_t tasks_max)
      : retention_(retention), tasks_max_(tasks_max) {}

  /// `report` is null for one that ended before this agent began.
  void add(const core::TaskId& task, core::Time stopped_at, std::shared_ptr<const core::TaskReport> report);
  [[nodiscard]] bool has(const core::TaskId& task) const { return entries_.count(task) != 0; }
  /// Null when the task is not known, or its report is not.
  [[nodiscard]] std::shared_ptr<const core::TaskReport> report_of(const core::TaskId& task) const;
  /// The tasks whose time is over, or that are too many. They stay known until
  /// `forget`, so that a removal that fails is tried again.
  [[nodiscard]] std::vector<core::TaskId> due(core::Time now) const;
  void forget(const core::TaskId& task);
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    core::Time stopped_at{};
    std::shared_ptr<const core::TaskReport> report;
  };

  core::Millis retention_;
  std::size_t tasks_max_;
  std::unordered_map<core::TaskId, Entry> entries_;
  std::multimap<core::Time, core::TaskId> by_age_;
};

}  // namespace troupe::node
