/// One pass over instances, tasks and services.

#include "actors/core/usage/usage_query.hpp"

#include "actors/core/cluster_life.hpp"

namespace troupe::core {
namespace {

ServiceCount count(const Service& service, const std::vector<TaskPtr>& tasks) {
  ServiceCount counted{service.name, service.status, service.desired_count, 0, 0};
  for (const auto& task : tasks) {
    counted.running += task->last_status == TaskStatus::RUNNING ? 1 : 0;
    counted.pending += task->last_status < TaskStatus::RUNNING ? 1 : 0;
  }
  return counted;
}

}  // namespace

Result<void> check(const ReadUsage& query) {
  if (query.minutes >= 0 && query.minutes <= usage_minutes_max) return {};
  return invalid_parameter("minutes must be between 0 and " + std::to_string(usage_minutes_max) + ".");
}

UsageReply show_usage(const std::string& cluster, const InstanceMap& instances, const TaskIndex& tasks,
                      const ServiceMap& services, const std::map<InstanceId, InstanceUsagePtr>& usage,
                      Time now) {
  UsageReply reply;
  reply.cluster = cluster;
  reply.at = now;
  for (const auto& [id, instance] : instances) {
    if (instance->status == InstanceStatus::INACTIVE) continue;
    auto counted = std::make_shared<ContainerInstance>(*instance);
    count_tasks(*counted, tasks.holding(id));
    const auto used = usage.find(id);
    reply.instances.push_back({std::move(counted), used == usage.end() ? nullptr : used->second});
  }
  for (const auto& [id, task] : tasks.all()) {
    ++reply.tasks_by_status[task->last_status];
    if (holds_resources(*task) && !task->instance.empty()) reply.tasks.push_back(task);
  }
  for (const auto& [name, entry] : services) {
    const auto& service = *entry->state.service;
    if (service.status != ServiceStatus::INACTIVE) {
      reply.services.push_back(count(service, tasks.of_service(name)));
    }
  }
  return reply;
}

}  // namespace troupe::core
