/// ReadUsage: Troupe's own.

#include "api/wire/usage.hpp"
#include "api/operations/operation_table.hpp"

#include <unordered_map>

namespace troupe::api::operations::usage {
namespace {

core::Result<Question> read_usage(const Call& /*call*/, const wire::ReadUsageRequest& in) {
  return ask_cluster(in.cluster, core::ReadUsage{in.minutes.value_or(0)});
}

std::optional<double> average_of(const core::Spread& figure) {
  return figure.count == 0 ? std::nullopt : std::optional{figure.average()};
}

wire::UsedNow used_now(const core::UsageFigures& figures) {
  return {average_of(figures.cpu_units),      average_of(figures.memory_bytes),
          average_of(figures.received_bytes), average_of(figures.sent_bytes),
          average_of(figures.read_bytes),     average_of(figures.written_bytes)};
}

std::optional<wire::UsageSpread> spread_of(const core::Spread& figure) {
  if (figure.count == 0) return std::nullopt;
  return wire::UsageSpread{static_cast<double>(figure.least), figure.average(),
                           static_cast<double>(figure.greatest), static_cast<double>(figure.sum),
                           figure.count};
}

/// Absent when nobody asked for any.
std::optional<std::vector<wire::UsageMinute>> minutes_of(const std::vector<core::UsageMinute>& minutes,
                                                         const wire::ReadUsageRequest& in) {
  if (in.minutes.value_or(0) == 0) return std::nullopt;
  std::vector<wire::UsageMinute> out;
  for (const auto& [minute, figures] : minutes) {
    out.push_back({core::Time{std::chrono::minutes{minute}}, spread_of(figures.cpu_units),
                   spread_of(figures.memory_bytes), spread_of(figures.received_bytes),
                   spread_of(figures.sent_bytes), spread_of(figures.read_bytes),
                   spread_of(figures.written_bytes)});
  }
  return out;
}

/// 0 is "not told".
std::optional<std::int64_t> unless_zero(std::uint64_t value) {
  return value == 0 ? std::nullopt : std::optional{static_cast<std::int64_t>(value)};
}

wire::ContainerUse container_use(const core::ContainerHistory& known, const wire::ReadUsageRequest& in) {
  wire::ContainerUse out;
  out.name = known.name;
  if (known.latest) {
    out.used = used_now(known.latest->figures);
    out.memoryLimitBytes = unless_zero(known.latest->memory_limit_bytes);
    out.processes = unless_zero(known.latest->processes);
  }
  out.minutes = minutes_of(known.minutes, in);
  return out;
}

wire::UsageShare share(core::CpuUnits cpu, core::MemoryMib memory) {
  return {cpu.count, memory.count};
}

wire::InstanceUse instance_use(const Call& call, const core::UsedInstance& known,
                               const wire::ReadUsageRequest& in) {
  const auto& instance = *known.instance;
  wire::InstanceUse out;
  out.containerInstanceArn = core::instance_arn(call.realm(), instance.cluster, instance.id);
  if (!instance.host_id.empty()) out.ec2InstanceId = instance.host_id;
  out.status = core::name_of(instance.status);
  out.agentConnected = instance.agent_connected;
  out.runningTasksCount = instance.running_tasks;
  out.pendingTasksCount = instance.pending_tasks;
  out.registered = share(instance.registered.cpu, instance.registered.memory);
  out.reserved = share(instance.used.cpu, instance.used.memory);
  if (!known.usage) return out;
  out.usedAt = known.usage->at;
  if (known.usage->at) out.used = used_now(known.usage->latest);
  out.minutes = minutes_of(known.usage->minutes, in);
  return out;
}

wire::TaskUse task_use(const Call& call, const core::Task& task,
                       const std::vector<core::ContainerHistory>* containers,
                       const wire::ReadUsageRequest& in) {
  wire::TaskUse out;
  out.taskArn = core::task_arn(call.realm(), task.launch->cluster, task.id);
  out.containerInstanceArn = core::instance_arn(call.realm(), task.launch->cluster, task.instance);
  out.group = task.launch->group;
  out.lastStatus = core::name_of(task.last_status);
  out.reserved = share(task.launch->size.cpu, task.launch->size.memory);
  out.containers.emplace();
  if (containers == nullptr) return out;
  core::FiguresSum sum;
  for (const auto& container : *containers) {
    out.containers->push_back(container_use(container, in));
    if (container.latest) sum.add(container.latest->figures);
  }
  if (!sum.empty()) out.used = used_now(sum.sample());
  return out;
}

wire::ReadUsageResponse write_usage(const Call& call, const wire::ReadUsageRequest& in,
                                    const core::UsageReply& reply) {
  wire::ReadUsageResponse out;
  out.clusterName = reply.cluster;
  out.at = reply.at;
  out.containerInstances.emplace();
  out.tasks.emplace();
  std::unordered_map<core::TaskId, const std::vector<core::ContainerHistory>*> histories;
  for (const auto& instance : reply.instances) {
    out.containerInstances->push_back(instance_use(call, instance, in));
    if (!instance.usage) continue;
    for (const auto& [id, containers] : instance.usage->tasks) histories[id] = &containers;
  }
  for (const auto& task : reply.tasks) {
    const auto known = histories.find(task->id);
    out.tasks->push_back(task_use(call, *task, known == histories.end() ? nullptr : known->second, in));
  }
  return out;
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("ReadUsage", read_usage, write_usage)};
}

}  // namespace troupe::api::operations::usage
