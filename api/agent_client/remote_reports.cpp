/// What the agent tells: submissions and telemetry.

#include "api/agent_client/remote_instance.hpp"

#include "actors/core/task_definition/optional_members.hpp"

#include <algorithm>
#include <array>

namespace troupe::api::agent_client {
namespace {

/// Errors by which the control plane says that it will never take a report.
constexpr std::array final_errors = {"InvalidParameterException", "ClientException"};

ReportQueue::Outcome outcome_of(const CallAnswer& answer) {
  if (answer.status == 200) return ReportQueue::Outcome::kept;
  const bool refused = answer.status == 400 && std::ranges::any_of(final_errors, [&](const char* name) {
                         return answer.body.find(name) != std::string::npos;
                       });
  return refused ? ReportQueue::Outcome::refused : ReportQueue::Outcome::failed;
}

bool is_checked(const core::Task& task, const std::string& container) {
  return std::ranges::any_of(core::items(task.definition->definition.containerDefinitions),
                             [&](const core::ContainerDefinition& one) {
                               return core::text(one.name) == container && one.healthCheck.has_value();
                             });
}

}  // namespace

void RemoteInstance::take_report(const ReportPtr& report) {
  const bool stopped = report->status == core::TaskStatus::STOPPED;
  parts_.tasks->take(*report, parts_.clock());
  if (report->status == core::TaskStatus::RUNNING) parts_.begun->add(report->task);
  const auto health = stopped ? std::vector<core::ContainerHealth>{} : health_in(*report);
  const bool has_news = !health.empty() && health_[report->task] != health;
  if (health.empty()) {
    health_.erase(report->task);
  } else {
    health_[report->task] = health;
  }
  if (stopped) {
    tasks_.erase(report->task);
    parts_.credentials->forget(report->task);
  }
  reports_.push(report);
  submit_due();
  if (has_news) publish_health();
}

std::vector<core::ContainerHealth> RemoteInstance::health_in(const core::TaskReport& report) const {
  std::vector<core::ContainerHealth> health;
  const auto task = tasks_.find(report.task);
  if (task == tasks_.end()) return health;
  for (const auto& container : report.containers) {
    if (!container.health || !is_checked(*task->second, container.name)) continue;
    health.push_back({container.name, *container.health});
  }
  return health;
}

void RemoteInstance::submit_due() {
  const auto now = parts_.clock();
  static const std::vector<core::Attachment> none;
  for (const auto& report : reports_.due(now)) {
    const auto call = ++last_call_;
    calls_[call] = report;
    const auto known = attachments_.find(report->task);
    const auto& attachments = known == attachments_.end() ? none : known->second;
    parts_.uplink->call("SubmitTaskStateChange", task_state_request(speaker_, *report, attachments),
                        [self = RemoteInstanceActor{this}, call](CallAnswer answer) {
                          caf::anon_send(self, CallAnswered{call, std::move(answer)});
                        });
  }
  if (const auto next = reports_.next()) {
    set_timer(std::max(*next - now, std::chrono::milliseconds{1}), reports_due);
  }
}

void RemoteInstance::submitted(std::uint64_t call, const CallAnswer& answer) {
  const auto known = calls_.find(call);
  if (known == calls_.end()) return;
  const auto report = known->second;
  const auto& task = report->task;
  calls_.erase(known);
  const auto outcome = outcome_of(answer);
  if (outcome != ReportQueue::Outcome::kept) {
    spdlog::warn("the control plane does not take a report on task {}: {}", core::to_string(task),
                 answer.body);
  }
  reports_.settle(task, outcome, parts_.clock(), parts_.chance());
  if (outcome != ReportQueue::Outcome::failed && report->status == core::TaskStatus::STOPPED) {
    parts_.begun->remove(task);
    attachments_.erase(task);
  }
  submit_due();
}

/// What is not published goes with the next report.
void RemoteInstance::take_usage(const core::UsageReport& said) {
  if (usage_) {
    core::join(*usage_, said);
  } else {
    usage_ = said;
  }
}

void RemoteInstance::publish() {
  if (!at(Session::tcs).open) return;
  publish_usage();
  publish_health();
}

void RemoteInstance::publish_usage() {
  const auto message = "metrics-" + std::to_string(++messages_);
  const auto report = std::exchange(usage_, std::nullopt).value_or(core::UsageReport{});
  for (auto& frame : metrics_frames(speaker_, message, parts_.clock(), report)) {
    say(Session::tcs, std::move(frame));
  }
}

void RemoteInstance::publish_health() {
  if (health_.empty() || !at(Session::tcs).open) return;
  std::vector<core::TaskHealth> tasks;
  for (const auto& [task, containers] : health_) tasks.push_back({task, containers});
  say(Session::tcs, health_frame(speaker_, "health-" + std::to_string(++messages_), parts_.clock(), tasks));
}

}  // namespace troupe::api::agent_client
