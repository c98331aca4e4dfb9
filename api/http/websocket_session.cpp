/// One WebSocket of the server: Beast's stream over the queued socket.

#include "api/http/websocket_session.hpp"

#include "api/http/queued_socket.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace troupe::api::http {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

/// Compression is off: each client would need a context of 41 KB and twice the time per message.
using Stream = websocket::stream<QueuedSocket, false>;

constexpr std::size_t reason_bytes_max = 123;  // RFC 6455: a control frame carries 125 bytes, 2 are the code.

enum class Phase : std::uint8_t { opening, open, closing, ended };

class BeastWebSocket final : public Connection, public WebSocketSession {
 public:
  explicit BeastWebSocket(Upgrade& upgrade)
      : lane_(upgrade.lane),
        stream_(std::move(upgrade.socket), std::move(upgrade.already_read), upgrade.lane.options()),
        place_(std::move(upgrade.place)),
        handlers_(std::move(upgrade.handlers)) {}

  void start(const Request& request);

  void send(std::span<const Frame> frames) override;
  void close(std::uint16_t code, std::string reason) override;
  [[nodiscard]] bool ended() const override { return phase_ == Phase::ended; }

  void check_deadline(Clock::time_point /*now*/) override {}  // Beast keeps its own time.
  void drain() override { close(close_code::going_away, "the server stops"); }
  void abort() override { finish(close_code::going_away, "the server has stopped"); }

 private:
  std::shared_ptr<BeastWebSocket> self() {
    return std::static_pointer_cast<BeastWebSocket>(shared_from_this());
  }
  void opened(const error_code& error);
  void read();
  void received(const error_code& error);
  void finish(std::uint16_t code, std::string_view reason);

  Lane& lane_;
  Stream stream_;
  std::shared_ptr<const Place> place_;
  WebSocketHandlers handlers_;
  beast::flat_buffer message_;
  std::vector<Frame> before_opening_;
  Phase phase_ = Phase::opening;
  bool peer_closes_ = false;      ///< Its close frame is here: nothing may follow our answer to it.
  std::uint16_t close_code_ = 0;  ///< Of our own closing; 0 when we did not.
  std::string close_reason_;
};

void BeastWebSocket::start(const Request& request) {
  lane_.add(self());
  const ServerOptions& options = lane_.options();
  stream_.next_layer().attach(weak_from_this(), [this] {
    if (phase_ == Phase::open && handlers_.on_drained) handlers_.on_drained();
  });
  stream_.set_option(
      websocket::stream_base::timeout{options.websocket_close_timeout, options.websocket_idle_timeout, true});
  if (!handlers_.subprotocol.empty()) {
    stream_.set_option(websocket::stream_base::decorator(
        [protocol = handlers_.subprotocol](websocket::response_type& response) {
          response.set(beast::http::field::sec_websocket_protocol, protocol);
        }));
  }
  stream_.read_message_max(options.websocket_message_bytes_max);
  stream_.control_callback([this](websocket::frame_type kind, beast::string_view) {
    peer_closes_ = peer_closes_ || kind == websocket::frame_type::close;
  });
  beast::http::request<beast::http::empty_body> upgrade{beast::http::verb::get, request.target, 11};
  for (const Header& header : request.headers) upgrade.insert(header.name, header.value);
  stream_.async_accept(upgrade, [me = self()](const error_code& error) { me->opened(error); });
}

void BeastWebSocket::opened(const error_code& error) {
  if (phase_ == Phase::ended) return;
  if (error) return finish(close_code::abnormal, error.message());
  phase_ = Phase::open;
  read();
  send(std::exchange(before_opening_, {}));
  if (close_code_ != 0 && phase_ == Phase::open) close(close_code_, close_reason_);
}

void BeastWebSocket::send(std::span<const Frame> frames) {
  if (phase_ == Phase::opening) {
    before_opening_.insert(before_opening_.end(), frames.begin(), frames.end());
    if (before_opening_.size() > lane_.options().websocket_queue_frames_max) {
      finish(close_code::try_again_later, "slow reader");
    }
    return;
  }
  if (phase_ != Phase::open || peer_closes_) return;
  QueuedSocket& queue = stream_.next_layer();
  for (const Frame& frame : frames) {
    if (queue.push(frame)) continue;
    queue.drop_unsent();
    return close(close_code::try_again_later, "slow reader");
  }
  queue.flush();
}

void BeastWebSocket::close(std::uint16_t code, std::string reason) {
  if (phase_ == Phase::closing || phase_ == Phase::ended) return;
  close_code_ = code;
  close_reason_ = reason.substr(0, reason_bytes_max);
  if (phase_ == Phase::opening) return;
  phase_ = Phase::closing;
  stream_.async_close(websocket::close_reason{static_cast<websocket::close_code>(code), close_reason_},
                      [me = self()](const error_code&) { me->finish(me->close_code_, me->close_reason_); });
}

void BeastWebSocket::read() {
  stream_.async_read(message_, [me = self()](const error_code& error, std::size_t) { me->received(error); });
}

void BeastWebSocket::received(const error_code& error) {
  if (phase_ == Phase::ended) return;
  // While we close, async_close reads on by itself and has the last word.
  if (phase_ == Phase::closing) return;
  if (error == websocket::error::closed) {
    const auto& reason = stream_.reason();
    return finish(reason.code == websocket::close_code::none ? 1005 : reason.code,
                  {reason.reason.data(), reason.reason.size()});
  }
  if (error == websocket::error::message_too_big) return finish(close_code::too_big, "message too big");
  if (error) return finish(close_code::abnormal, error.message());
  if (handlers_.on_message) {
    handlers_.on_message({static_cast<const char*>(message_.data().data()), message_.size()});
  }
  message_.clear();
  if (phase_ == Phase::open) read();
}

void BeastWebSocket::finish(std::uint16_t code, std::string_view reason) {
  if (phase_ == Phase::ended) return;
  phase_ = Phase::ended;
  const auto me = self();
  stream_.next_layer().close();
  const WebSocketHandlers handlers = std::exchange(handlers_, {});
  if (handlers.on_close) handlers.on_close(code, reason);
  lane_.remove(me);
}

}  // namespace

void start_websocket(Upgrade upgrade) {
  const auto session = std::make_shared<BeastWebSocket>(upgrade);
  upgrade.handle->session_ = session;
  session->start(*upgrade.request);
}

}  // namespace troupe::api::http
