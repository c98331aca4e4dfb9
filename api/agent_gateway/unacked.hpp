#pragma once

/// Payloads that an agent was sent and has not confirmed. Delivery is at least once: an
/// agent takes a task that it knows already for what it is.

#include "actors/core/ids.hpp"
#include "actors/core/time.hpp"

#include <map>
#include <string>
#include <vector>

namespace troupe::api::agent_gateway {

/// A payload on its way. Times are of a clock that nobody sets.
struct UnackedPayload {
  std::string message;
  core::TaskId task;
  int times_sent = 1;
};

class UnackedPayloads {
 public:
  explicit UnackedPayloads(core::Millis patience) : patience_(patience) {}

  /// Sent (again) at `now`. An older message on the same task needs no answer any more.
  void sent(const std::string& message, const core::TaskId& task, core::Millis now);
  /// The agent has it, or it is pointless. False for a message that is not waited for.
  bool settle(const std::string& message);
  /// Those that were not confirmed in time, oldest first.
  [[nodiscard]] std::vector<UnackedPayload> overdue(core::Millis now) const;
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }

 private:
  struct Waiting {
    UnackedPayload payload;
    core::Millis due{0};
  };
  core::Millis patience_;
  std::map<core::TaskId, Waiting> waiting_;  ///< The last message on each task.
  std::map<std::string, core::TaskId> by_message_;
};

}  // namespace troupe::api::agent_gateway
