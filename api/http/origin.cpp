/// Origins as RFC 6454 writes them: scheme "://" host [ ":" port ].

#include "api/http/origin.hpp"

namespace troupe::api::http {

bool is_loopback_origin(std::string_view origin) {
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;
  auto host = origin.substr(scheme + 3);
  const auto end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  host = host.substr(0, end);
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

}  // namespace troupe::api::http
