/// The order of containers: dependsOn, volumesFrom, and the time they may take.

#include "actors/core/task_definition/rules.hpp"

#include <map>

namespace troupe::core::rules {
namespace {

constexpr std::int32_t timeout_seconds_min = 2;

Checked dependency(const TaskDefinition& definition, const ContainerDefinition& container,
                   const ContainerDependency& wanted) {
  const std::string& name = text(wanted.containerName);
  const ContainerDefinition* target = find_container(definition, name);
  if (target == nullptr) {
    return refuse("Cannot depend on container + " + quoted(wanted.containerName.value_or("null")) +
                  " because it does not exist");
  }
  if (target == &container) return refuse("Container " + quoted(name) + " cannot depend on itself.");
  if (!wanted.condition) {
    return refuse("The dependency of container " + quoted(text(container.name)) + " on " + quoted(name) +
                  " requires a condition.");
  }
  const bool waits_for_end =
      wanted.condition == ContainerCondition::SUCCESS || wanted.condition == ContainerCondition::COMPLETE;
  if (waits_for_end && target->essential.value_or(true)) {
    return refuse(
        "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container");
  }
  if (wanted.condition == ContainerCondition::HEALTHY && !target->healthCheck) {
    return refuse("A dependency container with HEALTHY condition must have health check configured");
  }
  return {};
}

/// Looks for a way from a container back to itself, depth first.
class CycleSearch {
 public:
  explicit CycleSearch(const TaskDefinition& definition) : definition_(definition) {}

  bool finds_one() {
    for (const ContainerDefinition& container : items(definition_.containerDefinitions)) {
      if (enters_cycle(container)) return true;
    }
    return false;
  }

 private:
  enum class Mark { open, done };

  bool enters_cycle(const ContainerDefinition& container) {
    const auto [mark, fresh] = marks_.try_emplace(&container, Mark::open);
    if (!fresh) return mark->second == Mark::open;
    for (const ContainerDependency& wanted : items(container.dependsOn)) {
      if (follows(text(wanted.containerName))) return true;
    }
    for (const VolumeFrom& from : items(container.volumesFrom)) {
      if (follows(text(from.sourceContainer))) return true;
    }
    mark->second = Mark::done;
    return false;
  }

  bool follows(const std::string& name) {
    const ContainerDefinition* next = find_container(definition_, name);
    return next != nullptr && enters_cycle(*next);
  }

  const TaskDefinition& definition_;
  std::map<const ContainerDefinition*, Mark> marks_;
};

}  // namespace

Checked dependencies(const TaskDefinition& definition) {
  const auto of_container = [&](const ContainerDefinition& container) {
    return each(items(container.dependsOn),
                [&](const ContainerDependency& wanted) { return dependency(definition, container, wanted); });
  };
  if (Checked checked = each(items(definition.containerDefinitions), of_container); !checked) return checked;
  if (CycleSearch{definition}.finds_one()) return refuse("Container dependencies should not have a cycle");
  return {};
}

Checked timeouts(const TaskDefinition& /*definition*/, const ContainerDefinition& container) {
  const auto too_short = [&](const char* which) {
    return refuse(std::string{"Granular "} + which + " timeout on container " + quoted(text(container.name)) +
                  " must be at least 2 seconds.");
  };
  if (container.startTimeout && *container.startTimeout < timeout_seconds_min) return too_short("start");
  if (container.stopTimeout && *container.stopTimeout < timeout_seconds_min) return too_short("stop");
  return {};
}

}  // namespace troupe::core::rules
