/// WebSockets of the server: our Beast client and raw bytes on the other side.

#include "api/http/client.hpp"
#include "api/http/server.hpp"
#include "tests/http/loopback.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <thread>

namespace troupe::api::http {
namespace {

using namespace std::chrono_literals;
using support::RawClient;
using Kind = NetworkFailure::Kind;

constexpr auto deadline = 10s;

Frame frame(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// A server that accepts every upgrade and keeps the sockets.
class Hall {
 public:
  explicit Hall(ServerOptions options = {}, WebSocketHandlers handlers = {})
      : handlers_(std::move(handlers)),
        server(
            options, [](const auto&, const Responder& out) { out.reply({}); },
            [this](const auto& request, const WebSocketAcceptor& acceptor) { enter(request, acceptor); }) {
    port = *server.listen("127.0.0.1", 0);
  }

  std::unique_ptr<WebSocketClient> join() {
    auto client = WebSocketClient::connect({"127.0.0.1", port}, "/events", {}, deadline);
    EXPECT_TRUE(client) << client.error().message;
    return client ? std::move(*client) : nullptr;
  }

  /// The close that the server has seen; waits for it.
  std::string closing() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, deadline, [this] { return !closings_.empty(); });
    return closings_.empty() ? "none" : closings_.back();
  }
  std::shared_ptr<WebSocket> socket(std::size_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, deadline, [&] { return sockets_.size() > index; });
    return sockets_.at(index);
  }

 private:
  void enter(const std::shared_ptr<const Request>& request, const WebSocketAcceptor& acceptor) {
    if (request->path() == "/refused") {
      return acceptor.refuse(error_response({"AccessDeniedException", "not you", 403}));
    }
    if (request->path() == "/dropped") return;
    WebSocketHandlers handlers = handlers_;
    handlers.on_close = [this](std::uint16_t code, std::string_view reason) {
      const std::lock_guard lock(mutex_);
      closings_.push_back(std::to_string(code) + " " + std::string{reason});
      changed_.notify_all();
    };
    auto socket = acceptor.accept(std::move(handlers));
    EXPECT_EQ(acceptor.accept({}), nullptr);
    const std::lock_guard lock(mutex_);
    sockets_.push_back(std::move(socket));
    changed_.notify_all();
  }

  WebSocketHandlers handlers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<WebSocket>> sockets_;
  std::vector<std::string> closings_;

 public:
  Server server;
  std::uint16_t port = 0;
};

/// The handshake of RFC 6455, section 1.3.
constexpr const char* handshake =
    "GET /raw HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

/// A client frame with a mask of zeros.
std::string client_frame(unsigned char first_byte, const std::string& payload) {
  std::string out{static_cast<char>(first_byte), static_cast<char>(0x80U | payload.size())};
  out.append(4, '\0');
  return out + payload;
}

TEST(WebSocket, UpgradesAreAcceptedRefusedOrForgotten) {
  Hall hall;
  EXPECT_NE(hall.join(), nullptr);
  for (const auto& [path, expected] :
       {std::pair{"/refused", R"(HTTP 403: {"__type":"AccessDeniedException","message":"not you"})"},
        std::pair{
            "/dropped",
            R"(HTTP 500: {"__type":"ServerException","message":"The request could not be processed."})"}}) {
    const auto client = WebSocketClient::connect({"127.0.0.1", hall.port}, path, {}, deadline);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, Kind::refused);
    EXPECT_EQ(client.error().message, expected);
  }
}

TEST(WebSocket, AnotherThreadEndsTheWaitOfAReaderAndLosesNothing) {
  Hall hall;
  const auto client = hall.join();
  ASSERT_NE(client, nullptr);
  client->interrupt();
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(client->read(deadline).error().kind, Kind::timed_out);
  std::thread other{[&] { client->interrupt(); }};
  EXPECT_EQ(client->read(deadline).error().kind, Kind::timed_out);
  other.join();
  EXPECT_LT(std::chrono::steady_clock::now() - before, deadline);
  EXPECT_EQ(client->close_code(), 0);
}

