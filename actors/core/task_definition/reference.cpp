/// The three forms of a task definition's name.

#include "actors/core/task_definition/reference.hpp"

#include "actors/core/task_definition/rules.hpp"

#include <array>
#include <charconv>

namespace troupe::core {
namespace {

/// arn:partition:ecs:region:account:resource
constexpr std::size_t arn_parts = 6;

std::optional<std::array<std::string_view, arn_parts>> split_arn(std::string_view arn) {
  std::array<std::string_view, arn_parts> parts;
  for (std::size_t index = 0; index + 1 < arn_parts; ++index) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    parts[index] = arn.substr(0, colon);
    arn.remove_prefix(colon + 1);
  }
  parts.back() = arn;
  return parts;
}

Result<TaskDefinitionReference> parse_name(std::string_view name) {
  TaskDefinitionReference reference;
  const std::size_t colon = name.find(':');
  reference.family = name.substr(0, colon);
  if (reference.family.empty() || !rules::has_name_characters(reference.family)) {
    return client_error("Family contains invalid characters.");
  }
  if (colon == std::string_view::npos) return reference;
  const std::string_view digits = name.substr(colon + 1);
  std::int32_t revision = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), revision);
  if (error != std::errc{} || end != digits.data() + digits.size() || revision < 1) {
    return invalid_parameter("Invalid revision number. Number: " + std::string{digits});
  }
  reference.revision = revision;
  return reference;
}

Result<TaskDefinitionReference> parse_arn(std::string_view arn) {
  const auto parts = split_arn(arn);
  if (!parts || (*parts)[2] != "ecs") return invalid_parameter("Invalid arn syntax");
  const std::string_view resource = parts->back();
  const std::size_t slash = resource.find('/');
  const std::string_view type = resource.substr(0, slash);
  if (type != "task-definition") {
    return invalid_parameter("Unsupported resource type: " + std::string{type});
  }
  if (slash == std::string_view::npos) return invalid_parameter("Invalid arn syntax");
  auto reference = parse_name(resource.substr(slash + 1));
  if (reference) {
    reference->region = std::string{(*parts)[3]};
    reference->account = std::string{(*parts)[4]};
  }
  return reference;
}

}  // namespace

Result<TaskDefinitionReference> parse_task_definition_reference(std::string_view text) {
  if (text.empty()) return invalid_parameter("TaskDefinition can not be blank.");
  return text.starts_with("arn:") ? parse_arn(text) : parse_name(text);
}

Result<TaskDefinitionReference> parse_task_definition_revision(std::string_view text) {
  auto reference = parse_task_definition_reference(text);
  if (reference && !reference->revision) return client_error("Revision is missing.");
  return reference;
}

std::string task_definition_name(std::string_view family, std::int32_t revision) {
  return std::string{family} + ":" + std::to_string(revision);
}

}  // namespace troupe::core
