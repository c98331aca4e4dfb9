#pragma once

/// An event stream that keeps its promises and nothing else: order, snapshots,
/// missed events, a bounded past.

#include "actors/interfaces.hpp"
#include "tests/rendering/records.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::testing {

class FakeEventStream : public EventStreamActor::base {
 public:
  FakeEventStream(caf::actor_config& config, std::size_t retained_max)
      : EventStreamActor::base(config), retained_max_(retained_max) {}

  behavior_type make_behavior() override {
    return {
        [this](const EventsCommitted& news) { take(*news.events); },
        [this](const Subscribe& ask) { return subscribe(ask); },
        [this](const Unsubscribe& ask) { subscribers_.erase(ask.subscription); },
        [](const TimerFired&) {},
    };
  }

 private:
  void take(const std::vector<core::EventPtr>& events) {
    for (const auto& event : events) {
      last_ = event->sequence;
      retained_.push_back(event);
      if (retained_.size() > retained_max_) retained_.pop_front();
      if (const auto* change = std::get_if<core::TaskStateChange>(&event->event.body)) {
        latest_[core::to_string(change->task->id)] = event;
      }
    }
    std::erase_if(subscribers_, [&](const auto& entry) { return !(*entry.second)(events); });
  }

  Subscribed subscribe(const Subscribe& ask) {
    Subscribed reply;
    reply.subscription = ++subscriptions_;
    reply.sequence = last_;
    reply.oldest_retained = retained_.empty() ? last_ + 1 : retained_.front()->sequence;
    const bool retained = ask.from && *ask.from + 1 >= reply.oldest_retained && *ask.from <= last_;
    reply.gap = ask.from && !retained;
    if (retained) {
      auto missed = std::make_shared<std::vector<core::EventPtr>>();
      for (const auto& event : retained_) {
        if (event->sequence > *ask.from) missed->push_back(event);
      }
      reply.missed = missed;
    } else {
      auto world = std::make_shared<WorldSnapshot>();
      world->sequence = last_;
      for (const auto& [id, event] : latest_) world->latest.push_back(event);
      reply.snapshot = world;
    }
    subscribers_.emplace(reply.subscription, ask.sink);
    return reply;
  }

  std::size_t retained_max_;
  std::uint64_t last_ = 0;
  std::uint64_t subscriptions_ = 0;
  std::deque<core::EventPtr> retained_;
  std::map<std::string, core::EventPtr> latest_;
  std::map<std::uint64_t, std::shared_ptr<const EventSink>> subscribers_;
};

/// A change of the task `number` in `cluster`.
inline core::EventPtr task_event(std::uint64_t sequence, std::uint64_t number,
                                 const std::string& cluster = "prod") {
  const auto task = web_task();
  auto launch = std::make_shared<core::TaskLaunch>(*task->launch);
  launch->cluster = cluster;
  task->launch = launch;
  task->id = core::TaskId{{9, number}};
  core::SequencedEvent event{sequence,
                             {core::Uuid{{sequence, 1}}, task->updated_at, core::TaskStateChange{task}}};
  return std::make_shared<const core::SequencedEvent>(std::move(event));
}

}  // namespace troupe::testing
