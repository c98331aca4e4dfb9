/// What a service does so that its tasks become as it wants them.

#include "actors/control/service.hpp"
#include "actors/core/service/names.hpp"
#include "actors/core/service/service.hpp"

#include <algorithm>

namespace troupe::control {
namespace {

/// Every look counts all tasks: a service of 5,000 looks twenty times a second at
/// most, and one of a hundred as often as something happens.
constexpr std::chrono::microseconds rest_for_each_task{10};

/// Both as one decision.
core::ServiceChange joined(core::ServiceChange first, core::ServiceChange second) {
  if (second.service) first.service = std::move(second.service);
  std::ranges::move(second.revisions, std::back_inserter(first.revisions));
  std::ranges::move(second.deployments, std::back_inserter(first.deployments));
  std::ranges::move(second.events, std::back_inserter(first.events));
  return first;
}

}  // namespace

void Service::take_task(const core::TaskPtr& task) {
  auto& known = tasks_[task->id];
  if (known && known->version >= task->version) return;
  known = task;
  if (task->desired_status == core::DesiredStatus::STOPPED) stopping_.erase(task->id);
  wake();
}

void Service::take_timer(std::uint64_t token) {
  if (token == rested) return reconcile();
  if (token == outdated_due) return forget_outdated();
  if (token == agents_late) agents_awaited_ = false;
  if (token == armed_token_) {
    armed_for_.reset();
    pausing_ = false;
  }
  wake();
}

/// Reconciles after all that is in the mailbox now.
void Service::wake() {
  due_ = true;
  if (awake_ || acting_ || pausing_) return;
  awake_ = true;
  const auto rest = std::chrono::duration_cast<core::Millis>(rests_until_ - clock().now());
  if (rest.count() > 0) {
    send(stage().timer, SetTimer{rest, rested});
  } else {
    send(this, Tick{});
  }
}

void Service::wake_at(core::Time time) {
  if (armed_for_ && *armed_for_ <= time) return;
  armed_for_ = time;
  const auto delay = std::max<core::Millis>(time - stage().clock(), std::chrono::milliseconds{1});
  send(stage().timer, SetTimer{delay, ++armed_token_});
}

void Service::retry_later() {
  wake_at(stage().clock() + stage().limits.restart_delay);
}

void Service::reconcile() {
  awake_ = false;
  if (acting_ || pausing_ || agents_awaited_ || !working_.state.service) return;
  due_ = false;
  rests_until_ = clock().now() + tasks_.size() * rest_for_each_task;
  const auto stamp = stage().stamp();
  if (working_.state.service->status == core::ServiceStatus::INACTIVE) {
    if (!forget_at_) forget_at_ = stamp.now + stage().limits.stopped_task_retention;
    return *forget_at_ <= stamp.now ? forget() : wake_at(*forget_at_);
  }
  forget_at_.reset();
  const auto plan = std::make_shared<const core::Plan>(core::reconcile(view(), stamp));
  capacity_freed_ = false;
  acting_ = true;
  commit(plan->change, {}, [this, plan](bool durable) {
    acting_ = false;
    if (!durable) return;
    act(*plan);
    if (due_ || plan->change.service) wake();
  });
}

core::ServiceView Service::view() const {
  core::ServiceView view{working_.state, stage().realm, {}, stopping_, {}, {}, {}, {}, false, {}};
  view.tasks.reserve(tasks_.size());
  for (const auto& [id, task] : tasks_) view.tasks.push_back(task);
  for (const auto& [number, start] : starting_) view.starting.push_back(start);
  view.draining = fleet_->draining;
  view.zones = core::zones_for(*fleet_, working_.state);
  view.daemons = daemons();
  view.capacity_changed = capacity_freed_;
  view.timing = stage().limits.service;
  return view;
}

std::vector<core::DaemonInstance> Service::daemons() const {
  const auto& service = *working_.state.service;
  if (service.strategy != core::SchedulingStrategy::DAEMON || service.deployments.empty()) return {};
  core::StartTasks start;
  start.deployment = service.deployments.front().id;
  start.revision = service.deployments.front().revision;
  const auto definition = working_.definitions.find(start.revision);
  if (definition == working_.definitions.end()) return {};
  const auto plan = core::plan_start(working_.state, start, definition->second, {});
  return core::daemon_instances(*fleet_, plan.request);
}

void Service::act(const core::Plan& plan) {
  for (const auto& ask : plan.start) start(ask);
  if (!plan.stop.empty()) stop(plan.stop);
  for (const auto& ask : plan.shift) shift(ask);
  for (const auto& ask : plan.hooks) call_hook(ask);
  if (plan.wake_at) wake_at(*plan.wake_at);
}

void Service::start(const core::StartTasks& ask) {
  const auto definition = working_.definitions.find(ask.revision);
  if (definition == working_.definitions.end()) {
    spdlog::error("service {} cannot start tasks: revision {} has no task definition", service_name_,
                  ask.revision);
    return;
  }
  auto plan = core::plan_start(working_.state, ask, definition->second, stage().stamp());
  const auto number = ++last_start_;
  starting_[number] = ask;
  auto place = std::make_shared<const core::PlacementRequest>(plan.request);
  request(cluster_, caf::infinite, PlaceTasks{std::move(place)})
      .then([this, number,
             plan = std::move(plan)](const Placed& placed) { accept(number, plan, *placed.result); },
            [this, number](const caf::error& why) {
              spdlog::warn("service {} cannot place tasks: {}", service_name_, system().render(why));
              starting_.erase(number);
              retry_later();
            });
}

/// What was placed is started, what was not is told.
void Service::accept(std::uint64_t number, const core::RunPlan& plan, const core::PlacementResult& placed) {
  const auto ask = starting_.at(number);
  const auto& definition = working_.definitions[ask.revision];
  const auto stamp = stage().stamp();
  std::vector<core::TaskPtr> tasks;
  core::ServiceChange change;
  if (!placed.assignments.empty()) {
    tasks = core::accept_placed(plan, placed, definition, stage().realm, stamp)->tasks;
    change = core::learn_started(working_.state, tasks, stage().realm, stamp);
  }
  if (tasks.size() < plan.request.tasks.size()) {
    auto after = working_.state;
    core::apply(after, change);
    const core::PlacementFailed failed{ask.zone,
                                       placed.fleet_is_empty,
                                       placed.refusals,
                                       placed.provider_is_empty,
                                       plan.launch->launch_type,
                                       plan.launch->capacity_provider};
    change = joined(std::move(change), core::learn(after, failed, stage().realm, stage().stamp()));
  }
  const auto shared = std::make_shared<const std::vector<core::TaskPtr>>(std::move(tasks));
  commit(change, *shared, [this, number, shared](bool durable) {
    starting_.erase(number);
    if (durable) {
      for (const auto& task : *shared) tasks_[task->id] = task;
      if (!shared->empty()) send(cluster_, TasksStarted{shared});
    } else if (cluster_ && !shared->empty()) {
      std::vector<core::TaskId> ids;
      for (const auto& task : *shared) ids.push_back(task->id);
      send(cluster_, ReleaseTasks{std::move(ids)});
    }
    // What the journal refused is tried again later.
    if (durable) wake();
  });
}

void Service::stop(const std::vector<core::StopServiceTask>& tasks) {
  for (const auto& task : tasks) stopping_.insert(task.task);
  send(cluster_, EndTasks{service_name_, std::make_shared<const std::vector<core::StopServiceTask>>(tasks)});
}

void Service::shift(const core::ShiftTraffic& ask) {
  const auto what = ask.service_deployment + " " + core::name_of(ask.kind);
  if (!stage().traffic || !shifting_.insert(what).second) return;
  request(stage().traffic, caf::infinite, MoveTraffic{ask})
      .then(
          [this, what](const core::TrafficShifted& fact) {
            shifting_.erase(what);
            commit(core::learn(working_.state, fact, stage().stamp()), {}, [this](bool durable) {
              if (durable) wake();
            });
          },
          [this, what](const caf::error& why) {
            spdlog::warn("service {} cannot move traffic: {}", service_name_, system().render(why));
            shifting_.erase(what);
            retry_later();
          });
}

/// Nothing here can call a Lambda function: such a hook fails, and with it the
/// deployment.
void Service::call_hook(const core::CallHook& ask) {
  spdlog::warn("service {} cannot call lifecycle hook {}: AWS_LAMBDA targets are not supported",
               service_name_, ask.target_arn);
  core::HookAnswered fact;
  fact.service_deployment = ask.service_deployment;
  fact.hook_id = ask.hook_id;
  fact.status = core::DeploymentLifecycleHookStatus::FAILED;
  commit(core::learn(working_.state, fact, stage().stamp()), {}, [this](bool durable) {
    if (durable) wake();
  });
}

}  // namespace troupe::control
