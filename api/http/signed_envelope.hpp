#pragma once

/// Where a request says who signed it, when and over what: read from the
/// Authorization header or, presigned, from the query. Private to this folder.

#include "api/http/message.hpp"
#include "api/http/sigv4.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::api::http {

/// Owns its text; the views point into `credential` and `signed_headers`, so an
/// envelope stays where it was opened.
struct SignedEnvelope {
  SignedEnvelope() = default;
  SignedEnvelope(const SignedEnvelope&) = delete;
  SignedEnvelope& operator=(const SignedEnvelope&) = delete;

  std::string credential;  ///< access key "/" date "/" region "/" service "/" terminator
  std::string signed_headers;
  std::string signature;
  std::string session_token;
  std::string timestamp;  ///< ISO 8601 basic format.
  Time signed_at{};
  bool presigned = false;
  std::chrono::seconds lifetime{0};  ///< Of a presigned request.

  std::string_view access_key, scope, date, region, service, terminator;  ///< Of `credential`.
  std::vector<std::string_view> signed_names;                             ///< Of `signed_headers`.
};

/// Reads the envelope, or says which part is missing or malformed:
/// MissingAuthenticationTokenException or IncompleteSignatureException.
std::optional<ApiError> open_envelope(const Request& request, SignedEnvelope& envelope);

}  // namespace troupe::api::http
