/// One HTTP/1.1 connection: read, hand over, write, again.
///
/// Beast parses; reading is a plain loop of our own around its parser, because
/// the phases of a request (silence, head, body, answer) each have a deadline and
/// because Beast's composed operations double the compile time of this file.

#include "api/http/http_session.hpp"

#include "api/http/websocket_session.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>

namespace troupe::api::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Parser = beast::http::request_parser<beast::http::string_body>;

constexpr std::size_t head_chunk_bytes = 4096;
constexpr std::size_t body_chunk_bytes = 64 << 10;
/// After an error the rest of what the client sends is read and dropped for this
/// long, else the kernel's reset could overtake our answer.
constexpr std::chrono::seconds linger_time{2};

enum class Phase : std::uint8_t { idle, head, body, answering, writing, lingering, closed };

bool has_token(const Request& request, std::string_view name, std::string_view token) {
  const std::string* value = request.header(name);
  if (value == nullptr) return false;
  std::string_view rest = *value;
  while (!rest.empty()) {
    std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    while (!part.empty() && (part.front() == ' ' || part.front() == '\t')) part.remove_prefix(1);
    while (!part.empty() && (part.back() == ' ' || part.back() == '\t')) part.remove_suffix(1);
    if (same_name(part, token)) return true;
  }
  return false;
}

bool asks_for_websocket(const Request& request) {
  return request.method == "GET" && has_token(request, "Upgrade", "websocket") &&
         has_token(request, "Connection", "upgrade");
}

bool safe_in_head(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == text.npos;
}

ApiError parse_failure(const error_code& error, const ServerOptions& options) {
  if (error == beast::http::error::body_limit) {
    return {"RequestEntityTooLargeException",
            "Request body exceeds " + std::to_string(options.body_bytes_max) + " bytes", 413};
  }
  if (error == beast::http::error::header_limit) {
    return {"MalformedHttpRequestException",
            "Request header exceeds " + std::to_string(options.header_bytes_max) + " bytes", 431};
  }
  return {"MalformedHttpRequestException", "The request is not valid HTTP/1.1: " + error.message(), 400};
}

class HttpSession final : public Connection, public AnswerSink {
 public:
  HttpSession(Lane& lane, const ServerHandlers& handlers, Socket socket, std::shared_ptr<const Place> place,
              std::string peer)
      : lane_(lane),
        handlers_(handlers),
        socket_(std::move(socket)),
        place_(std::move(place)),
        peer_(std::move(peer)) {}

  void start(Admission admission);
  void check_deadline(Clock::time_point now) override;
  void drain() override;
  void abort() override { close(); }
  void answer(Response response) override;
  void accept(WebSocketHandlers handlers, std::shared_ptr<WebSocket> handle) override;

 private:
  std::shared_ptr<HttpSession> self() { return std::static_pointer_cast<HttpSession>(shared_from_this()); }
  const ServerOptions& options() const { return lane_.options(); }
  void enter(Phase phase, std::chrono::milliseconds time) {
    phase_ = phase;
    deadline_ = Clock::now() + time;
  }
  void begin_request();
  void read();
  void parse();
  void continue_head();
  void dispatch();
  void fail(const ApiError& error);
  void write(Response response);
  void write_text(std::string head, std::string body);
  void written(const error_code& error);
  void linger();
  void close();

  Lane& lane_;
  const ServerHandlers& handlers_;
  Socket socket_;
  std::shared_ptr<const Place> place_;
  std::string peer_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::shared_ptr<const Request> request_;
  std::weak_ptr<Exchange> exchange_;
  std::string head_;
  std::string body_;
  Clock::time_point deadline_;
  Phase phase_ = Phase::idle;
  unsigned version_ = 11;
  bool keep_alive_ = true;
  bool last_ = false;  ///< The server drains: close after this answer.
  bool continued_ = false;
  bool reading_ = false;
};

void HttpSession::start(Admission admission) {
  lane_.add(self());
  if (admission == Admission::refused) return fail({"ThrottlingException", "Rate exceeded"});
  begin_request();
}

void HttpSession::begin_request() {
  if (last_ || lane_.draining()) return close();
  request_.reset();
  continued_ = false;
  parser_.emplace();
  parser_->header_limit(options().header_bytes_max);
  parser_->body_limit(options().body_bytes_max);
  parser_->eager(true);
  enter(Phase::idle, options().idle_timeout);
  if (buffer_.size() > 0) return parse();
  // One large request must not cost its buffer for the life of the connection.
  if (buffer_.capacity() > body_chunk_bytes) buffer_.shrink_to_fit();
  read();
}

void HttpSession::read() {
  const std::size_t chunk = phase_ == Phase::body ? body_chunk_bytes : head_chunk_bytes;
  reading_ = true;
  socket_.async_read_some(buffer_.prepare(chunk), [me = self()](const error_code& error, std::size_t count) {
    me->reading_ = false;
    // A request that ran out of time is being answered while its read is still pending.
    if (me->phase_ == Phase::lingering) return error ? me->close() : me->linger();
    if (me->phase_ > Phase::body) return;
    if (error) return me->close();
    me->buffer_.commit(count);
    me->parse();
  });
}

void HttpSession::parse() {
  if (phase_ == Phase::idle) enter(Phase::head, options().header_timeout);
  while (buffer_.size() > 0 && !parser_->is_done()) {
    error_code error;
    const std::size_t used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    if (error == beast::http::error::need_more) break;
    if (error) return fail(parse_failure(error, options()));
    if (used == 0) break;
  }
  if (parser_->is_done()) return dispatch();
  if (phase_ == Phase::head && parser_->is_header_done()) enter(Phase::body, options().body_timeout);
  if (phase_ == Phase::body && !continued_) continue_head();
  read();
}

