/// Tasks and what became of them.

#include "api/metadata/task_book.hpp"

#include "actors/core/task_life.hpp"

namespace troupe::api::metadata {
namespace {

/// The newest of a task's versions.
core::TaskPtr newest(core::TaskSteps steps) {
  return std::make_shared<const core::Task>(std::move(steps.back()));
}

}  // namespace

void TaskBook::add(const core::TaskPtr& task) {
  const std::lock_guard lock{mutex_};
  tasks_.try_emplace(task->id, task);
}

void TaskBook::stop(const core::TaskId& task, core::Time now) {
  const std::lock_guard lock{mutex_};
  const auto known = tasks_.find(task);
  if (known == tasks_.end()) return;
  auto steps = core::end_task(*known->second, core::TaskStopCode::UserInitiated, "", {now, 0});
  if (!steps.empty()) known->second = newest(std::move(steps));
}

void TaskBook::take(const core::TaskReport& report, core::Time now) {
  const std::lock_guard lock{mutex_};
  const auto known = tasks_.find(report.task);
  if (known == tasks_.end()) return;
  if (report.status == core::TaskStatus::STOPPED) {
    tasks_.erase(known);
    return;
  }
  auto steps = core::report_task(*known->second, report, {now, 0});
  if (!steps.empty()) known->second = newest(std::move(steps));
}

core::TaskPtr TaskBook::find(const core::TaskId& task) const {
  const std::lock_guard lock{mutex_};
  const auto known = tasks_.find(task);
  return known == tasks_.end() ? nullptr : known->second;
}

}  // namespace troupe::api::metadata
