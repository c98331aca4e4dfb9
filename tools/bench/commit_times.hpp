#pragma once

/// A journal that notes when each event became durable: the moment from which a
/// subscriber could know of it.

#include "runtime/journal.hpp"
#include "tools/bench/latencies.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace troupe::tools::bench {

/// By sequence number; written by the journal's thread, read by any.
class CommitTimes {
 public:
  /// Events beyond `capacity` are not noted.
  explicit CommitTimes(std::size_t capacity) : times_(capacity) {}

  void note(std::uint64_t sequence, Clock::time_point when);
  /// Absent: not committed yet, or not noted.
  [[nodiscard]] std::optional<Clock::time_point> of(std::uint64_t sequence) const;
  [[nodiscard]] std::uint64_t last_sequence() const { return last_; }

 private:
  std::vector<std::atomic<Clock::rep>> times_;
  std::atomic<std::uint64_t> last_{0};
};

/// Commits to `journal`, and notes the moment after it has returned.
std::shared_ptr<runtime::Journal> timed_journal(std::unique_ptr<runtime::Journal> journal,
                                                std::shared_ptr<CommitTimes> times);

}  // namespace troupe::tools::bench
