/// Notes, from what a subscriber of events is told and what the referee knows.

#include "tools/simulate/observer.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

namespace troupe::tools::simulate {
namespace {

/// "ecs" in messages: "(service web) has reached a steady state."
std::string without_name(const std::string& message, const std::string& service) {
  const auto prefix = "(service " + service + ") ";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

}  // namespace

Observer::Observer(simulation::VirtualCluster& world, const simulation::Referee& referee, Report& report)
    : world_(world), referee_(referee), report_(report), begun_(world.now()) {
  world.watch(this);
}

core::Millis Observer::now() const {
  return std::chrono::duration_cast<core::Millis>(world_.now() - begun_);
}

void Observer::note(Happening::Kind kind, const std::string& subject, const std::string& text) {
  report_.happenings.push_back({now(), kind, subject, text});
}

void Observer::event(const core::EventPtr& event) {
  if (const auto* change = std::get_if<core::TaskStateChange>(&event->event.body)) take_task(*change->task);
}

void Observer::take_task(const core::Task& task) {
  const auto name = core::service_of(task);
  if (!name) return;
  const auto service = referee_.services().find(*name);
  if (service == referee_.services().end()) return;
  auto& figures = services_[*name];
  if (task.version == 1) ++figures.started;
  if (task.last_status == core::TaskStatus::STOPPED) {
    ++figures.stopped;
    if (task.stop_code != core::TaskStopCode::ServiceSchedulerInitiated) {
      note(Happening::Kind::task, *name, "a task stopped: " + task.stopped_reason);
    }
  }
  count_service(*service->second);
}

void Observer::count_service(const core::Service& service) {
  auto& figures = services_[service.name];
  figures.desired = service.desired_count;
  figures.running = referee_.running(service.name);
  figures.healthy = referee_.healthy(service.name);
  if (!figures.steady_at && figures.running >= service.desired_count) figures.steady_at = now();
  // A service is counted from when it first had what it wanted.
  if (!figures.lowest_running && figures.running >= service.desired_count)
    figures.lowest_running = figures.running;
  if (!figures.lowest_healthy && figures.healthy >= service.desired_count) {
    figures.lowest_healthy = figures.healthy;
    figures.lowest_healthy_at = now();
  }
  if (figures.lowest_running) figures.lowest_running = std::min(*figures.lowest_running, figures.running);
  if (figures.lowest_healthy && figures.healthy < *figures.lowest_healthy) {
    figures.lowest_healthy = figures.healthy;
    figures.lowest_healthy_at = now();
  }
}

void Observer::begin_count() {
  for (const auto& [name, service] : referee_.services()) {
    auto& figures = services_[name];
    figures.lowest_running = referee_.running(name);
    figures.lowest_healthy = referee_.healthy(name);
    figures.lowest_healthy_at = now();
  }
}

/// Those since the last look, oldest first.
void Observer::take_messages(const core::Service& service) {
  auto& last = last_messages_[service.name];
  std::vector<const core::ServiceEvent*> fresh;
  for (const auto& message : service.events) {
    if (message.id == last) break;
    fresh.push_back(&message);
  }
  if (!service.events.empty()) last = service.events.front().id.value_or("");
  for (const auto* message : std::views::reverse(fresh)) {
    const auto text = without_name(message->message.value_or(""), service.name);
    const auto at =
        std::chrono::duration_cast<core::Millis>(message->createdAt.value_or(world_.now()) - begun_);
    report_.happenings.push_back({at, Happening::Kind::service, service.name, text});
    if (text.starts_with("was unable to place")) count_refusal("service:" + service.name, text);
  }
}

void Observer::count_refusal(const std::string& group, const std::string& reason) {
  auto& known = refusals_[{group, reason}];
  if (known.count == 0) known = {group, reason, 0, now(), now()};
  ++known.count;
  known.last = now();
}

void Observer::sample() {
  Sample sample;
  sample.at = now();
  for (const auto& [name, service] : referee_.services()) {
    take_messages(*service);
    if (service->status == core::ServiceStatus::INACTIVE) continue;
    count_service(*service);
    sample.services[name] = {referee_.running(name), referee_.healthy(name)};
    sample.desired[name] = service->desired_count;
  }
  for (const auto& [id, task] : referee_.tasks()) {
    if (task->last_status < core::TaskStatus::RUNNING) ++sample.pending;
    if (task->last_status == core::TaskStatus::RUNNING) ++sample.running;
  }
  double cpu = 0;
  double cpu_used = 0;
  double memory = 0;
  double memory_used = 0;
  for (const auto& [id, instance] : referee_.instances()) {
    if (instance->status == core::InstanceStatus::INACTIVE || !instance->agent_connected) continue;
    cpu += static_cast<double>(instance->registered.cpu.count);
    memory += static_cast<double>(instance->registered.memory.count);
    if (const auto* usage = referee_.usage(id)) {
      cpu_used += static_cast<double>(usage->cpu());
      memory_used += static_cast<double>(usage->memory());
    }
  }
  sample.cpu_share = cpu > 0 ? cpu_used / cpu : 0;
  sample.memory_share = memory > 0 ? memory_used / memory : 0;
  report_.samples.push_back(std::move(sample));
}

void Observer::finish_services() {
  const auto unrest = referee_.unrest();
  for (const auto& [name, service] : referee_.services()) {
    auto figures = services_[name];
    figures.name = name;
    figures.desired = service->desired_count;
    figures.running = referee_.running(name);
    figures.healthy = referee_.healthy(name);
    figures.steady = true;
    for (const auto& one : unrest) {
      const auto prefix = "service " + name + " ";
      if (!one.starts_with(prefix)) continue;
      figures.steady = false;
      figures.unrest += (figures.unrest.empty() ? "" : ", ") + one.substr(prefix.size());
    }
    if (service->status == core::ServiceStatus::INACTIVE) continue;
    report_.services.push_back(std::move(figures));
  }
}

void Observer::finish_instances() {
  std::map<core::InstanceId, InstanceFigures> found;
  for (const auto& [id, instance] : referee_.instances()) {
    auto& figures = found[id];
    figures.name = instance->host_id;
    const auto* zone = core::find_attribute(*instance, "ecs.availability-zone");
    figures.zone = zone != nullptr ? zone->value.value_or("") : "";
    figures.status = instance->status == core::InstanceStatus::INACTIVE   ? "INACTIVE"
                     : !instance->agent_connected                         ? "DISCONNECTED"
                     : instance->status == core::InstanceStatus::DRAINING ? "DRAINING"
                                                                          : "ACTIVE";
    figures.cpu = instance->registered.cpu.count;
    figures.memory = instance->registered.memory.count;
    if (const auto* usage = referee_.usage(id)) {
      figures.cpu_used = usage->cpu();
      figures.memory_used = usage->memory();
    }
  }
  for (const auto& [id, task] : referee_.tasks()) {
    if (!core::holds_resources(*task) || task->instance.empty()) continue;
    ++found[task->instance].tasks;
    ++found[task->instance].groups[task->launch->group];
  }
  for (auto& [id, figures] : found) report_.instances.push_back(std::move(figures));
  std::ranges::stable_sort(report_.instances, {}, &InstanceFigures::name);
}

void Observer::finish() {
  sample();
  finish_services();
  finish_instances();
  for (auto& [key, refusal] : refusals_) report_.refusals.push_back(std::move(refusal));
  std::ranges::stable_sort(report_.happenings, {}, &Happening::at);
}

}  // namespace troupe::tools::simulate
