#pragma once

/// The roles of a task: which it has, and the session credentials made for them.
///
/// Troupe keeps no roles; an ARN is a name that a caller gave. A role named by its short name
/// stands for the one of that name in Troupe's own account, as in ECS.
///
/// Source: ECS API Reference, "RegisterTaskDefinition", taskRoleArn; IAM User Guide, "IAM
/// identifiers" and its limits on names.

#include "actors/core/describe.hpp"
#include "actors/core/records/task.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe::core {

/// In the words of the agents' protocol.
enum class TaskRole : std::uint8_t {
  TaskApplication,  ///< taskRoleArn: what its containers may do.
  TaskExecution     ///< executionRoleArn: what the agent does on its behalf.
};
BOOST_DESCRIBE_ENUM(TaskRole, TaskApplication, TaskExecution)

/// Session credentials of one role of one task.
struct RoleCredentials {
  std::string id;  ///< Stays the same for the task's life: it is the path that containers ask.
  std::string role_arn;
  std::string access_key;
  std::string secret_key;
  std::string session_token;
  Time expires{};
};

/// Whether `text` is a role's ARN, or its name alone: 1 to 64 of [A-Za-z0-9+=,.@_-].
bool is_role_reference(std::string_view text);

/// The ARN of the task's role of this kind, RunTask's override before the definition's.
/// Empty: it has none.
std::string role_arn_of(const Realm& realm, const Task& task, TaskRole role);

/// The last part of a role's ARN: "arn:aws:iam::1:role/team/web" is "web".
std::string_view role_name(std::string_view arn);

}  // namespace troupe::core
