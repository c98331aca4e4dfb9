/// What the scaler hears. What it does is in scaler_steps.cpp.

#include "actors/control/scaler.hpp"

namespace troupe::control {

Scaler::Scaler(caf::actor_config& config, ScalerParts parts) : Super(config), parts_(std::move(parts)) {}

Scaler::behavior_type Scaler::make_behavior() {
  EventFilter filter;
  filter.detail_types = {"ECS Task State Change", "ECS Container Instance State Change",
                         "ECS Cluster State Change"};
  auto sink =
      std::make_shared<const EventSink>([self = ScalerActor{this}](const std::vector<core::EventPtr>& news) {
        caf::anon_send(self, EventsCommitted{std::make_shared<const std::vector<core::EventPtr>>(news)});
        return true;
      });
  request(parts_.events, caf::infinite, Subscribe{std::nullopt, filter, std::move(sink)})
      .then(
          [this](const Subscribed& start) {
            if (start.snapshot) take(start.snapshot->latest);
            look();
          },
          [this](const caf::error& why) { quit(why); });
  return {
      [this](const EventsCommitted& news) { take(*news.events); },
      [this](const TimerFired&) { look(); },
  };
}

void Scaler::on_exit() {
  parts_ = {};
  tasks_.clear();
  instances_.clear();
}

void Scaler::take(const std::vector<core::EventPtr>& events) {
  for (const auto& event : events) take(event->event.body);
}

void Scaler::take(const core::EventBody& body) {
  if (const auto* change = std::get_if<core::TaskStateChange>(&body)) {
    if (change->task->last_status == core::TaskStatus::STOPPED) {
      tasks_.erase(change->task->id);
    } else {
      tasks_[change->task->id] = change->task;
    }
  } else if (const auto* changed = std::get_if<core::InstanceStateChange>(&body)) {
    const auto& instance = changed->instance;
    if (instance->status == core::InstanceStatus::INACTIVE) {
      instances_.erase(instance->id);
      idle_since_.erase(instance->id);
    } else if (!instance->capacity_provider.empty()) {
      instances_[instance->id] = instance;
      offers_[instance->capacity_provider] = instance->registered;
    }
  } else if (const auto* cluster = std::get_if<core::ClusterStateChange>(&body)) {
    clusters_[cluster->cluster->name] = cluster->cluster;
  }
}

ScalerActor spawn_scaler(caf::actor_system& system, ScalerParts parts) {
  return system.spawn<Scaler, caf::detached>(std::move(parts));
}

}  // namespace troupe::control
