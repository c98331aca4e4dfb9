#pragma once

/// What became of tasks, on its way to the control plane: in order for each task, one call of
/// a task at a time, and as often as it takes. Pure; time and chance are arguments.
///
/// A report is the whole of what is known, so of those that wait with one status only the
/// newest is sent: a task never has more than three waiting.
///
/// Source: behaviour of Amazon's agent 1.105 (events of a task are strictly serialised, at most
/// ten tasks submit at a time, 1 s × 1.3 up to 30 s between attempts).

#include "actors/core/task_report.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace troupe::api::agent_client {

/// Between attempts: grows by `factor` from `first` to `cap`, each ±20 %.
struct Backoff {
  std::chrono::milliseconds first{1'000};
  double factor = 1.3;
  std::chrono::milliseconds cap{30'000};
};
/// @param failures  In a row, at least 1.
std::chrono::milliseconds delay_of(const Backoff& rule, unsigned failures, std::uint64_t chance);

using ReportPtr = std::shared_ptr<const core::TaskReport>;

class ReportQueue {
 public:
  enum class Outcome : std::uint8_t {
    kept,     ///< The control plane has it.
    refused,  ///< It will never take it: what follows is sent all the same.
    failed,   ///< To be tried again.
  };

  void push(ReportPtr report);
  /// Those to send now; each is under way until `settle`.
  std::vector<ReportPtr> due(core::Time now);
  void settle(const core::TaskId& task, Outcome outcome, core::Time now, std::uint64_t chance);
  /// When to ask `due` again; nothing while all that waits is under way.
  [[nodiscard]] std::optional<core::Time> next() const;
  [[nodiscard]] bool empty() const { return tasks_.empty(); }

 private:
  struct Waiting {
    std::deque<ReportPtr> reports;
    bool under_way = false;
    unsigned failures = 0;
    core::Time not_before{};
  };

  std::map<core::TaskId, Waiting> tasks_;
  std::size_t under_way_ = 0;
};

}  // namespace troupe::api::agent_client
