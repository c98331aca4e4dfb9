/// Bookkeeping of unconfirmed payloads.

#include "api/agent_gateway/unacked.hpp"

#include <algorithm>

namespace troupe::api::agent_gateway {

void UnackedPayloads::sent(const std::string& message, const core::TaskId& task, core::Millis now) {
  const auto [entry, fresh] = waiting_.try_emplace(task);
  auto& waiting = entry->second;
  const bool again = !fresh && waiting.payload.message == message;
  if (!fresh && !again) by_message_.erase(waiting.payload.message);
  waiting.payload = {message, task, again ? waiting.payload.times_sent + 1 : 1};
  waiting.due = now + patience_;
  by_message_[message] = task;
}

bool UnackedPayloads::settle(const std::string& message) {
  const auto known = by_message_.find(message);
  if (known == by_message_.end()) return false;
  waiting_.erase(known->second);
  by_message_.erase(known);
  return true;
}

std::vector<UnackedPayload> UnackedPayloads::overdue(core::Millis now) const {
  std::vector<const Waiting*> late;
  for (const auto& [task, waiting] : waiting_) {
    if (waiting.due <= now) late.push_back(&waiting);
  }
  std::ranges::sort(late, {}, [](const Waiting* each) { return each->due; });
  std::vector<UnackedPayload> payloads;
  for (const auto* each : late) payloads.push_back(each->payload);
  return payloads;
}

}  // namespace troupe::api::agent_gateway
