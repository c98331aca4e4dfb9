#pragma once

/// How callers name a task definition: `family`, `family:revision`, or an ARN.

#include "actors/core/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::core {

/// A name as given. Absent `revision` means the latest ACTIVE one; region and
/// account are there only when an ARN was given, for the caller to compare.
struct TaskDefinitionReference {
  std::string family;
  std::optional<std::int32_t> revision;
  std::optional<std::string> region;
  std::optional<std::string> account;
  friend bool operator==(const TaskDefinitionReference&, const TaskDefinitionReference&) = default;
};

/// Reads any of the three forms; says nothing about whether it exists.
///
/// Errors: InvalidParameterException "TaskDefinition can not be blank.", "Invalid
/// revision number. Number: foo", "Unsupported resource type: cluster", "Invalid
/// arn syntax"; ClientException "Family contains invalid characters.".
Result<TaskDefinitionReference> parse_task_definition_reference(std::string_view text);

/// The same where a revision must be named (DeregisterTaskDefinition,
/// DeleteTaskDefinitions): ClientException "Revision is missing." without one.
Result<TaskDefinitionReference> parse_task_definition_revision(std::string_view text);

/// "family:7"
std::string task_definition_name(std::string_view family, std::int32_t revision);

}  // namespace troupe::core
