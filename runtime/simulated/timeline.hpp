#pragma once

/// When simulated things happen: in real time on a thread of its own, or exactly
/// when a test says so. Several runtimes may share one timeline, so thousands of
/// simulated hosts need one thread.
///
/// Thread rule: any thread, several at once; a manual timeline runs what is due
/// on the thread that calls run_due().

#include "runtime/container_runtime.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace troupe::runtime {

class Timeline {
 public:
  /// Follows the system clock. Its thread starts with the first thing to do.
  static std::shared_ptr<Timeline> real();
  /// Stands still at `start` until run_due().
  static std::shared_ptr<Timeline> manual(Time start = Time{});

  ~Timeline();
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  [[nodiscard]] Time now() const;

  /// Does `work` at `when`, at once if that is past; equal times in the order given.
  void at(Time when, std::function<void()> work);

  /// Blocks the caller for this long in real time; a manual timeline does not wait.
  void pass(std::chrono::milliseconds delay);

  /// Manual only: moves on to `now` and does what is due by then, also what
  /// that makes due. Returns how much it did.
  std::size_t run_due(Time now);

  /// When the next thing is due.
  [[nodiscard]] std::optional<Time> next_due() const;

 private:
  struct Core;
  explicit Timeline(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // Shared with the thread: the last owner of a timeline may be a piece of work
  // on that very thread.
  std::shared_ptr<Core> core_;
  std::mutex thread_mutex_;
  std::thread thread_;
};

}  // namespace troupe::runtime
