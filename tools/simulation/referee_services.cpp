/// Services: their bounds by our own act, and whether they have what they want.
///
/// Messages between the actors of a control plane take no virtual time, so what a
/// service knows is as old as the instant, but for actors that were spawned again
/// a second ago: what happened within a few seconds is given as an excuse.

#include "tools/simulation/referee.hpp"

#include <algorithm>

namespace troupe::simulation {
namespace {

using core::TaskStatus;
using namespace std::chrono_literals;

constexpr core::Millis recent = 4s;
/// Without a health check, from RUNNING on. Source: ECS Developer Guide, "Service deployment".
constexpr core::Millis healthy_after = 40s;

bool is_live(const core::Task& task) {
  return task.desired_status == core::DesiredStatus::RUNNING && task.last_status <= TaskStatus::RUNNING;
}

}  // namespace

bool Referee::is_rolling(const core::Service& service) const {
  const auto strategy = service.configuration.strategy.value_or(core::DeploymentStrategy::ROLLING);
  return service.status == core::ServiceStatus::ACTIVE && service.task_sets.empty() &&
         strategy == core::DeploymentStrategy::ROLLING;
}

bool Referee::is_healthy(const core::Task& task) const {
  if (!is_live(task) || task.last_status != TaskStatus::RUNNING) return false;
  const auto& containers = *task.definition->definition.containerDefinitions;
  const bool checked =
      std::ranges::any_of(containers, [](const auto& one) { return one.healthCheck.has_value(); });
  if (checked) return task.health == core::HealthStatus::HEALTHY;
  return task.started_at && *task.started_at + healthy_after <= world_.wall();
}

int Referee::healthy(const std::string& service) const {
  const auto members = tasks_of_.find(service);
  if (members == tasks_of_.end()) return 0;
  return static_cast<int>(
      std::ranges::count_if(members->second, [&](const auto& id) { return is_healthy(*tasks_.at(id)); }));
}

int Referee::running(const std::string& service) const {
  const auto members = tasks_of_.find(service);
  if (members == tasks_of_.end()) return 0;
  return static_cast<int>(std::ranges::count_if(members->second, [&](const auto& id) {
    return is_live(*tasks_.at(id)) && tasks_.at(id)->last_status == TaskStatus::RUNNING;
  }));
}

void Referee::take_service(const core::ServicePtr& next) {
  auto& known = services_[next->name];
  if (known && next->created_at == known->created_at && next->version <= known->version) {
    breach("service " + next->name + " has an older version than before");
  }
  if (!known || known->status != next->status || known->desired_count != next->desired_count) {
    world_.note("service " + next->name + " is " + boost::describe::enum_to_string(next->status, "?") +
                " and wants " + std::to_string(next->desired_count));
  }
  auto& wishes = wishes_[next->name];
  if (known) wishes.push_back({world_.now(), known->desired_count});
  wishes.push_back({world_.now(), next->desired_count});
  while (wishes.size() > 1 && wishes.front().at + recent < world_.now()) wishes.pop_front();
  known = next;
}

void Referee::judge_start(const core::Task& task) {
  const auto name = *core::service_of(task);
  const auto service = services_.find(name);
  if (service == services_.end() || !is_rolling(*service->second)) return;
  const auto& record = *service->second;
  if (record.strategy == core::SchedulingStrategy::DAEMON) {
    const auto here = std::ranges::count_if(tasks_of_[name], [&](const auto& id) {
      return is_live(*tasks_.at(id)) && tasks_.at(id)->instance == task.instance;
    });
    if (here > 1) breach("daemon service " + name + " has two tasks on one instance");
    return;
  }
  std::int64_t desired = record.desired_count;
  for (const auto& wish : wishes_[name]) {
    if (wish.at + recent >= world_.now()) desired = std::max<std::int64_t>(desired, wish.desired);
  }
  const auto most = desired * record.configuration.maximumPercent.value_or(200) / 100;
  const auto live =
      std::ranges::count_if(tasks_of_[name], [&](const auto& id) { return is_live(*tasks_.at(id)); });
  if (live > most) {
    breach("service " + name + " has " + std::to_string(live) + " tasks, its maximumPercent allows " +
           std::to_string(most));
  }
}

/// A healthy task that is so no more, and not by our own act.
void Referee::note_loss(const core::Task& before, const core::Task& next) {
  while (!losses_.empty() && losses_.front().at + recent < world_.now()) losses_.pop_front();
  const bool own_act = next.stop_code == core::TaskStopCode::ServiceSchedulerInitiated;
  if (!own_act && is_healthy(before) && !is_healthy(next)) {
    losses_.push_back({world_.now(), next.id, *core::service_of(next)});
  }
}

void Referee::judge_stop(const core::Task& before, const core::Task& next) {
  const bool asked = before.desired_status == core::DesiredStatus::RUNNING &&
                     next.desired_status == core::DesiredStatus::STOPPED;
  if (!asked || next.stop_code != core::TaskStopCode::ServiceSchedulerInitiated || !is_healthy(before))
    return;
  const auto name = *core::service_of(next);
  const auto service = services_.find(name);
  if (service == services_.end() || !is_rolling(*service->second)) return;
  const auto& record = *service->second;
  if (record.strategy == core::SchedulingStrategy::DAEMON) return;
  std::int64_t desired = record.desired_count;
  for (const auto& wish : wishes_[name]) {
    if (wish.at + recent >= world_.now()) desired = std::min<std::int64_t>(desired, wish.desired);
  }
  const auto least = (desired * record.configuration.minimumHealthyPercent.value_or(100) + 99) / 100;
  const auto excused = std::ranges::count_if(
      losses_, [&](const Loss& loss) { return loss.service == name && loss.at + recent >= world_.now(); });
  if (healthy(name) + excused < least) {
    breach("service " + name + " stops a healthy task and has " + std::to_string(healthy(name)) +
           " left, its minimumHealthyPercent asks for " + std::to_string(least));
  }
}

std::vector<std::string> Referee::unrest_of(const core::Service& service) const {
  std::vector<std::string> found;
  const auto is = [&](const std::string& what) { found.push_back("service " + service.name + " " + what); };
  if (service.status == core::ServiceStatus::DRAINING) is("drains");
  if (service.status != core::ServiceStatus::ACTIVE) return found;
  if (running(service.name) != service.desired_count) {
    is("runs " + std::to_string(running(service.name)) + " of " + std::to_string(service.desired_count));
  }
  if (service.deployments.size() > 1)
    is("has " + std::to_string(service.deployments.size()) + " deployments");
  if (!service.deployments.empty() &&
      service.deployments.front().rollout == core::DeploymentRolloutState::IN_PROGRESS) {
    is("is rolling out");
  }
  return found;
}

}  // namespace troupe::simulation
