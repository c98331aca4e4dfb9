#pragma once

/// What signer and verifier share inside: the scope, the derived key and the
/// signature over a canonical request. Private to this folder.

#include "api/http/digest.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::api::http {

inline constexpr std::string_view signing_algorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view scope_terminator = "aws4_request";

/// The four HMACs that bind a secret to a day, region and service.
Digest derive_signing_key(std::string_view secret_key, std::string_view date, std::string_view region,
                          std::string_view service);

/// "AWS4-HMAC-SHA256\n<timestamp>\n<scope>\n<hash>".
std::string string_to_sign(std::string_view timestamp, std::string_view scope,
                           std::string_view canonical_request);

/// Lower-case hex of the signature.
std::string signature_of(const Digest& signing_key, std::string_view text);

/// Splits at every `separator`; an empty text is one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace troupe::api::http
