/// Bearer tokens: an expiry and an identity under an HMAC.

#include "api/http/token.hpp"

#include "api/http/digest.hpp"

#include <sys/random.h>

#include <charconv>
#include <cstdlib>

namespace troupe::api::http {
namespace {

std::string mac_of(std::string_view key, std::string_view purpose, std::string_view body) {
  std::string text{purpose};
  text += body;
  return base64url(bytes_of(hmac_sha256(key, text)));
}

ApiError invalid_token() {
  return {"UnrecognizedClientException", "The security token included in the request is invalid."};
}

}  // namespace

std::string TokenIssuer::issue(std::string_view identity, std::chrono::sys_seconds now,
                               std::chrono::seconds lifetime) const {
  std::string claim = std::to_string((now + lifetime).time_since_epoch().count());
  claim += '.';
  claim += identity;
  std::string body = base64url(claim);
  const std::string mac = mac_of(key_, purpose_, body);
  return body + "." + mac;
}

Result<std::string> TokenIssuer::check(std::string_view token, std::chrono::sys_seconds now) const {
  const std::size_t dot = token.find('.');
  if (dot == std::string_view::npos) return invalid_token();
  const std::string_view body = token.substr(0, dot);
  if (!equal_in_constant_time(mac_of(key_, purpose_, body), token.substr(dot + 1))) return invalid_token();
  const auto claim = base64url_decoded(body);
  if (!claim) return invalid_token();
  std::int64_t expiry = 0;
  const char* const end = claim->data() + claim->size();
  const auto [after, error] = std::from_chars(claim->data(), end, expiry);
  if (error != std::errc{} || after == end || *after != '.') return invalid_token();
  if (now.time_since_epoch().count() >= expiry) {
    return ApiError{"ExpiredTokenException", "The security token included in the request is expired"};
  }
  return std::string(after + 1, end);
}

std::string TokenIssuer::random_key() {
  std::string key(32, '\0');
  if (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) std::abort();
  return key;
}

}  // namespace troupe::api::http
