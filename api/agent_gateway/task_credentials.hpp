#pragma once

/// The port to whoever issues the credentials of tasks' roles. The gateway hands them to
/// the agent of the task's instance and to nobody else, and keeps none.

#include "actors/core/records/task.hpp"
#include "api/wire/acs.hpp"

#include <optional>
#include <string>

namespace troupe::api::agent_gateway {

/// Session credentials of one role of one task.
struct RoleCredentials {
  std::string id;  ///< Stays the same for the task's life: it is the path that containers ask.
  std::string role_arn;
  std::string access_key;
  std::string secret_key;
  std::string session_token;
  core::Time expires{};
};

class TaskCredentials {
 public:
  virtual ~TaskCredentials() = default;
  /// Fresh credentials of the task's role of this kind; absent when the task has none or
  /// nobody can issue them. Called from any thread; must be quick.
  [[nodiscard]] virtual std::optional<RoleCredentials> issue(const core::Task& task,
                                                             wire::acs::RoleType role) = 0;
};

/// Issues none: the roles of tasks are names only.
class NoTaskCredentials final : public TaskCredentials {
 public:
  [[nodiscard]] std::optional<RoleCredentials> issue(const core::Task& /*task*/,
                                                     wire::acs::RoleType /*role*/) override {
    return std::nullopt;
  }
};

/// As agents are told them.
wire::acs::IAMRoleCredentials told(const RoleCredentials& credentials);

}  // namespace troupe::api::agent_gateway
