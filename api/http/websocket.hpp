#pragma once

/// WebSockets of the server: accepting or refusing an upgrade, one connection,
/// and groups of connections that hear the same frames.
///
/// All of it may be called from any thread. What one thread asks of one server
/// thread's connections (send, add, publish, close) happens in that order, so
/// "send the snapshot, then add to the group" never loses or doubles a frame.

#include "api/http/message.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::api::http {

class Exchange;
class FrameGroup;
class Mailbox;
class WebSocketSession;
struct Upgrade;

/// One text message; shared by all who are sent it. Must be UTF-8.
using Frame = std::shared_ptr<const std::string>;

/// Close codes that we use. Source: RFC 6455 section 7.4 and IANA's registry.
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t abnormal = 1006;  ///< Never sent: the connection broke.
inline constexpr std::uint16_t policy_violation = 1008;
inline constexpr std::uint16_t too_big = 1009;
inline constexpr std::uint16_t internal_error = 1011;
inline constexpr std::uint16_t try_again_later = 1013;
}  // namespace close_code

/// What happens on one connection. Called on the server's thread: be quick, and
/// hand on what takes time. All are destroyed when the connection has ended.
struct WebSocketHandlers {
  std::function<void(std::string_view message)> on_message;
  /// Exactly once, last: the code and reason of whoever closed, 1006 for a
  /// connection that broke, 1013 "slow reader" for one whose queue overflowed.
  std::function<void(std::uint16_t code, std::string_view reason)> on_close;
  /// Everything sent so far has gone to the kernel: the moment to send the next
  /// page of something large.
  std::function<void()> on_drained;
  std::string subprotocol;  ///< Echoed as Sec-WebSocket-Protocol when not empty.
};

/// A connection. It lives until either side closes it, also when nobody holds
/// this handle; a handle of an ended connection does nothing.
class WebSocket : public std::enable_shared_from_this<WebSocket> {
 public:
  explicit WebSocket(std::shared_ptr<Mailbox> mailbox) : mailbox_(std::move(mailbox)) {}

  /// Queues one text message. The queue is bounded (`ServerOptions`): on overflow
  /// what is queued is dropped and the connection closed with 1013 "slow reader".
  void send(Frame message);
  /// Ends the connection after what is queued. @p reason at most 123 bytes.
  void close(std::uint16_t code, std::string reason);

 private:
  friend class Fanout;
  friend void start_websocket(Upgrade upgrade);
  std::shared_ptr<Mailbox> mailbox_;
  std::weak_ptr<WebSocketSession> session_;  ///< Touched by the connection's thread only.
};

/// Decides one upgrade request, once; the first decision counts. When the last
/// copy goes undecided the client gets HTTP 500.
class WebSocketAcceptor {
 public:
  WebSocketAcceptor() = default;
  explicit WebSocketAcceptor(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}

  /// The connection, which may be sent to at once. `on_close` is called even if
  /// the handshake fails. Null when the decision was made before.
  [[nodiscard]] std::shared_ptr<WebSocket> accept(WebSocketHandlers handlers) const;
  void refuse(Response response) const;

 private:
  std::shared_ptr<Exchange> exchange_;
};

/// Connections that hear the same frames: publishing costs one hand-over per
/// server thread, not one per connection, and frames that wait together leave in
/// one system call per connection. Use one group per distinct filter.
class Fanout {
 public:
  Fanout();
  ~Fanout();
  Fanout(const Fanout&) = delete;
  Fanout& operator=(const Fanout&) = delete;

  void add(const std::shared_ptr<WebSocket>& socket);
  void remove(const std::shared_ptr<WebSocket>& socket);
  void publish(const Frame& frame);

 private:
  struct Part {
    std::shared_ptr<Mailbox> mailbox;
    std::shared_ptr<FrameGroup> group;
  };
  std::shared_ptr<FrameGroup> group_of(const std::shared_ptr<Mailbox>& mailbox);
  std::mutex mutex_;
  std::vector<Part> parts_;  ///< One per server thread that has a member.
};

}  // namespace troupe::api::http
