/// Tasks without runners.

#include "actors/node/host_ledger.hpp"

#include "actors/node/container_plan.hpp"

#include <algorithm>

namespace troupe::node {

void Leftovers::take(const HostSurvey& survey, const std::string& host) {
  found_.clear();
  for (const auto& sandbox : survey.sandboxes) {
    const auto label = sandbox.labels.find(label_host);
    if (label != sandbox.labels.end() && label->second != host) continue;
    found_[sandbox.id].sandbox = sandbox;
  }
  for (const auto& container : survey.containers) {
    const auto known = found_.find(container.sandbox);
    if (known != found_.end()) known->second.containers.push_back(container);
  }
}

std::optional<Findings> Leftovers::claim(const core::TaskId& task) {
  auto node = found_.extract(core::to_string(task));
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

std::vector<core::TaskId> Leftovers::tasks() const {
  std::vector<core::TaskId> all;
  for (const auto& [id, findings] : found_) {
    if (const auto task = core::parse_id<core::TaskId>(id)) all.push_back(*task);
  }
  return all;
}

std::vector<Findings> Leftovers::clear() {
  std::vector<Findings> all;
  for (auto& [id, findings] : found_) all.push_back(std::move(findings));
  found_.clear();
  return all;
}

std::optional<core::Time> ended_at(const Findings& found) {
  std::optional<core::Time> last;
  for (const auto& container : found.containers) {
    if (container.state == runtime::ContainerState::running) return std::nullopt;
    if (!container.exit) continue;
    const auto at = std::chrono::time_point_cast<core::Millis>(container.exit->finished_at);
    last = last ? std::max(*last, at) : at;
  }
  return last;
}

TaskAdopted adoption_of(const core::TaskPtr& task, std::optional<Findings> found) {
  TaskAdopted event;
  event.task = task;
  const auto definitions = task->definition->definition.containerDefinitions;
  const auto count = definitions ? definitions->size() : 0;
  event.containers.resize(count);
  if (!found) return event;
  event.sandbox = std::move(found->sandbox);
  for (std::size_t c = 0; c < count; ++c) {
    const auto id = container_id(core::to_string(task->id), (*definitions)[c].name.value_or(""), c);
    const auto status = std::find_if(found->containers.begin(), found->containers.end(),
                                     [&](const runtime::ContainerStatus& one) { return one.id == id; });
    if (status != found->containers.end()) event.containers[c] = *status;
  }
  return event;
}

void StoppedTasks::add(const core::TaskId& task, core::Time stopped_at,
                       std::shared_ptr<const core::TaskReport> report) {
  forget(task);
  entries_[task] = {stopped_at, std::move(report)};
  by_age_.emplace(stopped_at, task);
}

std::shared_ptr<const core::TaskReport> StoppedTasks::report_of(const core::TaskId& task) const {
  const auto known = entries_.find(task);
  return known == entries_.end() ? nullptr : known->second.report;
}

std::vector<core::TaskId> StoppedTasks::due(core::Time now) const {
  std::vector<core::TaskId> tasks;
  const auto excess = by_age_.size() > tasks_max_ ? by_age_.size() - tasks_max_ : 0;
  for (const auto& [stopped_at, task] : by_age_) {
    if (tasks.size() >= excess && now - stopped_at < retention_) break;
    tasks.push_back(task);
  }
  return tasks;
}

void StoppedTasks::forget(const core::TaskId& task) {
  const auto known = entries_.find(task);
  if (known == entries_.end()) return;
  const auto [first, last] = by_age_.equal_range(known->second.stopped_at);
  by_age_.erase(std::find_if(first, last, [&](const auto& entry) { return entry.second == task; }));
  entries_.erase(known);
}

}  // namespace troupe::node
