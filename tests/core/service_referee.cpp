/// Says what breaks the limits of a service.

#include "tests/core/service_referee.hpp"

#include <algorithm>

namespace troupe::core::service_test {
namespace {

std::string counted(const std::string& what, std::int64_t count, const std::string& limit, std::int64_t at) {
  return what + " " + std::to_string(count) + ", " + limit + " allows " + std::to_string(at);
}

}  // namespace

std::vector<std::string> breaches_of_limits(const ServiceWorld& world, const Plan& plan) {
  const auto& service = plan.change.service ? *plan.change.service : world.service();
  if (service.status != ServiceStatus::ACTIVE) return {};
  const std::int64_t desired = service.desired_count;
  const auto least = (desired * *service.configuration.minimumHealthyPercent + 99) / 100;
  const auto most = desired * *service.configuration.maximumPercent / 100;
  std::int64_t healthy = 0;
  for (const auto& [id, task] : world.tasks) healthy += world.is_healthy(task) ? 1 : 0;
  std::int64_t healthy_stops = 0;
  for (const auto& stop : plan.stop) healthy_stops += world.is_healthy(world.tasks.at(stop.task)) ? 1 : 0;
  std::int64_t launches = 0;
  for (const auto& start : plan.start) launches += start.count;
  std::vector<std::string> found;
  if (launches > 0 && world.live() + launches > most) {
    found.push_back(counted("tasks are", world.live() + launches, "maximumPercent", most));
  }
  if (healthy_stops > 0 && healthy - healthy_stops < least) {
    found.push_back(counted("healthy tasks are", healthy - healthy_stops, "minimumHealthyPercent", least));
  }
  return found;
}

std::vector<std::string> breaches_of_constraints(const ServiceWorld& world, const std::string& zone) {
  std::vector<std::string> found;
  const bool distinct = std::ranges::any_of(world.service().constraints, [](const PlacementConstraint& one) {
    return one.type == PlacementConstraintType::distinctInstance;
  });
  std::map<InstanceId, int> tasks_on;
  for (const auto& [id, task] : world.tasks) {
    if (!holds_resources(task)) continue;
    if (distinct && ++tasks_on[task.instance] > 1) found.push_back("distinctInstance: task " + to_string(id));
    if (!zone.empty() && task.availability_zone != zone) found.push_back("memberOf: task " + to_string(id));
  }
  return found;
}

Referee::Referee(ServiceWorld& world) : world_(world) {
  world.on_plan = [this](const Plan& plan) { judge(plan); };
}

void Referee::judge(const Plan& plan) {
  ++plans;
  for (const auto& start : plan.start) starts += start.count;
  stops += static_cast<std::int64_t>(plan.stop.size());
  for (auto& breach : breaches_of_limits(world_, plan)) breaches.push_back(std::move(breach));
  for (auto& breach : breaches_of_constraints(world_, zone)) breaches.push_back(std::move(breach));
}

}  // namespace troupe::core::service_test
