#pragma once

/// AWS Signature Version 4: who sent this request, and is it what they signed?
///
/// Verification covers the Authorization header and the presigned query form, and
/// answers with AWS's own error names and texts, so that SDKs explain a wrong
/// clock or key as they would against AWS. Time is an argument; there is no
/// hidden state but a cache of derived keys. The signer serves our own client,
/// the measurements and the tests.
///
/// Not supported: the streaming payloads of S3 (aws-chunked, UNSIGNED-PAYLOAD)
/// and the asymmetric SigV4A; both are refused.

#include "api/http/message.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::api::http {

using Time = std::chrono::sys_seconds;

/// What an access key stands for.
struct Credentials {
  std::string secret_key;
  std::string session_token;    ///< Not empty: the request must carry exactly this one.
  std::optional<Time> expires;  ///< From then on refused with ExpiredTokenException.
};

/// Finds the credentials of an access key; null when there are none. Called once
/// per request, from the verifying thread: it must be quick and thread-safe.
using CredentialsLookup = std::function<std::shared_ptr<const Credentials>(std::string_view access_key)>;

/// What signatures must be scoped to.
struct SigningPolicy {
  std::string service = "ecs";
  std::string region;              ///< Empty: any region.
  std::chrono::seconds skew{900};  ///< How far a client's clock may be off, either way.
};

/// A proven sender.
struct Identity {
  std::string access_key;
  std::string region;
  std::string service;
};

class SignatureVerifier {
 public:
  SignatureVerifier(CredentialsLookup lookup, SigningPolicy policy);
  ~SignatureVerifier();
  SignatureVerifier(SignatureVerifier&&) noexcept;
  SignatureVerifier& operator=(SignatureVerifier&&) noexcept;

  /// The identity that signed `request`, or the error to answer with (HTTP 400):
  /// MissingAuthenticationTokenException, IncompleteSignatureException,
  /// InvalidSignatureException, UnrecognizedClientException,
  /// ExpiredTokenException or AccessDeniedException. Thread-safe.
  [[nodiscard]] Result<Identity> verify(const Request& request, Time now) const;

 private:
  class KeyCache;
  CredentialsLookup lookup_;
  SigningPolicy policy_;
  std::unique_ptr<KeyCache> keys_;
};

/// Who signs, and for what.
struct SigningIdentity {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  ///< May be empty.
  std::string region = "us-east-1";
  std::string service = "ecs";
};

/// Adds X-Amz-Date, X-Amz-Security-Token where there is one, and Authorization.
/// Signed are Host, Content-Type and every X-Amz-* header present; Host must be.
void sign(Request& request, const SigningIdentity& signer, Time now);

/// Puts the signature into the query instead; valid for `lifetime` from `now`.
/// Only Host is signed.
void presign(Request& request, const SigningIdentity& signer, Time now, std::chrono::seconds lifetime);

/// "20150830T123600Z".
std::string iso_basic(Time time);
std::optional<Time> from_iso_basic(std::string_view text);

}  // namespace troupe::api::http
