#pragma once

/// What the tasks of one container instance hold of it, kept up task by task: an instance
/// of hundreds of tasks does not look at each of them whenever one changes.

#include "actors/core/records/container_instance.hpp"
#include "actors/core/records/task.hpp"

#include <cstdint>

namespace troupe::core {

/// The sums are those of `count_tasks` over all tasks that were put in and not taken out
/// again, in any order.
class TaskTally {
 public:
  void put(const Task& task);
  /// @pre The same version of the task was put in.
  void take_out(const Task& task);

  /// Writes the sums into the instance's record.
  void show(ContainerInstance& instance) const;

 private:
  std::int32_t& count_of(const Task& task);

  TaskSize used_;  ///< Its ports are sorted.
  std::int32_t running_ = 0;
  std::int32_t pending_ = 0;
};

}  // namespace troupe::core
