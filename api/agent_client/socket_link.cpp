/// Sessions over WebSockets.

#include "api/agent_client/socket_link.hpp"

namespace troupe::api::agent_client {
namespace {

using namespace std::chrono_literals;
using Kind = http::NetworkFailure::Kind;

constexpr auto connect_deadline = 5s;
constexpr auto write_deadline = 20s;
/// A server says something every 20 s; one that is silent for so long is gone.
constexpr auto silence_max = 75s;
/// What waits while nobody reads is not work but telemetry and acknowledgements.
constexpr std::size_t waiting_max = 1'024;

http::Time wall_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// "http://host:port/path?query" → "/path?query"
std::string target_in(const std::string& url) {
  const auto scheme = url.find("://");
  const auto slash = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  return slash == std::string::npos ? "/" : url.substr(slash);
}

}  // namespace

SocketLink::SocketLink(std::string url, Framing framing, http::SigningIdentity signer, LinkHandlers handlers)
    : target_(target_in(url)), framing_(framing), signer_(std::move(signer)), handlers_(std::move(handlers)) {
  const auto endpoint = http::Endpoint::parse(url);
  if (endpoint) endpoint_ = *endpoint;
}

void SocketLink::send(std::string frame) {
  const std::lock_guard lock{mutex_};
  if (over_ || waiting_.size() >= waiting_max) return;
  waiting_.push_back(std::move(frame));
  if (client_ != nullptr) client_->interrupt();
}

void SocketLink::close() {
  const std::lock_guard lock{mutex_};
  closing_ = true;
  if (client_ != nullptr) client_->interrupt();
}

void SocketLink::run() {
  std::unique_ptr<http::WebSocketClient> client;
  auto end = connect(client);
  if (client) {
    attach(client.get());
    handlers_.on_open();
    end = serve(*client);
    attach(nullptr);
  }
  client.reset();
  over_ = true;
  handlers_.on_end(std::move(end));
  handlers_ = {};
}

void SocketLink::attach(http::WebSocketClient* client) {
  const std::lock_guard lock{mutex_};
  client_ = client;
}

LinkEnd SocketLink::connect(std::unique_ptr<http::WebSocketClient>& client) {
  if (!endpoint_) return {0, "its address cannot be read"};
  const auto request = signed_request("");
  auto opened = http::WebSocketClient::connect(*endpoint_, target_, request.headers, connect_deadline);
  if (!opened) return {0, opened.error().message};
  client = std::move(*opened);
  return {};
}

LinkEnd SocketLink::serve(http::WebSocketClient& client) {
  auto heard = std::chrono::steady_clock::now();
  while (true) {
    if (auto end = write_waiting(client)) return *std::move(end);
    auto frame = client.read(silence_max);
    const auto now = std::chrono::steady_clock::now();
    if (frame) {
      heard = now;
      handlers_.on_frame(std::move(*frame));
    } else if (frame.error().kind != Kind::timed_out) {
      return {client.close_code(), frame.error().message};
    } else if (now - heard >= silence_max) {
      return {1006, "the server is silent"};
    }
  }
}

/// Everything that waits; the end of the session when it cannot be written or is to close.
std::optional<LinkEnd> SocketLink::write_waiting(http::WebSocketClient& client) {
  while (true) {
    std::string frame;
    {
      const std::lock_guard lock{mutex_};
      if (waiting_.empty()) {
        if (!closing_) return std::nullopt;
        break;
      }
      frame = std::move(waiting_.front());
      waiting_.pop_front();
    }
    const auto sent = client.send(framed(frame), write_deadline);
    if (!sent) return LinkEnd{1006, sent.error().message};
  }
  client.close(1s);
  return LinkEnd{1000, "closed here"};
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
