/// The index of a cluster's tasks.

#include "actors/core/task_index.hpp"

namespace troupe::core {
namespace {

template <class Map, class Key>
void remove_from(Map& map, const Key& key, const TaskId& id) {
  const auto found = map.find(key);
  if (found == map.end()) return;
  found->second.erase(id);
  if (found->second.empty()) map.erase(found);
}

bool wanted(const Task& task, const ListTasks& filter, const std::optional<InstanceId>& instance) {
  const auto& launch = *task.launch;
  return task.desired_status == filter.desired_status &&
         (filter.family.empty() || launch.family == filter.family) &&
         (!instance || (task.instance == *instance && launch.launch_type != LaunchType::FARGATE)) &&
         (filter.started_by.empty() || launch.started_by == filter.started_by) &&
         (filter.service_name.empty() || launch.group == "service:" + filter.service_name) &&
         (!filter.launch_type || launch.launch_type == *filter.launch_type);
}

}  // namespace

void TaskIndex::count(const Task& task, int by) {
  if (!holds_resources(task)) return;
  auto& counts = counts_[static_cast<std::size_t>(task.launch->launch_type)];
  (task.last_status < TaskStatus::RUNNING ? counts.pending : counts.running) += by;
}

std::int32_t TaskIndex::running() const {
  std::int32_t sum = 0;
  for (const auto& each : counts_) sum += each.running;
  return sum;
}

std::int32_t TaskIndex::pending() const {
  std::int32_t sum = 0;
  for (const auto& each : counts_) sum += each.pending;
  return sum;
}

bool TaskIndex::put(const TaskPtr& task) {
  auto [entry, fresh] = tasks_.try_emplace(task->id, task);
  if (!fresh) {
    if (entry->second->version >= task->version) return false;
    count(*entry->second, -1);
    entry->second = task;
  }
  count(*task, 1);
  if (fresh) {
    by_instance_[task->instance].insert(task->id);
    by_family_[task->launch->family].insert(task->id);
    if (!task->launch->started_by.empty()) by_starter_[task->launch->started_by].insert(task->id);
    if (const auto service = service_of(*task)) by_service_[*service].insert(task->id);
  }
  if (!holds_resources(*task)) {
    remove_from(by_instance_, task->instance, task->id);
    if (task->stopped_at) stopped_.emplace(*task->stopped_at, task->id);
  }
  return true;
}

void TaskIndex::erase(const TaskId& id) {
  const auto entry = tasks_.find(id);
  if (entry == tasks_.end()) return;
  const auto task = entry->second;
  count(*task, -1);
  remove_from(by_instance_, task->instance, id);
  remove_from(by_family_, task->launch->family, id);
  remove_from(by_starter_, task->launch->started_by, id);
  if (const auto service = service_of(*task)) remove_from(by_service_, *service, id);
  if (task->stopped_at) stopped_.erase({*task->stopped_at, id});
  tasks_.erase(entry);
}

TaskPtr TaskIndex::find(const TaskId& id) const {
  const auto entry = tasks_.find(id);
  return entry == tasks_.end() ? nullptr : entry->second;
}

std::vector<TaskPtr> TaskIndex::holding(const InstanceId& instance) const {
  std::vector<TaskPtr> found;
  const auto ids = by_instance_.find(instance);
  if (ids == by_instance_.end()) return found;
  for (const auto& id : ids->second) found.push_back(tasks_.at(id));
  return found;
}

std::vector<TaskPtr> TaskIndex::of_service(const std::string& service) const {
  std::vector<TaskPtr> found;
  const auto ids = by_service_.find(service);
  if (ids == by_service_.end()) return found;
  for (const auto& id : ids->second) found.push_back(tasks_.at(id));
  return found;
}

std::vector<TaskId> TaskIndex::stopped_before(Time time, std::size_t limit) const {
  std::vector<TaskId> ids;
  for (const auto& [stopped_at, id] : stopped_) {
    if (stopped_at >= time || ids.size() == limit) break;
    ids.push_back(id);
  }
  return ids;
}

ListReply TaskIndex::list(const ListTasks& filter, const std::optional<InstanceId>& instance,
                          const Realm& realm, const std::string& cluster) const {
  ListReply reply;
  TaskId last;
  const auto after = parse_id<TaskId>(filter.page.after);
  /// False when the page is full.
  const auto add = [&](const TaskId& id) {
    if (!wanted(*tasks_.at(id), filter, instance)) return true;
    if (reply.items.size() == filter.page.limit) {
      reply.next = to_string(last);
      return false;
    }
    last = id;
    reply.items.push_back(task_arn(realm, cluster, id));
    return true;
  };
  const auto walk = [&](const auto& index, const auto& key) {
    const auto ids = index.find(key);
    if (ids == index.end()) return;
    for (auto it = after ? ids->second.upper_bound(*after) : ids->second.begin(); it != ids->second.end();
         ++it) {
      if (!add(*it)) return;
    }
  };
  if (instance && filter.desired_status == DesiredStatus::RUNNING) {
    walk(by_instance_, *instance);
  } else if (!filter.started_by.empty()) {
    walk(by_starter_, filter.started_by);
  } else if (!filter.service_name.empty()) {
    walk(by_service_, filter.service_name);
  } else if (!filter.family.empty()) {
    walk(by_family_, filter.family);
  } else {
    for (auto it = after ? tasks_.upper_bound(*after) : tasks_.begin(); it != tasks_.end(); ++it) {
      if (!add(it->first)) break;
    }
  }
  return reply;
}

}  // namespace troupe::core
