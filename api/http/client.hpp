#pragma once

/// Blocking clients for our own command line, measurements and tests: one HTTP/1.1
/// connection that is kept alive, and one WebSocket. Plain TCP; every call has a
/// deadline. An object serves one thread at a time.

#include "api/http/message.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace troupe::api::http {

/// A server's address.
struct Endpoint {
  std::string host;  ///< A name or an address; IPv6 without its brackets.
  std::uint16_t port = 80;

  /// "127.0.0.1:4566", as it belongs into Host and thereby into signatures.
  [[nodiscard]] std::string authority() const;

  /// Reads "http://host:port", "ws://host:port" or "host:port"; a path is ignored.
  static NetworkResult<Endpoint> parse(std::string_view url);
};

/// A connected TCP socket, non-blocking and close-on-exec; belongs to the caller.
NetworkResult<int> dial(const Endpoint& endpoint, std::chrono::milliseconds timeout);

class HttpClient {
 public:
  explicit HttpClient(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}
  ~HttpClient() { disconnect(); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Sends `request` and waits for its answer, whatever its status is. Host and
  /// Content-Length are added when missing. Connects when necessary; a connection
  /// that the server has closed meanwhile is replaced before anything is sent, and
  /// a request that may have been received is never sent twice.
  NetworkResult<Response> exchange(const Request& request, std::chrono::milliseconds timeout);

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  void disconnect();
  [[nodiscard]] bool stale() const;
  NetworkResult<void> send(std::string_view bytes, Deadline deadline);
  NetworkResult<Response> receive(const Request& request, Deadline deadline);

  Endpoint endpoint_;
  int fd_ = -1;
};

class WebSocketClient {
 public:
  /// @param headers  Sent with the handshake: Authorization, Origin and so on.
  /// @return  `refused` with status and body when the server declines.
  static NetworkResult<std::unique_ptr<WebSocketClient>> connect(const Endpoint& endpoint,
                                                                 const std::string& target,
                                                                 const std::vector<Header>& headers,
                                                                 std::chrono::milliseconds timeout);
  ~WebSocketClient();
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  /// The next message. `timed_out` leaves the connection as it is; `closed` says
  /// why in its message, and `close_code` by which code. Pings are answered in here.
  NetworkResult<std::string> read(std::chrono::milliseconds timeout);
  /// The one call for other threads: the read that is under way, or else the next one, times out
  /// at once.
  void interrupt();
  NetworkResult<void> send(std::string_view text, std::chrono::milliseconds timeout);
  /// Says good-bye with 1000 and waits for the answer.
  void close(std::chrono::milliseconds timeout);
  /// The peer's close code; 0 while open, 1006 when the connection broke.
  [[nodiscard]] std::uint16_t close_code() const;

 private:
  struct State;
  explicit WebSocketClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace troupe::api::http
