/// Records for tests.

#include "tests/support/builders.hpp"

namespace troupe::testing {

core::ContainerDefinition container(const std::string& name) {
  core::ContainerDefinition made;
  made.name = name;
  made.image = name + ":1";
  made.memory = 64;
  made.essential = true;
  return made;
}

core::TaskDefinitionPtr definition(std::vector<core::ContainerDefinition> containers,
                                   const std::string& family, core::NetworkMode mode) {
  auto record = std::make_shared<core::TaskDefinitionRecord>();
  record->definition.family = family;
  record->definition.revision = 1;
  record->definition.networkMode = mode;
  record->definition.containerDefinitions = std::move(containers);
  return record;
}

core::TaskId task_id(std::uint64_t number) {
  return core::TaskId{{0, number}};
}

core::Task pending_task(std::uint64_t number, core::TaskDefinitionPtr definition,
                        const std::string& cluster) {
  auto launch = std::make_shared<core::TaskLaunch>();
  launch->cluster = cluster;
  launch->family = definition->definition.family.value_or("");
  launch->revision = definition->definition.revision.value_or(0);
  core::Task task;
  task.id = task_id(number);
  for (const auto& one : *definition->definition.containerDefinitions) {
    core::Container fresh;
    fresh.name = one.name.value_or("");
    task.containers.push_back(std::move(fresh));
  }
  task.launch = std::move(launch);
  task.definition = std::move(definition);
  return task;
}

core::Task running_task(core::Task task) {
  task.last_status = core::TaskStatus::RUNNING;
  for (auto& one : task.containers) one.last_status = core::ContainerStatus::RUNNING;
  return task;
}

}  // namespace troupe::testing
