/// The names of a definition and its containers, their images, and who is essential.

#include "actors/core/name_character.hpp"
#include "actors/core/task_definition/rules.hpp"

#include <algorithm>
#include <set>

namespace troupe::core::rules {
namespace {

constexpr std::size_t containers_max = 10;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

/// An image reference: the limits cover the part before `@`.
Checked image_reference(std::string_view image) {
  if (image.empty()) return refuse("Container.image should not be null or empty.");
  const std::size_t at = image.find('@');
  const std::string_view name = image.substr(0, at);
  if (name.size() > name_characters_max) {
    return refuse("Container.image cannot be longer than 255 characters.");
  }
  const auto allowed = [](char c) {
    return is_alphanumeric(c) || std::string_view{"_.:/#-"}.find(c) != std::string_view::npos;
  };
  bool valid = !name.empty() && std::ranges::all_of(name, allowed);
  if (at != std::string_view::npos) {
    constexpr std::string_view algorithm = "sha256:";
    const std::string_view digest = image.substr(at + 1);
    const auto is_hexadecimal = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    valid = valid && digest.starts_with(algorithm) && digest.size() == algorithm.size() + 64 &&
            std::ranges::all_of(digest.substr(algorithm.size()), is_hexadecimal);
  }
  return valid ? Checked{} : refuse("Container.image contains invalid characters.");
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string result = "'";
  result += text;
  result += '\'';
  return result;
}

bool has_name_characters(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

bool is_windows(const TaskDefinition& definition) {
  if (!definition.runtimePlatform) return false;
  const auto& system = definition.runtimePlatform->operatingSystemFamily;
  return system && *system != OSFamily::LINUX;
}

bool requires_compatibility(const TaskDefinition& definition, Compatibility compatibility) {
  return std::ranges::find(items(definition.requiresCompatibilities), compatibility) !=
         items(definition.requiresCompatibilities).end();
}

NetworkMode network_mode(const TaskDefinition& definition) {
  return definition.networkMode.value_or(NetworkMode::bridge);
}

const ContainerDefinition* find_container(const TaskDefinition& definition, std::string_view name) {
  const auto& containers = items(definition.containerDefinitions);
  const auto found =
      std::ranges::find_if(containers, [&](const auto& container) { return text(container.name) == name; });
  return found == containers.end() ? nullptr : &*found;
}

std::string log_driver_name(LogDriver driver) {
  std::string name = name_of(driver);
  std::ranges::replace(name, '_', '-');
  return name;
}

Checked family(const TaskDefinition& definition) {
  const std::string& name = text(definition.family);
  if (name.empty()) return refuse("Family should not be null or empty.");
  if (name.size() > name_characters_max) return refuse("Family cannot be longer than 255 characters.");
  if (!has_name_characters(name)) return refuse("Family contains invalid characters.");
  return {};
}

Checked container_list(const TaskDefinition& definition) {
  const auto& containers = items(definition.containerDefinitions);
  if (containers.empty()) return refuse("Container list cannot be empty.");
  if (containers.size() > containers_max) return refuse("Too many containers.");
  std::set<std::string_view> seen;
  for (const ContainerDefinition& container : containers) {
    if (container.name && !container.name->empty() && !seen.insert(*container.name).second) {
      return refuse("Container names must be unique within a task definition.");
    }
  }
  return {};
}

Checked name_and_image(const TaskDefinition& /*definition*/, const ContainerDefinition& container) {
  const std::string& name = text(container.name);
  if (name.empty()) return refuse("Container.name should not be null or empty.");
  if (name.size() > name_characters_max) {
    return refuse("Container.name cannot be longer than 255 characters.");
  }
  if (!has_name_characters(name)) return refuse("Container.name contains invalid characters.");
  return image_reference(text(container.image));
}

Checked essential_container(const TaskDefinition& definition) {
  const bool any = std::ranges::any_of(items(definition.containerDefinitions),
                                       [](const auto& one) { return one.essential.value_or(true); });
  return any ? Checked{} : refuse("Task definition doesn't have any essential container.");
}

}  // namespace troupe::core::rules
