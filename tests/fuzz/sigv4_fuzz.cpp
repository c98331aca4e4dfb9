/// Feeds signed envelopes and canonicalisation with anything.
///
/// The input is read as a request: the target on the first line, header lines, an
/// empty line, the body. Beyond not crashing it must hold that a stranger is never
/// accepted, and that whatever we sign we also verify, but not once it is changed.

#include "api/http/canonical_request.hpp"
#include "api/http/digest.hpp"
#include "api/http/sigv4.hpp"
#include "api/http/token.hpp"

#include "tests/fuzz/targets.hpp"

namespace troupe::api::http {
namespace {

using fuzz::require;

Request request_of(std::string_view text) {
  Request request;
  const auto line = [&text] {
    const std::string_view first = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), first.size() + 1));
    return first;
  };
  request.target = line();
  while (!text.empty()) {
    const std::string_view each = line();
    if (each.empty()) break;
    const std::size_t colon = each.find(':');
    if (colon == std::string_view::npos) continue;
    request.headers.push_back({std::string{each.substr(0, colon)}, std::string{each.substr(colon + 1)}});
  }
  request.body = text;
  return request;
}

/// What Beast lets pass as a header's name, which is all that the server can be given.
bool token(std::string_view name) {
  constexpr std::string_view separators = "()<>@,;:\\\"/[]?={} \t";
  for (const char c : name) {
    if (c <= ' ' || c > '~' || separators.find(c) != std::string_view::npos) return false;
  }
  return !name.empty();
}

bool known(const Request& request, std::string_view name) {
  return request.header(name) != nullptr;
}

void check_round_trip(Request request, const SignatureVerifier& verifier, Time now) {
  // Conditions of the signer: one Host, and no presigned query beside it.
  if (known(request, "host") || known(request, "authorization") || known(request, "x-amz-date") ||
      known(request, "x-amz-security-token") || known(request, "x-amz-content-sha256")) {
    return;
  }
  request.headers.push_back({"Host", "127.0.0.1"});
  if (request.headers.size() > 90) return;
  for (const Header& header : request.headers) {
    if (!token(header.name)) return;
  }
  const SigningIdentity signer{"AKIDFUZZ", "unguessable", "", "us-east-1", "ecs"};
  Request presigned = request;
  sign(request, signer, now);
  require(verifier.verify(request, now).has_value());
  request.body += 'x';
  require(verifier.verify(request, now).has_error());
  if (presigned.query().find("X-Amz-") != std::string_view::npos ||
      presigned.query().find('%') != std::string_view::npos || known(presigned, "x-amz-target")) {
    return;
  }
  presign(presigned, signer, now, std::chrono::seconds{60});
  require(verifier.verify(presigned, now).has_value());
  presigned.target += "&extra=1";
  require(verifier.verify(presigned, now).has_error());
}

void check_request(std::string_view text) {
  const Time now = *from_iso_basic("20260115T120000Z");
  static const auto credentials =
      std::make_shared<const Credentials>(Credentials{"unguessable", "", std::nullopt});
  static const SignatureVerifier verifier(
      [](std::string_view key) { return key.starts_with("AKID") ? credentials : nullptr; }, SigningPolicy{});
  const Request request = request_of(text);
  require(verifier.verify(request, now).has_error());
  const Response response = error_response(verifier.verify(request, now).error());
  require(response.status == 400 && response.body.find('\n') == std::string::npos);

  std::string once;
  append_canonical_query(once, request.query());
  std::string twice;
  append_canonical_query(twice, once);
  require(once == twice);
  static const TokenIssuer issuer("key");
  require(issuer.check(text, now).has_error());
  require(issuer.check(issuer.issue(text, now, std::chrono::seconds{1}), now).value() == text);
  if (const auto bytes = base64url_decoded(text)) require(base64url(*bytes) == text);
  check_round_trip(request, verifier, now);
}

}  // namespace
}  // namespace troupe::api::http

void troupe::fuzz::sigv4(std::string_view input) {
  troupe::api::http::check_request(input);
}
