/// A service and its tasks in virtual time.

#include "tests/core/service_world.hpp"

#include "actors/core/codec/bytes.hpp"
#include "actors/core/task_life.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace troupe::core::service_test {

ServiceWorld::ServiceWorld(std::uint64_t first_seed) : seed(first_seed) {
  auto cluster = std::make_shared<Cluster>();
  cluster->name = "default";
  context.cluster = cluster;
  instances = {{InstanceId{{1, 1}}, "us-east-1a"}, {InstanceId{{1, 2}}, "us-east-1a"}};
}

TaskDefinitionPtr ServiceWorld::define(const std::string& family, std::int32_t revision, Behaviour behaviour,
                                       bool health_check) {
  auto container = troupe::testing::container("app");
  if (health_check) container.healthCheck.emplace().command = {"CMD-SHELL", "true"};
  auto record = *troupe::testing::definition({container}, family);
  record.definition.revision = revision;
  auto made = std::make_shared<const TaskDefinitionRecord>(std::move(record));
  definitions_[{family, revision}] = {made, behaviour};
  return made;
}

Result<ServiceChange> ServiceWorld::create(const CreateService& command,
                                           const TaskDefinitionPtr& definition) {
  context.definition = definition;
  return decide(state.service ? &state : nullptr, command, context, stamp());
}

Result<ServiceChange> ServiceWorld::update(const UpdateService& command,
                                           const TaskDefinitionPtr& definition) {
  context.definition = definition;
  return decide(state, command, context, stamp());
}

void ServiceWorld::take(const Result<ServiceChange>& change) {
  ASSERT_TRUE(change) << change.error().message;
  apply(state, *change);
  events.insert(events.end(), change->events.begin(), change->events.end());
}

void ServiceWorld::settle() {
  for (int round = 0; round < 100; ++round) {
    std::vector<TaskPtr> shared;
    for (const auto& [id, task] : tasks) shared.push_back(std::make_shared<const Task>(task));
    const ServiceView view{state, {}, shared, {}, {}, draining, zones, daemons, false, timing};
    auto plan = reconcile(view, stamp());
    if (spoil) spoil(plan);
    if (on_plan) on_plan(plan);
    apply(state, plan.change);
    events.insert(events.end(), plan.change.events.begin(), plan.change.events.end());
    for (const auto& what : plan.stop) stop(what);
    for (const auto& what : plan.start) start(what);
    shifts.insert(shifts.end(), plan.shift.begin(), plan.shift.end());
    hooks.insert(hooks.end(), plan.hooks.begin(), plan.hooks.end());
    if (answer_traffic) {
      for (const auto& shift : plan.shift) {
        apply(state,
              learn(state, TrafficShifted{shift.service_deployment, shift.kind, shift.percent}, stamp()));
      }
    }
    wake_at_ = plan.wake_at;
    const bool shifting = answer_traffic && !plan.shift.empty();
    if (plan.change.empty() && plan.start.empty() && plan.stop.empty() && !shifting) return;
  }
  FAIL() << "a service does not come to rest; seed " << seed;
}

void ServiceWorld::run(Millis time) {
  const auto end = now + time;
  settle();
  for (int step = 0; step < 100'000; ++step) {
    auto next = end;
    if (!agenda_.empty()) next = std::min(next, agenda_.begin()->first);
    if (wake_at_) next = std::min(next, *wake_at_);
    now = std::max(now, next);
    while (!agenda_.empty() && agenda_.begin()->first <= now) {
      const auto event = agenda_.begin()->second;
      agenda_.erase(agenda_.begin());
      happen(event);
    }
    settle();
    if (::testing::Test::HasFatalFailure()) return;
    if (now >= end && (agenda_.empty() || agenda_.begin()->first > end)) return;
  }
  FAIL() << "time stands still; seed " << seed;
}

