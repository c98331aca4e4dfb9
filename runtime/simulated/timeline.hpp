#pragma once

/// When simulated things happen: in real time on a thread of its own, or exactly
/// when a test says so. Several runtimes may share one timeline, so thousands of
/// simulated hosts need one thread.
///
/// Thread rule: any thread, several at once; a manual timeline runs what is due
/// on the thread that calls run_due().

#include "runtime/container_runtime.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <thread>
#include <vector>

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
  enum class Mode : std::uint8_t { real, manual };
  struct Entry {
    Time when;
    std::uint64_t order;
    std::function<void()> work;
    // A heap keeps its greatest on top: that is the earliest here.
    bool operator<(const Entry& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };

  Timeline(Mode mode, Time start) : mode_(mode), now_(start) {}
  void follow_the_clock();
  Entry take_first();

  const Mode mode_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Time now_;
  std::uint64_t next_order_ = 0;
  std::priority_queue<Entry> entries_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace troupe::runtime
