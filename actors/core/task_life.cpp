/// Decisions on tasks.

#include "actors/core/task_life.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

bool is_essential(const Task& task, const std::string& name) {
  for (const auto& definition :
       task.definition->definition.containerDefinitions.value_or(std::vector<ContainerDefinition>{})) {
    if (definition.name == name) return definition.essential.value_or(true);
  }
  return true;
}

bool has_own_address(const Task& task) {
  return task.definition->definition.networkMode == NetworkMode::awsvpc;
}

void set_attachments(Task& task, const char* status) {
  for (auto& attachment : task.attachments) attachment.status = status;
}

/// The next version of `task`, to be changed further.
Task next_version(const Task& task, Time now) {
  Task next = task;
  ++next.version;
  next.updated_at = now;
  return next;
}

/// Takes over what the node knows of one container; true when that is news.
bool take_container(Container& container, const ContainerReport& report) {
  if (report.status < container.last_status) return false;
  const Container before = container;
  container.last_status = report.status;
  container.health = report.health.value_or(container.health);
  if (report.exit_code) container.exit_code = report.exit_code;
  if (!report.reason.empty()) container.reason = report.reason;
  if (!report.runtime_id.empty()) container.runtime_id = report.runtime_id;
  if (!report.image_digest.empty()) container.image_digest = report.image_digest;
  if (!report.bindings.empty()) container.bindings = report.bindings;
  return container != before;
}

bool take_containers(Task& task, const TaskReport& report) {
  bool news = false;
  for (const auto& told : report.containers) {
    const auto known = std::find_if(task.containers.begin(), task.containers.end(),
                                    [&](const Container& c) { return c.name == told.name; });
    if (known != task.containers.end()) news = take_container(*known, told) || news;
  }
  return news;
}

bool take_times(Task& task, const TaskReport& report) {
  bool news = false;
  const auto take = [&](std::optional<Time>& known, const std::optional<Time>& told) {
    if (known || !told) return;
    known = told;
    news = true;
  };
  take(task.pull_started_at, report.pull_started_at);
  take(task.pull_stopped_at, report.pull_stopped_at);
  take(task.execution_stopped_at, report.execution_stopped_at);
  return news;
}

/// What is said replaces what was known under its name.
std::vector<KeyValuePair> with_said(std::vector<KeyValuePair> known, const std::vector<KeyValuePair>& said) {
  for (const auto& detail : said) {
    const auto same = std::ranges::find(known, detail.name, &KeyValuePair::name);
    if (same == known.end()) {
      known.push_back(detail);
    } else {
      same->value = detail.value;
    }
  }
  return known;
}

bool take_network(Task& task, const TaskReport& report) {
  if (report.network_details.empty()) return false;
  bool news = false;
  for (auto& attachment : task.attachments) {
    if (attachment.status == "DELETED") continue;
    auto next = attachment;
    next.details =
        with_said(attachment.details.value_or(std::vector<KeyValuePair>{}), report.network_details);
    next.status = "ATTACHED";
    news = news || next != attachment;
    attachment = std::move(next);
  }
  return news;
}

void begin_stop(Task& task, TaskStopCode code, const std::string& reason, Time now) {
  if (task.desired_status == DesiredStatus::STOPPED) return;
  task.desired_status = DesiredStatus::STOPPED;
  task.stop_code = code;
  task.stopped_reason = reason;
  task.stopping_at = now;
}

/// The last versions: DEPROVISIONING where an address was held, then STOPPED.
void finish(TaskSteps& steps, Task task, Time now) {
  for (auto& container : task.containers) container.last_status = ContainerStatus::STOPPED;
  if (!task.execution_stopped_at && task.started_at) task.execution_stopped_at = now;
  if (has_own_address(task)) {
    task.last_status = TaskStatus::DEPROVISIONING;
    steps.push_back(task);
    task = next_version(task, now);
    set_attachments(task, "DELETED");
  }
  task.last_status = TaskStatus::STOPPED;
  task.stopped_at = now;
  steps.push_back(std::move(task));
}

}  // namespace

HealthStatus health_of(const Task& task) {
  bool unknown = false;
  for (const auto& container : task.containers) {
    if (!is_essential(task, container.name)) continue;
    if (container.health == HealthStatus::UNHEALTHY) return HealthStatus::UNHEALTHY;
    unknown = unknown || container.health == HealthStatus::UNKNOWN;
  }
  return unknown ? HealthStatus::UNKNOWN : HealthStatus::HEALTHY;
}

