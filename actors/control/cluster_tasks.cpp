/// RunTask and StartTask, and what becomes of tasks.

#include "actors/control/cluster.hpp"
#include "actors/core/service/names.hpp"
#include "actors/core/start_failures.hpp"
#include "actors/core/task_life.hpp"

#include <algorithm>

namespace troupe::control {
namespace {

/// How often the cluster looks for what is too old, and how many records it
/// forgets in one write.
constexpr core::Millis look_for_old = std::chrono::seconds{30};
constexpr std::size_t forget_at_once = 1000;

}  // namespace

caf::result<Answer> Cluster::run(const ClusterCall& call) {
  const auto& ask = std::get<core::RunTask>(*call.command);
  if (auto known = answer_by_token(ask)) return std::move(*known);
  static const core::Providers none;
  const auto& providers = call.providers ? *call.providers : none;
  auto plans = core::plan_run_task({*record_, providers, instances_}, ask, call.definition, stage().realm,
                                   stage().stamp());
  if (!plans) return answer(plans.error());
  if (!ask.client_token.empty()) {
    auto& use = tokens_[ask.client_token];
    use.made = {ask.client_token, ask.request_digest, stage().clock(), {}};
    for (const auto& plan : *plans) {
      use.made.tasks.insert(use.made.tasks.end(), plan.request.tasks.begin(), plan.request.tasks.end());
    }
  }
  ++accepting_;
  auto promise = owe<Answer>();
  place(std::make_shared<Placing>(Placing{std::move(*plans), {}, 0, call.command, call.definition, promise}));
  return promise;
}

/// An answer of a scheduler that has died since counts for nothing: the next one
/// does not know what that one had reserved, for this plan and for those before.
void Cluster::place(const PlacingPtr& ask) {
  if (ask->placed.empty()) ask->scheduler = schedulers_;
  const auto& plan = ask->plans[ask->placed.size()];
  request(scheduler_, caf::infinite, PlaceTasks{std::make_shared<const core::PlacementRequest>(plan.request)})
      .then(
          [this, ask](const Placed& placed) {
            if (ask->scheduler != schedulers_) {
              ask->placed.clear();
              return place(ask);
            }
            ask->placed.push_back(placed.result);
            ask->placed.size() < ask->plans.size() ? place(ask) : accept(*ask);
          },
          [this, ask](caf::error& why) { lost_scheduler(ask, why); });
}

/// The next scheduler is asked, once: a request may itself be what they die of.
void Cluster::lost_scheduler(const PlacingPtr& ask, const caf::error& why) {
  ask->placed.clear();
  if (++ask->schedulers_lost == 1) {
    if (ask->scheduler != schedulers_) return place(ask);
    unplaced_.push_back(ask);
    return;
  }
  --accepting_;
  settle_token(std::get<core::RunTask>(*ask->command).client_token, nullptr, false);
  ask->promise.deliver(why);
}

/// What came of all plans. A capacity provider without instances refuses the call
/// only when no other one took a task.
core::Result<core::RunResult> Cluster::outcome_of(const Placing& ask, const core::Stamp& stamp) const {
  core::RunResult all;
  std::optional<core::Error> refusal;
  for (std::size_t i = 0; i < ask.plans.size(); ++i) {
    const auto& plan = ask.plans[i];
    auto part = core::accept_placed(plan, *ask.placed[i], ask.definition, stage().realm, stamp);
    if (part) {
      all.tasks.insert(all.tasks.end(), part->tasks.begin(), part->tasks.end());
      all.failures.insert(all.failures.end(), part->failures.begin(), part->failures.end());
      continue;
    }
    refusal = part.error();
    core::Failure failure;
    failure.arn = core::capacity_provider_arn(stage().realm, plan.launch->capacity_provider);
    failure.reason = refusal->message;
    all.failures.push_back(std::move(failure));
  }
  if (refusal && all.tasks.empty()) return *refusal;
  core::tell_inactive(all.failures, instances_, stage().realm, cluster_name_);
  const auto waits = [](const core::TaskPtr& task) { return core::waits_for_place(*task); };
  const auto waiting = static_cast<std::size_t>(std::ranges::count_if(all.tasks, waits));
  if (waiting > 0 && waiting_.size() + waiting > core::waiting_tasks_max) {
    return core::client_error("The maximum of " + std::to_string(core::waiting_tasks_max) +
                              " tasks in the PROVISIONING state has been reached for the cluster.");
  }
  return all;
}

void Cluster::refuse(const Placing& ask, const Answer& reply) {
  --accepting_;
  std::vector<core::TaskId> held;
  for (const auto& placed : ask.placed) {
    for (const auto& place : placed->assignments) held.push_back(place.task);
  }
  if (!held.empty()) send(scheduler_, ReleaseTasks{std::move(held)});
  settle_token(std::get<core::RunTask>(*ask.command).client_token, reply, false);
  auto promise = ask.promise;
  promise.deliver(reply);
}

void Cluster::accept(const Placing& ask) {
  const auto stamp = stage().stamp();
  auto result = outcome_of(ask, stamp);
  if (!result) return refuse(ask, answer(result.error()));
  const auto reply = answer(core::Reply{core::TasksReply{result->tasks, result->failures}});
  if (result->tasks.empty()) return refuse(ask, reply);
  std::vector<RecordWrite> records;
  std::vector<core::Event> events;
  std::vector<core::TaskId> ids;
  for (const auto& task : result->tasks) {
    ids.push_back(task->id);
    placed_[task->id] = task;
    records.push_back({core::task_key(cluster_name_, task->id), core::store(*task)});
    events.push_back(event(core::TaskStateChange{task}, stamp));
  }
  const auto token = std::get<core::RunTask>(*ask.command).client_token;
  if (!token.empty()) {
    auto& made = tokens_[token].made;
    made.tasks = ids;
    records.push_back({core::token_key(cluster_name_, token), core::store(made)});
  }
  write(std::move(records), std::move(events),
        [this, tasks = result->tasks, ids, token, reply, promise = ask.promise](bool durable) mutable {
          --accepting_;
          for (const auto& id : ids) placed_.erase(id);
          if (durable) {
            started(tasks);
            promise.deliver(reply);
          } else {
            send(scheduler_, ReleaseTasks{ids});
            promise.deliver(broken("journal"));
          }
          settle_token(token, durable ? reply : nullptr, durable);
        });
}

void Cluster::started(const std::vector<core::TaskPtr>& tasks) {
  bool waits = false;
  for (const auto& task : tasks) {
    tasks_.put(task);
    if (core::waits_for_place(*task)) {
      waits = true;
      waiting_.push_back(task->id);
      spdlog::info("task {} of {}:{} waits for capacity provider {}", core::to_string(task->id),
                   task->launch->family, task->launch->revision, task->launch->capacity_provider);
      continue;
    }
    spawn_task(task);
    spdlog::info("task {} of {}:{} is placed on {}", core::to_string(task->id), task->launch->family,
                 task->launch->revision, core::to_string(task->instance));
  }
  // Room may have come before they were in the queue.
  if (waits) place_waiting();
}

/// The same token with the same request gives the same tasks.
std::optional<caf::result<Answer>> Cluster::answer_by_token(const core::RunTask& command) {
  if (command.client_token.empty()) return std::nullopt;
  const auto known = tokens_.find(command.client_token);
  if (known == tokens_.end()) return std::nullopt;
  auto& use = known->second;
  if (use.made.request_digest != command.request_digest) {
    return caf::result<Answer>{answer(core::Error{core::ErrorCode::conflict,
                                                  "The clientToken was used with different parameters. Retry "
                                                  "with the same parameters or another token."})};
  }
  if (!use.settled) {
    auto promise = owe<Answer>();
    use.waiting.push_back(promise);
    return caf::result<Answer>{promise};
  }
  core::TasksReply reply;
  for (const auto& id : use.made.tasks) {
    if (auto task = tasks_.find(id)) reply.tasks.push_back(std::move(task));
  }
  return caf::result<Answer>{answer(core::Reply{std::move(reply)})};
}

void Cluster::settle_token(const std::string& token, const Answer& reply, bool durable) {
  const auto known = tokens_.find(token);
  if (token.empty() || known == tokens_.end()) return;
  for (auto& promise : std::exchange(known->second.waiting, {})) {
    if (reply) {
      promise.deliver(reply);
    } else {
      promise.deliver(broken("the call with the same clientToken failed"));
    }
  }
  known->second.settled = true;
  if (!durable) tokens_.erase(known);
}

void Cluster::take_task(const core::TaskPtr& task) {
  if (!tasks_.put(task)) return;
  if (const auto owner = owner_of(*task)) send(owner, TaskChanged{task});
  if (task->last_status != core::TaskStatus::STOPPED) return;
  send(scheduler_, ReleaseTasks{{task->id}});
  task_actors_.erase(task->id);
  const auto holder = instance_actors_.find(task->instance);
  if (holder != instance_actors_.end()) send(holder->second, TaskChanged{task});
  capacity_freed();
  const auto instance = instances_.find(task->instance);
  if (instance != instances_.end() && instance->second->status == core::InstanceStatus::DRAINING) {
    fleet_changed();
  }
}

void Cluster::drop(const std::vector<core::TaskId>& tasks) {
  std::vector<RecordWrite> records;
  for (const auto& id : tasks) records.push_back({core::task_key(cluster_name_, id), std::nullopt});
  write(std::move(records), {}, [this, tasks](bool durable) {
    if (!durable) return;
    for (const auto& id : tasks) {
      const auto task = tasks_.find(id);
      if (const auto owner = task ? owner_of(*task) : ServiceActor{}) send(owner, TasksForgotten{{id}});
      tasks_.erase(id);
    }
    if (tasks.size() == forget_at_once) forget_tasks();
  });
}

/// STOPPED tasks and client tokens are kept for a while only.
void Cluster::forget_old() {
  forget_tasks();
  forget_tokens();
  forget_instances();
  place_waiting();
  send(stage().timer,
       SetTimer{std::min<core::Millis>(stage().limits.stopped_task_retention, look_for_old), 0});
}

void Cluster::forget_tasks() {
  const auto oldest = stage().clock() - stage().limits.stopped_task_retention;
  const auto old = tasks_.stopped_before(oldest, forget_at_once);
  if (!old.empty()) drop(old);
}

void Cluster::forget_tokens() {
  const auto now = stage().clock();
  std::vector<RecordWrite> records;
  std::erase_if(tokens_, [&](const auto& entry) {
    const auto& use = entry.second;
    if (!use.settled || use.made.created_at + stage().limits.client_token_retention > now) return false;
    records.push_back({core::token_key(cluster_name_, entry.first), std::nullopt});
    return true;
  });
  if (!records.empty()) write(std::move(records), {}, [](bool) {});
}

}  // namespace troupe::control
