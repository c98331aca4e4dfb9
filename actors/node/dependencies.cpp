/// The dependency graph of a task's containers, asked one container at a time.

#include "actors/node/dependencies.hpp"

#include <algorithm>

namespace troupe::node {
namespace {

using core::ContainerCondition;

bool has_run(const ContainerFacts& facts) {
  return facts.stage == ContainerStage::running || facts.stage == ContainerStage::ended;
}

/// "db(postgres:16) (STOPPED->RUNNING) - Exit: 1", as the agent writes a container.
std::string described(const PlannedContainer& container, const ContainerFacts& facts) {
  const char* known = "NONE";
  if (facts.stage == ContainerStage::created) known = "CREATED";
  if (facts.stage == ContainerStage::running) known = "RUNNING";
  if (facts.stage == ContainerStage::ended) known = "STOPPED";
  std::string result = container.name + "(" + container.image + ") (" + known + "->RUNNING)";
  if (facts.exit_code) result += " - Exit: " + std::to_string(*facts.exit_code);
  return result;
}

enum class Fate : std::uint8_t { met, open, timed_out, failed };

/// Where a condition stands. A dependency that has ended can no longer time out.
Fate fate_of(ContainerCondition condition, const ContainerFacts& facts) {
  const bool ended = facts.stage == ContainerStage::ended;
  switch (condition) {
    case ContainerCondition::START:
      return has_run(facts) ? Fate::met : Fate::open;
    case ContainerCondition::COMPLETE:
      if (ended) return facts.exit_code ? Fate::met : Fate::failed;
      break;
    case ContainerCondition::SUCCESS:
      if (ended) return facts.exit_code == 0 ? Fate::met : Fate::failed;
      break;
    case ContainerCondition::HEALTHY:
      if (ended) return Fate::failed;
      if (facts.stage == ContainerStage::running && facts.health == core::HealthStatus::HEALTHY) {
        return Fate::met;
      }
      break;
  }
  return facts.start_timed_out ? Fate::timed_out : Fate::open;
}

std::string reason_of(Fate fate, ContainerCondition condition, const std::string& dependency,
                      const std::string& target) {
  const std::string graph = "CannotStartContainerError: dependency graph: ";
  if (fate == Fate::timed_out) {
    return graph + "container ordering dependency [" + dependency + "] for target [" + target +
           "] has timed out.";
  }
  const std::string failed = graph + "failed to resolve container ordering dependency [" + dependency +
                             "] for target [" + target + "]";
  if (condition == ContainerCondition::SUCCESS) return failed + " as dependency did not exit successfully.";
  if (condition == ContainerCondition::HEALTHY)
    return failed + " as dependency stopped without being healthy.";
  return failed + " as dependency did not start.";
}

/// Holds resources and runs, or would run: what must be gone before what it needs.
bool is_live(const ContainerFacts& facts) {
  return facts.stage == ContainerStage::created || facts.stage == ContainerStage::running;
}

bool depends_on(const PlannedContainer& container, std::size_t target) {
  const bool ordered = std::ranges::any_of(
      container.dependencies, [&](const Dependency& dependency) { return dependency.container == target; });
  return ordered || std::ranges::find(container.volume_sources, target) != container.volume_sources.end();
}

}  // namespace

StartDecision may_create(const TaskPlan& plan, std::size_t index, std::span<const ContainerFacts> facts) {
  for (const std::size_t source : plan.containers[index].volume_sources) {
    if (facts[source].stage == ContainerStage::absent) return {.readiness = Readiness::waiting, .reason = {}};
  }
  return {};
}

StartDecision may_start(const TaskPlan& plan, std::size_t index, std::span<const ContainerFacts> facts) {
  const PlannedContainer& target = plan.containers[index];
  StartDecision decision = may_create(plan, index, facts);
  for (const auto& [dependency, condition] : target.dependencies) {
    const Fate fate = fate_of(condition, facts[dependency]);
    if (fate == Fate::met) continue;
    if (fate == Fate::open) {
      decision.readiness = Readiness::waiting;
      continue;
    }
    return {.readiness = Readiness::never,
            .reason = reason_of(fate, condition, described(plan.containers[dependency], facts[dependency]),
                                described(target, facts[index]))};
  }
  return decision;
}

std::vector<std::size_t> may_stop(const TaskPlan& plan, std::span<const ContainerFacts> facts) {
  std::vector<std::size_t> result;
  for (std::size_t index = 0; index < plan.containers.size(); ++index) {
    if (!is_live(facts[index])) continue;
    bool needed = false;
    for (std::size_t other = 0; other < plan.containers.size() && !needed; ++other) {
      needed = other != index && is_live(facts[other]) && depends_on(plan.containers[other], index);
    }
    if (!needed) result.push_back(index);
  }
  return result;
}

}  // namespace troupe::node
