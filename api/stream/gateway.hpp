#pragma once

/// The WebSocket gateway of the event stream: many clients, one subscription.
///
/// The gateway actor hears every event once, renders it once, and publishes it to
/// one `http::Fanout` for each distinct filter. A client that joins is first
/// brought up to date (snapshot, or the events it missed) by a short subscription
/// of its own; the event stream's messages come in order, so what follows that
/// answer is exactly what the fan-out publishes next. Long snapshots go out a few
/// frames at a time, as the client takes them; what happened meanwhile is fetched
/// from the retained events afterwards, so nothing is buffered for slow clients.

#include "actors/core/figures.hpp"
#include "actors/interfaces.hpp"
#include "api/http/server.hpp"
#include "api/stream/subscription.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace troupe::api::stream {

/// A client whose handshake was accepted.
struct ClientJoined {
  std::uint64_t client = 0;
  std::shared_ptr<http::WebSocket> socket;
  Subscription subscription;
  /// While set, the client's connection tells the gateway when it has drained.
  std::shared_ptr<std::atomic<bool>> paging;
};

struct ClientDrained {
  std::uint64_t client = 0;
};

struct ClientLeft {
  std::uint64_t client = 0;
  bool was_slow = false;  ///< Sent away because it did not read.
};

/// From the event stream, in order and without gaps.
struct EventsHappened {
  std::shared_ptr<const std::vector<core::EventPtr>> events;
};

struct HeartbeatDue {};

using GatewayActor = caf::typed_actor<
    // Brings a client up to date and adds it to those who hear events.
    caf::reacts_to<ClientJoined>,
    // Goes on with a long snapshot.
    caf::reacts_to<ClientDrained>,
    // Forgets a client.
    caf::reacts_to<ClientLeft>,
    // Publishes.
    caf::reacts_to<EventsHappened>,
    // Its own tick.
    caf::reacts_to<HeartbeatDue>>;

struct GatewayOptions {
  core::Realm realm;
  std::chrono::seconds heartbeat{15};
  /// Of a snapshot's frame, about. A burst must fit into the server's queue for one client.
  std::size_t page_bytes = 64 << 10;
  std::size_t burst_frames = 16;  ///< Sent before the client must have taken them.
  /// Hears what the gateway has done by now, whenever that changes; be quick.
  std::function<void(const core::EventGatewayFigures&)> show = [](const core::EventGatewayFigures&) {};
};

/// Subscribes at once; ends, and with it all clients' connections, when the event
/// stream ends.
GatewayActor spawn_gateway(caf::actor_system& system, EventStreamActor stream, GatewayOptions options);

struct HandshakeOptions {
  core::Realm realm;
  std::chrono::seconds heartbeat{15};
  OriginPolicy origins;
  /// Who may follow events; answers an identity for the log.
  std::function<http::Result<std::string>(const http::Request&)> admit;
};

/// Decides upgrade requests to "/events"; all others are 404. Thread-safe.
class EventGateway {
 public:
  EventGateway(HandshakeOptions options, GatewayActor gateway)
      : options_(std::move(options)), gateway_(std::move(gateway)) {}

  void upgrade(const std::shared_ptr<const http::Request>& request, const http::WebSocketAcceptor& acceptor);

 private:
  [[nodiscard]] http::Result<Subscription> admitted(const http::Request& request) const;

  HandshakeOptions options_;
  GatewayActor gateway_;
  std::atomic<std::uint64_t> last_client_{0};
};

}  // namespace troupe::api::stream

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::stream::ClientJoined)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::stream::ClientDrained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::stream::ClientLeft)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::stream::EventsHappened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::stream::HeartbeatDue)