TEST(WebSocket, TheHandshakeIsThatOfTheStandard) {
  WebSocketHandlers handlers;
  handlers.subprotocol = "troupe";
  Hall hall({}, handlers);
  RawClient client(hall.port);
  ASSERT_TRUE(client.send(handshake));
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 ")) << head;
  EXPECT_NE(head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
  EXPECT_NE(head.find("Sec-WebSocket-Protocol: troupe"), std::string::npos);
  RawClient old(hall.port);
  std::string version8 = handshake;
  version8.replace(version8.find("Version: 13"), 11, "Version: 8");
  ASSERT_TRUE(old.send(version8));
  EXPECT_TRUE(old.read_response().starts_with("HTTP/1.1 426 "));
}

TEST(WebSocket, MessagesOfAnySizeGoBothWays) {
  Hall* hall_seen = nullptr;
  WebSocketHandlers handlers;
  handlers.on_message = [&](std::string_view text) { hall_seen->socket(0)->send(frame(std::string{text})); };
  Hall hall({}, handlers);
  hall_seen = &hall;
  const auto client = hall.join();
  for (const std::size_t size : {0UL, 1UL, 125UL, 126UL, 65'535UL, 65'536UL, 1UL << 20}) {
    const std::string text(size, 'm');
    ASSERT_TRUE(client->send(text, deadline));
    const auto echo = client->read(deadline);
    ASSERT_TRUE(echo) << size << ": " << echo.error().message;
    EXPECT_EQ(*echo, text);
  }
  ASSERT_TRUE(client->send(std::string((1 << 20) + 1, 'm'), deadline));
  const auto end = client->read(deadline);
  ASSERT_FALSE(end);
  EXPECT_EQ(client->close_code(), close_code::too_big);
  EXPECT_EQ(hall.closing(), "1009 message too big");
}

TEST(WebSocket, WhatIsSentBeforeTheHandshakeEndsArrivesInOrder) {
  std::promise<std::shared_ptr<WebSocket>> joined;
  Server server(
      {}, [](const auto&, const Responder&) {},
      [&](const auto&, const WebSocketAcceptor& acceptor) {
        auto socket = acceptor.accept({});
        for (int i = 0; i < 5; ++i) socket->send(frame(std::to_string(i)));
        joined.set_value(std::move(socket));
      });
  const auto client =
      WebSocketClient::connect({"127.0.0.1", *server.listen("127.0.0.1", 0)}, "/", {}, deadline);
  ASSERT_TRUE(client);
  joined.get_future().get()->close(close_code::policy_violation, "enough");
  for (int i = 0; i < 5; ++i) EXPECT_EQ((*client)->read(deadline).value(), std::to_string(i));
  const auto end = (*client)->read(deadline);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().message, "closed by the server: 1008 enough");
}

TEST(WebSocket, BothSidesCanClose) {
  Hall hall;
  const auto first = hall.join();
  first->close(deadline);
  EXPECT_EQ(hall.closing(), "1000 ");
  const auto second = hall.join();
  hall.socket(1)->close(close_code::going_away, "later");
  EXPECT_FALSE(second->read(deadline));
  EXPECT_EQ(second->close_code(), close_code::going_away);
  hall.socket(1)->send(frame("to nobody"));
}

TEST(WebSocket, ABroadcastReachesAllInOrderAfterWhatWasSentBefore) {
  ServerOptions options;
  options.io_threads = 2;
  Hall hall(options);
  Fanout fanout;
  constexpr int members = 20;
  constexpr int events = 500;
  std::vector<std::unique_ptr<WebSocketClient>> clients;
  for (int i = 0; i < members; ++i) clients.push_back(hall.join());
  std::vector<int> first_event(members);
  // Members join while events are published: each sees its snapshot, then every later event.
  for (int event = 0; event < events; ++event) {
    if (event % 20 == 0 && event / 20 < members) {
      const auto socket = hall.socket(static_cast<std::size_t>(event / 20));
      socket->send(frame("snapshot " + std::to_string(event)));
      fanout.add(socket);
      first_event[static_cast<std::size_t>(event / 20)] = event;
    }
    fanout.publish(frame(std::to_string(event)));
  }
  fanout.remove(hall.socket(0));
  fanout.publish(frame("last"));
  hall.socket(0)->send(frame("alone"));
  for (int i = 0; i < members; ++i) {
    // Sockets are in the order of accepting, which is that of joining.
    WebSocketClient& client = *clients[static_cast<std::size_t>(i)];
    const int first = first_event[static_cast<std::size_t>(i)];
    ASSERT_EQ(client.read(deadline).value(), "snapshot " + std::to_string(first));
    for (int event = first; event < events; ++event)
      ASSERT_EQ(client.read(deadline).value(), std::to_string(event));
    EXPECT_EQ(client.read(deadline).value(), i == 0 ? "alone" : "last");
  }
}

