/// The report as a person reads it in a terminal.

#include "tools/simulate/report.hpp"

#include <algorithm>
#include <cstdio>

namespace troupe::tools::simulate {
namespace {

/// Happenings of large clusters are many: the first and the last are shown.
constexpr std::size_t happenings_shown = 60;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text + "  ";
}

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", share * 100);
  return text;
}

std::string headline(const Report& report) {
  std::string text;
  if (report.steps_from) text += "steps begin    " + clock_text(*report.steps_from) + "\n";
  if (report.steady_at) text += "steady state   " + clock_text(*report.steady_at) + "\n";
  if (report.finished_at) {
    text += "finished       " + clock_text(*report.finished_at) + "\n";
    if (report.steps_from)
      text += "took           " + clock_text(*report.finished_at - *report.steps_from) + "\n";
  } else {
    text += "finished       no, not within " + clock_text(report.lasted) + "\n";
  }
  text += "tasks started  " + std::to_string(report.tasks_started) + "\n";
  if (!report.samples.empty()) {
    const auto& last = report.samples.back();
    text += "utilisation    cpu " + percent(last.cpu_share) + ", memory " + percent(last.memory_share) + "\n";
  }
  return text;
}

std::string services_table(const Report& report) {
  if (report.services.empty()) return {};
  std::string text = "\n" + padded("service", 24) + padded("desired", 8) + padded("running", 8) +
                     padded("healthy", 8) + padded("lowest healthy", 20) + "state\n";
  for (const auto& one : report.services) {
    const auto lowest = one.lowest_healthy
                            ? std::to_string(*one.lowest_healthy) + " at " + clock_text(one.lowest_healthy_at)
                            : "never all healthy";
    text += padded(one.name, 24) + padded(std::to_string(one.desired), 8) +
            padded(std::to_string(one.running), 8) + padded(std::to_string(one.healthy), 8) +
            padded(lowest, 20) + (one.steady ? "steady" : one.unrest) + "\n";
  }
  return text;
}

std::string instances_table(const Report& report) {
  std::string text = "\n" + padded("instance", 24) + padded("zone", 12) + padded("status", 12) +
                     padded("tasks", 6) + padded("cpu", 14) + "memory\n";
  for (const auto& one : report.instances) {
    text += padded(one.name, 24) + padded(one.zone, 12) + padded(one.status, 12) +
            padded(std::to_string(one.tasks), 6) +
            padded(std::to_string(one.cpu_used) + " of " + std::to_string(one.cpu), 14) +
            std::to_string(one.memory_used) + " of " + std::to_string(one.memory) + "\n";
  }
  return text;
}

std::string line_of(const Happening& one) {
  return padded(clock_text(one.at), 8) + (one.subject.empty() ? "" : one.subject + ": ") + one.text + "\n";
}

std::string happenings_list(const Report& report) {
  std::string text = "\nsteps\n";
  const auto& all = report.happenings;
  const auto hidden = all.size() > happenings_shown ? all.size() - happenings_shown : 0;
  for (std::size_t at = 0; at < all.size(); ++at) {
    const bool in_the_middle = hidden > 0 && at >= happenings_shown / 2 && at < happenings_shown / 2 + hidden;
    if (!in_the_middle) {
      text += "  " + line_of(all[at]);
    } else if (at == happenings_shown / 2) {
      text += "  … " + std::to_string(hidden) + " more, see --json or --html …\n";
    }
  }
  return text;
}

}  // namespace

std::string clock_text(core::Millis at) {
  const auto seconds = at.count() / 1000;
  char text[32];
  std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", static_cast<long long>(seconds / 3600),
                static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60));
  return text;
}

std::string report_text(const Report& report) {
  std::string text = report.name + " (seed " + std::to_string(report.seed) + ")\n\n" + headline(report);
  text += services_table(report) + instances_table(report);
  if (!report.refusals.empty()) {
    text += "\nno place was found\n";
    for (const auto& one : report.refusals) {
      text += "  " + one.group + ", " + std::to_string(one.count) + (one.count == 1 ? " time" : " times") +
              ", first at " + clock_text(one.first) + ": " + one.reason + "\n";
    }
  }
  text += happenings_list(report);
  if (!report.unrest.empty()) {
    text += "\nnot at rest at the end\n";
    for (const auto& one : report.unrest) text += "  " + one + "\n";
  }
  for (const auto& one : report.breaches) text += "\nBUG of Troupe: " + one + "\n";
  return text;
}

}  // namespace troupe::tools::simulate