/// Some clients (curl, botocore) wait for a go-ahead before they send a body.
void HttpSession::continue_head() {
  continued_ = true;
  const auto expect = parser_->get().find(beast::http::field::expect);
  if (expect == parser_->get().end() || !same_name(expect->value(), "100-continue")) return;
  static constexpr std::string_view go_ahead = "HTTP/1.1 100 Continue\r\n\r\n";
  // 25 bytes into an empty send buffer: they fit, or the connection is gone and the read says so.
  error_code ignored;
  socket_.write_some(asio::buffer(go_ahead), ignored);
}

void HttpSession::dispatch() {
  auto message = parser_->release();
  auto request = std::make_shared<Request>();
  version_ = message.version();
  keep_alive_ = message.keep_alive();
  request->method = message.method_string();
  request->target = message.target();
  request->headers.reserve(16);
  for (const auto& field : message.base()) {
    request->headers.push_back({std::string{field.name_string()}, std::string{field.value()}});
  }
  request->body = std::move(message.body());
  request->peer = peer_;
  request->id = random_uuid();
  request_ = request;
  enter(Phase::answering, options().answer_timeout);
  auto exchange = std::make_shared<Exchange>(lane_.mailbox(), std::weak_ptr<AnswerSink>(self()));
  exchange_ = exchange;
  if (handlers_.on_upgrade && asks_for_websocket(*request)) {
    handlers_.on_upgrade(std::move(request), WebSocketAcceptor{std::move(exchange)});
  } else {
    handlers_.on_request(std::move(request), Responder{std::move(exchange)});
  }
}

void HttpSession::answer(Response response) {
  if (phase_ == Phase::answering) write(std::move(response));
}

void HttpSession::accept(WebSocketHandlers handlers, std::shared_ptr<WebSocket> handle) {
  if (phase_ != Phase::answering) {
    if (handlers.on_close) handlers.on_close(close_code::abnormal, "the client has gone");
    return;
  }
  phase_ = Phase::closed;
  std::string rest(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  const auto me = self();
  start_websocket({lane_, std::move(socket_), std::move(place_), std::move(request_), std::move(rest),
                   std::move(handlers), std::move(handle)});
  lane_.remove(me);
}

/// Answers what never became a request, and ends the connection.
void HttpSession::fail(const ApiError& error) {
  keep_alive_ = false;
  write(error_response(error));
}

void HttpSession::write(Response response) {
  if (last_ || lane_.draining()) keep_alive_ = false;
  std::string head;
  head.reserve(256);
  head += version_ == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  head += std::to_string(response.status);
  head += ' ';
  head += std::string_view{beast::http::obsolete_reason(static_cast<beast::http::status>(response.status))};
  const auto add = [&head](std::string_view name, std::string_view value) {
    if (!safe_in_head(name) || !safe_in_head(value)) return;
    head += "\r\n";
    head += name;
    head += ": ";
    head += value;
  };
  add("x-amzn-RequestId", request_ ? request_->id : random_uuid());
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) {
    add("Content-Type", response.content_type);
    add("Content-Length", std::to_string(response.body.size()));
  }
  add("Date", lane_.date());
  for (const Header& header : response.headers) add(header.name, header.value);
  if (!keep_alive_) add("Connection", "close");
  if (keep_alive_ && version_ == 10) add("Connection", "keep-alive");
  head += "\r\n\r\n";
  if (bodiless || (request_ && request_->method == "HEAD")) response.body.clear();
  write_text(std::move(head), std::move(response.body));
}

void HttpSession::write_text(std::string head, std::string body) {
  enter(Phase::writing, options().write_timeout);
  head_ = std::move(head);
  body_ = std::move(body);
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(head_), asio::buffer(body_)};
  asio::async_write(socket_, buffers,
                    [me = self()](const error_code& error, std::size_t) { me->written(error); });
}

void HttpSession::written(const error_code& error) {
  if (phase_ == Phase::closed) return;
  if (error) return close();
  if (keep_alive_) return begin_request();
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  enter(Phase::lingering, linger_time);
  parser_.reset();
  if (!reading_) linger();
}

void HttpSession::linger() {
  body_.resize(body_chunk_bytes);
  socket_.async_read_some(asio::buffer(body_), [me = self()](const error_code& error, std::size_t) {
    if (me->phase_ == Phase::closed) return;
    if (error) return me->close();
    me->linger();
  });
}

void HttpSession::check_deadline(Clock::time_point now) {
  if (now < deadline_) return;
  switch (phase_) {
    case Phase::head:
    case Phase::body:
      return fail({"RequestTimeoutException", "The request was not received in time", 408});
    case Phase::answering:
      if (const auto exchange = exchange_.lock(); exchange && exchange->claim()) {
        write(error_response(server_exception("The request was not answered in time.")));
      }
      return;
    case Phase::closed:
      return;
    default:
      return close();
  }
}

void HttpSession::drain() {
  last_ = true;
  if (phase_ == Phase::idle) close();
}

void HttpSession::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  error_code ignored;
  socket_.close(ignored);
  lane_.remove(self());
}

}  // namespace

void start_http_session(Lane& lane, const ServerHandlers& handlers, Socket socket,
                        std::shared_ptr<const Place> place, std::string peer, Admission admission) {
  std::make_shared<HttpSession>(lane, handlers, std::move(socket), std::move(place), std::move(peer))
      ->start(admission);
}

}  // namespace troupe::api::http
