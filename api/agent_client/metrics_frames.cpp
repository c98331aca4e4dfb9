/// Usage in the shapes of TCS.

#include "actors/core/units.hpp"
#include "api/agent_client/client_frames.hpp"
#include "api/wire/codec/frame.hpp"
#include "api/wire/tcs.hpp"

#include <algorithm>

namespace troupe::api::agent_client {
namespace {

/// As Amazon's agent: servers expect no more of one frame.
constexpr std::size_t tasks_per_frame = 10;

std::optional<wire::tcs::CWStatsSet> stats_set(const core::Spread& spread, double scale) {
  if (spread.count == 0) return std::nullopt;
  return wire::tcs::CWStatsSet{
      static_cast<double>(spread.least) * scale, static_cast<double>(spread.greatest) * scale,
      static_cast<std::int32_t>(spread.count), static_cast<double>(spread.sum) * scale};
}

/// A total is told as it last was.
wire::tcs::ULongStatsSet total_set(std::uint64_t total) {
  const auto value = static_cast<std::int64_t>(total);
  return {value, value, 1, value, 0, 0, 0};
}

wire::tcs::ContainerMetric metric_of(const core::ContainerUsage& usage, std::int64_t host_cpu_units) {
  const auto& figures = usage.figures;
  wire::tcs::ContainerMetric metric;
  metric.containerName = usage.name;
  metric.cpuStatsSet =
      stats_set(figures.cpu_units, 100.0 / static_cast<double>(std::max<std::int64_t>(host_cpu_units, 1)));
  metric.memoryStatsSet = stats_set(figures.memory_bytes, 1.0 / static_cast<double>(core::bytes_per_mib));
  auto& network = metric.networkStatsSet.emplace();
  network.rxBytesPerSecond = stats_set(figures.received_bytes, 1);
  network.txBytesPerSecond = stats_set(figures.sent_bytes, 1);
  network.rxBytes = total_set(usage.totals.received_bytes);
  network.txBytes = total_set(usage.totals.sent_bytes);
  metric.storageStatsSet.emplace(
      wire::tcs::StorageStatsSet{total_set(usage.totals.read_bytes), total_set(usage.totals.written_bytes)});
  return metric;
}

}  // namespace

std::vector<std::string> metrics_frames(const Speaker& speaker, const std::string& message, core::Time now,
                                        const core::UsageReport& report) {
  std::vector<std::string> frames;
  for (std::size_t first = 0; first < report.tasks.size(); first += tasks_per_frame) {
    const auto last = std::min(first + tasks_per_frame, report.tasks.size());
    wire::tcs::PublishMetricsRequest made;
    made.metadata = {speaker.cluster, speaker.arn(), message, false, last == report.tasks.size()};
    made.timestamp = now;
    made.taskMetrics.emplace();
    for (auto i = first; i < last; ++i) {
      auto& task = made.taskMetrics->emplace_back();
      task.taskArn = core::task_arn(speaker.realm, speaker.cluster, report.tasks[i].task);
      task.containerMetrics.emplace();
      for (const auto& container : report.tasks[i].containers) {
        task.containerMetrics->push_back(metric_of(container, report.host_cpu_units));
      }
    }
    frames.push_back(wire::write_frame("PublishMetricsRequest", made));
  }
  if (frames.empty()) frames.push_back(idle_metrics_frame(speaker, message, now));
  return frames;
}

}  // namespace troupe::api::agent_client
