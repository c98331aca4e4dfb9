/// Order and repetition of reports.

#include "api/agent_client/report_queue.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::api::agent_client {
namespace {

constexpr std::size_t calls_max = 10;
constexpr std::uint64_t jitter_steps = 401;

}  // namespace

std::chrono::milliseconds delay_of(const Backoff& rule, unsigned failures, std::uint64_t chance) {
  const double grown = static_cast<double>(rule.first.count()) *
                       std::pow(rule.factor, static_cast<double>(std::min(failures, 100U)) - 1.0);
  const double bounded = std::min(grown, static_cast<double>(rule.cap.count()));
  const double jitter = 0.8 + static_cast<double>(chance % jitter_steps) / 1000.0;
  return std::chrono::milliseconds{std::llround(bounded * jitter)};
}

void ReportQueue::push(ReportPtr report) {
  auto& waiting = tasks_[report->task];
  auto& reports = waiting.reports;
  // The one that is under way is said already.
  const std::size_t said = waiting.under_way ? 1 : 0;
  if (reports.size() > said && reports.back()->status == report->status) {
    reports.back() = std::move(report);
  } else {
    reports.push_back(std::move(report));
  }
}

std::vector<ReportPtr> ReportQueue::due(core::Time now) {
  std::vector<ReportPtr> found;
  for (auto& [task, waiting] : tasks_) {
    if (under_way_ == calls_max) break;
    if (waiting.under_way || waiting.not_before > now) continue;
    waiting.under_way = true;
    ++under_way_;
    found.push_back(waiting.reports.front());
  }
  return found;
}

void ReportQueue::settle(const core::TaskId& task, Outcome outcome, core::Time now, std::uint64_t chance) {
  const auto known = tasks_.find(task);
  if (known == tasks_.end() || !known->second.under_way) return;
  auto& waiting = known->second;
  waiting.under_way = false;
  --under_way_;
  if (outcome == Outcome::failed) {
    ++waiting.failures;
    waiting.not_before = now + delay_of({}, waiting.failures, chance);
    return;
  }
  waiting.failures = 0;
  waiting.not_before = {};
  waiting.reports.pop_front();
  if (waiting.reports.empty()) tasks_.erase(known);
}

std::optional<core::Time> ReportQueue::next() const {
  std::optional<core::Time> first;
  if (under_way_ == calls_max) return first;
  for (const auto& [task, waiting] : tasks_) {
    if (waiting.under_way) continue;
    if (!first || waiting.not_before < *first) first = waiting.not_before;
  }
  return first;
}

}  // namespace troupe::api::agent_client
