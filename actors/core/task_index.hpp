#pragma once

/// All tasks of a cluster as immutable snapshots, found by id and by what
/// ListTasks filters. A plain value; the cluster owns one.

#include "actors/core/commands.hpp"
#include "actors/core/records/task.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::core {

/// B-trees: with millions of tasks a node for each would cost three times the
/// memory, and as many more waits for it.
class TaskIndex {
 public:
  using Tasks = absl::btree_map<TaskId, TaskPtr>;

  /// Adds the task, or replaces it when `task` is a later version.
  /// False when a later version is known already.
  bool put(const TaskPtr& task);
  void erase(const TaskId& id);

  [[nodiscard]] TaskPtr find(const TaskId& id) const;
  /// Tasks placed on an instance that are not STOPPED.
  [[nodiscard]] std::vector<TaskPtr> holding(const InstanceId& instance) const;
  /// Tasks of group "service:NAME", the STOPPED ones too.
  [[nodiscard]] std::vector<TaskPtr> of_service(const std::string& service) const;
  /// Ids of the tasks that STOPPED before `time`, oldest first.
  [[nodiscard]] std::vector<TaskId> stopped_before(Time time, std::size_t limit) const;

  /// One page of ARNs in order of id. `instance` is the parsed filter of the command: FARGATE tasks are on
  /// nobody's container instance.
  [[nodiscard]] ListReply list(const ListTasks& filter, const std::optional<InstanceId>& instance,
                               const Realm& realm, const std::string& cluster) const;

  [[nodiscard]] std::int32_t running() const;
  [[nodiscard]] std::int32_t pending() const;
  /// Those of one launch type that are not STOPPED.
  [[nodiscard]] const TaskCount& count(LaunchType type) const {
    return counts_[static_cast<std::size_t>(type)];
  }
  [[nodiscard]] std::size_t size() const { return tasks_.size(); }
  [[nodiscard]] const Tasks& all() const { return tasks_; }

 private:
  void count(const Task& task, int by);

  using Ids = absl::btree_set<TaskId>;

  Tasks tasks_;
  std::unordered_map<InstanceId, Ids> by_instance_;
  std::unordered_map<std::string, Ids> by_family_;
  std::unordered_map<std::string, Ids> by_starter_;
  std::unordered_map<std::string, Ids> by_service_;
  absl::btree_set<std::pair<Time, TaskId>> stopped_;
  std::array<TaskCount, launch_types> counts_{};
};

}  // namespace troupe::core
