#pragma once

/// The session credentials of a host's tasks, where its containers can ask for them.
///
///   GET /v2/credentials/ID     and
///   GET /v1/credentials?id=ID  what the task's role may sign with, as SDKs read it
///
/// The id alone admits, as on ECS: 122 bits that are nowhere but in the environment of the task's
/// containers. It appears in no answer of the API, no event and no log.
///
/// Source: behaviour and texts of Amazon's agent 1.105.

#include "actors/core/task_roles.hpp"
#include "api/http/message.hpp"

#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::api::metadata {

/// As containers are told them; `expiration` as whoever issued them wrote it.
struct Credentials {
  std::string role_arn;
  std::string access_key;
  std::string secret_key;
  std::string token;
  std::string expiration;
};

/// Thread-safe.
class CredentialsBook {
 public:
  /// Credentials as they are when they are asked for; must be quick.
  using Source = std::function<Credentials()>;

  /// Keeps those of the task's role of this kind, in the place of earlier ones.
  void keep(const core::TaskId& task, core::TaskRole role, const std::string& id, Source source);
  /// All of `task`.
  void forget(const core::TaskId& task);
  /// From now on every task of this host is known; until then an id that is not may yet come.
  void complete();

  /// The answer to GET `target`; nothing when it is no path of this book.
  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request) const;

  /// "/v2/credentials/ID" of the task's own role, as AWS_CONTAINER_CREDENTIALS_RELATIVE_URI says
  /// it; empty when it has none.
  [[nodiscard]] std::string path_of(const core::TaskId& task) const;

 private:
  using IdsByRole = std::array<std::string, 2>;
  [[nodiscard]] http::Response answer_id(std::string_view id, std::string_view version) const;

  mutable std::mutex mutex_;
  bool complete_ = false;
  std::unordered_map<std::string, Source> sources_;  ///< By id.
  std::unordered_map<core::TaskId, IdsByRole> ids_;
};

}  // namespace troupe::api::metadata
