/// Minutes as rings that forget.

#include "actors/core/usage/usage_history.hpp"

#include <algorithm>
#include <array>

namespace troupe::core {
namespace {

std::int64_t minute_of(Time time) {
  return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

/// The minute's own figures; a clock that was set back goes on in the last minute.
UsageFigures& figures_at(std::vector<UsageMinute>& minutes, std::int64_t minute) {
  if (minutes.empty() || minutes.back().minute < minute) minutes.push_back({minute, {}});
  return minutes.back().figures;
}

void drop_before(std::vector<UsageMinute>& minutes, std::int64_t oldest) {
  const auto kept = std::ranges::find_if(minutes, [&](const auto& one) { return one.minute >= oldest; });
  minutes.erase(minutes.begin(), kept);
}

ContainerHistory& container_named(std::vector<ContainerHistory>& containers, const std::string& name) {
  const auto known = std::ranges::find(containers, name, &ContainerHistory::name);
  if (known != containers.end()) return *known;
  return containers.emplace_back(ContainerHistory{name, std::nullopt, {}});
}

/// The oldest minute that may stay when only so many fit.
std::int64_t oldest_that_fits(const InstanceUsage& known, std::int64_t newest) {
  std::array<std::size_t, usage_minutes_max> held{};  // By age.
  for (const auto& [id, containers] : known.tasks) {
    for (const auto& container : containers) {
      for (const auto& one : container.minutes) {
        const auto age = newest - one.minute;
        if (age >= 0 && age < usage_minutes_max) ++held[static_cast<std::size_t>(age)];
      }
    }
  }
  std::size_t all = 0;
  for (std::size_t age = 0; age < held.size(); ++age) {
    all += held[age];
    // The minute under way stays whatever it takes.
    if (all > container_minutes_max && age > 0) return newest - static_cast<std::int64_t>(age) + 1;
  }
  return newest - usage_minutes_max + 1;
}

void forget_old(InstanceUsage& known, std::int64_t newest) {
  drop_before(known.minutes, newest - usage_minutes_max + 1);
  const auto oldest = oldest_that_fits(known, newest);
  for (auto& [id, containers] : known.tasks) {
    for (auto& container : containers) drop_before(container.minutes, oldest);
  }
}

/// Tasks that left the instance go with their minutes.
void begin_report(InstanceUsage& known, const ContainersOf& containers_of) {
  std::erase_if(known.tasks, [&](const auto& task) { return !containers_of(task.first); });
  for (auto& [id, containers] : known.tasks) {
    for (auto& container : containers) container.latest.reset();
  }
  known.latest = {};
}

}  // namespace

void take_usage(InstanceUsage& known, const UsageReport& said, const ContainersOf& containers_of, Time now) {
  const auto minute = minute_of(now);
  const bool new_minute = known.minutes.empty() || known.minutes.back().minute < minute;
  begin_report(known, containers_of);
  known.at = now;
  FiguresSum total;
  for (const auto& task : said.tasks) {
    const auto names = containers_of(task.task);
    if (!names) continue;
    auto& containers = known.tasks[task.task];
    for (const auto& container : task.containers) {
      if (!names->contains(container.name)) continue;
      auto& history = container_named(containers, container.name);
      figures_at(history.minutes, minute).merge(container.figures);
      history.latest = container;
      total.add(container.figures);
    }
  }
  known.latest = total.sample();
  figures_at(known.minutes, minute).merge(known.latest);
  if (new_minute) forget_old(known, minute);
}

InstanceUsage show_usage(const InstanceUsage& known, std::int64_t minutes, Time now) {
  const auto oldest = minute_of(now) - std::clamp<std::int64_t>(minutes, 0, usage_minutes_max) + 1;
  const auto last = [&](const std::vector<UsageMinute>& all) {
    const auto from = std::ranges::find_if(all, [&](const auto& one) { return one.minute >= oldest; });
    return std::vector<UsageMinute>(from, all.end());
  };
  const bool fresh = known.at && now - *known.at < usage_fresh_for;
  InstanceUsage shown;
  shown.minutes = last(known.minutes);
  if (fresh) {
    shown.at = known.at;
    shown.latest = known.latest;
  }
  for (const auto& [id, containers] : known.tasks) {
    auto& into = shown.tasks[id];
    for (const auto& container : containers) {
      into.push_back({container.name, fresh ? container.latest : std::nullopt, last(container.minutes)});
    }
  }
  return shown;
}

}  // namespace troupe::core
