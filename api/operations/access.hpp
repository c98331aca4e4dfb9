#pragma once

/// Who may speak to the API: signatures, and tokens for those who cannot sign.

#include "actors/core/ids.hpp"
#include "api/http/sigv4.hpp"
#include "api/http/token.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace troupe::api::operations {

/// `any` believes everybody but pages of other machines, and is fit for loopback only.
enum class AccessMode : std::uint8_t { signed_only, any };

struct AccessOptions {
  AccessMode mode = AccessMode::signed_only;
  http::CredentialsLookup credentials;
  /// Of event tokens; see `http::TokenIssuer`. Empty: a fresh random key.
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

  /// The ARN of whoever signed the request, or the error to answer with.
  [[nodiscard]] http::Result<std::string> caller_of(const http::Request& request) const;

  /// A token that admits `caller_arn` to event streams for a few minutes.
  [[nodiscard]] EventToken issue_token(std::string_view caller_arn) const;

  /// Admits a WebSocket handshake by a signature, or by a token in the query
  /// parameter "token", as bearer, or in a subprotocol "troupe.token.TOKEN".
  /// Answers the caller's ARN; errors have status 403.
  [[nodiscard]] http::Result<std::string> subscriber_of(const http::Request& request) const;

  [[nodiscard]] AccessMode mode() const { return options_.mode; }

 private:
  core::Realm realm_;
  AccessOptions options_;
  http::SignatureVerifier verifier_;
  http::TokenIssuer tokens_;
};

}  // namespace troupe::api::operations
