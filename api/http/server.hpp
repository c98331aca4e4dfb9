#pragma once

/// The HTTP edge: connections, limits and time-outs, and nothing about ECS.
///
/// Each io thread has its own event loop and its own connections, which no other
/// thread touches; handlers run on that thread, and answers may come from any.
/// A connection serves one request at a time, in order, so pipelined requests
/// wait in the kernel.

#include "api/http/message.hpp"
#include "api/http/websocket.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace troupe::api::http {

struct ServerOptions {
  unsigned io_threads = 1;                    ///< One serves 60,000 small requests/s and 1,000 subscribers.
  std::size_t connections_max = 4096;         ///< Beyond: 400 ThrottlingException, and the end.
  std::size_t body_bytes_max = 1 << 20;       ///< Beyond: 413.
  std::uint32_t header_bytes_max = 64 << 10;  ///< Beyond: 431.

  std::chrono::milliseconds idle_timeout{60'000};    ///< Between requests.
  std::chrono::milliseconds header_timeout{30'000};  ///< From the first byte to the end of the head.
  std::chrono::milliseconds body_timeout{30'000};    ///< From then to the end of the body.
  std::chrono::milliseconds answer_timeout{60'000};  ///< For the handler; beyond: 500.
  std::chrono::milliseconds write_timeout{30'000};   ///< For the client to take the answer.
  std::chrono::milliseconds stop_timeout{5'000};     ///< What `stop` waits before it cuts connections.

  std::size_t websocket_message_bytes_max = 1 << 20;         ///< Incoming; beyond: closed with 1009.
  std::size_t websocket_queue_frames_max = 1024;             ///< Outgoing.
  std::size_t websocket_queue_bytes_max = 16 << 20;          ///< Outgoing; one larger message may wait alone.
  std::chrono::milliseconds websocket_idle_timeout{60'000};  ///< Silence: ping at half of it, then the end.
  std::chrono::milliseconds websocket_close_timeout{10'000};  ///< For handshakes, opening and closing.
};

/// Answers one request, once; the first answer counts. Copyable, so that it can
/// travel in messages, and usable from any thread. When the last copy goes
/// unanswered the client gets 500 ServerException.
class Responder {
 public:
  Responder() = default;
  explicit Responder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  void reply(Response response) const;

 private:
  std::shared_ptr<Exchange> exchange_;
};

using RequestHandler = std::function<void(std::shared_ptr<const Request>, Responder)>;
using UpgradeHandler = std::function<void(std::shared_ptr<const Request>, WebSocketAcceptor)>;

class Server {
 public:
  /// Handlers run on the io threads, concurrently when there are several.
  Server(ServerOptions options, RequestHandler on_request, UpgradeHandler on_upgrade);
  /// Stops, if `stop` was not called.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Listens and serves from now on; may be called for several addresses.
  /// @param host  An address or a name ("localhost"). @p port 0 picks a free one.
  /// @return      The port; `address_in_use` and its kin are values.
  NetworkResult<std::uint16_t> listen(const std::string& host, std::uint16_t port);

  /// Stops listening, ends idle connections, lets begun requests be answered and
  /// says 1001 to WebSockets; cuts what is left after `stop_timeout`. Answers
  /// given later go nowhere. Not to be called from a handler.
  void stop();

  [[nodiscard]] std::size_t connections() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace troupe::api::http
