/// Reading of signatures' outer form, with AWS's words for what is wrong.

#include "api/http/signed_envelope.hpp"

#include "api/http/digest.hpp"
#include "api/http/signature_parts.hpp"

#include <array>
#include <charconv>

namespace troupe::api::http {
namespace {

/// No client signs more headers than this; it bounds the work a request can ask for.
constexpr std::size_t signed_names_max = 100;

ApiError incomplete(std::string message) {
  return {"IncompleteSignatureException", std::move(message)};
}

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  out += text.substr(0, 256);
  out += '\'';
  return out;
}

/// RFC 9110's "Sun, 06 Nov 1994 08:49:37 GMT", which some signers leave in Date.
std::optional<Time> from_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
  for (std::size_t month = 0; month < months.size(); ++month) {
    if (text.substr(8, 3) != months[month]) continue;
    const std::string two_digits = std::to_string(month + 101).substr(1);
    std::string basic;
    basic.append(text.substr(12, 4)).append(two_digits).append(text.substr(5, 2));
    basic.append("T")
        .append(text.substr(17, 2))
        .append(text.substr(20, 2))
        .append(text.substr(23, 2))
        .append("Z");
    return from_iso_basic(basic);
  }
  return std::nullopt;
}

std::optional<ApiError> read_time(std::string_view text, SignedEnvelope& envelope) {
  auto time = from_iso_basic(text);
  if (!time) time = from_http_date(text);
  if (!time) {
    return incomplete("Date must be in ISO-8601 'basic format'. Got " + in_quotes(text) +
                      ". See http://en.wikipedia.org/wiki/ISO_8601");
  }
  envelope.signed_at = *time;
  envelope.timestamp = iso_basic(*time);
  return std::nullopt;
}

std::optional<ApiError> read_credential(SignedEnvelope& envelope) {
  const std::vector<std::string_view> parts = split(envelope.credential, '/');
  if (parts.size() != 5) {
    return incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got " +
        in_quotes(envelope.credential));
  }
  envelope.access_key = parts[0];
  envelope.scope = std::string_view{envelope.credential}.substr(parts[0].size() + 1);
  envelope.date = parts[1];
  envelope.region = parts[2];
  envelope.service = parts[3];
  envelope.terminator = parts[4];
  return std::nullopt;
}

std::optional<ApiError> read_signed_names(SignedEnvelope& envelope) {
  envelope.signed_names = split(envelope.signed_headers, ';');
  if (envelope.signed_names.size() > signed_names_max) {
    return incomplete("Authorization header has more than " + std::to_string(signed_names_max) +
                      " signed headers.");
  }
  return std::nullopt;
}

/// "Credential=…, SignedHeaders=…, Signature=…", in any order.
std::optional<ApiError> read_parameters(std::string_view text, SignedEnvelope& envelope) {
  while (!text.empty()) {
    std::string_view pair = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    while (!pair.empty() && pair.back() == ' ') pair.remove_suffix(1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      return incomplete(in_quotes(pair) +
                        " not a valid key=value pair (missing equal-sign) in Authorization header.");
    }
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value = pair.substr(equals + 1);
    if (name == "Credential") envelope.credential = value;
    if (name == "SignedHeaders") envelope.signed_headers = value;
    if (name == "Signature") envelope.signature = value;
  }
  return std::nullopt;
}

std::optional<ApiError> open_header(const Request& request, std::string_view authorization,
                                    SignedEnvelope& envelope) {
  const std::string_view scheme = authorization.substr(0, authorization.find(' '));
  if (scheme != signing_algorithm) {
    return incomplete("Unsupported AWS 'algorithm': " + in_quotes(scheme) + ".");
  }
  std::string_view parameters = authorization.substr(scheme.size());
  if (auto error = read_parameters(parameters, envelope)) return error;
  const std::string* date = request.header("x-amz-date");
  if (date == nullptr) date = request.header("date");
  std::string missing;
  if (envelope.credential.empty()) missing += "Authorization header requires 'Credential' parameter. ";
  if (envelope.signature.empty()) missing += "Authorization header requires 'Signature' parameter. ";
  if (envelope.signed_headers.empty()) missing += "Authorization header requires 'SignedHeaders' parameter. ";
  if (date == nullptr) {
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!missing.empty()) {
    return incomplete(missing + "(Hashed with SHA-256 and encoded with Base64) Authorization=" +
                      base64(bytes_of(sha256(authorization))));
  }
  if (const std::string* token = request.header("x-amz-security-token")) envelope.session_token = *token;
  return read_time(*date, envelope);
}

std::optional<ApiError> open_query(const Request& request, SignedEnvelope& envelope) {
  if (request.query_parameter("X-Amz-Algorithm") != signing_algorithm) {
    return incomplete(
        "Unsupported AWS 'algorithm': " + in_quotes(request.query_parameter("X-Amz-Algorithm")) + ".");
  }
  envelope.presigned = true;
  envelope.credential = request.query_parameter("X-Amz-Credential");
  envelope.signed_headers = request.query_parameter("X-Amz-SignedHeaders");
  envelope.signature = request.query_parameter("X-Amz-Signature");
  envelope.session_token = request.query_parameter("X-Amz-Security-Token");
  const std::string date = request.query_parameter("X-Amz-Date");
  const std::string expires = request.query_parameter("X-Amz-Expires");
  std::string missing;
  const auto require = [&](std::string_view name, const std::string& value) {
    if (value.empty()) missing += "AWS query-string parameters must include '" + std::string{name} + "'. ";
  };
  require("X-Amz-Credential", envelope.credential);
  require("X-Amz-Signature", envelope.signature);
  require("X-Amz-SignedHeaders", envelope.signed_headers);
  require("X-Amz-Date", date);
  require("X-Amz-Expires", expires);
  if (!missing.empty()) return incomplete(missing + "Re-examine the query-string parameters.");
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  if (error != std::errc{} || end != expires.data() + expires.size() || seconds == 0) {
    return incomplete("X-Amz-Expires must be a number of seconds, got " + in_quotes(expires) + ".");
  }
  envelope.lifetime = std::chrono::seconds{seconds};
  return read_time(date, envelope);
}

}  // namespace

std::optional<ApiError> open_envelope(const Request& request, SignedEnvelope& envelope) {
  std::optional<ApiError> error;
  if (const std::string* authorization = request.header("authorization")) {
    error = open_header(request, *authorization, envelope);
  } else if (request.query().find("X-Amz-Algorithm=") != std::string_view::npos) {
    error = open_query(request, envelope);
  } else {
    error = ApiError{"MissingAuthenticationTokenException", "Missing Authentication Token"};
  }
  if (!error) error = read_credential(envelope);
  if (!error) error = read_signed_names(envelope);
  return error;
}

}  // namespace troupe::api::http
