/// What becomes durable, and what others are told of it.

#include "tools/simulation/referee.hpp"

#include "actors/core/store.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace troupe::simulation {

using core::TaskStatus;

namespace {

/// No container ended by itself: each that ended did so by SIGTERM or SIGKILL.
bool was_signalled(const core::Task& task) {
  const auto ended = [](const core::Container& one) { return one.exit_code.has_value(); };
  const auto signalled = [&](const core::Container& one) {
    return !ended(one) || one.exit_code == 128 + 15 || one.exit_code == 128 + 9;
  };
  return std::ranges::any_of(task.containers, ended) && std::ranges::all_of(task.containers, signalled);
}

std::string named(const core::TaskId& id) {
  return "task " + core::to_string(id);
}

}  // namespace

Referee::Referee(VirtualCluster& world) : world_(world), catalog_(core::Realm{}) {
  world.watch(this);
}

void Referee::breach(const std::string& what) {
  world_.note("BREACH: " + what);
  on_breach(what);
}

void Referee::durable(const runtime::WriteBatch& batch) {
  for (const auto& write : batch) {
    if (!write.until.empty()) {
      contents_.erase(contents_.lower_bound(write.key), contents_.lower_bound(write.until));
      continue;
    }
    if (write.value) {
      contents_[write.key] = std::hash<std::string>{}(*write.value);
    } else {
      contents_.erase(write.key);
    }
    take(write);
  }
}

void Referee::take(const runtime::Write& write) {
  const std::string_view key = write.key;
  if (key.starts_with("t/")) {
    write.value ? take_task(write.key, *write.value) : forget_task(write.key);
  } else if (key.starts_with("e/") && write.value) {
    take_event(write.key, *write.value);
  } else if (!write.value) {
    if (key.starts_with("s/")) services_.erase(write.key.substr(write.key.rfind('/') + 1));
    return;
  } else if (key.starts_with("d/")) {
    auto record = core::load_task_definition(*write.value);
    if (!record) return breach("unreadable " + write.key);
    catalog_.put(std::make_shared<const core::TaskDefinitionRecord>(std::move(*record)));
  } else if (key.starts_with("i/")) {
    auto record = core::load_instance(*write.value);
    if (!record) return breach("unreadable " + write.key);
    const auto id = record->id;
    const auto known = instances_.find(id);
    if (known != instances_.end() && record->version <= known->second->version) {
      breach("instance " + record->host_id + " has an older version than before");
    }
    instances_[id] = std::make_shared<const core::ContainerInstance>(std::move(*record));
  } else if (key.starts_with("s/")) {
    auto record = core::load_service(*write.value);
    if (!record) return breach("unreadable " + write.key);
    take_service(std::make_shared<const core::Service>(std::move(*record)));
  }
}

void Referee::take_task(const std::string& key, const std::string& bytes) {
  auto record = core::load_task(bytes, catalog_);
  if (!record) return breach("unreadable " + key);
  const auto next = std::make_shared<const core::Task>(std::move(*record));
  auto& known = tasks_[next->id];
  const auto before = known;
  known = next;
  if (!before || before->last_status != next->last_status || before->desired_status != next->desired_status) {
    const auto* host = host_of(next->instance);
    world_.note(named(next->id) + " is " + boost::describe::enum_to_string(next->last_status, "?") +
                ", to be " + boost::describe::enum_to_string(next->desired_status, "?") + ", on " +
                (host != nullptr ? host->name() : "no host") + ", in " + next->launch->group);
  }
  if (before) {
    compare(*before, *next);
  } else {
    ++tasks_seen_;
    if (forgotten_.contains(next->id)) breach(named(next->id) + " comes back after it was forgotten");
  }
  count(before, next);
  if (const auto service = core::service_of(*next)) {
    if (next->last_status == TaskStatus::STOPPED) {
      tasks_of_[*service].erase(next->id);
    } else {
      tasks_of_[*service].insert(next->id);
    }
    if (before) {
      note_loss(*before, *next);
      judge_stop(*before, *next);
    } else {
      judge_start(*next);
    }
  }
  if (before) look_at_end(*before, *next);
}

void Referee::compare(const core::Task& before, const core::Task& next) {
  const auto name = named(next.id);
  if (next.last_status < before.last_status) breach(name + " moves backwards");
  if (before.desired_status == core::DesiredStatus::STOPPED &&
      next.desired_status != core::DesiredStatus::STOPPED) {
    breach(name + " was to stop and is to run again");
  }
  if (next.version <= before.version) breach(name + " has an older version than before");
  if (!before.instance.empty() && next.instance != before.instance) breach(name + " changes its instance");
}

void Referee::count(const core::TaskPtr& before, const core::TaskPtr& next) {
  if (before && !before->instance.empty() && core::holds_resources(*before)) {
    usage_[before->instance].remove(before->launch->size);
  }
  if (next->instance.empty() || !core::holds_resources(*next)) return;
  auto& usage = usage_[next->instance];
  usage.add(next->launch->size);
  const auto instance = instances_.find(next->instance);
  if (instance == instances_.end()) return breach(named(next->id) + " is placed on no known instance");
  if (before && !before->instance.empty()) return;
  if (const auto excess = usage.excess(instance->second->registered); !excess.empty()) {
    breach("instance " + instance->second->host_id + " is oversubscribed by " + named(next->id) + ": " +
           excess);
  }
}

