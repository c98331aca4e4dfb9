/// The timer of all actors.

#include "actors/timer.hpp"

namespace troupe {

Timer::Timer(caf::actor_config& config) : Super(config) {}

Timer::behavior_type Timer::make_behavior() {
  return {
      [this](const SetTimer& request) { set(request); },
      [this](const Tick&) { tick(); },
  };
}

void Timer::set(const SetTimer& request) {
  const auto& asker = current_sender();
  if (!asker) return;
  entries_.emplace(clock().now() + request.delay,
                   Entry{caf::actor_cast<caf::weak_actor_ptr>(asker), request.token});
  arm();
}

void Timer::arm() {
  if (entries_.empty()) return;
  const auto due = entries_.begin()->first;
  if (!ticks_.empty() && *ticks_.begin() <= due) return;
  ticks_.insert(due);
  delayed_send(this, std::max(caf::timespan{0}, caf::timespan{due - clock().now()}), Tick{});
}

void Timer::tick() {
  const auto now = clock().now();
  ticks_.erase(ticks_.begin(), ticks_.upper_bound(now));
  while (!entries_.empty() && entries_.begin()->first <= now) {
    const auto entry = std::move(entries_.begin()->second);
    entries_.erase(entries_.begin());
    if (const auto target = caf::actor_cast<caf::strong_actor_ptr>(entry.target)) {
      caf::anon_send(caf::actor_cast<caf::actor>(target), TimerFired{entry.token});
    }
  }
  arm();
}

}  // namespace troupe
