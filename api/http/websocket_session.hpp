#pragma once

/// What an HTTP connection hands over when it becomes a WebSocket. Private to
/// this folder; keeps Beast's WebSocket templates out of the HTTP file.

#include "api/http/lane.hpp"

#include <memory>
#include <span>
#include <string>

namespace troupe::api::http {

struct Upgrade {
  Lane& lane;
  Socket socket;
  std::shared_ptr<const Place> place;
  std::shared_ptr<const Request> request;
  std::string already_read;  ///< What the client sent behind its request.
  WebSocketHandlers handlers;
  std::shared_ptr<WebSocket> handle;
};

/// A connection after the hand-over. All calls on its lane's thread.
class WebSocketSession {
 public:
  virtual ~WebSocketSession() = default;
  virtual void send(std::span<const Frame> frames) = 0;
  virtual void close(std::uint16_t code, std::string reason) = 0;
  [[nodiscard]] virtual bool ended() const = 0;
};

/// Shakes hands and serves. On the lane's thread.
void start_websocket(Upgrade upgrade);

}  // namespace troupe::api::http
