#pragma once

/// What clients do to the cluster while it is measured: calls with so many under
/// way at once, and a probe that asks for tasks at even intervals.

#include "tools/bench/c2m_cluster.hpp"

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace troupe::tools::bench {

/// Sends the commands that `next` makes until it makes none, `window` of them
/// under way at any time.
class CallLoad {
 public:
  /// Called on an actor's thread, one call at a time.
  using Next = std::function<std::optional<core::ClusterCommand>()>;
  using Take = std::function<void(const core::Reply&)>;

  CallLoad(C2mCluster& cluster, std::size_t window, Next next, Take take);
  CallLoad(const CallLoad&) = delete;
  CallLoad& operator=(const CallLoad&) = delete;
  /// Waits for what is under way.
  ~CallLoad();

  [[nodiscard]] bool done() const { return state_->done; }
  /// Why a call was refused; empty: none was. Only when done.
  [[nodiscard]] const std::string& problem() const { return state_->problem; }
  /// Only when done.
  [[nodiscard]] const Latencies& latencies() const { return state_->latencies; }

  struct State {
    Next next;
    Take take;
    Latencies latencies;
    std::string problem;
    std::size_t under_way = 0;
    std::atomic<bool> done{false};
  };

 private:
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

/// DescribeTasks of ten tasks, a hundred times a second, until it is destroyed.
class DescribeProbe {
 public:
  explicit DescribeProbe(C2mCluster& cluster);
  DescribeProbe(const DescribeProbe&) = delete;
  DescribeProbe& operator=(const DescribeProbe&) = delete;
  ~DescribeProbe();

  /// These are asked for from now on.
  void look_at(const std::vector<core::TaskPtr>& tasks);
  /// Ends it.
  const Latencies& finish();

 private:
  void run();

  C2mCluster& cluster_;
  std::mutex mutex_;
  std::vector<std::string> tasks_;
  Latencies latencies_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace troupe::tools::bench
