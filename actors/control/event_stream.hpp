#pragma once

/// The event stream: what happened, in order, for those who watch. It keeps the
/// last event of each resource (that is a snapshot, consistent by construction)
/// and the recent events, so that a subscriber can resume.

#include "actors/player.hpp"
#include "actors/stage.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>

#include <deque>
#include <map>
#include <unordered_map>

namespace troupe::control {

/// What the journal held when the stream starts.
struct RecoveredEvents {
  std::uint64_t last_sequence = 0;
  std::vector<core::EventPtr> retained;  ///< In order, without gaps.
  std::vector<core::EventPtr> latest;    ///< Of each resource but tasks; retained ones are newer.
  std::vector<core::TaskPtr> tasks;      ///< All that are remembered.
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

  /// Its last event, in as few bytes as there can be millions of them.
  struct LatestOfTask {
    std::uint64_t sequence = 0;
    core::Uuid id;
    core::Time at{};
    core::TaskPtr task;
  };

  void take(const std::vector<core::EventPtr>& events);
  void remember(const core::EventPtr& event);
  void keep_latest(const core::EventPtr& event);
  void keep_latest(const core::TaskPtr& task, std::uint64_t sequence, const core::Uuid& id, core::Time at);
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
  std::map<std::string, core::EventPtr> latest_;  ///< Of each resource but tasks.
  absl::btree_map<core::TaskId, LatestOfTask> latest_of_tasks_;
  absl::btree_set<std::pair<core::Time, core::TaskId>> stopped_;  ///< Tasks in latest_of_tasks_.
  std::map<std::uint64_t, Subscriber> subscribers_;
  std::uint64_t next_subscription_ = 1;
  std::uint64_t trimmed_ = 0;
  caf::strong_actor_ptr journal_;  ///< Who sends the events; takes the order to trim.
};

/// Whether a subscriber with this filter wants the event.
bool matches(const EventFilter& filter, const core::EventBody& body);

}  // namespace troupe::control
