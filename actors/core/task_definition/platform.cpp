/// What a definition asks of the machine: platform, accelerators, App Mesh proxy,
/// disk, and the constraints of its placement.

#include "actors/core/query_language/expression.hpp"
#include "actors/core/task_definition/rules.hpp"

#include <algorithm>
#include <charconv>

namespace troupe::core::rules {
namespace {

constexpr std::size_t placement_constraints_max = 10;
constexpr std::size_t expression_characters_max = 2000;
constexpr std::size_t credential_specs_max = 1;
constexpr std::int32_t ephemeral_gib_min = 21;
constexpr std::int32_t ephemeral_gib_max = 200;

bool is_positive_number(std::string_view digits) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} && end == digits.data() + digits.size() && value > 0;
}

}  // namespace

Checked placement_constraints(const TaskDefinition& definition) {
  const auto& constraints = items(definition.placementConstraints);
  if (constraints.size() > placement_constraints_max) {
    return refuse("A task definition cannot have more than 10 placement constraints.");
  }
  return each(constraints, [](const TaskDefinitionPlacementConstraint& constraint) -> Checked {
    if (!constraint.type) return refuse("Placement constraints require a type.");
    const std::string& expression = text(constraint.expression);
    if (expression.empty()) return refuse("Placement constraints of type memberOf require an expression.");
    if (expression.size() > expression_characters_max) {
      return refuse("The expression of a placement constraint cannot be longer than 2000 characters.");
    }
    const auto parsed = Expression::parse(expression);
    return parsed ? Checked{} : Checked{parsed.error()};
  });
}

Checked platform(const TaskDefinition& definition) {
  const bool awsvpc = network_mode(definition) == NetworkMode::awsvpc;
  if (requires_compatibility(definition, Compatibility::EXTERNAL) && awsvpc) {
    return refuse("Tasks using the External launch type do not support network mode awsvpc.");
  }
  if (is_windows(definition) && (definition.pidMode || definition.ipcMode)) {
    return refuse("pidMode and ipcMode are not supported for Windows containers.");
  }
  return {};
}

Checked resource_requirements(const TaskDefinition& definition, const ContainerDefinition& container) {
  if (items(container.credentialSpecs).size() > credential_specs_max) {
    return refuse("Container " + quoted(text(container.name)) +
                  " cannot have more than one credential spec.");
  }
  const std::string setting =
      "Invalid 'resourceRequirements' setting for container " + quoted(text(container.name)) + ".";
  return each(items(container.resourceRequirements), [&](const ResourceRequirement& wanted) -> Checked {
    if (!wanted.type) return refuse(setting + " A type is required.");
    const std::string& value = text(wanted.value);
    if (wanted.type != ResourceType::InferenceAccelerator) {
      return is_positive_number(value)
                 ? Checked{}
                 : refuse(setting + " The value of " + name_of(*wanted.type) + " must be a positive number.");
    }
    const bool known =
        std::ranges::any_of(items(definition.inferenceAccelerators),
                            [&](const auto& accelerator) { return text(accelerator.deviceName) == value; });
    return known ? Checked{} : refuse(setting + " Unknown inference accelerator: " + quoted(value) + ".");
  });
}

Checked proxy(const TaskDefinition& definition) {
  if (!definition.proxyConfiguration) return {};
  const ProxyConfiguration& proxy = *definition.proxyConfiguration;
  if (network_mode(definition) != NetworkMode::awsvpc) {
    return refuse("APPMESH proxy configuration is only supported in networkMode=awsvpc.");
  }
  if (!find_container(definition, text(proxy.containerName))) {
    return refuse("Proxy container [" + proxy.containerName.value_or("null") + "] does not exist");
  }
  struct Property {
    const char* name;
    const char* missing;
  };
  for (const Property& property :
       {Property{"ProxyIngressPort", "Ingress port not found"},
        Property{"ProxyEgressPort", "Egress port not found"}, Property{"AppPorts", "App ports not found"}}) {
    const bool given = std::ranges::any_of(
        items(proxy.properties), [&](const auto& pair) { return text(pair.name) == property.name; });
    if (!given) return refuse(property.missing);
  }
  return {};
}

Checked ephemeral_storage(const TaskDefinition& definition) {
  if (!definition.ephemeralStorage) return {};
  const std::int32_t size = definition.ephemeralStorage->sizeInGiB.value_or(0);
  if (size < ephemeral_gib_min) return refuse("EphemeralStorage size should be at least 21");
  if (size > ephemeral_gib_max) return refuse("EphemeralStorage size should be at most 200");
  if (fargate(definition)) return {};
  return refuse("EphemeralStorage is only supported for task definitions that are compatible with Fargate.");
}

}  // namespace troupe::core::rules
