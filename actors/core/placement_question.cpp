/// Questions about placement.

#include "actors/core/placement_question.hpp"

#include "actors/core/launch_type.hpp"
#include "actors/core/placement/constraints.hpp"
#include "actors/core/service/service.hpp"
#include "actors/core/task_definition/registration.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

/// The task's own reason, then those of its containers.
std::string reasons_of(const Task& task) {
  std::string reasons = task.stopped_reason;
  for (const auto& container : task.containers) {
    if (container.reason.empty()) continue;
    if (!reasons.empty()) reasons += "; ";
    reasons += container.name + ": " + container.reason;
  }
  return reasons;
}

std::string status_of(const Service& service, const std::vector<TaskPtr>& tasks) {
  std::int64_t running = 0;
  std::int64_t pending = 0;
  for (const auto& task : tasks) {
    if (task->desired_status != DesiredStatus::RUNNING) continue;
    (task->last_status == TaskStatus::RUNNING ? running : pending) += 1;
  }
  return std::to_string(running) + " of " + std::to_string(service.desired_count) +
         (service.desired_count == 1 ? " task runs, " : " tasks run, ") + std::to_string(pending) +
         (pending == 1 ? " is pending" : " are pending");
}

}  // namespace

PlacementQuestion question_about(const Realm& realm, const Task& task) {
  const auto& definition = task.definition->definition;
  PlacementQuestion question;
  question.known.subject = task_arn(realm, task.launch->cluster, task.id);
  question.known.status = name_of(task.last_status);
  question.known.reason = reasons_of(task);
  question.request.size = task.launch->size;
  question.request.group = task.launch->group;
  question.request.attributes = placement_attributes(definition);
  question.request.capacity_provider = placement_provider(task.launch->capacity_provider);
  question.request.launch_type = task.launch->launch_type;
  question.request.constraints = all_constraints(task.launch->constraints, definition);
  return question;
}

Result<PlacementQuestion> question_about(const Realm& realm, const ServiceEntry& entry,
                                         const std::vector<TaskPtr>& tasks, const Stamp& stamp) {
  const auto& service = *entry.state.service;
  if (service.deployments.empty()) return invalid_parameter("The service has no deployment to place.");
  StartTasks start;
  start.deployment = service.deployments.front().id;
  start.revision = service.deployments.front().revision;
  start.count = 1;
  const auto definition = entry.definitions.find(start.revision);
  if (definition == entry.definitions.end()) {
    return invalid_parameter("The service's task definition is not known.");
  }
  PlacementQuestion question;
  question.known.subject = service_arn(realm, service.cluster, service.name);
  question.known.status = status_of(service, tasks);
  if (!service.events.empty()) question.known.reason = service.events.front().message.value_or("");
  question.request = plan_start(entry.state, start, definition->second, stamp).request;
  return question;
}

}  // namespace troupe::core
