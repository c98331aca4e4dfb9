/// From TCS's shapes to ours.

#include "api/agent_gateway/telemetry.hpp"

#include "api/wire/codec/frame.hpp"

#include <algorithm>

namespace troupe::api::agent_gateway {
namespace {

template <class T>
const std::vector<T>& each_of(const std::optional<std::vector<T>>& list) {
  static const std::vector<T> none;
  return list ? *list : none;
}

Samples samples(const std::optional<wire::tcs::CWStatsSet>& set) {
  if (!set) return {};
  return {set->min.value_or(0), set->max.value_or(0), set->sum.value_or(0), set->sampleCount.value_or(0)};
}

/// Sums beyond 2^63 overflow in multiples of it.
Samples samples(const std::optional<wire::tcs::ULongStatsSet>& set) {
  if (!set) return {};
  constexpr double once = 9'223'372'036'854'775'808.0;
  const auto whole = [&](const std::optional<std::int64_t>& value, const std::optional<std::int64_t>& times) {
    return static_cast<double>(value.value_or(0)) + once * static_cast<double>(times.value_or(0));
  };
  return {whole(set->min, set->overflowMin), whole(set->max, set->overflowMax),
          whole(set->sum, set->overflowSum), set->sampleCount.value_or(0)};
}

ContainerUsage usage_of(const wire::tcs::ContainerMetric& said) {
  ContainerUsage usage;
  usage.name = said.containerName.value_or("");
  usage.cpu_percent = samples(said.cpuStatsSet);
  usage.memory_mib = samples(said.memoryStatsSet);
  if (said.networkStatsSet) {
    usage.received_per_second = samples(said.networkStatsSet->rxBytesPerSecond);
    usage.sent_per_second = samples(said.networkStatsSet->txBytesPerSecond);
    usage.received_bytes = samples(said.networkStatsSet->rxBytes);
    usage.sent_bytes = samples(said.networkStatsSet->txBytes);
  }
  if (said.storageStatsSet) {
    usage.read_bytes = samples(said.storageStatsSet->readSizeBytes);
    usage.written_bytes = samples(said.storageStatsSet->writeSizeBytes);
  }
  if (said.restartStatsSet) usage.restarts = said.restartStatsSet->restartCount.value_or(0);
  return usage;
}

std::optional<core::TaskId> task_in(const core::Realm& realm, const std::optional<std::string>& arn) {
  const auto reference = core::parse_ref(realm, "task", arn.value_or(""));
  return reference ? core::parse_id<core::TaskId>(reference->name) : std::nullopt;
}

InstanceUsage usage_in(const core::Realm& realm, const wire::tcs::PublishMetricsRequest& said) {
  InstanceUsage usage;
  if (said.metadata) {
    usage.message = said.metadata->messageId.value_or("");
    usage.last_part = said.metadata->fin.value_or(false);
    usage.idle = said.metadata->idle.value_or(false);
  }
  usage.at = said.timestamp.value_or(core::Time{});
  for (const auto& metric : each_of(said.taskMetrics)) {
    const auto task = task_in(realm, metric.taskArn);
    if (!task) continue;
    auto& of_task = usage.tasks.emplace_back();
    of_task.task = *task;
    for (const auto& container : each_of(metric.containerMetrics)) {
      of_task.containers.push_back(usage_of(container));
    }
  }
  return usage;
}

InstanceTasksHealth health_in(const core::Realm& realm, const wire::tcs::PublishHealthRequest& said) {
  InstanceTasksHealth health;
  for (const auto& each : each_of(said.tasks)) {
    const auto task = task_in(realm, each.taskArn);
    if (!task) continue;
    auto& of_task = health.tasks.emplace_back();
    of_task.task = *task;
    for (const auto& container : each_of(each.containers)) {
      of_task.containers.push_back({container.containerName.value_or(""),
                                    container.healthStatus.value_or(core::HealthStatus::UNKNOWN)});
    }
  }
  return health;
}

/// The worst of what its checks say; an agent of today has one.
InstanceRuntimeHealth runtime_in(const wire::tcs::PublishInstanceStatusRequest& said) {
  InstanceRuntimeHealth worst;
  for (const auto& status : each_of(said.statuses)) {
    worst.health = std::max(worst.health, status.status.value_or(core::InstanceHealth::INSUFFICIENT_DATA));
  }
  return worst;
}

template <class Message, class Make>
core::Result<Telemetry> read_about(const std::string& text, const std::string& arn, Make make) {
  const auto message = wire::decode<Message>(text);
  if (!message) return message.error();
  const auto instance = message->metadata ? message->metadata->containerInstance.value_or("") : "";
  if (instance != arn) return core::invalid_parameter("The metadata name another container instance.");
  return Telemetry{make(*message)};
}

}  // namespace

core::Result<Telemetry> read_telemetry(const core::Realm& realm, const std::string& arn,
                                       std::string_view frame) {
  const auto read = wire::read_frame(frame);
  if (!read) return read.error();
  if (read->type == "PublishMetricsRequest") {
    return read_about<wire::tcs::PublishMetricsRequest>(read->message, arn,
                                                        [&](const auto& m) { return usage_in(realm, m); });
  }
  if (read->type == "PublishHealthRequest") {
    return read_about<wire::tcs::PublishHealthRequest>(read->message, arn,
                                                       [&](const auto& m) { return health_in(realm, m); });
  }
  if (read->type == "PublishInstanceStatusRequest") {
    return read_about<wire::tcs::PublishInstanceStatusRequest>(read->message, arn,
                                                               [](const auto& m) { return runtime_in(m); });
  }
  return Telemetry{UnknownTelemetry{read->type}};
}

std::string telemetry_ack(const Telemetry& frame) {
  if (std::holds_alternative<InstanceUsage>(frame)) {
    return wire::write_frame("AckPublishMetric", wire::tcs::AckPublishMetric{"ok"});
  }
  if (std::holds_alternative<InstanceTasksHealth>(frame)) {
    return wire::write_frame("AckPublishHealth", wire::tcs::AckPublishHealth{"ok"});
  }
  if (std::holds_alternative<InstanceRuntimeHealth>(frame)) {
    return wire::write_frame("AckPublishInstanceStatus", wire::tcs::AckPublishInstanceStatus{"ok"});
  }
  return {};
}

std::string telemetry_error(const std::string& exception, const std::string& why) {
  return wire::write_frame(exception, wire::tcs::ErrorMessage{why});
}

}  // namespace troupe::api::agent_gateway
