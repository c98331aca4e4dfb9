/// Percent of a host, MiB and totals.

#include "api/agent_gateway/usage_intervals.hpp"

#include <algorithm>

namespace troupe::api::agent_gateway {
namespace {

/// More than any host runs: one that says more is not believed.
constexpr std::size_t tasks_max = 10'000;

core::Spread spread(const Samples& samples, double scale) {
  if (samples.count <= 0) return {};
  constexpr std::int64_t count_max = 1'000'000;
  return {static_cast<float>(samples.least * scale), static_cast<float>(samples.greatest * scale),
          static_cast<float>(samples.sum * scale),
          static_cast<std::uint32_t>(std::min(samples.count, count_max))};
}

std::uint64_t total(const Samples& samples) {
  constexpr double total_max = 9e18;
  return static_cast<std::uint64_t>(std::clamp(samples.greatest, 0.0, total_max));
}

/// One sample: how fast a total grew.
core::Spread growth(double before, double now, double seconds) {
  core::Spread rate;
  if (now >= before && seconds > 0) rate.add((now - before) / seconds);
  return rate;
}

}  // namespace

core::ContainerUsage UsageIntervals::usage_of(const core::TaskId& task, const ContainerUsage& said,
                                              core::Time at) {
  core::ContainerUsage usage;
  usage.name = said.name;
  auto& figures = usage.figures;
  figures.cpu_units = spread(said.cpu_percent, static_cast<double>(host_cpu_.count) / 100);
  figures.memory_bytes = spread(said.memory_mib, static_cast<double>(core::bytes_per_mib));
  figures.received_bytes = spread(said.received_per_second, 1);
  figures.sent_bytes = spread(said.sent_per_second, 1);
  const auto key = std::pair{task, said.name};
  const Counted now{said.read_bytes.greatest, said.written_bytes.greatest, at};
  if (const auto before = counted_.find(key); before != counted_.end()) {
    const double seconds = std::chrono::duration<double>(at - before->second.at).count();
    figures.read_bytes = growth(before->second.read_bytes, now.read_bytes, seconds);
    figures.written_bytes = growth(before->second.written_bytes, now.written_bytes, seconds);
  }
  counting_[key] = now;
  usage.totals = {total(said.received_bytes), total(said.sent_bytes), total(said.read_bytes),
                  total(said.written_bytes)};
  return usage;
}

std::optional<core::UsageReport> UsageIntervals::take(const InstanceUsage& part) {
  if (part.message != message_) {
    message_ = part.message;
    gathered_ = {};
    counting_.clear();
  }
  for (const auto& task : part.tasks) {
    if (gathered_.tasks.size() >= tasks_max) break;
    auto& into = gathered_.tasks.emplace_back(core::TaskUsage{task.task, {}});
    for (const auto& container : task.containers) {
      into.containers.push_back(usage_of(task.task, container, part.at));
    }
  }
  if (!part.last_part) return std::nullopt;
  message_.clear();
  counted_ = std::exchange(counting_, {});
  auto report = std::exchange(gathered_, {});
  report.host_cpu_units = host_cpu_.count;
  return report;
}

}  // namespace troupe::api::agent_gateway
