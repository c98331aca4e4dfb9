/// The event stream.

#include "actors/control/event_stream.hpp"

#include <algorithm>

namespace troupe::control {
namespace {

using namespace std::chrono_literals;

constexpr auto look_every = 30s;
/// Trimming is a write, so it is done by so many events at a time.
constexpr std::size_t trim_step = 512;

bool has(const std::vector<std::string>& wanted, const std::string& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

/// A sink is foreign code: one that throws is gone, and nobody else with it.
bool hand_to(const EventSink& sink, const std::vector<core::EventPtr>& events) try {
  return sink(events);
} catch (const std::exception& thrown) {
  spdlog::error("event stream drops a subscriber: {}", thrown.what());
  return false;
}

}  // namespace

bool matches(const EventFilter& filter, const core::EventBody& body) {
  const auto* instance = std::get_if<core::InstanceStateChange>(&body);
  if (instance != nullptr && filter.managed == ManagedInstances::hidden &&
      core::is_managed(*instance->instance)) {
    return false;
  }
  if (!has(filter.clusters, core::cluster_of(body))) return false;
  if (!filter.detail_types.empty() && !has(filter.detail_types, core::detail_type(body))) return false;
  if (filter.tasks.empty() && filter.groups.empty()) return true;
  if (const auto service = core::service_of(body)) {
    return filter.tasks.empty() && has(filter.groups, "service:" + *service);
  }
  const auto* change = std::get_if<core::TaskStateChange>(&body);
  return change != nullptr && has(filter.groups, change->task->launch->group) &&
         (filter.tasks.empty() || has(filter.tasks, core::to_string(change->task->id)));
}

EventStream::EventStream(caf::actor_config& config, Limits limits, Clock clock, TimerActor timer,
                         RecoveredEvents recovered)
    : Super(config),
      limits_(limits),
      clock_(std::move(clock)),
      timer_(std::move(timer)),
      last_sequence_(recovered.last_sequence) {
  for (const auto& event : recovered.latest) keep_latest(event);
  for (const auto& task : recovered.tasks) keep_latest(task, 0, {}, task->updated_at);
  for (auto& event : recovered.retained) {
    keep_latest(event);
    retained_.push_back(std::move(event));
  }
}

EventStream::behavior_type EventStream::make_behavior() {
  forget_stopped();
  send(timer_, SetTimer{look_every, 0});
  return {
      [this](const EventsCommitted& news) {
        journal_ = current_sender();
        take(*news.events);
      },
      [this](const Subscribe& ask) { return subscribe(ask); },
      [this](const Unsubscribe& ask) { subscribers_.erase(ask.subscription); },
      [this](const TimerFired&) {
        forget_stopped();
        trim();
        send(timer_, SetTimer{look_every, 0});
      },
  };
}

void EventStream::on_exit() {
  journal_ = nullptr;
  timer_ = nullptr;
  subscribers_.clear();
}

void EventStream::take(const std::vector<core::EventPtr>& events) {
  for (const auto& event : events) remember(event);
  hand_out(events);
  if (retained_.size() > limits_.retained_events + trim_step) trim();
}

void EventStream::remember(const core::EventPtr& event) {
  last_sequence_ = event->sequence;
  retained_.push_back(event);
  keep_latest(event);
}

void EventStream::keep_latest(const core::EventPtr& event) {
  const auto& body = event->event.body;
  if (const auto* change = std::get_if<core::TaskStateChange>(&body)) {
    return keep_latest(change->task, event->sequence, event->event.id, event->event.at);
  }
  if (auto key = core::resource_key(body); !key.empty()) latest_[std::move(key)] = event;
}

void EventStream::keep_latest(const core::TaskPtr& task, std::uint64_t sequence, const core::Uuid& id,
                              core::Time at) {
  if (task->stopped_at) stopped_.emplace(*task->stopped_at, task->id);
  latest_of_tasks_[task->id] = {sequence, id, at, task};
}

void EventStream::hand_out(const std::vector<core::EventPtr>& events) {
  std::vector<core::EventPtr> wanted;
  for (auto it = subscribers_.begin(); it != subscribers_.end();) {
    wanted.clear();
    for (const auto& event : events) {
      if (matches(it->second.filter, event->event.body)) wanted.push_back(event);
    }
    const bool gone = !wanted.empty() && !hand_to(*it->second.sink, wanted);
    it = gone ? subscribers_.erase(it) : std::next(it);
  }
}

Subscribed EventStream::subscribe(const Subscribe& ask) {
  Subscribed reply;
  reply.subscription = next_subscription_++;
  reply.sequence = last_sequence_;
  reply.oldest_retained = retained_.empty() ? last_sequence_ + 1 : retained_.front()->sequence;
  const bool retained = ask.from && *ask.from + 1 >= reply.oldest_retained && *ask.from <= last_sequence_;
  reply.gap = ask.from && !retained;
  if (retained) {
    auto missed = std::make_shared<std::vector<core::EventPtr>>();
    for (const auto& event : retained_) {
      if (event->sequence > *ask.from && matches(ask.filter, event->event.body)) missed->push_back(event);
    }
    reply.missed = std::move(missed);
  } else {
    reply.snapshot = snapshot(ask.filter);
  }
  subscribers_.emplace(reply.subscription, Subscriber{ask.filter, ask.sink});
  return reply;
}

std::shared_ptr<const WorldSnapshot> EventStream::snapshot(const EventFilter& filter) const {
  auto world = std::make_shared<WorldSnapshot>();
  world->sequence = last_sequence_;
  for (const auto& [key, event] : latest_) {
    if (matches(filter, event->event.body)) world->latest.push_back(event);
  }
  for (const auto& [task, latest] : latest_of_tasks_) {
    core::Event event{latest.id, latest.at, core::TaskStateChange{latest.task}};
    if (!matches(filter, event.body)) continue;
    world->latest.push_back(std::make_shared<const core::SequencedEvent>(
        core::SequencedEvent{latest.sequence, std::move(event)}));
  }
  return world;
}

/// The last event always stays: the numbering goes on from it after a restart.
void EventStream::trim() {
  const auto oldest = clock_() - limits_.retained_events_age;
  std::uint64_t up_to = trimmed_;
  while (retained_.size() > 1 &&
         (retained_.size() > limits_.retained_events || retained_.front()->event.at < oldest)) {
    up_to = retained_.front()->sequence;
    retained_.pop_front();
  }
  if (up_to == trimmed_ || !journal_) return;
  trimmed_ = up_to;
  send(caf::actor_cast<JournalActor>(journal_), TrimEvents{up_to});
}

void EventStream::forget_stopped() {
  const auto oldest = clock_() - limits_.stopped_task_retention;
  while (!stopped_.empty() && stopped_.begin()->first < oldest) {
    latest_of_tasks_.erase(stopped_.begin()->second);
    stopped_.erase(stopped_.begin());
  }
}

}  // namespace troupe::control