TEST(WebSocket, ASlowReaderIsClosedAndToldWhileOthersAreServed) {
  ServerOptions options;
  options.websocket_queue_frames_max = 64;
  options.websocket_close_timeout = 5s;
  Hall hall(options);
  RawClient slow(hall.port, 4096);
  ASSERT_TRUE(slow.send(handshake));
  ASSERT_TRUE(slow.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  const auto slow_socket = hall.socket(0);
  const auto quick = hall.join();
  Fanout fanout;
  fanout.add(slow_socket);
  fanout.add(hall.socket(1));
  // The quick one confirms each event, the slow one reads none: 20 MB fit no buffer.
  const std::string event(20'000, 'e');
  for (int i = 0; i < 1000; ++i) {
    fanout.publish(frame(event));
    ASSERT_EQ(quick->read(deadline).value().size(), event.size());
  }
  // Having read what was on its way, whole frames only, it learns why it was closed.
  std::string all;
  for (std::string more; !(more = slow.read_bytes(1)).empty();) {
    all += more;
    if (all.ends_with("slow reader")) break;
  }
  ASSERT_TRUE(all.ends_with("\x88\x0d\x03\xf5slow reader"));
  const std::size_t frame_bytes = event.size() + 4;
  EXPECT_EQ((all.size() - 15) % frame_bytes, 0U);
  ASSERT_TRUE(slow.send(client_frame(0x88, "\x03\xf5")));
  slow.shut_down_sending();
  EXPECT_TRUE(slow.closed_by_peer());
  EXPECT_EQ(hall.closing(), "1013 slow reader");
}

TEST(WebSocket, AStalledReaderIsCutWhenItDoesNotEvenTakeTheClose) {
  ServerOptions options;
  options.websocket_queue_bytes_max = 1 << 20;
  options.websocket_close_timeout = 100ms;
  Hall hall(options);
  RawClient stalled(hall.port, 4096);
  ASSERT_TRUE(stalled.send(handshake));
  ASSERT_TRUE(stalled.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  for (int i = 0; i < 200; ++i) hall.socket(0)->send(frame(std::string(50'000, 's')));
  EXPECT_EQ(hall.closing(), "1013 slow reader");
  EXPECT_TRUE(stalled.closed_by_peer());
}

TEST(WebSocket, OneMessageLargerThanTheQueueIsSentAndDrainingIsReported) {
  ServerOptions options;
  options.websocket_queue_bytes_max = 1 << 20;
  std::promise<void> drained;
  std::atomic<bool> told{false};
  WebSocketHandlers handlers;
  handlers.on_drained = [&] {
    if (!told.exchange(true)) drained.set_value();
  };
  Hall hall(options, handlers);
  const auto client = hall.join();
  hall.socket(0)->send(frame(std::string(10 << 20, 'b')));
  EXPECT_EQ(drained.get_future().wait_for(50ms), std::future_status::timeout);
  EXPECT_EQ(client->read(deadline).value().size(), 10U << 20);
}

TEST(WebSocket, PingsAreAnsweredAndSilenceIsPinged) {
  ServerOptions options;
  options.websocket_idle_timeout = 200ms;
  Hall hall(options);
  RawClient client(hall.port);
  // The first frame comes with the handshake: it must not be lost.
  ASSERT_TRUE(client.send(handshake + client_frame(0x89, "hello")));
  ASSERT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  EXPECT_EQ(client.read_bytes(7), "\x8a\x05hello");
  EXPECT_EQ(client.read_bytes(2).substr(0, 1), "\x89") << "a ping of the server's";
  EXPECT_TRUE(client.closed_by_peer()) << "a ping that is not answered ends the connection";
  EXPECT_TRUE(hall.closing().starts_with("1006 "));
}

TEST(WebSocket, MalformedFramesEndTheConnection) {
  Hall hall;
  const std::string masked_text{"\x81\x82\0\0\0\0\xff\xfe", 8};
  for (const std::string& bytes : {std::string{"\x81\x02hi"},   // Not masked.
                                   client_frame(0xf1, "x"),     // Reserved bits.
                                   client_frame(0x83, "x"),     // Unknown opcode.
                                   client_frame(0x09, "x"),     // A fragmented ping.
                                   client_frame(0x80, "x"),     // Nothing to continue.
                                   client_frame(0x88, "\x03"),  // Half a close code.
                                   masked_text}) {              // Not UTF-8.
    RawClient client(hall.port);
    ASSERT_TRUE(client.send(handshake));
    ASSERT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    ASSERT_TRUE(client.send(bytes));
    EXPECT_TRUE(client.read_bytes(1).starts_with('\x88'));
    client.shut_down_sending();
    EXPECT_TRUE(client.closed_by_peer());
  }
}

TEST(WebSocket, StoppingSaysGoodByeAndHandlesOutliveTheServer) {
  std::shared_ptr<WebSocket> kept;
  Fanout fanout;
  std::vector<std::string> messages;
  {
    ServerOptions options;
    options.stop_timeout = 300ms;
    Hall hall(options);
    const auto polite = hall.join();
    RawClient deaf(hall.port);
    ASSERT_TRUE(deaf.send(handshake));
    ASSERT_TRUE(deaf.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    kept = hall.socket(1);
    fanout.add(kept);
    auto reading = std::async(std::launch::async, [&] { return polite->read(deadline); });
    const auto before = std::chrono::steady_clock::now();
    hall.server.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - before, 3s);
    EXPECT_FALSE(reading.get());
    EXPECT_EQ(polite->close_code(), close_code::going_away);
    EXPECT_TRUE(deaf.closed_by_peer());
    EXPECT_EQ(hall.server.connections(), 0U);
  }
  kept->send(frame("to nobody"));
  kept->close(close_code::normal, "");
  fanout.publish(frame("to nobody"));
}

}  // namespace
}  // namespace troupe::api::http
