#pragma once

/// Listening sockets without Asio, because Asio's own neither close on exec nor
/// say why they cannot be had. Private to this folder.

#include "api/http/message.hpp"

#include <cstdint>
#include <string>

namespace troupe::api::http {

struct Listener {
  int fd = -1;  ///< Non-blocking, close-on-exec; belongs to the caller.
  int family = 0;
  std::uint16_t port = 0;
};

NetworkResult<Listener> open_listener(const std::string& host, std::uint16_t port);

struct Accepted {
  int fd = -1;       ///< Non-blocking, close-on-exec; -1 when none waits.
  int error = 0;     ///< errno when fd is -1.
  std::string peer;  ///< The client's address without its port.
};

Accepted accept_from(int listener_fd);

}  // namespace troupe::api::http