/// STOPPED is the truth, and somebody's wish or the containers' own end.
void Referee::look_at_end(const core::Task& before, const core::Task& next) {
  if (next.last_status != TaskStatus::STOPPED || before.last_status == TaskStatus::STOPPED) return;
  excused_at_.erase(next.id);
  const auto instance = instances_.find(next.instance);
  if (instance == instances_.end() || instance->second->status == core::InstanceStatus::INACTIVE) return;
  if (auto* host = host_of(next.instance);
      host != nullptr && host->running_in(core::to_string(next.id)) > 0) {
    breach(named(next.id) + " is STOPPED, and its containers run on " + host->name());
  }
  // The others are stopped where one cannot be started.
  const auto crashed = crashed_at_.find(instance->second->host_id);
  const bool failed = next.stop_code == core::TaskStopCode::TaskFailedToStart ||
                      (crashed != crashed_at_.end() && crashed->second >= next.created_at);
  if (before.desired_status == core::DesiredStatus::RUNNING && !failed && was_signalled(next)) {
    breach(named(next.id) + " was made to stop, and nobody had asked for it");
  }
}

void Referee::forget_task(const std::string& key) {
  const auto id = core::parse_id<core::TaskId>(key.substr(key.rfind('/') + 1));
  const auto known = id ? tasks_.find(*id) : tasks_.end();
  if (known == tasks_.end()) return;
  const auto& task = *known->second;
  if (task.last_status != TaskStatus::STOPPED) breach(named(*id) + " is forgotten before it is STOPPED");
  forgotten_.insert(*id);
  tasks_.erase(known);
}

void Referee::take_event(const std::string& key, const std::string& bytes) {
  const auto sequence = core::event_sequence(key);
  if (sequence != last_sequence_ + 1) {
    breach("event " + std::to_string(sequence) + " is written after event " + std::to_string(last_sequence_));
  }
  last_sequence_ = sequence;
  const auto event = core::load_event(bytes, catalog_);
  if (!event) return breach("unreadable " + key);
  const auto* change = std::get_if<core::TaskStateChange>(&event->body);
  if (change == nullptr) return;
  auto& version = event_versions_[change->task->id];
  if (change->task->version <= version) breach("an event of " + named(change->task->id) + " steps back");
  version = change->task->version;
}

void Referee::event(const core::EventPtr& event) {
  if (event->sequence > last_sequence_) {
    breach("event " + std::to_string(event->sequence) + " is told before it is durable");
  }
}

void Referee::judge_shown(const core::Task& task) {
  const auto known = tasks_.find(task.id);
  if (known == tasks_.end()) {
    if (!forgotten_.contains(task.id)) breach(named(task.id) + " is shown and is not durable");
  } else if (task.version > known->second->version) {
    breach(named(task.id) + " is shown in a version that is not durable");
  }
}

void Referee::told(const core::Reply& reply) {
  if (const auto* tasks = std::get_if<core::TasksReply>(&reply)) {
    for (const auto& task : tasks->tasks) judge_shown(*task);
  } else if (const auto* task = std::get_if<core::TaskReply>(&reply)) {
    judge_shown(*task->task);
  } else if (const auto* service = std::get_if<core::ServiceReply>(&reply)) {
    const auto& shown = *service->service.state.service;
    const auto known = services_.find(shown.name);
    if (known == services_.end() || known->second->version < shown.version) {
      breach("service " + shown.name + " is shown in a version that is not durable");
    }
  } else if (const auto* definition = std::get_if<core::TaskDefinitionReply>(&reply)) {
    const auto& shown = definition->record->definition;
    if (!contents_.contains(core::task_definition_key(*shown.family, *shown.revision))) {
      breach("task definition " + *shown.family + " is shown and is not durable");
    }
  }
}

void Referee::start_sent(const core::Task& task) {
  const auto known = tasks_.find(task.id);
  if (known == tasks_.end() || known->second->version < task.version) {
    breach(named(task.id) + " is sent to its agent before it is durable");
  }
}

void Referee::stop_sent(const core::TaskId& task) {
  const auto known = tasks_.find(task);
  if (known != tasks_.end() && known->second->desired_status == core::DesiredStatus::RUNNING &&
      known->second->last_status != TaskStatus::STOPPED) {
    breach(named(task) + " is to be stopped, and nobody asked for it");
  }
}

/// What was acknowledged is there again, and nothing else.
void Referee::server_started() {
  std::size_t found = 0;
  (void)world_.disk().contents().scan("", [&](std::string_view key, std::string_view value) {
    ++found;
    const auto known = contents_.find(std::string{key});
    if (known == contents_.end() || known->second != std::hash<std::string_view>{}(value)) {
      breach("after a restart " + std::string{key} + " is not what was written");
      return false;
    }
    return true;
  });
  if (found < contents_.size()) {
    breach(std::to_string(contents_.size() - found) + " acknowledged writes are lost after a restart");
  }
}

const Usage* Referee::usage(const core::InstanceId& id) const {
  const auto known = usage_.find(id);
  return known == usage_.end() ? nullptr : &known->second;
}

}  // namespace troupe::simulation
