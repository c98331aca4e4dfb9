#pragma once

/// Where blocking work happens, so that no actor ever blocks: threads with a
/// queue for each kind of work.

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

namespace troupe::node {

/// Work of different lanes never waits for each other.
enum class Lane : std::uint8_t { host, pull, probe, sample };
inline constexpr std::size_t lane_count = 4;

/// Within a lane the lower value goes first, then who came first. What is
/// nearest to its end goes before what has only begun: of fifty tasks the first
/// runs early, and not all at the very end.
enum class Urgency : std::uint8_t { ending, starting, creating, preparing };

/// Runs jobs somewhere. Jobs must not throw.
class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  virtual void run(Lane lane, Urgency urgency, std::function<void()> job) = 0;
  /// Returns when no job runs any more; jobs that have not begun are dropped.
  virtual void stop() = 0;
};

/// Runs each job at once, in the caller's thread: for tests and simulations.
class InlineExecutor : public Executor {
 public:
  void run(Lane /*lane*/, Urgency /*urgency*/, std::function<void()> job) override { job(); }
  void stop() override {}
};

/// Threads, started when they are first needed, at most as many as given for
/// each lane. The queues are bounded by the callers: a task has a handful of
/// calls under way, and a host a bounded number of tasks.
class WorkerPool : public Executor {
 public:
  explicit WorkerPool(std::array<std::size_t, lane_count> threads);
  ~WorkerPool() override { stop(); }

  void run(Lane lane, Urgency urgency, std::function<void()> job) override;
  void stop() override;
  /// stop() was called and no further job will begin.
  [[nodiscard]] bool stopped();

 private:
  struct Job {
    Urgency urgency;
    std::uint64_t order;
    std::function<void()> work;
  };
  struct LessUrgent {
    bool operator()(const Job& left, const Job& right) const {
      return left.urgency != right.urgency ? left.urgency > right.urgency : left.order > right.order;
    }
  };
  struct Queue {
    std::priority_queue<Job, std::vector<Job>, LessUrgent> jobs;
    std::condition_variable ready;
    std::vector<std::thread> threads;
    std::size_t threads_max = 1;
    std::size_t idle = 0;
  };

  void work(Queue& queue);

  std::mutex mutex_;
  std::array<Queue, lane_count> queues_;
  std::uint64_t order_ = 0;
  bool stopped_ = false;
};

}  // namespace troupe::node
