#pragma once

/// Namespaces made ahead, and the thread that makes and takes them down.
///
/// The thread keeps out of the way of a burst of starts: it waits until none has
/// come for a moment, but not for ever. A failure to make one is logged and
/// tried again with growing pauses; whoever needs one meanwhile makes it himself
/// and gets the reason.

#include "runtime/network/workshop.hpp"

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace troupe::runtime {

class Pool {
 public:
  using Clock = std::chrono::steady_clock;

  /// Keeps `ready` namespaces behind the bridge from now on.
  Pool(Workshop& workshop, std::size_t ready, std::vector<NetworkRecord> adopted);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// A ready namespace, else a fresh one.
  Result<NetworkRecord> take(NetworkKind kind);

  /// Takes it down soon; at once when too many wait already.
  void discard(NetworkRecord record);

  bool settle(std::chrono::milliseconds deadline) const;

  /// Takes down all that is ready and makes no more.
  Result<void> drain();

 private:
  struct Shelf {
    NetworkKind kind;
    std::size_t wanted = 0;
    std::vector<NetworkRecord> ready;
  };

  void work();
  [[nodiscard]] bool has_work() const;
  [[nodiscard]] Clock::time_point work_due() const;
  void work_once(std::unique_lock<std::mutex>& lock);
  Shelf* shelf_of(NetworkKind kind);
  [[nodiscard]] Shelf* shelf_to_fill();

  Workshop& workshop_;
  const std::size_t ready_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::array<Shelf, 2> shelves_{Shelf{NetworkKind::bridge, 0, {}}, Shelf{NetworkKind::address, 0, {}}};
  std::deque<NetworkRecord> discarded_;
  Clock::time_point last_taken_{};
  Clock::time_point work_since_{};
  Clock::time_point retry_at_{};
  std::chrono::milliseconds pause_{0};
  bool working_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace troupe::runtime
