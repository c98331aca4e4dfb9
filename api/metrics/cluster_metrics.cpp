/// One function for each kind of thing.

#include "api/metrics/cluster_metrics.hpp"

#include "actors/core/describe.hpp"

#include <unordered_map>

namespace troupe::api::metrics {
namespace {

constexpr Metric tasks{"troupe_tasks", "Tasks by last status; stopped ones while they are described."};
constexpr Metric services{"troupe_services", "Services by status."};
constexpr Metric service_desired{"troupe_service_desired_tasks", "Tasks that a service is to run."};
constexpr Metric service_running{"troupe_service_running_tasks", "Tasks of a service that are RUNNING."};
constexpr Metric service_pending{"troupe_service_pending_tasks",
                                 "Tasks of a service on their way to RUNNING."};
constexpr Metric instances{"troupe_instances",
                           "Container instances by status and connection of their agent."};
constexpr Metric cpu_registered{"troupe_instance_cpu_registered_units",
                                "CPU units that an instance offers; 1024 are a core."};
constexpr Metric cpu_reserved{"troupe_instance_cpu_reserved_units", "CPU units that its tasks reserve."};
constexpr Metric cpu_remaining{"troupe_instance_cpu_remaining_units", "CPU units that no task reserves."};
constexpr Metric cpu_used{"troupe_instance_cpu_used_units", "CPU units that its containers use."};
constexpr Metric memory_registered{"troupe_instance_memory_registered_bytes",
                                   "Memory that an instance offers."};
constexpr Metric memory_reserved{"troupe_instance_memory_reserved_bytes", "Memory that its tasks reserve."};
constexpr Metric memory_remaining{"troupe_instance_memory_remaining_bytes", "Memory that no task reserves."};
constexpr Metric memory_used{"troupe_instance_memory_used_bytes", "Working sets of its containers together."};
constexpr Metric running_tasks{"troupe_instance_running_tasks", "Tasks that are RUNNING on an instance."};
constexpr Metric pending_tasks{"troupe_instance_pending_tasks", "Tasks that are to run on an instance."};
constexpr Metric container_cpu{"troupe_container_cpu_used_units",
                               "CPU units that a container uses; 1024 are a core."};
constexpr Metric container_memory{"troupe_container_memory_used_bytes", "Working set of a container."};
constexpr Metric container_limit{"troupe_container_memory_limit_bytes",
                                 "Memory limit of a container, or the host's memory."};
constexpr Metric container_processes{"troupe_container_processes", "Processes and threads of a container."};
constexpr Metric network_received{"troupe_container_network_received_bytes_total",
                                  "Received; of a network that containers share, its equal part."};
constexpr Metric network_sent{"troupe_container_network_sent_bytes_total",
                              "Sent; of a network that containers share, its equal part."};
constexpr Metric block_read{"troupe_container_block_read_bytes_total", "Read from block devices."};
constexpr Metric block_written{"troupe_container_block_written_bytes_total", "Written to block devices."};

double as_bytes(core::MemoryMib memory) {
  return static_cast<double>(memory.count * core::bytes_per_mib);
}

double real(std::int64_t value) {
  return static_cast<double>(value);
}

void add_counts(Exposition& out, const core::UsageReply& cluster) {
  for (const auto& [status, count] : cluster.tasks_by_status) {
    out.add(tasks, {{"cluster", cluster.cluster}, {"status", core::name_of(status)}}, count);
  }
  std::map<std::string, int> by_status;
  for (const auto& service : cluster.services) {
    ++by_status[core::name_of(service.status)];
    const auto add = [&](const Metric& metric, std::int32_t count) {
      out.add(metric, {{"cluster", cluster.cluster}, {"service", service.name}}, count);
    };
    add(service_desired, service.desired);
    add(service_running, service.running);
    add(service_pending, service.pending);
  }
  for (const auto& [status, count] : by_status) {
    out.add(services, {{"cluster", cluster.cluster}, {"status", status}}, count);
  }
  std::map<std::pair<std::string, bool>, int> hosts;
  for (const auto& [instance, usage] : cluster.instances) {
    ++hosts[{core::name_of(instance->status), instance->agent_connected}];
  }
  for (const auto& [kind, count] : hosts) {
    const std::string_view agent = kind.second ? "connected" : "disconnected";
    out.add(instances, {{"cluster", cluster.cluster}, {"status", kind.first}, {"agent", agent}}, count);
  }
}

void add_instance(Exposition& out, const std::string& cluster, const core::UsedInstance& known) {
  const auto& instance = *known.instance;
  const auto id = core::to_string(instance.id);
  const auto add = [&](const Metric& metric, double value) {
    out.add(metric, {{"cluster", cluster}, {"instance_id", id}, {"host", instance.host_id}}, value);
  };
  add(cpu_registered, real(instance.registered.cpu.count));
  add(cpu_reserved, real(instance.used.cpu.count));
  add(cpu_remaining, real((instance.registered.cpu - instance.used.cpu).count));
  add(memory_registered, as_bytes(instance.registered.memory));
  add(memory_reserved, as_bytes(instance.used.memory));
  add(memory_remaining, as_bytes(instance.registered.memory - instance.used.memory));
  add(running_tasks, instance.running_tasks);
  add(pending_tasks, instance.pending_tasks);
  if (!known.usage || !known.usage->at) return;
  const auto& latest = known.usage->latest;
  if (latest.cpu_units.count != 0) add(cpu_used, latest.cpu_units.average());
  if (latest.memory_bytes.count != 0) add(memory_used, latest.memory_bytes.average());
}

void add_container(Exposition& out, const std::string& cluster, const core::Task& task,
                   const core::ContainerUsage& usage) {
  const auto task_id = core::to_string(task.id);
  const auto instance_id = core::to_string(task.instance);
  const auto add = [&](const Metric& metric, double value) {
    out.add(metric,
            {{"cluster", cluster},
             {"instance_id", instance_id},
             {"group", task.launch->group},
             {"family", task.launch->family},
             {"task", task_id},
             {"container", usage.name}},
            value);
  };
  if (usage.figures.cpu_units.count != 0) add(container_cpu, usage.figures.cpu_units.average());
  if (usage.figures.memory_bytes.count != 0) add(container_memory, usage.figures.memory_bytes.average());
  if (usage.memory_limit_bytes != 0) add(container_limit, static_cast<double>(usage.memory_limit_bytes));
  if (usage.processes != 0) add(container_processes, static_cast<double>(usage.processes));
  add(network_received, static_cast<double>(usage.totals.received_bytes));
  add(network_sent, static_cast<double>(usage.totals.sent_bytes));
  add(block_read, static_cast<double>(usage.totals.read_bytes));
  add(block_written, static_cast<double>(usage.totals.written_bytes));
}

}  // namespace

void add_cluster(Exposition& out, const core::UsageReply& cluster) {
  add_counts(out, cluster);
  std::unordered_map<core::TaskId, const std::vector<core::ContainerHistory>*> used;
  for (const auto& instance : cluster.instances) {
    add_instance(out, cluster.cluster, instance);
    if (!instance.usage) continue;
    for (const auto& [id, containers] : instance.usage->tasks) used[id] = &containers;
  }
  for (const auto& task : cluster.tasks) {
    const auto known = used.find(task->id);
    if (known == used.end()) continue;
    for (const auto& container : *known->second) {
      if (container.latest) add_container(out, cluster.cluster, *task, *container.latest);
    }
  }
}

}  // namespace troupe::api::metrics
