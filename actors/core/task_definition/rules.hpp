#pragma once

/// The rules of RegisterTaskDefinition, one function per topic, and the words
/// they share. Internal to this folder: callers use registration.hpp.

#include "actors/core/result.hpp"
#include "actors/core/shapes/task_definition.hpp"
#include "actors/core/task_definition/optional_members.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::core::rules {

/// Success, or the refusal of the first rule broken.
using Checked = Result<void>;
using TaskRule = Checked (*)(const TaskDefinition&);
using ContainerRule = Checked (*)(const TaskDefinition&, const ContainerDefinition&);

constexpr std::size_t name_characters_max = 255;
constexpr std::int32_t port_max = 65'535;

inline Checked refuse(std::string message) {
  return client_error(std::move(message));
}

/// Runs `check` on each element, up to the first refusal.
template <class Range, class Check>
Checked each(const Range& range, Check&& check) {
  for (const auto& element : range) {
    if (Checked checked = check(element); !checked) return checked;
  }
  return {};
}

/// A rule for one container as a rule for the whole definition.
template <ContainerRule rule>
Checked each_container(const TaskDefinition& definition) {
  return each(items(definition.containerDefinitions),
              [&](const ContainerDefinition& container) { return rule(definition, container); });
}

/// `'text'`, as ECS quotes names.
std::string quoted(std::string_view text);
/// 1–255 characters, letters, digits, hyphens and underscores.
bool has_name_characters(std::string_view text);
bool is_windows(const TaskDefinition& definition);
bool requires_compatibility(const TaskDefinition& definition, Compatibility compatibility);
/// The mode in force: bridge when none is given.
NetworkMode network_mode(const TaskDefinition& definition);
const ContainerDefinition* find_container(const TaskDefinition& definition, std::string_view name);
/// "json-file" for LogDriver::json_file.
std::string log_driver_name(LogDriver driver);

// The whole definition, in identity.cpp, sizes.cpp, platform.cpp, ….
Checked family(const TaskDefinition& definition);
Checked container_list(const TaskDefinition& definition);
Checked essential_container(const TaskDefinition& definition);
Checked task_cpu_and_memory(const TaskDefinition& definition);
Checked container_sums(const TaskDefinition& definition);
Checked host_ports(const TaskDefinition& definition);
Checked port_names(const TaskDefinition& definition);
Checked volumes(const TaskDefinition& definition);
Checked dependencies(const TaskDefinition& definition);
Checked firelens(const TaskDefinition& definition);
/// Their form; that nobody knows such a role is not Troupe's affair.
Checked roles(const TaskDefinition& definition);
Checked execution_role(const TaskDefinition& definition);
Checked placement_constraints(const TaskDefinition& definition);
Checked platform(const TaskDefinition& definition);
Checked proxy(const TaskDefinition& definition);
Checked ephemeral_storage(const TaskDefinition& definition);
Checked total_size(const TaskDefinition& definition);

/// What Fargate demands, whether or not the definition asks for Fargate.
Checked fargate(const TaskDefinition& definition);
/// The same, only for a definition that requires FARGATE.
Checked fargate_if_required(const TaskDefinition& definition);

// One container.
Checked name_and_image(const TaskDefinition& definition, const ContainerDefinition& container);
Checked container_cpu_and_memory(const TaskDefinition& definition, const ContainerDefinition& container);
Checked network_settings(const TaskDefinition& definition, const ContainerDefinition& container);
Checked port_mappings(const TaskDefinition& definition, const ContainerDefinition& container);
Checked mounts(const TaskDefinition& definition, const ContainerDefinition& container);
Checked timeouts(const TaskDefinition& definition, const ContainerDefinition& container);
Checked health_check(const TaskDefinition& definition, const ContainerDefinition& container);
Checked restart_policy(const TaskDefinition& definition, const ContainerDefinition& container);
Checked ulimits(const TaskDefinition& definition, const ContainerDefinition& container);
Checked linux_parameters(const TaskDefinition& definition, const ContainerDefinition& container);
Checked system_controls(const TaskDefinition& definition, const ContainerDefinition& container);
Checked logging(const TaskDefinition& definition, const ContainerDefinition& container);
Checked environment_and_secrets(const TaskDefinition& definition, const ContainerDefinition& container);
Checked resource_requirements(const TaskDefinition& definition, const ContainerDefinition& container);

// What registration stores, once the rules hold.
void normalise(TaskDefinition& definition);
std::vector<Compatibility> compatibilities(const TaskDefinition& definition);
std::vector<Attribute> required_attributes(const TaskDefinition& definition);

}  // namespace troupe::core::rules
