/// The actors that a cluster spawns, and what it does when one of them dies.

#include "actors/control/cluster.hpp"
#include "actors/control/container_instance.hpp"
#include "actors/control/scheduler.hpp"
#include "actors/control/task.hpp"
#include "actors/core/cluster_life.hpp"

namespace troupe::control {

void Cluster::recover(const RecoveredCluster& recovered) {
  record_ = working_ = recovered.record;
  for (const auto& task : recovered.tasks) tasks_.put(task);
  for (const auto& instance : recovered.instances) instances_[instance->id] = without_agent(instance);
  spawn_scheduler();
  // Services first: they hear of their tasks' changes from the start.
  recover_services(recovered);
  for (const auto& instance : recovered.instances) {
    if (instance->status != core::InstanceStatus::INACTIVE) spawn_instance(instance->id, instance);
  }
  for (const auto& task : recovered.tasks) {
    if (core::holds_resources(*task) && !core::waits_for_place(*task)) spawn_task(task);
  }
  recover_waiting(recovered.tasks);
  for (const auto& instance : recovered.instances) {
    if (!instance->client_token.empty()) registrations_[instance->client_token] = instance->id;
  }
  for (const auto& token : recovered.tokens) tokens_[token.token] = {token, true, {}};
  send(stage().timer, SetTimer{std::chrono::seconds{30}, 0});
}

/// As its actor will have it at once: the agent must come again first.
core::InstancePtr Cluster::without_agent(const core::InstancePtr& instance) const {
  if (!instance->agent_connected) return instance;
  return std::make_shared<const core::ContainerInstance>(
      core::connect_instance(*instance, core::Connectivity::DISCONNECTED, stage().stamp()));
}

void Cluster::spawn_scheduler() {
  auto fleet = std::make_shared<core::Fleet>();
  for (const auto& [id, instance] : instances_) fleet->update(instance);
  const auto reserve = [&](const core::TaskPtr& task) {
    if (core::waits_for_place(*task)) return;
    fleet->reserve(task->id, {task->instance, task->launch->size, task->launch->group});
  };
  for (const auto& [id, task] : tasks_.all()) {
    if (core::holds_resources(*task)) reserve(task);
  }
  for (const auto& [id, task] : placed_) reserve(task);
  for (const auto& [id, reservation] : pledged_) {
    if (!reservation.instance.empty()) fleet->reserve(id, reservation);
  }
  scheduler_ = spawn<Scheduler>(std::move(fleet));
  ++schedulers_;
  monitor(scheduler_);
}

/// Everything a scheduler knows is here too: the next one begins where it was, and
/// is asked what that one did not answer.
void Cluster::replace_scheduler(const std::string& why) {
  spdlog::error("scheduler of cluster {} died and is replaced: {}", cluster_name_, why);
  spawn_scheduler();
  for (const auto& ask : std::exchange(unplaced_, {})) place(ask);
  place_waiting();
}

void Cluster::take_instance(const InstanceChanged& change) {
  auto& known = instances_[change.instance->id];
  const bool same = known && core::same_for_services(*known, *change.instance);
  known = change.instance;
  send(scheduler_, change);
  if (same) return;
  capacity_freed();
  fleet_changed();
}

InstanceActor Cluster::spawn_instance(const core::InstanceId& id, const core::InstancePtr& record) {
  auto handle = spawn<ContainerInstance>(stage_ptr(), cluster_name_, id, record, tasks_.holding(id),
                                         caf::actor_cast<ClusterActor>(this));
  monitor(handle);
  instance_actors_[id] = handle;
  return handle;
}

void Cluster::spawn_task(const core::TaskPtr& task) {
  auto instance = instance_actors_.find(task->instance);
  if (instance == instance_actors_.end()) {
    spawn_instance(task->instance,
                   instances_.contains(task->instance) ? instances_[task->instance] : nullptr);
    instance = instance_actors_.find(task->instance);
  }
  auto handle = spawn<Task>(stage_ptr(), task, caf::actor_cast<ClusterActor>(this), instance->second);
  monitor(handle);
  task_actors_[task->id] = handle;
}

caf::result<AgentConnected> Cluster::connect(const ConnectAgent& ask) {
  if (!active()) return broken("cluster " + cluster_name_ + " is not ACTIVE");
  const auto& token = ask.registration.client_token;
  auto id = ask.registration.instance;
  const auto before = id || token.empty() ? registrations_.end() : registrations_.find(token);
  if (before != registrations_.end()) id = before->second;
  if (id && !instance_actors_.contains(*id)) id.reset();
  // One that was deregistered stays so; its host joins as another.
  const auto record = id ? instances_.find(*id) : instances_.end();
  if (record != instances_.end() && record->second->status == core::InstanceStatus::INACTIVE) id.reset();
  if (!id) id = core::Dice{stage().chance()}.id<core::InstanceId>();
  const auto known = instance_actors_.find(*id);
  const auto instance = known != instance_actors_.end() ? known->second : spawn_instance(*id, nullptr);
  if (!token.empty()) registrations_[token] = *id;
  return delegate(instance, OpenSession{ask.registration.said, ask.agent, token});
}

void Cluster::on_exit() {
  Owner::on_exit();
  tokens_.clear();
  for (const auto& ask : std::exchange(unplaced_, {})) ask->promise.deliver(broken("the cluster ended"));
  for (const auto& [id, service] : service_actors_) {
    anon_send_exit(service, caf::exit_reason::user_shutdown);
  }
  service_actors_.clear();
  for (const auto& [id, task] : task_actors_) anon_send_exit(task, caf::exit_reason::user_shutdown);
  for (const auto& [id, instance] : instance_actors_)
    anon_send_exit(instance, caf::exit_reason::user_shutdown);
  if (scheduler_) anon_send_exit(scheduler_, caf::exit_reason::user_shutdown);
  task_actors_.clear();
  instance_actors_.clear();
  scheduler_ = nullptr;
  registry_ = nullptr;
}

}  // namespace troupe::control
