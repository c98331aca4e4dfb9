/// Children that died: each begins again from what is durable, which may be later
/// than what its cluster has heard of.

#include "actors/control/cluster.hpp"

#include <algorithm>

namespace troupe::control {

/// A child ended. A task that is STOPPED, or an end that was asked for, is in
/// order; anything else is a fault, and the child gets its record again, after a
/// while: a fault that stays must not be met without end.
void Cluster::revive(const caf::down_msg& down) {
  if (!down.reason || down.reason == caf::exit_reason::user_shutdown) return;
  const auto why = system().render(down.reason);
  const auto is_it = [&](const auto& entry) { return entry.second.address() == down.source; };
  if (scheduler_ && scheduler_.address() == down.source) return replace_scheduler(why);
  const auto task = std::find_if(task_actors_.begin(), task_actors_.end(), is_it);
  if (task != task_actors_.end()) {
    spdlog::warn("task {} will be restarted from its record: {}", core::to_string(task->first), why);
    revive_later(task->first);
    task_actors_.erase(task);
    return;
  }
  const auto service = std::find_if(service_actors_.begin(), service_actors_.end(), is_it);
  if (service != service_actors_.end()) {
    spdlog::warn("service {} ended: {}", service->first, why);
    revive_later(service->first);
    service_actors_.erase(service);
    return;
  }
  const auto instance = std::find_if(instance_actors_.begin(), instance_actors_.end(), is_it);
  if (instance == instance_actors_.end()) return;
  spdlog::warn("container instance {} ended: {}", core::to_string(instance->first), why);
  revive_later(instance->first);
}

void Cluster::revive_later(const ClusterPart& part) {
  revivals_[++last_revival_] = part;
  send(stage().timer, SetTimer{stage().limits.restart_delay, last_revival_});
}

/// What it had on its way to the disk when it died is in the journal before this
/// question is, and may be durable although nobody here was told.
void Cluster::read_again(std::uint64_t token) {
  const auto revival = revivals_.extract(token);
  if (!revival) return;
  const auto part = revival.mapped();
  read_again_.insert(part);
  std::vector<ClusterPart> parts{part};
  if (const auto* service = std::get_if<std::string>(&part)) {
    for (const auto& task : pledged_to(*service)) parts.push_back(task);
  }
  request(registry_, caf::infinite, ReadParts{cluster_name_, std::move(parts)})
      .then(
          [this, part](const ClusterRead& read) {
            read_again_.erase(part);
            revive_now(part, *read.records);
          },
          [this, part](const caf::error&) {
            read_again_.erase(part);
            revive_later(part);
          });
}

bool Cluster::is_reviving(const ClusterPart& part) const {
  return read_again_.contains(part) ||
         std::ranges::any_of(revivals_, [&](const auto& entry) { return entry.second == part; });
}

void Cluster::revive_now(const ClusterPart& part, const RecoveredCluster& durable) {
  if (const auto* service = std::get_if<std::string>(&part)) return revive_service(*service, durable);
  for (const auto& task : durable.tasks) take_task(task);
  if (const auto* id = std::get_if<core::TaskId>(&part)) return revive_task(*id);
  revive_instance(std::get<core::InstanceId>(part),
                  durable.instances.empty() ? nullptr : durable.instances.front());
}

/// Of the tasks that it was about to start those run that are durable; the places of
/// the others are free again.
void Cluster::revive_service(const std::string& service, const RecoveredCluster& durable) {
  take_over(durable.tasks);
  if (auto unused = pledged_to(service); !unused.empty()) give_back({std::move(unused)});
  const auto entry = durable.services.empty() ? nullptr : durable.services.front();
  take_service({service, entry});
  if (entry) spawn_service(service, entry, fleet());
}

std::vector<core::TaskId> Cluster::pledged_to(const std::string& service) const {
  std::vector<core::TaskId> tasks;
  for (const auto& [id, reservation] : pledged_) {
    if (reservation.group == "service:" + service) tasks.push_back(id);
  }
  return tasks;
}

void Cluster::revive_task(const core::TaskId& id) {
  const auto task = tasks_.find(id);
  if (task && core::holds_resources(*task)) spawn_task(task);
}

/// One that died before its host was in is nobody's. Its agent has to come again:
/// until then nothing may be placed on it.
void Cluster::revive_instance(const core::InstanceId& id, const core::InstancePtr& record) {
  const auto placed = tasks_.holding(id);
  if (!record && placed.empty()) {
    instance_actors_.erase(id);
    return;
  }
  if (record) {
    take_instance({without_agent(record)});
    if (!record->client_token.empty()) registrations_[record->client_token] = id;
  }
  const auto instance = spawn_instance(id, record);
  for (const auto& task : placed) {
    const auto owner = task_actors_.find(task->id);
    if (owner != task_actors_.end()) send(owner->second, InstanceReplaced{instance});
  }
}

}  // namespace troupe::control
