/// Hosts: what they really run, beside what the records say.

#include "tools/simulation/referee.hpp"

#include <algorithm>

namespace troupe::simulation {
namespace {

using core::TaskStatus;
using namespace std::chrono_literals;

/// A task that waits without an excuse for so long waits for nothing. Longer than an
/// agent may be silent, and than a container may take to stop.
constexpr core::Millis patience = 150s;

}  // namespace

SimulatedHost* Referee::host_of(const core::InstanceId& id) const {
  const auto instance = instances_.find(id);
  if (instance == instances_.end()) return nullptr;
  const auto host = world_.hosts().find(instance->second->host_id);
  return host == world_.hosts().end() ? nullptr : host->second.get();
}

void Referee::host_lost(const std::string& host) {
  for (auto& [container, hosts] : began_on_) hosts.erase(host);
}

void Referee::agent_crashed(const std::string& host) {
  crashed_at_[host] = world_.now();
}

void Referee::container_began(const std::string& host, const std::string& container) {
  auto& hosts = began_on_[container];
  if (!hosts.insert(host).second) {
    breach("container " + container + " is started twice on " + host);
  } else if (hosts.size() > 1) {
    breach("container " + container + " is started on two hosts");
  }
}

/// Nobody can do anything about it just now, or somebody does.
bool Referee::has_excuse(const core::Task& task) const {
  if (!world_.server_runs() || world_.disk().refuses) return true;
  if (task.instance.empty()) return core::waits_for_place(task);
  const auto instance = instances_.find(task.instance);
  if (instance == instances_.end()) return false;
  if (!instance->second->agent_connected) return true;
  const auto* host = host_of(task.instance);
  if (host == nullptr) return false;
  return !host->runs() || host->busy() > 0;
}

void Referee::look_at_waiting() {
  for (const auto& [id, task] : tasks_) {
    const bool stands =
        task->last_status == TaskStatus::RUNNING && task->desired_status == core::DesiredStatus::RUNNING;
    if (stands || task->last_status == TaskStatus::STOPPED) {
      excused_at_.erase(id);
      continue;
    }
    auto& excused = excused_at_.try_emplace(id, world_.now()).first->second;
    if (has_excuse(*task)) excused = world_.now();
    if (excused + patience < world_.now()) {
      breach("task " + core::to_string(id) + " waits for nothing: it is " +
             std::to_string(static_cast<int>(task->last_status)) + " of its states since " +
             since_start(excused));
      excused = world_.now();
    }
  }
}

std::vector<std::string> Referee::unrest() const {
  std::vector<std::string> found;
  for (const auto& [name, service] : services_) {
    for (auto& one : unrest_of(*service)) found.push_back(std::move(one));
  }
  for (const auto& [id, task] : tasks_) {
    if (task->last_status == TaskStatus::STOPPED || core::waits_for_place(*task)) continue;
    const auto name = "task " + core::to_string(id);
    if (task->last_status != TaskStatus::RUNNING || task->desired_status != core::DesiredStatus::RUNNING) {
      found.push_back(name + " is on its way");
    } else if (auto* host = host_of(task->instance);
               host == nullptr || host->running_in(core::to_string(id)) == 0) {
      found.push_back(name + " is RUNNING, and no container of it runs");
    }
  }
  for (const auto& [name, host] : world_.hosts()) {
    for (const auto& one : *host->runtime().list()) {
      if (one.state != runtime::ContainerState::running) continue;
      const auto id = core::parse_id<core::TaskId>(one.sandbox);
      const auto task = id ? tasks_.find(*id) : tasks_.end();
      if (task == tasks_.end() || task->second->last_status != TaskStatus::STOPPED) continue;
      const auto instance = instances_.find(task->second->instance);
      const bool orphan =
          instance == instances_.end() || instance->second->status == core::InstanceStatus::INACTIVE;
      if (!orphan) found.push_back("container " + one.id + " runs on " + name + ", its task is STOPPED");
    }
  }
  std::ranges::sort(found);
  return found;
}

std::vector<std::string> Referee::leftovers() const {
  std::vector<std::string> found;
  for (const auto& [id, task] : tasks_) {
    if (task->last_status != TaskStatus::STOPPED)
      found.push_back("task " + core::to_string(id) + " has not stopped");
  }
  for (const auto& [id, instance] : instances_) {
    if (instance->status == core::InstanceStatus::INACTIVE) continue;
    if (instance->running_tasks != 0 || instance->pending_tasks != 0 || instance->used.cpu.count != 0 ||
        instance->used.memory.count != 0) {
      found.push_back("instance " + instance->host_id + " says that it holds tasks");
    }
    const auto usage = usage_.find(id);
    if (usage != usage_.end() && !usage->second.none()) {
      found.push_back("instance " + instance->host_id + " is held by tasks: " + usage->second.told());
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace troupe::simulation
