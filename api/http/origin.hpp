#pragma once

/// Where a web page comes from that makes a browser call us.

#include <string_view>

namespace troupe::api::http {

/// Whether `origin`, the value of an Origin header, names a page that this machine
/// serves: http or https on localhost, 127.0.0.1 or ::1, any port.
bool is_loopback_origin(std::string_view origin);

}  // namespace troupe::api::http
