/// The verifying side of Signature Version 4.
///
/// Checks run from cheap to dear, and nothing that costs more than the length of
/// the request is done for a sender without a known access key. A derived key is
/// cached only after a signature made with it has matched, so strangers cannot
/// fill the cache.

#include "api/http/sigv4.hpp"

#include "api/http/canonical_request.hpp"
#include "api/http/signature_parts.hpp"
#include "api/http/signed_envelope.hpp"

#include <mutex>
#include <unordered_map>

namespace troupe::api::http {
namespace {

constexpr std::chrono::seconds presigned_lifetime_max{7 * 24 * 3600};  // AWS's own limit.

ApiError invalid(std::string message) {
  return {"InvalidSignatureException", std::move(message)};
}

ApiError mismatch() {
  return invalid(
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
      "Access Key and signing method. Consult the service documentation for details.");
}

ApiError unrecognized() {
  return {"UnrecognizedClientException", "The security token included in the request is invalid."};
}

std::string minutes(std::chrono::seconds span) {
  return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(span).count()) + " min.";
}

std::optional<ApiError> check_scope(const SignedEnvelope& envelope, const SigningPolicy& policy) {
  if (envelope.terminator != scope_terminator) {
    return invalid("Credential should be scoped with a valid terminator: 'aws4_request', not '" +
                   std::string{envelope.terminator} + "'.");
  }
  if (envelope.service != policy.service) {
    return invalid("Credential should be scoped to correct service: '" + policy.service + "'.");
  }
  if (envelope.region.empty() || (!policy.region.empty() && envelope.region != policy.region)) {
    return invalid("Credential should be scoped to a valid region, not '" + std::string{envelope.region} +
                   "'.");
  }
  const std::string_view day = std::string_view{envelope.timestamp}.substr(0, 8);
  if (envelope.date != day) {
    return invalid(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
        std::string{envelope.date} + "' != '" + std::string{day} + "', from '" + envelope.timestamp + "'.");
  }
  return std::nullopt;
}

std::optional<ApiError> check_time(const SignedEnvelope& envelope, std::chrono::seconds skew, Time now) {
  const Time begins = envelope.signed_at - skew;
  const Time ends = envelope.signed_at + (envelope.presigned ? envelope.lifetime : skew);
  if (now > ends) {
    const std::chrono::seconds allowed = envelope.presigned ? envelope.lifetime : skew;
    return invalid("Signature expired: " + envelope.timestamp + " is now earlier than " +
                   iso_basic(now - allowed) + " (" + iso_basic(now) + " - " + minutes(allowed) + ")");
  }
  if (now < begins) {
    return invalid("Signature not yet current: " + envelope.timestamp + " is still later than " +
                   iso_basic(now + skew) + " (" + iso_basic(now) + " + " + minutes(skew) + ")");
  }
  return std::nullopt;
}

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  for (const std::string_view each : names) {
    if (each == name) return true;
  }
  return false;
}

/// Host binds the request to this server; the others decide what it means and when.
std::optional<ApiError> check_signed_headers(const Request& request, const SignedEnvelope& envelope) {
  if (!contains(envelope.signed_names, "host")) {
    return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const std::string_view name : {"x-amz-target", "x-amz-date", "x-amz-content-sha256"}) {
    if (request.header(name) != nullptr && !contains(envelope.signed_names, name)) {
      return ApiError{
          "AccessDeniedException",
          "There were headers present in the request which were not signed: " + std::string{name}};
    }
  }
  return std::nullopt;
}

std::optional<ApiError> check_token(const SignedEnvelope& envelope, const Credentials& credentials,
                                    Time now) {
  if (!equal_in_constant_time(envelope.session_token, credentials.session_token)) return unrecognized();
  if (credentials.expires && now >= *credentials.expires) {
    return ApiError{"ExpiredTokenException", "The security token included in the request is expired"};
  }
  return std::nullopt;
}

}  // namespace

/// Derived keys by scope and access key; bounded, forgotten all at once when full.
class SignatureVerifier::KeyCache {
 public:
  std::optional<Digest> find(const std::string& scope, std::string_view secret) {
    const std::lock_guard lock(mutex_);
    const auto found = keys_.find(scope);
    // A rotated secret must not be verified with the key of the old one.
    if (found == keys_.end() || found->second.secret != secret) return std::nullopt;
    return found->second.key;
  }

  void insert(const std::string& scope, std::string_view secret, const Digest& key) {
    const std::lock_guard lock(mutex_);
    if (keys_.size() >= entries_max) keys_.clear();
    keys_.insert_or_assign(scope, Entry{std::string{secret}, key});
  }

 private:
  struct Entry {
    std::string secret;
    Digest key;
  };
  static constexpr std::size_t entries_max = 1024;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> keys_;
};

SignatureVerifier::SignatureVerifier(CredentialsLookup lookup, SigningPolicy policy)
    : lookup_(std::move(lookup)), policy_(std::move(policy)), keys_(std::make_unique<KeyCache>()) {}
SignatureVerifier::~SignatureVerifier() = default;
SignatureVerifier::SignatureVerifier(SignatureVerifier&&) noexcept = default;
SignatureVerifier& SignatureVerifier::operator=(SignatureVerifier&&) noexcept = default;

Result<Identity> SignatureVerifier::verify(const Request& request, Time now) const {
  SignedEnvelope envelope;
  if (auto error = open_envelope(request, envelope)) return *error;
  if (auto error = check_scope(envelope, policy_)) return *error;
  if (auto error = check_time(envelope, policy_.skew, now)) return *error;
  if (envelope.presigned && envelope.lifetime > presigned_lifetime_max) {
    return invalid(
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
        "less than 604800 seconds");
  }
  if (auto error = check_signed_headers(request, envelope)) return *error;
  const auto credentials = lookup_(envelope.access_key);
  if (!credentials) return unrecognized();
  if (auto error = check_token(envelope, *credentials, now)) return *error;

  const std::string body_hash = hex_of(sha256(request.body));
  if (const std::string* claimed = request.header("x-amz-content-sha256"); claimed && *claimed != body_hash) {
    return invalid("The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  const auto canonical = canonical_request(request, envelope.signed_names, body_hash);
  if (!canonical) return mismatch();
  const auto cached = keys_->find(envelope.credential, credentials->secret_key);
  const Digest key =
      cached ? *cached
             : derive_signing_key(credentials->secret_key, envelope.date, envelope.region, envelope.service);
  const std::string expected =
      signature_of(key, string_to_sign(envelope.timestamp, envelope.scope, *canonical));
  if (!equal_in_constant_time(expected, envelope.signature)) return mismatch();
  if (!cached) keys_->insert(envelope.credential, credentials->secret_key, key);
  return Identity{std::string{envelope.access_key}, std::string{envelope.region},
                  std::string{envelope.service}};
}

}  // namespace troupe::api::http
