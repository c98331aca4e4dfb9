/// Handshakes of the event stream.

#include "api/stream/frames.hpp"
#include "api/stream/gateway.hpp"

#include <spdlog/spdlog.h>
#include <caf/send.hpp>

namespace troupe::api::stream {
namespace {

constexpr std::string_view subprotocol = "troupe.events";

http::WebSocketHandlers handlers_for(const GatewayActor& gateway, std::uint64_t client,
                                     const std::shared_ptr<std::atomic<bool>>& paging) {
  http::WebSocketHandlers handlers;
  handlers.on_close = [gateway, client](std::uint16_t code, std::string_view /*reason*/) {
    spdlog::info("events client {} leaves: {}", client, code);
    caf::anon_send(gateway, ClientLeft{client, code == http::close_code::try_again_later});
  };
  handlers.on_drained = [gateway, client, paging] {
    if (paging->exchange(false)) caf::anon_send(gateway, ClientDrained{client});
  };
  return handlers;
}

}  // namespace

http::Result<Subscription> EventGateway::admitted(const http::Request& request) const {
  if (request.path() != "/events") {
    return http::ApiError{"UnknownOperationException", "There is nothing at this address.", 404};
  }
  if (auto allowed = check_origin(options_.origins, request); !allowed) return allowed.error();
  if (auto identity = options_.admit(request); !identity) return identity.error();
  return parse_subscription(options_.realm, request);
}

void EventGateway::upgrade(const std::shared_ptr<const http::Request>& request,
                           const http::WebSocketAcceptor& acceptor) {
  auto subscription = admitted(*request);
  if (!subscription) {
    spdlog::info("events refuses a client at {}: {}", request->peer, subscription.error().code);
    return acceptor.refuse(http::error_response(subscription.error()));
  }
  const auto client = ++last_client_;
  const auto paging = std::make_shared<std::atomic<bool>>(false);
  auto handlers = handlers_for(gateway_, client, paging);
  const auto* offered = request->header("sec-websocket-protocol");
  if (offered != nullptr && offered->find(subprotocol) != std::string::npos)
    handlers.subprotocol = subprotocol;
  const auto socket = acceptor.accept(std::move(handlers));
  if (!socket) return;
  socket->send(std::make_shared<const std::string>(hello_frame(
      options_.realm.region, options_.realm.account, static_cast<int>(options_.heartbeat.count()))));
  spdlog::info("events client {} joins from {}", client, request->peer);
  caf::anon_send(gateway_, ClientJoined{client, socket, *std::move(subscription), paging});
}

}  // namespace troupe::api::stream
