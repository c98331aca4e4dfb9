/// The actors that a cluster spawns, and what it does when one of them dies.

#include "actors/control/cluster.hpp"
#include "actors/control/container_instance.hpp"
#include "actors/control/scheduler.hpp"
#include "actors/control/task.hpp"

namespace troupe::control {

void Cluster::recover(const RecoveredCluster& recovered) {
  record_ = recovered.record;
  spawn_scheduler(recovered);
  for (const auto& instance : recovered.instances) {
    instances_[instance->id] = instance;
    if (instance->status != core::InstanceStatus::INACTIVE) spawn_instance(instance->id, instance);
  }
  for (const auto& task : recovered.tasks) {
    tasks_.put(task);
    if (core::holds_resources(*task)) spawn_task(task);
  }
  for (const auto& token : recovered.tokens) tokens_[token.token] = {token, true, {}};
  send(stage().timer, SetTimer{std::chrono::seconds{30}, 0});
}

void Cluster::spawn_scheduler(const RecoveredCluster& recovered) {
  auto fleet = std::make_shared<core::Fleet>();
  for (const auto& instance : recovered.instances) fleet->update(instance);
  for (const auto& task : recovered.tasks) {
    if (core::holds_resources(*task)) {
      fleet->reserve(task->id, {task->instance, task->launch->size, task->launch->group});
    }
  }
  scheduler_ = spawn<Scheduler>(std::move(fleet));
  monitor(scheduler_);
}

InstanceActor Cluster::spawn_instance(const core::InstanceId& id, const core::InstancePtr& record) {
  auto handle = spawn<ContainerInstance>(stage_ptr(), cluster_name_, id, record,
                                         caf::actor_cast<ClusterActor>(this), scheduler_);
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
  auto id = ask.registration.instance;
  if (id && !instance_actors_.contains(*id)) id.reset();
  if (!id) id = core::Dice{stage().chance()}.id<core::InstanceId>();
  const auto known = instance_actors_.find(*id);
  const auto instance = known != instance_actors_.end() ? known->second : spawn_instance(*id, nullptr);
  return delegate(instance, OpenSession{ask.registration.said, ask.agent});
}

/// A child ended. A task that is STOPPED, or an end that was asked for, is in
/// order; anything else is a fault, and the child gets its record again.
void Cluster::revive(const caf::down_msg& down) {
  if (!down.reason || down.reason == caf::exit_reason::user_shutdown) return;
  const auto why = system().render(down.reason);
  const auto is_it = [&](const auto& entry) { return entry.second.address() == down.source; };
  if (scheduler_ && scheduler_.address() == down.source) {
    spdlog::error("scheduler of cluster {} died: {}", cluster_name_, why);
    return quit(broken("scheduler died"));
  }
  const auto task = std::find_if(task_actors_.begin(), task_actors_.end(), is_it);
  if (task != task_actors_.end()) {
    const auto id = task->first;
    spdlog::warn("task {} will be restarted from its record: {}", core::to_string(id), why);
    task_actors_.erase(task);
    revivals_[++last_revival_] = id;
    send(stage().timer, SetTimer{stage().limits.restart_delay, last_revival_});
    return;
  }
  const auto instance = std::find_if(instance_actors_.begin(), instance_actors_.end(), is_it);
  if (instance == instance_actors_.end()) return;
  const auto id = instance->first;
  spdlog::warn("container instance {} is restarted from its record: {}", core::to_string(id), why);
  spawn_instance(id, instances_.contains(id) ? instances_[id] : nullptr);
  for (const auto& placed : tasks_.holding(id)) {
    const auto owner = task_actors_.find(placed->id);
    if (owner == task_actors_.end()) continue;
    anon_send_exit(owner->second, caf::exit_reason::user_shutdown);
    spawn_task(placed);
  }
}

void Cluster::revive_task(std::uint64_t token) {
  const auto revival = revivals_.find(token);
  if (revival == revivals_.end()) return;
  const auto task = tasks_.find(revival->second);
  revivals_.erase(revival);
  if (task && core::holds_resources(*task)) spawn_task(task);
}

void Cluster::on_exit() {
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
