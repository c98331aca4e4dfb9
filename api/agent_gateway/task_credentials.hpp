#pragma once

/// The port to whoever issues the credentials of tasks' roles. The gateway hands them to
/// the agent of the task's instance and to nobody else, and keeps none.

#include "actors/core/task_roles.hpp"
#include "api/wire/acs.hpp"

#include <functional>
#include <optional>

namespace troupe::api::agent_gateway {

using core::RoleCredentials;

/// Credentials of the task's role of this kind as they are now, always with the same id; absent
/// when the task has none or nobody can issue them. Called from any thread; must be quick.
/// Empty: nobody issues any, and the roles of tasks are names only.
using IssueCredentials =
    std::function<std::optional<RoleCredentials>(const core::Task& task, core::TaskRole role)>;

/// As agents are told them.
wire::acs::IAMRoleCredentials told(const RoleCredentials& credentials);

}  // namespace troupe::api::agent_gateway
