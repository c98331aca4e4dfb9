/// Keys with an end, in steps of half their life.

#include "api/operations/role_keys.hpp"

namespace troupe::api::operations {
namespace {

http::Time end_of(core::TaskId task, http::Time now, std::chrono::seconds lifetime) {
  const auto step = lifetime / 2;
  const std::chrono::seconds offset{task.bits[1] % static_cast<std::uint64_t>(step.count())};
  const auto since = now.time_since_epoch() + offset;
  return http::Time{since - since % step - offset + lifetime};
}

}  // namespace

std::optional<core::RoleCredentials> role_credentials(const KeyIssuer& keys, const core::Realm& realm,
                                                      const core::Task& task, core::TaskRole role,
                                                      http::Time now, std::chrono::seconds lifetime) {
  auto arn = core::role_arn_of(realm, task, role);
  if (arn.empty()) return std::nullopt;
  const auto expires = end_of(task.id, now, lifetime);
  auto key = keys.task_key(task.launch->cluster, task.id, expires, role);
  core::RoleCredentials made;
  made.id = keys.credentials_id(task.id, role);
  made.role_arn = std::move(arn);
  made.access_key = std::move(key.access_key);
  made.secret_key = std::move(key.secret_key);
  made.session_token = std::move(key.session_token);
  made.expires = expires;
  return made;
}

}  // namespace troupe::api::operations
