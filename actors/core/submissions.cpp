/// From submissions to reports.

#include "actors/core/submissions.hpp"

#include "actors/core/task_interface.hpp"

#include <algorithm>
#include <array>

namespace troupe::core {
namespace {

constexpr std::size_t reason_max = 1024;
constexpr std::size_t runtime_id_max = 255;
constexpr std::size_t digest_max = 255;

/// What agents call the steps before RUNNING.
constexpr std::array early = std::to_array<std::string_view>(
    {"", "NONE", "PENDING", "MANIFEST_PULLED", "PULLED", "CREATED", "RESOURCES_PROVISIONED"});

template <class Status>
std::optional<Status> status_in(std::string_view text) {
  if (text == "RUNNING") return Status::RUNNING;
  if (text == "STOPPED") return Status::STOPPED;
  if (std::ranges::find(early, text) != early.end()) return Status::PENDING;
  return std::nullopt;
}

/// Whole characters of UTF-8, at most `size` bytes.
std::string cut(const std::string& text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

ContainerReport report_of(const SubmittedContainer& said) {
  ContainerReport report;
  report.name = said.name;
  report.status = status_in<ContainerStatus>(said.status).value_or(ContainerStatus::PENDING);
  report.exit_code = said.exit_code;
  report.reason = cut(said.reason, reason_max);
  report.runtime_id = cut(said.runtime_id, runtime_id_max);
  report.image_digest = cut(said.image_digest, digest_max);
  report.bindings = said.bindings;
  return report;
}

/// An exit code shows that something ran, whatever was reported before.
bool nothing_ran(const SubmitTaskState& command, const Task& task) {
  const auto ran = [](const auto& container) { return container.exit_code.has_value(); };
  return !task.started_at && std::ranges::none_of(command.containers, ran) &&
         std::ranges::none_of(task.containers, ran);
}

void explain_stop(const SubmitTaskState& command, const Task& task, TaskReport& report) {
  if (!nothing_ran(command, task)) {
    report.stop_code = TaskStopCode::EssentialContainerExited;
    return;
  }
  report.stop_code = TaskStopCode::TaskFailedToStart;
  for (const auto& container : report.containers) {
    if (report.reason.empty()) report.reason = container.reason;
  }
  if (report.reason.empty()) report.reason = "Task failed to start";
}

/// "…attachment/ID" or "ID"
std::string_view id_in(std::string_view arn) {
  return arn.substr(arn.rfind('/') + 1);
}

Result<void> check_attachments(const std::vector<SubmittedAttachment>& attachments) {
  for (const auto& said : attachments) {
    if (auto ok = check_details(said.details); !ok) return ok;
  }
  return {};
}

bool is_attached(const Task& task, const std::string& id) {
  return std::ranges::any_of(
      task.attachments, [&](const Attachment& each) { return each.id == id && each.status == "ATTACHED"; });
}

}  // namespace

Result<void> check(const SubmitAttachmentStates& command) {
  return check_attachments(command.attachments);
}

Result<void> check(const SubmitTaskState& command) {
  if (!status_in<TaskStatus>(command.status)) {
    return invalid_parameter("Invalid task status: " + command.status);
  }
  for (const auto& container : command.containers) {
    if (status_in<ContainerStatus>(container.status)) continue;
    return invalid_parameter("Invalid container status: " + container.status);
  }
  return check_attachments(command.attachments);
}

TaskReport report_of(const SubmitTaskState& command, const Task& task) {
  auto report = report_of(command.attachments, task);
  report.status = status_in<TaskStatus>(command.status).value_or(TaskStatus::PENDING);
  report.reason = cut(command.reason, reason_max);
  for (const auto& container : command.containers) report.containers.push_back(report_of(container));
  report.pull_started_at = command.pull_started_at;
  report.pull_stopped_at = command.pull_stopped_at;
  report.execution_stopped_at = command.execution_stopped_at;
  if (report.status == TaskStatus::RUNNING && report.network_details.empty()) {
    const auto own = task_interface(task);
    if (own && !is_attached(task, own->attachment)) report.network_details = details_of(*own);
  }
  if (report.status == TaskStatus::STOPPED) explain_stop(command, task, report);
  return report;
}

TaskReport report_of(const std::vector<SubmittedAttachment>& attachments, const Task& task) {
  TaskReport report;
  report.task = task.id;
  const auto own = task_interface(task);
  for (const auto& said : attachments) {
    if (!own || said.status != "ATTACHED" || id_in(said.arn) != own->attachment) continue;
    if (!said.details.empty()) {
      report.network_details = details_of(as_said(*own, said.details));
    } else if (!is_attached(task, own->attachment)) {
      report.network_details = details_of(*own);
    }
  }
  return report;
}

}  // namespace troupe::core
