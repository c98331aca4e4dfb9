#pragma once

/// Which tasks the control plane was told to run, remembered over restarts of this process: one
/// whose containers are gone then has ended, and is not begun a second time.

#include "actors/core/ids.hpp"

#include <boost/asio/thread_pool.hpp>

#include <mutex>
#include <set>
#include <string>

namespace troupe::api::agent_client {

/// An empty file for each task, written by a thread of its own. Thread-safe; never blocks. What
/// cannot be written is logged and remembered by this process alone.
class BegunTasks {
 public:
  /// @param directory  Made when it is missing. Empty: nothing outlives the process.
  explicit BegunTasks(std::string directory);
  ~BegunTasks();
  BegunTasks(const BegunTasks&) = delete;
  BegunTasks& operator=(const BegunTasks&) = delete;

  void add(const core::TaskId& task);
  void remove(const core::TaskId& task);
  [[nodiscard]] std::set<core::TaskId> all() const;

 private:
  void load();
  [[nodiscard]] std::string file_of(const core::TaskId& task) const;

  std::string directory_;
  mutable std::mutex mutex_;
  std::set<core::TaskId> tasks_;
  boost::asio::thread_pool writer_{1};
};

}  // namespace troupe::api::agent_client
