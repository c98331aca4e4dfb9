/// The signing side of Signature Version 4.

#include "api/http/canonical_request.hpp"
#include "api/http/signature_parts.hpp"
#include "api/http/sigv4.hpp"

#include <algorithm>

namespace troupe::api::http {
namespace {

std::string lower_case(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

/// Names, in lower case and sorted, of the headers that are to be signed.
std::vector<std::string> names_to_sign(const Request& request) {
  std::vector<std::string> names;
  for (const Header& header : request.headers) {
    std::string name = lower_case(header.name);
    if (name == "host" || name == "content-type" || name.starts_with("x-amz-"))
      names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string scope_of(const SigningIdentity& signer, std::string_view date) {
  std::string scope{date};
  scope += '/';
  scope += signer.region;
  scope += '/';
  scope += signer.service;
  scope += '/';
  scope += scope_terminator;
  return scope;
}

std::string signature(const Request& request, const std::vector<std::string_view>& names,
                      const SigningIdentity& signer, std::string_view timestamp) {
  const std::string_view date = timestamp.substr(0, 8);
  const auto canonical = canonical_request(request, names, hex_of(sha256(request.body)));
  const Digest key = derive_signing_key(signer.secret_key, date, signer.region, signer.service);
  return signature_of(key, string_to_sign(timestamp, scope_of(signer, date), canonical.value_or("")));
}

void set_header(Request& request, std::string_view name, std::string value) {
  std::erase_if(request.headers, [&](const Header& h) { return same_name(h.name, name); });
  request.headers.push_back({std::string{name}, std::move(value)});
}

}  // namespace

void sign(Request& request, const SigningIdentity& signer, Time now) {
  const std::string timestamp = iso_basic(now);
  std::erase_if(request.headers, [](const Header& h) { return same_name(h.name, "Authorization"); });
  set_header(request, "X-Amz-Date", timestamp);
  if (!signer.session_token.empty()) set_header(request, "X-Amz-Security-Token", signer.session_token);
  const std::vector<std::string> names = names_to_sign(request);
  std::string value{signing_algorithm};
  value +=
      " Credential=" + signer.access_key + "/" + scope_of(signer, std::string_view{timestamp}.substr(0, 8));
  value += ", SignedHeaders=";
  for (const std::string& name : names) {
    if (&name != &names.front()) value += ';';
    value += name;
  }
  value += ", Signature=" + signature(request, {names.begin(), names.end()}, signer, timestamp);
  request.headers.push_back({"Authorization", std::move(value)});
}

void presign(Request& request, const SigningIdentity& signer, Time now, std::chrono::seconds lifetime) {
  const std::string timestamp = iso_basic(now);
  std::string& target = request.target;
  const auto add = [&](std::string_view name, std::string_view value) {
    target += target.find('?') == std::string::npos ? '?' : '&';
    target += name;
    target += '=';
    append_percent_encoded(target, value);
  };
  add("X-Amz-Algorithm", signing_algorithm);
  add("X-Amz-Credential",
      signer.access_key + "/" + scope_of(signer, std::string_view{timestamp}.substr(0, 8)));
  add("X-Amz-Date", timestamp);
  add("X-Amz-Expires", std::to_string(lifetime.count()));
  if (!signer.session_token.empty()) add("X-Amz-Security-Token", signer.session_token);
  add("X-Amz-SignedHeaders", "host");
  add("X-Amz-Signature", signature(request, {"host"}, signer, timestamp));
}

}  // namespace troupe::api::http
