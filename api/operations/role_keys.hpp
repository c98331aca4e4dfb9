#pragma once

/// The credentials of tasks' roles as they are at a moment. Nothing is kept: asked again, they
/// are the same until half of their life is over, and then the next ones.

#include "actors/core/task_roles.hpp"
#include "api/operations/issued_keys.hpp"

#include <chrono>
#include <optional>

namespace troupe::api::operations {

/// Those of the task's role of this kind at `now`; absent when it has no such role. They live
/// for `lifetime / 2` more at least and `lifetime` at most. Tasks do not renew all at once: when
/// they do is drawn from their ids.
///
/// @pre `lifetime` is at least 2 s.
std::optional<core::RoleCredentials> role_credentials(const KeyIssuer& keys, const core::Realm& realm,
                                                      const core::Task& task, core::TaskRole role,
                                                      http::Time now, std::chrono::seconds lifetime);

}  // namespace troupe::api::operations
