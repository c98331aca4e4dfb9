/// Carries answers to the thread of the connection, or at once when already there.

#include "api/http/exchange.hpp"

namespace troupe::api::http {

Exchange::~Exchange() {
  if (claim()) deliver(error_response(server_exception()));
}

void Exchange::answer(Response response) {
  if (claim()) deliver(std::move(response));
}

void Exchange::deliver(Response response) {
  if (mailbox_->on_own_thread()) {
    if (const auto sink = sink_.lock()) sink->answer(std::move(response));
    return;
  }
  mailbox_->post([sink = sink_, response = std::move(response)]() mutable {
    if (const auto alive = sink.lock()) alive->answer(std::move(response));
  });
}

std::shared_ptr<WebSocket> Exchange::accept(WebSocketHandlers handlers) {
  if (!claim()) return nullptr;
  auto handle = std::make_shared<WebSocket>(mailbox_);
  const auto on_close = handlers.on_close;
  const bool posted = mailbox_->post([sink = sink_, handlers = std::move(handlers), handle]() mutable {
    if (const auto alive = sink.lock()) {
      alive->accept(std::move(handlers), std::move(handle));
    } else if (handlers.on_close) {
      handlers.on_close(close_code::abnormal, "the client has gone");
    }
  });
  if (!posted && on_close) on_close(close_code::going_away, "the server has stopped");
  return handle;
}

void Responder::reply(Response response) const {
  if (exchange_) exchange_->answer(std::move(response));
}

void WebSocketAcceptor::refuse(Response response) const {
  if (exchange_) exchange_->answer(std::move(response));
}

std::shared_ptr<WebSocket> WebSocketAcceptor::accept(WebSocketHandlers handlers) const {
  return exchange_ ? exchange_->accept(std::move(handlers)) : nullptr;
}

}  // namespace troupe::api::http
