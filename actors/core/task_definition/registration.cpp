/// The order in which ECS checks a task definition, as a table.

#include "actors/core/task_definition/registration.hpp"

#include "actors/core/task_definition/rules.hpp"
#include "actors/core/task_definition/tags.hpp"

#include <array>

namespace troupe::core {
namespace {

using rules::each_container;

constexpr std::array<rules::TaskRule, 31> all_rules = {
    rules::family,
    rules::container_list,
    each_container<rules::name_and_image>,
    rules::essential_container,
    rules::task_cpu_and_memory,
    each_container<rules::container_cpu_and_memory>,
    rules::container_sums,
    each_container<rules::network_settings>,
    each_container<rules::port_mappings>,
    rules::fargate_if_required,
    rules::host_ports,
    rules::port_names,
    rules::volumes,
    each_container<rules::mounts>,
    each_container<rules::timeouts>,
    each_container<rules::health_check>,
    rules::dependencies,
    each_container<rules::restart_policy>,
    each_container<rules::ulimits>,
    each_container<rules::linux_parameters>,
    each_container<rules::system_controls>,
    each_container<rules::logging>,
    rules::firelens,
    each_container<rules::environment_and_secrets>,
    rules::roles,
    rules::execution_role,
    each_container<rules::resource_requirements>,
    rules::platform,
    rules::proxy,
    rules::ephemeral_storage,
    rules::placement_constraints,
};

/// What a caller may not set and the registry fills in.
void drop_read_only_members(TaskDefinition& definition) {
  definition.taskDefinitionArn.reset();
  definition.revision.reset();
  definition.status.reset();
  definition.requiresAttributes.reset();
  definition.compatibilities.reset();
  definition.registeredAt.reset();
  definition.deregisteredAt.reset();
  definition.deleteRequestedAt.reset();
  definition.registeredBy.reset();
}

}  // namespace

Result<TaskDefinition> validate_and_normalise(TaskDefinitionInput input) {
  TaskDefinition& definition = input.definition;
  drop_read_only_members(definition);
  for (const rules::TaskRule rule : all_rules) {
    if (const rules::Checked checked = rule(definition); !checked) return checked.error();
  }
  if (const auto checked = validate_tags(input.tags); !checked) return checked.error();
  if (const auto checked = rules::total_size(definition); !checked) return checked.error();
  rules::normalise(definition);
  definition.compatibilities = rules::compatibilities(definition);
  definition.requiresAttributes = rules::required_attributes(definition);
  return std::move(definition);
}

std::vector<Attribute> placement_attributes(const TaskDefinition& definition) {
  std::vector<Attribute> attributes = items(definition.requiresAttributes);
  if (!definition.runtimePlatform) return attributes;
  const auto demand = [&](const char* name, const char* value) {
    attributes.push_back({.name = name, .value = value, .targetType = {}, .targetId = {}});
  };
  if (const auto& architecture = definition.runtimePlatform->cpuArchitecture) {
    demand("ecs.cpu-architecture", *architecture == CPUArchitecture::ARM64 ? "arm64" : "x86_64");
  }
  if (definition.runtimePlatform->operatingSystemFamily) {
    demand("ecs.os-type", rules::is_windows(definition) ? "windows" : "linux");
  }
  return attributes;
}

}  // namespace troupe::core
