#pragma once

/// One HTTP/1.1 connection of the server. Private to this folder.

#include "api/http/exchange.hpp"

#include <memory>
#include <string>

namespace troupe::api::http {

struct ServerHandlers {
  RequestHandler on_request;
  UpgradeHandler on_upgrade;
};

enum class Admission : std::uint8_t { served, refused };

/// Serves a new connection on `lane`, whose thread must be the caller's.
/// Refused connections are told so and ended.
void start_http_session(Lane& lane, const ServerHandlers& handlers, Socket socket,
                        std::shared_ptr<const Place> place, std::string peer, Admission admission);

}  // namespace troupe::api::http
