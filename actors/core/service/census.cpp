/// Who of a service's tasks is there.

#include "actors/core/service/census.hpp"

#include "actors/core/service/names.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

bool is_checked(const ContainerDefinition& container) {
  if (!container.essential.value_or(true) || !container.healthCheck) return false;
  const auto& command = container.healthCheck->command;
  return command && !command->empty() && command->front() != "NONE";
}

bool is_live(const Task& task) {
  return task.desired_status == DesiredStatus::RUNNING && task.last_status <= TaskStatus::RUNNING;
}

/// Looks up which crew a task belongs to, and what its standing depends on.
class Clerk {
 public:
  Clerk(const ServiceView& view, const Service& service, Time now, Census& census)
      : view_(view), service_(service), now_(now), census_(census) {
    for (const auto& deployment : service.deployments) {
      open(deployment.id, deployment.id);
      for (const auto id : deployment.adopted) open(id, deployment.id);
    }
    for (const auto& set : service.task_sets) open(set.id, set.id);
    open(0, 0);
  }

  void enter(const TaskPtr& task) {
    auto& crew = *crew_of(deployment_of(*task));
    Member member{task, standing_of(*task), view_.draining.contains(task->instance), shielded(*task)};
    switch (member.standing) {
      case Standing::stopped:
        crew.stopped.push_back(task);
        return;
      case Standing::leaving:
        ++crew.leaving;
        census_.leaving_on.insert(task->instance);
        // Asked to stop, which may yet fail: its place is not free before it is durable.
        if (is_live(*task)) ++census_.live;
        return;
      case Standing::pending:
        ++crew.pending;
        break;
      case Standing::young:
        ++crew.young;
        break;
      case Standing::healthy:
        ++crew.healthy;
        break;
      case Standing::unhealthy:
        ++crew.unhealthy;
        break;
    }
    ++census_.live;
    if (member.standing == Standing::healthy) ++census_.healthy;
    if (member.standing != Standing::unhealthy && !member.draining) {
      ++crew.fit;
      if (member.standing == Standing::healthy) ++crew.fit_healthy;
    }
    crew.live.push_back(std::move(member));
  }

  void enter(const StartTasks& start) {
    crew_of(start.deployment)->starting += start.count;
    census_.live += start.count;
  }

 private:
  void open(std::uint64_t id, std::uint64_t owner) {
    auto& crew = census_.crews[owner];
    crew.id = owner;
    by_id_[id] = &crew;
  }

  Crew* crew_of(std::uint64_t id) {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? by_id_.at(0) : found->second;
  }

  Standing standing_of(const Task& task) {
    if (task.last_status == TaskStatus::STOPPED) return Standing::stopped;
    if (task.desired_status == DesiredStatus::STOPPED || task.last_status > TaskStatus::RUNNING ||
        view_.stopping.contains(task.id)) {
      return Standing::leaving;
    }
    if (task.last_status < TaskStatus::RUNNING) return Standing::pending;
    return health_of_running(task);
  }

  Standing health_of_running(const Task& task) {
    const auto started = task.started_at.value_or(task.updated_at);
    if (task.health == HealthStatus::UNHEALTHY) {
      const auto grace = started + std::chrono::seconds{service_.grace_seconds.value_or(0)};
      if (grace <= now_) return Standing::unhealthy;
      look_at(grace);
      return Standing::young;
    }
    if (const auto said = said_by_checks(task)) return *said;
    const auto healthy = started + view_.timing.healthy_after;
    if (healthy <= now_) return Standing::healthy;
    look_at(healthy);
    return Standing::young;
  }

  /// What its containers' health checks say; absent without any. Containers
  /// without one do not count, though they keep the task's own health UNKNOWN.
  static std::optional<Standing> said_by_checks(const Task& task) {
    if (!task.definition || !task.definition->definition.containerDefinitions) return std::nullopt;
    const auto& containers = *task.definition->definition.containerDefinitions;
    std::optional<Standing> said;
    for (std::size_t i = 0; i < containers.size() && i < task.containers.size(); ++i) {
      if (!is_checked(containers[i])) continue;
      const bool healthy = task.containers[i].health == HealthStatus::HEALTHY;
      if (!said || !healthy) said = healthy ? Standing::healthy : Standing::young;
    }
    return said;
  }

  bool shielded(const Task& task) {
    if (!task.protected_until || *task.protected_until <= now_) return false;
    look_at(*task.protected_until);
    return true;
  }

  void look_at(Time time) { census_.look_again_at = std::min(census_.look_again_at.value_or(time), time); }

  const ServiceView& view_;
  const Service& service_;
  Time now_;
  Census& census_;
  std::map<std::uint64_t, Crew*> by_id_;
};

}  // namespace

Census take_census(const ServiceView& view, const Service& service, Time now) {
  Census census;
  Clerk clerk{view, service, now, census};
  for (const auto& task : view.tasks) clerk.enter(task);
  for (const auto& start : view.starting) clerk.enter(start);
  return census;
}

std::uint64_t deployment_of(const Task& task) {
  return parse_deployment_name(task.launch->started_by).value_or(0);
}

std::map<std::uint64_t, TaskCounts> count_service(const Service& service, const std::vector<TaskPtr>& tasks) {
  std::map<std::uint64_t, TaskCounts> counts;
  std::map<std::uint64_t, std::uint64_t> owners;
  for (const auto& deployment : service.deployments) {
    counts[deployment.id];
    for (const auto id : deployment.adopted) owners[id] = deployment.id;
  }
  for (const auto& set : service.task_sets) counts[set.id];
  for (const auto& task : tasks) {
    auto id = deployment_of(*task);
    if (const auto owner = owners.find(id); owner != owners.end()) id = owner->second;
    if (task->last_status == TaskStatus::RUNNING) ++counts[id].running;
    if (task->last_status < TaskStatus::RUNNING) ++counts[id].pending;
  }
  return counts;
}

}  // namespace troupe::core
