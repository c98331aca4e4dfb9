#pragma once

/// Keys that Troupe issues itself: to agents that join a cluster, and to tasks that
/// have a role. Nothing is stored: an access key says whose it is and until when, and its
/// secret is a MAC of it under a key that only the server has. A key survives restarts,
/// costs one MAC to check, and nobody without the server's key can make one.
///
///   TRPA <random, 20> <cluster, 16>              an agent
///   TRPT <task, 32> <expiry, 8> <cluster, 16>    a task in its own role, with a session token
///   TRPX <task, 32> <expiry, 8> <cluster, 16>    the same in its execution role
///
/// all in upper-case hexadecimal, which is within what AWS's SDKs take for access keys.
/// An agent's key is made to be taken back by deregistering its instance.

#include "actors/core/principal.hpp"
#include "actors/core/task_roles.hpp"
#include "api/http/sigv4.hpp"
#include "api/http/token.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::api::operations {

struct IssuedKey {
  std::string access_key;
  std::string secret_key;
  std::string session_token;          ///< A task's; an agent's key has none.
  std::optional<http::Time> expires;  ///< A task's.
};

/// Thread-safe.
class KeyIssuer {
 public:
  /// @param key  The server's secret, 32 random bytes or more; whoever has it is the server.
  explicit KeyIssuer(std::string key);

  /// Admits hosts to `cluster` for `lifetime`, as often as it is shown.
  [[nodiscard]] std::string join_token(std::string_view cluster, http::Time now,
                                       std::chrono::seconds lifetime) const;
  /// The cluster that a join token admits to; UnrecognizedClientException or
  /// ExpiredTokenException otherwise.
  [[nodiscard]] http::Result<std::string> cluster_of(std::string_view join_token, http::Time now) const;

  /// A fresh key for a host of `cluster`.
  [[nodiscard]] IssuedKey agent_key(std::string_view cluster) const;
  /// The key of a task's role. The same task, role and expiry give the same key.
  [[nodiscard]] IssuedKey task_key(std::string_view cluster, core::TaskId task, http::Time expires,
                                   core::TaskRole role = core::TaskRole::TaskApplication) const;
  /// Under which the credentials of a task's role are asked for on its host: a UUID that
  /// nobody can guess, the same for the task's life.
  [[nodiscard]] std::string credentials_id(core::TaskId task, core::TaskRole role) const;

  /// What such an access key stands for; null for one of another form.
  [[nodiscard]] std::shared_ptr<const http::Credentials> find(std::string_view access_key) const;
  /// Whose it is; an access key of another form is the administrator's.
  [[nodiscard]] static core::Principal principal_of(std::string_view access_key);
  /// In which of its roles a task speaks that signs with this key.
  [[nodiscard]] static core::TaskRole role_of(std::string_view task_key);
  /// What keys and principals say of a cluster.
  [[nodiscard]] static std::string mark_of(std::string_view cluster);

 private:
  [[nodiscard]] std::string derived(std::string_view purpose, std::string_view access_key) const;

  std::string key_;
  http::TokenIssuer join_tokens_;
};

}  // namespace troupe::api::operations
