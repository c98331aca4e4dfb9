#pragma once

/// SHA-256 and HMAC-SHA-256 at the speed the edge needs: the algorithm is
/// fetched from OpenSSL once and each thread reuses one context, which halves the
/// cost of a signature against the one-shot functions.

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::api::http {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view data);
Digest hmac_sha256(std::string_view key, std::string_view data);

/// The bytes of a digest, for use as the key or data of the next one.
inline std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Lower-case hex.
void append_hex(std::string& out, const Digest& digest);
std::string hex_of(const Digest& digest);

/// Equality in a time that depends on the lengths alone.
bool equal_in_constant_time(std::string_view left, std::string_view right);

/// Base64 with padding, and the URL alphabet without padding (RFC 4648).
std::string base64(std::string_view bytes);
std::string base64url(std::string_view bytes);
/// Nothing when `text` is no canonical unpadded base64url.
std::optional<std::string> base64url_decoded(std::string_view text);

}  // namespace troupe::api::http
