/// Counters into rates.

#include "actors/node/usage_sampler.hpp"

#include "actors/core/units.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <map>

namespace troupe::node {
namespace {

struct Traffic {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
};

Traffic traffic_of(const runtime::Stats& stats) {
  Traffic traffic;
  for (const auto& one : stats.interfaces) {
    traffic.received += one.rx_bytes;
    traffic.sent += one.tx_bytes;
  }
  return traffic;
}

void add_rate(core::Spread& figure, std::uint64_t before, std::uint64_t now, double seconds, double scale) {
  if (now >= before) figure.add(static_cast<double>(now - before) * scale / seconds);
}

/// Nothing for one that does not run, or that the runtime cannot look at.
std::optional<runtime::Stats> read_stats(runtime::ContainerRuntime& runtime, const std::string& id) try {
  auto stats = runtime.stats(id);
  if (!stats) return std::nullopt;
  const bool runs = stats->processes != 0 || stats->memory_bytes != 0 || stats->cpu_ns != 0;
  return runs ? std::optional{*std::move(stats)} : std::nullopt;
} catch (const std::exception& thrown) {
  spdlog::error("sampler cannot read what container {} uses: {}", id, thrown.what());
  return std::nullopt;
}

}  // namespace

core::UsageFigures figures_between(const std::optional<runtime::Stats>& before, const runtime::Stats& now,
                                   std::size_t sharers) {
  core::UsageFigures figures;
  figures.memory_bytes.add(static_cast<double>(now.memory_bytes));
  if (!before || now.cpu_ns < before->cpu_ns) return figures;
  const double seconds = std::chrono::duration<double>(now.read_at - before->read_at).count();
  if (seconds <= 0) return figures;
  add_rate(figures.cpu_units, before->cpu_ns, now.cpu_ns, seconds, core::cpu_units_per_core / 1e9);
  const auto earlier = traffic_of(*before);
  const auto later = traffic_of(now);
  const double share = 1.0 / static_cast<double>(sharers);
  add_rate(figures.received_bytes, earlier.received, later.received, seconds, share);
  add_rate(figures.sent_bytes, earlier.sent, later.sent, seconds, share);
  add_rate(figures.read_bytes, before->block_read_bytes, now.block_read_bytes, seconds, 1);
  add_rate(figures.written_bytes, before->block_write_bytes, now.block_write_bytes, seconds, 1);
  return figures;
}

/// The parts of a traffic that is shared add up, also when the number of sharers changes.
core::ContainerUsage UsageSampler::usage_of(const PlannedContainer& container, Look& now,
                                            std::size_t sharers) const {
  const auto last = last_.find(container.spec.id);
  std::optional<runtime::Stats> before;
  if (last != last_.end()) {
    before = last->second.stats;
    const auto earlier = traffic_of(*before);
    const auto later = traffic_of(now.stats);
    const auto part = [&](std::uint64_t from, std::uint64_t to) {
      return to > from ? static_cast<double>(to - from) / static_cast<double>(sharers) : 0.0;
    };
    now.received_bytes = last->second.received_bytes + part(earlier.received, later.received);
    now.sent_bytes = last->second.sent_bytes + part(earlier.sent, later.sent);
  }
  const core::UsageTotals totals{static_cast<std::uint64_t>(now.received_bytes),
                                 static_cast<std::uint64_t>(now.sent_bytes), now.stats.block_read_bytes,
                                 now.stats.block_write_bytes};
  return {container.name, figures_between(before, now.stats, sharers), totals, now.stats.memory_limit_bytes,
          now.stats.processes};
}

core::UsageReport UsageSampler::sample(runtime::ContainerRuntime& runtime, const SampledTasks& tasks) {
  std::unordered_map<std::string, Look> looked;
  core::UsageReport report;
  for (const auto& [id, plan] : tasks) {
    std::map<std::string, std::size_t> sharers;
    for (const auto& container : plan->containers) {
      auto stats = read_stats(runtime, container.spec.id);
      if (!stats) continue;
      ++sharers[container.spec.network];
      looked.emplace(container.spec.id, Look{*std::move(stats), 0, 0});
    }
    if (sharers.empty()) continue;
    auto& task = report.tasks.emplace_back(core::TaskUsage{id, {}});
    for (const auto& container : plan->containers) {
      const auto now = looked.find(container.spec.id);
      if (now == looked.end()) continue;
      task.containers.push_back(usage_of(container, now->second, sharers[container.spec.network]));
    }
  }
  last_ = std::move(looked);
  return report;
}

}  // namespace troupe::node
