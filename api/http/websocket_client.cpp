/// The blocking WebSocket client: Beast's asynchronous stream, run for as long as
/// the caller allows.

#include "api/http/client.hpp"

#include "api/http/lane.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <utility>

namespace troupe::api::http {

namespace {
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using Kind = NetworkFailure::Kind;

constexpr std::size_t message_bytes_max = 64 << 20;  // Of a server we trust; a limit nevertheless.
}  // namespace

struct WebSocketClient::State {
  explicit State(boost::asio::ip::tcp protocol, int fd) : stream(Socket(context, protocol, fd)) {}

  boost::asio::io_context context{1};
  websocket::stream<Socket, false> stream;
  boost::beast::flat_buffer buffer;
  websocket::response_type response;
  enum class Operation : std::uint8_t { none, running, done } reading = Operation::none;
  error_code read_error;
  std::uint16_t close_code = 0;
  bool interrupted = false;  ///< Touched by the reading thread only.

  /// Runs until `done` or the time is over.
  bool run_until(const bool& done, std::chrono::milliseconds timeout) {
    const auto deadline = Clock::now() + timeout;
    while (!done) {
      if (context.stopped()) context.restart();
      if (context.run_one_until(deadline) == 0 && Clock::now() >= deadline) return done;
    }
    return true;
  }

  NetworkFailure broken(const error_code& error) {
    if (error == websocket::error::closed) {
      close_code = stream.reason().code;
      return {Kind::closed, "closed by the server: " + std::to_string(close_code) + " " +
                                std::string{stream.reason().reason.data(), stream.reason().reason.size()}};
    }
    close_code = close_code::abnormal;
    return {Kind::closed, "the connection broke: " + error.message()};
  }
};

WebSocketClient::WebSocketClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
WebSocketClient::~WebSocketClient() {
  error_code ignored;
  state_->stream.next_layer().close(ignored);
  // What is still pending refers to this object: let it end first.
  state_->context.restart();
  state_->context.run_for(std::chrono::seconds{1});
}

NetworkResult<std::unique_ptr<WebSocketClient>> WebSocketClient::connect(const Endpoint& endpoint,
                                                                         const std::string& target,
                                                                         const std::vector<Header>& headers,
                                                                         std::chrono::milliseconds timeout) {
  const auto fd = dial(endpoint, timeout);
  if (!fd) return fd.error();
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getsockname(*fd, reinterpret_cast<sockaddr*>(&address), &length);
  const auto protocol =
      address.ss_family == AF_INET6 ? boost::asio::ip::tcp::v6() : boost::asio::ip::tcp::v4();
  auto client = std::unique_ptr<WebSocketClient>(new WebSocketClient(std::make_unique<State>(protocol, *fd)));
  State& state = *client->state_;
  state.stream.read_message_max(message_bytes_max);
  std::string authority = endpoint.authority();
  state.stream.set_option(websocket::stream_base::decorator([headers](websocket::request_type& request) {
    for (const Header& header : headers) request.set(header.name, header.value);
  }));
  bool done = false;
  error_code error;
  state.stream.async_handshake(state.response, authority, target, [&](const error_code& result) {
    error = result;
    done = true;
  });
  if (!state.run_until(done, timeout)) {
    // The handler refers to this frame: end the operation before leaving it.
    error_code ignored;
    state.stream.next_layer().close(ignored);
    state.run_until(done, std::chrono::seconds{1});
    return NetworkFailure{Kind::timed_out, "the server did not answer the handshake in time"};
  }
  if (error == websocket::error::upgrade_declined) {
    return NetworkFailure{
        Kind::refused, "HTTP " + std::to_string(state.response.result_int()) + ": " + state.response.body()};
  }
  if (error) return NetworkFailure{Kind::failed, "the handshake failed: " + error.message()};
  state.stream.text(true);
  return client;
}

NetworkResult<std::string> WebSocketClient::read(std::chrono::milliseconds timeout) {
  State& state = *state_;
  using Operation = State::Operation;
  if (state.close_code != 0) return NetworkFailure{Kind::closed, "the connection is closed"};
  if (state.reading == Operation::none) {
    state.reading = Operation::running;
    state.stream.async_read(state.buffer, [&state](const error_code& error, std::size_t) {
      state.read_error = error;
      state.reading = Operation::done;
    });
  }
  const auto deadline = Clock::now() + timeout;
  while (state.reading != Operation::done) {
    if (state.context.stopped()) state.context.restart();
    const bool late = state.context.run_one_until(deadline) == 0 && Clock::now() >= deadline;
    if (late || std::exchange(state.interrupted, false)) {
      return NetworkFailure{Kind::timed_out, "no message came in time"};
    }
  }
  state.reading = Operation::none;
  if (state.read_error) return state.broken(state.read_error);
  std::string message(static_cast<const char*>(state.buffer.data().data()), state.buffer.size());
  state.buffer.clear();
  return message;
}

void WebSocketClient::interrupt() {
  boost::asio::post(state_->context, [state = state_.get()] { state->interrupted = true; });
}

NetworkResult<void> WebSocketClient::send(std::string_view text, std::chrono::milliseconds timeout) {
  State& state = *state_;
  // Shared, because after a time-out the operation still refers to both.
  struct Sending {
    std::string text;
    error_code error;
    bool done = false;
  };
  const auto sending = std::make_shared<Sending>();
  sending->text = text;
  state.stream.async_write(boost::asio::buffer(sending->text),
                           [sending](const error_code& error, std::size_t) {
                             sending->error = error;
                             sending->done = true;
                           });
  if (!state.run_until(sending->done, timeout)) {
    error_code ignored;
    state.stream.next_layer().close(ignored);
    return NetworkFailure{Kind::timed_out, "the server takes no more"};
  }
  if (sending->error) return state.broken(sending->error);
  return {};
}

void WebSocketClient::close(std::chrono::milliseconds timeout) {
  State& state = *state_;
  if (state.close_code != 0) return;
  const auto done = std::make_shared<bool>(false);
  state.stream.async_close(websocket::close_code::normal, [done](const error_code&) { *done = true; });
  state.run_until(*done, timeout);
  state.close_code = close_code::normal;
}

std::uint16_t WebSocketClient::close_code() const {
  return state_->close_code;
}

}  // namespace troupe::api::http
