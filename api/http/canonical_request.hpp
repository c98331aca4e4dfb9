#pragma once

/// The canonical request of AWS Signature Version 4: the one spelling of a
/// request that signer and verifier agree to hash.
///
/// Source: "Create a signed AWS API request", AWS IAM User Guide, and the
/// published test vectors. Paths are encoded once more than on the wire, as for
/// every service but S3; in a query "+" is a space, as Amazon's Go SDK sends it.

#include "api/http/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::api::http {

/// Appends the normalised path: no ".", "..", or empty segments; all but
/// unreserved characters encoded.
void append_canonical_path(std::string& out, std::string_view path);

/// Appends the parameters decoded, encoded again and sorted, without the one
/// that carries the signature itself.
void append_canonical_query(std::string& out, std::string_view query);

/// Appends "name:value\n" for each name of `signed_names`, values trimmed, inner
/// runs of blanks made one, repeated headers joined with commas.
/// @return False when a named header is missing or the names are not strictly ascending.
bool append_canonical_headers(std::string& out, const std::vector<Header>& headers,
                              const std::vector<std::string_view>& signed_names);

/// The text to hash. `signed_names` must be in lower case and ascending, or the
/// result is nothing. `payload_hash` is lower-case hex.
std::optional<std::string> canonical_request(const Request& request,
                                             const std::vector<std::string_view>& signed_names,
                                             std::string_view payload_hash);

/// Percent-encodes all but RFC 3986's unreserved characters.
void append_percent_encoded(std::string& out, std::string_view text);

}  // namespace troupe::api::http
