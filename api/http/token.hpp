#pragma once

/// Short-lived bearer tokens, for whoever cannot sign: a browser's WebSocket handshake,
/// a host that joins. A signed request asks for one, the other side shows it.
///
/// A token is self-contained, `base64url(expiry "." identity) "." base64url(mac)`,
/// safe in a query string and in Sec-WebSocket-Protocol. It is authentic, not
/// confidential: the identity can be read from it. Whoever holds it is that
/// identity until it expires, so keep lifetimes at minutes.

#include "api/http/message.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace troupe::api::http {

class TokenIssuer {
 public:
  /// @param key  Secret; tokens of another key are refused. At least 32 random
  ///             bytes: `random_key()`, or one that was kept over a restart.
  /// @param purpose  Tokens that are issued for one purpose are refused for another.
  explicit TokenIssuer(std::string key, std::string_view purpose = "troupe websocket token 1\n")
      : key_(std::move(key)), purpose_(purpose) {}

  [[nodiscard]] std::string issue(std::string_view identity, std::chrono::sys_seconds now,
                                  std::chrono::seconds lifetime) const;

  /// The identity, or UnrecognizedClientException for a token we did not issue
  /// and ExpiredTokenException for one whose time is over.
  [[nodiscard]] Result<std::string> check(std::string_view token, std::chrono::sys_seconds now) const;

  static std::string random_key();

 private:
  std::string key_;
  std::string purpose_;
};

}  // namespace troupe::api::http
