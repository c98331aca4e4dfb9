#pragma once

/// The gateway on a real port of this machine, with a fake event stream behind it
/// and clients that keep what they have been told.

#include "api/http/client.hpp"
#include "api/http/server.hpp"
#include "api/stream/gateway.hpp"
#include "tests/stream/fake_event_stream.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>

#include <gtest/gtest.h>
#include <simdjson.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace troupe::testing {

using namespace std::chrono_literals;

/// What a client was told, in order.
struct Told {
  std::vector<std::string> types;       ///< Of all frames but heartbeats.
  std::vector<std::uint64_t> snapshot;  ///< Sequences of the snapshot's events.
  std::vector<std::uint64_t> events;    ///< Sequences of the events.
  std::uint64_t snapshot_sequence = 0;
  std::uint64_t reached = 0;  ///< The highest sequence that any frame told.
  std::uint64_t heartbeats = 0;
  std::string last;
};

class EventClient {
 public:
  explicit EventClient(std::unique_ptr<api::http::WebSocketClient> socket) : socket_(std::move(socket)) {}

  /// Reads one frame; false when the connection has ended or nothing came in time.
  bool read(std::chrono::milliseconds timeout = 20s) {
    auto message = socket_->read(timeout);
    if (!message) return false;
    take(*message);
    return true;
  }

  /// Reads until `sequence` has been reached; false when it is not in time.
  bool read_until(std::uint64_t sequence) {
    while (told.reached < sequence) {
      if (!read()) return false;
    }
    return true;
  }

  /// Reads until a frame of this type came.
  bool read_until_type(const std::string& type) {
    do {
      if (!read()) return false;
    } while (last_type_ != type);
    return true;
  }

  api::http::WebSocketClient& socket() { return *socket_; }
  Told told;

 private:
  void take(const std::string& message) {
    const simdjson::dom::element frame = parser_.parse(message);
    last_type_ = std::string{frame["type"].get_string().value()};
    told.last = message;
    if (last_type_ == "heartbeat") {
      ++told.heartbeats;
      return;
    }
    told.types.push_back(last_type_);
    std::uint64_t sequence = 0;
    if (last_type_ == "snapshot") {
      told.snapshot_sequence = frame["sequence"].get_uint64().value();
      if (!frame["more"].get_bool().value()) told.reached = std::max(told.reached, told.snapshot_sequence);
    }
    auto events = frame["events"];
    if (events.error() != simdjson::SUCCESS) return;
    auto& into = last_type_ == "snapshot" ? told.snapshot : told.events;
    for (const simdjson::dom::element event : simdjson::dom::array(events.value())) {
      sequence = event["sequence"].get_uint64().value();
      into.push_back(sequence);
      if (last_type_ == "events") told.reached = std::max(told.reached, sequence);
    }
  }

  std::unique_ptr<api::http::WebSocketClient> socket_;
  simdjson::dom::parser parser_;
  std::string last_type_;
};

class GatewayTest : public ::testing::Test {
 protected:
  struct Shown {
    std::mutex mutex;
    core::EventGatewayFigures figures;
  };
  struct Setup {
    std::size_t retained = 100'000;
    std::size_t page_bytes = 64 << 10;
    std::size_t burst_frames = 16;
    std::chrono::seconds heartbeat{15};
    std::size_t queue_bytes = 16 << 20;
    std::chrono::seconds close_timeout{300};
  };

  GatewayTest() {
    config_.set("scheduler.policy", caf::atom("sharing"));
    config_.set("scheduler.max-threads", std::size_t{2});
    config_.set("scheduler.max-throughput", std::size_t{100});
    system_ = std::make_unique<caf::actor_system>(config_);
  }

  /// The handles go after this and before the system, which waits for the actors' end.
  ~GatewayTest() override {
    if (server_) server_->stop();
    caf::anon_send_exit(gateway_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(stream_, caf::exit_reason::user_shutdown);
  }

  void open(const Setup& setup) {
    using namespace api;
    stream_ = system_->spawn<FakeEventStream>(setup.retained);
    gateway_ = stream::spawn_gateway(
        *system_, stream_,
        {{}, setup.heartbeat, setup.page_bytes, setup.burst_frames, [shown = shown_](const auto& figures) {
           const std::lock_guard lock{shown->mutex};
           shown->figures = figures;
         }});
    stream::HandshakeOptions handshake;
    handshake.admit = [](const http::Request& request) -> http::Result<std::string> {
      if (request.query_parameter("token") == "good") return std::string{"me"};
      return http::ApiError{"UnrecognizedClientException", "The security token is invalid.", 403};
    };
    events_ = std::make_shared<stream::EventGateway>(handshake, gateway_);
    http::ServerOptions options;
    options.websocket_queue_bytes_max = setup.queue_bytes;
    // A client that is not read from on a busy machine is slow, not gone: also when
    // it is told so, it has all the time to read up to that.
    options.websocket_idle_timeout = 300s;
    options.websocket_close_timeout = setup.close_timeout;
    server_ = std::make_unique<http::Server>(
        options, [](const auto&, const http::Responder& responder) { responder.reply({}); },
        [events = events_](const auto& request, const http::WebSocketAcceptor& acceptor) {
          events->upgrade(request, acceptor);
        });
    const auto port = server_->listen("127.0.0.1", 0);
    ASSERT_TRUE(port);
    endpoint_ = {"127.0.0.1", *port};
  }

  /// What the gateway has told of itself, once `condition` holds for it.
  core::EventGatewayFigures figures_when(
      const std::function<bool(const core::EventGatewayFigures&)>& condition) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    for (;;) {
      {
        const std::lock_guard lock{shown_->mutex};
        if (condition(shown_->figures) || std::chrono::steady_clock::now() > end) return shown_->figures;
      }
      std::this_thread::yield();
    }
  }

  std::unique_ptr<EventClient> join(const std::string& query = {},
                                    const std::vector<api::http::Header>& headers = {}) {
    auto socket = api::http::WebSocketClient::connect(endpoint_, "/events?token=good" + query, headers, 10s);
    EXPECT_TRUE(socket);
    if (!socket) return nullptr;
    return std::make_unique<EventClient>(*std::move(socket));
  }

  /// Emits `count` events, in batches, spread over `tasks` tasks.
  void emit(std::uint64_t count, std::uint64_t tasks = 10, std::size_t batch = 7,
            const std::string& cluster = "prod") {
    auto events = std::make_shared<std::vector<core::EventPtr>>();
    for (std::uint64_t i = 0; i < count; ++i) {
      ++sequence_;
      events->push_back(task_event(sequence_, sequence_ % tasks, cluster));
      if (events->size() == batch || i + 1 == count) {
        caf::anon_send(stream_, EventsCommitted{events});
        events = std::make_shared<std::vector<core::EventPtr>>();
      }
    }
  }

  void end_stream() { caf::anon_send_exit(stream_, caf::exit_reason::kill); }

  [[nodiscard]] std::uint64_t last_sequence() const { return sequence_; }

  api::http::Endpoint endpoint_;

 private:
  std::shared_ptr<Shown> shown_ = std::make_shared<Shown>();
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  EventStreamActor stream_;
  api::stream::GatewayActor gateway_;
  std::shared_ptr<api::stream::EventGateway> events_;
  std::unique_ptr<api::http::Server> server_;
  std::uint64_t sequence_ = 0;
};

}  // namespace troupe::testing