Task accept_task(const Assignment& place, std::shared_ptr<const TaskLaunch> launch,
                 TaskDefinitionPtr definition, const Stamp& stamp) {
  Dice dice{stamp.seed ^ place.task.bits[1]};
  Task task;
  task.id = place.task;
  task.instance = place.instance;
  task.availability_zone = place.availability_zone;
  task.created_at = task.updated_at = stamp.now;
  task.connectivity_at = stamp.now;
  task.launch = std::move(launch);
  task.definition = std::move(definition);
  for (const auto& container : *task.definition->definition.containerDefinitions) {
    Container fresh;
    fresh.id = dice.uuid();
    fresh.name = container.name.value_or("");
    task.containers.push_back(std::move(fresh));
  }
  if (has_own_address(task)) {
    task.last_status = TaskStatus::PROVISIONING;
    Attachment attachment;
    attachment.id = to_string(dice.uuid());
    attachment.type = "ElasticNetworkInterface";
    attachment.status = "PRECREATED";
    attachment.details.emplace();
    if (task.launch->network && task.launch->network->awsvpcConfiguration &&
        task.launch->network->awsvpcConfiguration->subnets) {
      for (const auto& subnet : *task.launch->network->awsvpcConfiguration->subnets) {
        attachment.details->push_back({"subnetId", subnet});
        break;
      }
    }
    task.attachments.push_back(std::move(attachment));
  }
  return task;
}

Task accept_waiting_task(const TaskId& id, std::shared_ptr<const TaskLaunch> launch,
                         TaskDefinitionPtr definition, const Stamp& stamp) {
  auto task = accept_task({id, {}, {}}, std::move(launch), std::move(definition), stamp);
  task.last_status = TaskStatus::PROVISIONING;
  return task;
}

Task place_waiting_task(const Task& task, const Assignment& place, const Stamp& stamp) {
  auto next = next_version(task, stamp.now);
  next.instance = place.instance;
  next.availability_zone = place.availability_zone;
  if (!has_own_address(next)) next.last_status = TaskStatus::PENDING;
  return next;
}

TaskSteps end_task(const Task& task, TaskStopCode code, const std::string& reason, const Stamp& stamp) {
  if (task.desired_status == DesiredStatus::STOPPED) return {};
  TaskSteps steps;
  auto wanted = next_version(task, stamp.now);
  begin_stop(wanted, code, reason, stamp.now);
  steps.push_back(wanted);
  if (waits_for_place(task)) {
    finish(steps, next_version(wanted, stamp.now), stamp.now);
    return steps;
  }
  if (task.last_status == TaskStatus::RUNNING) {
    auto stopping = next_version(wanted, stamp.now);
    stopping.last_status = TaskStatus::STOPPING;
    steps.push_back(std::move(stopping));
  }
  return steps;
}

TaskSteps report_task(const Task& task, const TaskReport& report, const Stamp& stamp) {
  if (task.last_status == TaskStatus::STOPPED) return {};
  TaskSteps steps;
  auto next = next_version(task, stamp.now);
  bool news = take_containers(next, report);
  news = take_times(next, report) || news;
  news = take_network(next, report) || news;
  next.health = health_of(next);
  if (report.status == TaskStatus::PENDING && next.last_status == TaskStatus::PROVISIONING) {
    next.last_status = TaskStatus::PENDING;
    news = true;
  }
  if (report.status == TaskStatus::RUNNING && next.last_status < TaskStatus::RUNNING) {
    next.last_status = TaskStatus::RUNNING;
    next.started_at = stamp.now;
    news = true;
  }
  if (report.status != TaskStatus::STOPPED) {
    if (report.stop_code && next.desired_status == DesiredStatus::RUNNING) {
      begin_stop(next, *report.stop_code, report.reason, stamp.now);
      if (next.last_status == TaskStatus::RUNNING) next.last_status = TaskStatus::STOPPING;
      news = true;
    }
    if (news) steps.push_back(std::move(next));
    return steps;
  }
  begin_stop(next, report.stop_code.value_or(TaskStopCode::EssentialContainerExited),
             report.reason.empty() ? "Essential container in task exited" : report.reason, stamp.now);
  finish(steps, std::move(next), stamp.now);
  return steps;
}

TaskSteps report_health(const Task& task, const TaskHealth& said, const Stamp& stamp) {
  if (task.last_status == TaskStatus::STOPPED) return {};
  auto next = next_version(task, stamp.now);
  for (const auto& told : said.containers) {
    for (auto& container : next.containers) {
      if (container.name == told.name) container.health = told.status;
    }
  }
  next.health = health_of(next);
  if (next.containers == task.containers) return {};
  return {std::move(next)};
}

TaskSteps lose_task(const Task& task, TaskStopCode code, const std::string& reason, const Stamp& stamp) {
  if (task.last_status == TaskStatus::STOPPED) return {};
  TaskSteps steps;
  auto next = next_version(task, stamp.now);
  begin_stop(next, code, reason, stamp.now);
  finish(steps, std::move(next), stamp.now);
  return steps;
}

TaskSteps connect_task(const Task& task, Connectivity connectivity, const Stamp& stamp) {
  if (task.last_status == TaskStatus::STOPPED || task.connectivity == connectivity) return {};
  auto next = next_version(task, stamp.now);
  next.connectivity = connectivity;
  next.connectivity_at = stamp.now;
  return {std::move(next)};
}

}  // namespace troupe::core
