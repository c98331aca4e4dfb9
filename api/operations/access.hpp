#pragma once

/// Who may speak to the API: signatures, and tokens for those who cannot sign.

#include "actors/core/ids.hpp"
#include "api/http/sigv4.hpp"
#include "api/http/token.hpp"
#include "api/operations/authority.hpp"
#include "api/operations/issued_keys.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace troupe::api::operations {

/// `any` believes everybody but pages of other machines, and is fit for loopback only.
enum class AccessMode : std::uint8_t { signed_only, any };

struct AccessOptions {
  AccessMode mode = AccessMode::signed_only;
  http::CredentialsLookup credentials;  ///< The administrator's; Troupe's own are known.
  /// Of event tokens, join tokens and issued keys. Empty: a fresh random key.
  std::string token_key;
  std::chrono::seconds token_lifetime{300};
  std::function<std::chrono::sys_seconds()> now;  ///< The wall clock; a test's own otherwise.
};

struct EventToken {
  std::string token;
  std::chrono::sys_seconds expires_at{};
};

/// Thread-safe.
class Access {
 public:
  Access(const core::Realm& realm, AccessOptions options);
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;

  /// Whoever signed the request, or the error to answer with.
  [[nodiscard]] http::Result<Caller> caller_of(const http::Request& request) const;

  /// A token that admits `caller_arn` to event streams for a few minutes.
  [[nodiscard]] EventToken issue_token(std::string_view caller_arn) const;

  /// Admits a WebSocket handshake by a signature, or by a token in the query
  /// parameter "token", as bearer, or in a subprotocol "troupe.token.TOKEN".
  /// Administrators only. Answers the caller's ARN; errors have status 403.
  [[nodiscard]] http::Result<std::string> subscriber_of(const http::Request& request) const;

  [[nodiscard]] AccessMode mode() const { return options_.mode; }
  [[nodiscard]] const KeyIssuer& keys() const { return keys_; }
  [[nodiscard]] std::chrono::sys_seconds now() const { return options_.now(); }

 private:
  core::Realm realm_;
  AccessOptions options_;
  KeyIssuer keys_;
  http::SignatureVerifier verifier_;
  http::TokenIssuer tokens_;
};

}  // namespace troupe::api::operations
