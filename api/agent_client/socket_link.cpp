/// Sessions over WebSockets.

#include "api/agent_client/socket_link.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <unistd.h>

namespace troupe::api::agent_client {
namespace {

using namespace std::chrono_literals;
namespace websocket = boost::beast::websocket;
using boost::asio::ip::tcp;
using boost::system::error_code;
using Socket = boost::asio::basic_stream_socket<tcp, boost::asio::io_context::executor_type>;

constexpr auto connect_deadline = 5s;
/// What waits while nobody reads is not work but telemetry and acknowledgements.
constexpr std::size_t waiting_max = 1'024;
constexpr std::size_t message_bytes_max = 16 << 20;  // Of a server we trust; a limit nevertheless.
constexpr std::uint16_t no_status = 1005;
constexpr std::uint16_t abnormal = 1006;

http::Time wall_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// "http://host:port/path?query" → "/path?query"
std::string target_in(const std::string& url) {
  const auto scheme = url.find("://");
  const auto slash = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  return slash == std::string::npos ? "/" : url.substr(slash);
}

tcp protocol_of(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  return address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4();
}

}  // namespace

struct SocketLink::Connection {
  Connection(boost::asio::io_context& context, int fd) : stream(Socket(context, protocol_of(fd), fd)) {}
  websocket::stream<Socket, false> stream;
  boost::beast::flat_buffer buffer;
  std::unique_ptr<websocket::response_type> response = std::make_unique<websocket::response_type>();
};

SocketLink::SocketLink(UplinkThreads& threads, std::string url, Framing framing, http::SigningIdentity signer,
                       std::chrono::milliseconds silence_max, LinkHandlers handlers)
    : threads_(threads),
      target_(target_in(url)),
      framing_(framing),
      signer_(std::move(signer)),
      silence_max_(silence_max),
      handlers_(std::move(handlers)) {
  const auto endpoint = http::Endpoint::parse(url);
  if (endpoint) endpoint_ = *endpoint;
}

SocketLink::~SocketLink() = default;

void SocketLink::open() {
  boost::asio::post(threads_.callers(), [me = shared_from_this()] {
    const auto fd = me->endpoint_ ? http::dial(*me->endpoint_, connect_deadline)
                                  : http::NetworkResult<int>{http::NetworkFailure{
                                        http::NetworkFailure::Kind::failed, "its address cannot be read"}};
    boost::asio::post(me->threads_.sessions(), [me, fd] { me->connected(fd); });
  });
}

void SocketLink::send(std::string frame) {
  boost::asio::post(threads_.sessions(), [me = shared_from_this(), frame = std::move(frame)]() mutable {
    if (me->over_ || me->parting_ || me->waiting_.size() >= waiting_max) return;
    me->waiting_.push_back(std::move(frame));
    me->write();
  });
}

void SocketLink::close() {
  boost::asio::post(threads_.sessions(), [me = shared_from_this()] {
    me->closing_ = true;
    me->write();
  });
}

void SocketLink::connected(const http::NetworkResult<int>& fd) {
  if (!fd) return end({0, fd.error().message});
  connection_ = std::make_unique<Connection>(threads_.sessions(), *fd);
  if (closing_) return end({0, "closed here"});
  auto& stream = connection_->stream;
  stream.read_message_max(message_bytes_max);
  stream.text(true);
  stream.set_option(websocket::stream_base::timeout{connect_deadline, silence_max_, true});
  stream.set_option(websocket::stream_base::decorator(
      [headers = signed_request("").headers](websocket::request_type& request) {
        for (const auto& header : headers) request.set(header.name, header.value);
      }));
  stream.async_handshake(*connection_->response, endpoint_->authority(), target_,
                         [me = shared_from_this()](const error_code& error) { me->opened(error); });
}

void SocketLink::opened(const error_code& error) {
  const auto response = std::move(connection_->response);
  if (error == websocket::error::upgrade_declined) {
    return end({0, "HTTP " + std::to_string(response->result_int()) + ": " + response->body()});
  }
  if (error) return end({0, "the handshake failed: " + error.message()});
  open_ = true;
  handlers_.on_open();
  read();
  write();
}

void SocketLink::read() {
  connection_->stream.async_read(
      connection_->buffer,
      [me = shared_from_this()](const error_code& error, std::size_t) { me->received(error); });
}

void SocketLink::received(const error_code& error) {
  if (over_ || parting_) return;
  if (error) return end(end_of(error));
  const auto bytes = connection_->buffer.cdata();
  handlers_.on_frame({static_cast<const char*>(bytes.data()), bytes.size()});
  connection_->buffer.clear();
  // What a large payload took is not kept for the life of the session.
  connection_->buffer.shrink_to_fit();
  read();
}

/// What waits, one after another; the end when that was asked for.
void SocketLink::write() {
  if (!open_ || over_ || writing_ || parting_) return;
  if (waiting_.empty()) {
    if (closing_) part();
    return;
  }
  writing_ = true;
  outgoing_ = framed(waiting_.front());
  waiting_.pop_front();
  connection_->stream.async_write(boost::asio::buffer(outgoing_),
                                  [me = shared_from_this()](const error_code& error, std::size_t) {
                                    me->writing_ = false;
                                    me->outgoing_ = {};
                                    if (me->over_) return;
                                    if (error) return me->end(me->end_of(error));
                                    me->write();
                                  });
}

void SocketLink::part() {
  parting_ = true;
  connection_->stream.async_close(websocket::close_code::normal,
                                  [me = shared_from_this()](const error_code&) {
                                    me->end({1000, "closed here"});
                                  });
}

void SocketLink::end(LinkEnd why) {
  if (over_.exchange(true)) return;
  error_code ignored;
  if (connection_) connection_->stream.next_layer().close(ignored);
  waiting_.clear();
  const auto handlers = std::exchange(handlers_, {});
  handlers.on_end(std::move(why));
}

LinkEnd SocketLink::end_of(const error_code& error) const {
  if (error == boost::beast::error::timeout) return {abnormal, "the server is silent"};
  if (error != websocket::error::closed) return {abnormal, "the connection broke: " + error.message()};
  const auto& reason = connection_->stream.reason();
  const auto code = reason.code == websocket::close_code::none ? no_status : std::uint16_t{reason.code};
  return {code, "closed by the server: " + std::to_string(code) + " " +
                    std::string{reason.reason.data(), reason.reason.size()}};
}

http::Request SocketLink::signed_request(const std::string& body) const {
  http::Request request;
  request.method = "GET";
  request.target = target_;
  request.body = body;
  request.headers.push_back({"Host", endpoint_->authority()});
  http::sign(request, signer_, wall_seconds());
  return request;
}

/// A frame of TCS stands behind the headers of a request that would have it as body.
std::string SocketLink::framed(const std::string& frame) const {
  if (framing_ == Framing::plain) return frame;
  std::string text;
  for (const auto& header : signed_request(frame).headers) {
    text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  return text.append("\r\n").append(frame);
}

}  // namespace troupe::api::agent_client