bool ServiceWorld::run_until_completed(Millis at_most) {
  const auto end = now + at_most;
  while (now < end && primary().rollout != DeploymentRolloutState::COMPLETED) {
    run(Millis{1'000});
    if (::testing::Test::HasFatalFailure()) return false;
  }
  return primary().rollout == DeploymentRolloutState::COMPLETED;
}

void ServiceWorld::start(const StartTasks& what) {
  const auto& revision = *state.revisions.at(what.revision);
  const auto& [definition, behaviour] = definitions_.at({revision.what.family, revision.what.revision});
  const auto plan = plan_start(state, what, definition, stamp());
  const auto placed = places ? place_in_fleet(plan) : place_anywhere(what, plan);
  if (placed.assignments.size() < plan.request.tasks.size()) {
    apply(state, learn(state, PlacementFailed{what.zone, false, placed.refusals}, {}, stamp()));
  }
  if (placed.assignments.empty()) return;
  const auto result = accept_placed(plan, placed, definition, {}, stamp());
  ASSERT_TRUE(result);
  apply(state, learn_started(state, result->tasks, {}, stamp()));
  for (const auto& task : result->tasks) {
    tasks[task->id] = *task;
    auto at = now + behaviour.starts_after;
    Dice dice{stamp().seed};
    if (behaviour.starts_within.count() > 0) {
      at += Millis{dice.below(static_cast<std::uint64_t>(behaviour.starts_within.count()))};
    }
    const bool fails =
        behaviour.fails_one_in > 0 && dice.below(static_cast<std::uint64_t>(behaviour.fails_one_in)) == 0;
    if (behaviour.fails_to_start || fails) {
      agenda_.emplace(at, NodeEvent{task->id, TaskStatus::STOPPED, HealthStatus::UNKNOWN});
      continue;
    }
    agenda_.emplace(at, NodeEvent{task->id, TaskStatus::RUNNING, HealthStatus::UNKNOWN});
    const auto health = behaviour.turns_unhealthy ? HealthStatus::UNHEALTHY : HealthStatus::HEALTHY;
    agenda_.emplace(at + Millis{5'000}, NodeEvent{task->id, TaskStatus::RUNNING, health});
  }
}

/// As if every instance had room for all.
PlacementResult ServiceWorld::place_anywhere(const StartTasks& what, const RunPlan& plan) {
  PlacementResult placed;
  const bool possible = std::any_of(instances.begin(), instances.end(), [&](const auto& instance) {
    return !draining.contains(instance.first) && (what.zone.empty() || what.zone == instance.second);
  });
  if (!possible) return placed;
  for (std::size_t i = 0; i < plan.request.tasks.size(); ++i) {
    const auto instance = place(what, i);
    placed.assignments.push_back({plan.request.tasks[i], instance, instances.at(instance)});
  }
  return placed;
}

PlacementResult ServiceWorld::place_in_fleet(const RunPlan& plan) {
  Fleet fleet;
  for (const auto& [id, zone] : instances) {
    ContainerInstance instance;
    instance.id = id;
    instance.agent_connected = true;
    instance.status = draining.contains(id) ? InstanceStatus::DRAINING : InstanceStatus::ACTIVE;
    instance.registered.cpu = {4096};
    instance.registered.memory = {4096};
    instance.attributes = plan.request.attributes;
    Attribute in_zone;
    in_zone.name = "ecs.availability-zone";
    in_zone.value = zone;
    instance.attributes.push_back(in_zone);
    fleet.update(std::make_shared<const ContainerInstance>(std::move(instance)));
  }
  for (const auto& [id, task] : tasks) {
    if (holds_resources(task)) fleet.reserve(id, {task.instance, task.launch->size, task.launch->group});
  }
  return core::place(fleet, plan.request);
}

/// The instance with the fewest tasks, in the zone that was asked for.
InstanceId ServiceWorld::place(const StartTasks& what, std::size_t index) {
  if (!what.instances.empty()) return what.instances.at(index);
  std::map<InstanceId, int> load;
  for (const auto& [id, zone] : instances) {
    if (!draining.contains(id) && (what.zone.empty() || zone == what.zone))
      load[id] = static_cast<int>(index);
  }
  for (const auto& [id, task] : tasks) {
    if (task.last_status == TaskStatus::STOPPED) continue;
    if (const auto found = load.find(task.instance); found != load.end()) ++found->second;
  }
  auto best = load.begin();
  std::advance(best, static_cast<int>(index % load.size()));
  for (auto it = load.begin(); it != load.end(); ++it) {
    if (it->second < best->second) best = it;
  }
  return best->first;
}

void ServiceWorld::stop(const StopServiceTask& what) {
  auto& task = tasks.at(what.task);
  const auto steps = end_task(task, TaskStopCode::ServiceSchedulerInitiated, what.reason, stamp());
  if (!steps.empty()) task = steps.back();
  const auto found = definitions_.find({task.launch->family, task.launch->revision});
  agenda_.emplace(now + found->second.second.stops_after,
                  NodeEvent{what.task, TaskStatus::STOPPED, HealthStatus::UNKNOWN});
}

void ServiceWorld::happen(const NodeEvent& event) {
  const auto known = tasks.find(event.task);
  if (known == tasks.end()) return;
  auto& task = known->second;
  TaskReport report;
  report.task = event.task;
  report.status = event.status;
  ContainerReport container;
  container.name = "app";
  container.health = event.health;
  container.status =
      event.status == TaskStatus::STOPPED ? ContainerStatus::STOPPED : ContainerStatus::RUNNING;
  report.containers = {container};
  if (event.status == TaskStatus::STOPPED) {
    report.stop_code =
        task.started_at ? TaskStopCode::EssentialContainerExited : TaskStopCode::TaskFailedToStart;
  }
  const auto steps = report_task(task, report, stamp());
  if (!steps.empty()) task = steps.back();
}

void ServiceWorld::kill(const TaskId& id) {
  happen({id, TaskStatus::STOPPED, HealthStatus::UNKNOWN});
}

void ServiceWorld::protect(const TaskId& id, Millis time) {
  tasks.at(id).protected_until = now + time;
}

void ServiceWorld::sicken(const TaskId& id) {
  happen({id, TaskStatus::RUNNING, HealthStatus::UNHEALTHY});
}

void ServiceWorld::reload() {
  ServiceState read;
  read.service = std::make_shared<const Service>(from_bytes<Service>(to_bytes(*state.service)).value());
  for (const auto& [number, revision] : state.revisions) {
    read.revisions[number] =
        std::make_shared<const ServiceRevision>(from_bytes<ServiceRevision>(to_bytes(*revision)).value());
  }
  for (const auto& [id, deployment] : state.deployments) {
    read.deployments[id] = std::make_shared<const ServiceDeployment>(
        from_bytes<ServiceDeployment>(to_bytes(*deployment)).value());
  }
  state = std::move(read);
  wake_at_.reset();
}

void ServiceWorld::forget_stopped(Millis older_than) {
  std::erase_if(tasks, [&](const auto& entry) {
    const auto& task = entry.second;
    return task.stopped_at && *task.stopped_at + older_than < now;
  });
}

bool ServiceWorld::is_healthy(const Task& task) const {
  if (task.last_status != TaskStatus::RUNNING || task.desired_status != DesiredStatus::RUNNING) return false;
  const auto& container = task.definition->definition.containerDefinitions->front();
  if (container.healthCheck) return task.containers.front().health == HealthStatus::HEALTHY;
  return task.health != HealthStatus::UNHEALTHY && *task.started_at + timing.healthy_after <= now;
}

const ServiceDeployment& ServiceWorld::history() const {
  return *state.deployments.at(primary().service_deployment);
}

int ServiceWorld::running(const std::string& family_revision) const {
  int count = 0;
  for (const auto& [id, task] : tasks) {
    const auto name = task.launch->family + ":" + std::to_string(task.launch->revision);
    const bool asked = family_revision.empty() || family_revision == name;
    if (asked && task.last_status == TaskStatus::RUNNING && task.desired_status == DesiredStatus::RUNNING) {
      ++count;
    }
  }
  return count;
}

int ServiceWorld::live() const {
  int count = 0;
  for (const auto& [id, task] : tasks) {
    const bool stays = task.desired_status == DesiredStatus::RUNNING;
    if (stays && task.last_status <= TaskStatus::RUNNING) ++count;
  }
  return count;
}

bool ServiceWorld::said(const std::string& text) const {
  for (const auto& event : service().events) {
    if (event.message.value_or("").find(text) != std::string::npos) return true;
  }
  return false;
}

CreateService replicas(std::int32_t count) {
  CreateService command;
  command.name = "web";
  command.desired_count = count;
  return command;
}

CreateService with_percents(CreateService command, std::int32_t least, std::int32_t most) {
  auto& configuration = command.deployment_configuration.emplace();
  configuration.minimumHealthyPercent = least;
  configuration.maximumPercent = most;
  return command;
}

}  // namespace troupe::core::service_test
