/// Tasks that failed, and what follows.

#include "actors/core/service/failures.hpp"

#include "actors/core/service/names.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

/// News of a stopped task is never later than this.
constexpr Millis news_takes_at_most = std::chrono::minutes{1};

/// Bounds of the default threshold.
constexpr std::int64_t threshold_min = 3;
constexpr std::int64_t threshold_max = 200;

bool failed_to_start(const Task& task) {
  return !task.started_at && task.stop_code != TaskStopCode::UserInitiated &&
         task.stop_code != TaskStopCode::ServiceSchedulerInitiated &&
         task.stop_code != TaskStopCode::SpotInterruption;
}

bool failed_for_health(const Task& task) {
  return task.stop_code == TaskStopCode::ServiceSchedulerInitiated &&
         task.stopped_reason == failed_container_checks;
}

std::optional<Time> newest_healthy(const Crew& crew) {
  std::optional<Time> newest;
  for (const auto& member : crew.live) {
    if (member.standing == Standing::healthy) newest = std::max(newest, member.task->started_at);
  }
  return newest;
}

void reset(FailureTally& tally, const Crew& crew, OnHealthyTask on_healthy) {
  if (tally.failed_to_start > 0) {
    const auto good = [&](const Member& m) { return m.task->started_at > tally.last_failure_at; };
    if (std::ranges::any_of(crew.live, good)) tally.failed_to_start = 0;
  }
  if (tally.failed == 0 || on_healthy == OnHealthyTask::keep) return;
  const auto newest = newest_healthy(crew);
  if (newest <= tally.healthy_from) return;
  tally.healthy_from = newest;
  tally.failed = 0;
}

/// Forgets which tasks were counted, where the time alone tells.
void tidy(FailureTally& tally, const Crew& crew, Time now) {
  tally.looked_up_to = std::max(tally.looked_up_to, now - news_takes_at_most);
  std::vector<TaskId> recent;
  for (const auto& task : crew.stopped) {
    if (task->stopped_at.value_or(task->updated_at) <= tally.looked_up_to) continue;
    if (std::ranges::find(tally.counted, task->id) != tally.counted.end()) recent.push_back(task->id);
  }
  tally.counted = std::move(recent);
}

}  // namespace

std::string scaling_reason(std::uint64_t deployment) {
  return "Scaling activity initiated by (deployment " + deployment_name(deployment) + ")";
}

void count_failures(FailureTally& tally, const Crew& crew, OnHealthyTask on_healthy, Time now) {
  reset(tally, crew, on_healthy);
  bool news = false;
  for (const auto& task : crew.stopped) {
    const auto at = task->stopped_at.value_or(task->updated_at);
    if (at <= tally.looked_up_to) continue;
    const bool never_ran = failed_to_start(*task);
    if (!never_ran && !failed_for_health(*task)) continue;
    if (std::ranges::find(tally.counted, task->id) != tally.counted.end()) continue;
    if (tally.failed == 0) tally.healthy_from = newest_healthy(crew);
    news = true;
    tally.counted.push_back(task->id);
    ++tally.failed;
    if (never_ran) ++tally.failed_to_start;
    tally.last_failure_at = std::max(tally.last_failure_at.value_or(at), at);
  }
  if (news) tidy(tally, crew, now);
}

int failed_rounds(const FailureTally& tally, std::int32_t desired) {
  const auto round = std::max(desired, 1);
  return (tally.failed_to_start + round - 1) / round;
}

std::optional<Time> launch_again_at(const FailureTally& tally, std::int32_t desired,
                                    const ServiceTiming& timing) {
  const auto rounds = failed_rounds(tally, desired);
  if (rounds == 0 || !tally.last_failure_at) return std::nullopt;
  return *tally.last_failure_at + doubled(timing.launch_delay, rounds - 1, timing.launch_delay_max);
}

std::int32_t breaker_threshold(const DeploymentCircuitBreaker& breaker, std::int32_t desired) {
  const auto given = breaker.thresholdConfiguration.value_or(ThresholdConfiguration{});
  const std::int64_t value = given.value.value_or(50);
  const auto type = given.type.value_or(ThresholdType::BOUNDED_PERCENT);
  if (type == ThresholdType::COUNT) return static_cast<std::int32_t>(std::max<std::int64_t>(value, 1));
  const auto share = (value * desired + 99) / 100;
  if (type == ThresholdType::UNBOUNDED_PERCENT) {
    return static_cast<std::int32_t>(std::max<std::int64_t>(share, 1));
  }
  return static_cast<std::int32_t>(std::clamp(share, threshold_min, threshold_max));
}

Millis doubled(Millis first, int times, Millis most) {
  auto delay = first;
  for (int i = 0; i < times && delay < most; ++i) delay *= 2;
  return std::min(delay, most);
}

}  // namespace troupe::core
