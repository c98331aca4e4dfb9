/// Canonicalisation, written as straight appends to one string because every
/// request passes through it.

#include "api/http/canonical_request.hpp"

#include <algorithm>
#include <utility>

namespace troupe::api::http {
namespace {

constexpr bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

constexpr bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void append_collapsed(std::string& out, std::string_view value) {
  const std::size_t start = out.size();
  bool gap = false;
  for (const char c : value) {
    if (blank(c)) {
      gap = out.size() > start;
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += c;
  }
}

std::string encoded_again(std::string_view text) {
  std::string out;
  append_percent_encoded(out, percent_decoded(text));
  return out;
}

}  // namespace

void append_percent_encoded(std::string& out, std::string_view text) {
  static constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char c : text) {
    if (unreserved(c)) {
      out += c;
    } else {
      out += '%';
      out += hex[static_cast<unsigned char>(c) >> 4U];
      out += hex[static_cast<unsigned char>(c) & 15U];
    }
  }
}

void append_canonical_path(std::string& out, std::string_view path) {
  std::vector<std::string_view> segments;
  bool ends_in_slash = true;
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    ends_in_slash = segment.size() < path.size() || segment == "." || segment == "..";
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
  }
  for (const std::string_view segment : segments) {
    out += '/';
    append_percent_encoded(out, segment);
  }
  if (segments.empty() || ends_in_slash) out += '/';
}

void append_canonical_query(std::string& out, std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    std::string name = encoded_again(pair.substr(0, equals));
    if (name == "X-Amz-Signature") continue;
    parameters.emplace_back(std::move(name), equals == std::string_view::npos
                                                 ? std::string{}
                                                 : encoded_again(pair.substr(equals + 1)));
  }
  std::sort(parameters.begin(), parameters.end());
  bool first = true;
  for (const auto& [name, value] : parameters) {
    if (!first) out += '&';
    first = false;
    out += name;
    out += '=';
    out += value;
  }
}

bool append_canonical_headers(std::string& out, const std::vector<Header>& headers,
                              const std::vector<std::string_view>& signed_names) {
  std::string_view previous;
  for (const std::string_view name : signed_names) {
    if (name <= previous) return false;
    previous = name;
    out += name;
    out += ':';
    bool found = false;
    for (const Header& header : headers) {
      if (!same_name(header.name, name)) continue;
      if (found) out += ',';
      found = true;
      append_collapsed(out, header.value);
    }
    if (!found) return false;
    out += '\n';
  }
  return true;
}

std::optional<std::string> canonical_request(const Request& request,
                                             const std::vector<std::string_view>& signed_names,
                                             std::string_view payload_hash) {
  std::string out;
  out.reserve(512);
  out += request.method;
  out += '\n';
  append_canonical_path(out, request.path());
  out += '\n';
  append_canonical_query(out, request.query());
  out += '\n';
  if (!append_canonical_headers(out, request.headers, signed_names)) return std::nullopt;
  out += '\n';
  bool first = true;
  for (const std::string_view name : signed_names) {
    if (!first) out += ';';
    first = false;
    out += name;
  }
  out += '\n';
  out += payload_hash;
  return out;
}

}  // namespace troupe::api::http
