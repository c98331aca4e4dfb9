#pragma once

/// The event stream: what happened, in order, for those who watch. It keeps the
/// last event of each resource (that is a snapshot, consistent by construction)
/// and the recent events, so that a subscriber can resume.

#include "actors/player.hpp"
#include "actors/stage.hpp"

#include <deque>
#include <map>
#include <set>
#include <unordered_map>

namespace troupe::control {

/// What the journal held when the stream starts.
struct RecoveredEvents {
  std::uint64_t last_sequence = 0;
  std::vector<core::EventPtr> retained;  ///< In order, without gaps.
  std::vector<core::EventPtr> latest;    ///< One for each resource that exists.
};

class EventStream : public Player<EventStreamActor> {
 public:
  EventStream(caf::actor_config& config, Limits limits, Clock clock, TimerActor timer,
              RecoveredEvents recovered);
  behavior_type make_behavior() override;
  const char* name() const override { return "event_stream"; }
  /// The journal knows the stream and the stream the journal: one must let go.
  void on_exit() override;

 private:
  struct Subscriber {
    EventFilter filter;
    std::shared_ptr<const EventSink> sink;
  };

  void take(const std::vector<core::EventPtr>& events);
  void remember(const core::EventPtr& event);
  void keep_latest(const core::EventPtr& event);
  Subscribed subscribe(const Subscribe& ask);
  [[nodiscard]] std::shared_ptr<const WorldSnapshot> snapshot(const EventFilter& filter) const;
  void hand_out(const std::vector<core::EventPtr>& events);
  void trim();
  void forget_stopped();

  Limits limits_;
  Clock clock_;
  TimerActor timer_;
  std::uint64_t last_sequence_;
  std::deque<core::EventPtr> retained_;
  std::map<std::string, core::EventPtr> latest_;
  std::set<std::pair<core::Time, std::string>> stopped_;  ///< Keys in latest_ of tasks that are STOPPED.
  std::map<std::uint64_t, Subscriber> subscribers_;
  std::uint64_t next_subscription_ = 1;
  std::uint64_t trimmed_ = 0;
  caf::strong_actor_ptr journal_;  ///< Who sends the events; takes the order to trim.
};

/// Whether a subscriber with this filter wants the event.
bool matches(const EventFilter& filter, const core::EventBody& body);

}  // namespace troupe::control
