/// The server as a whole: lanes, listeners and an orderly end.

#include "api/http/server.hpp"

#include "api/http/acceptor.hpp"

namespace troupe::api::http {

struct Server::State {
  ServerOptions options;
  ServerHandlers handlers;
  std::shared_ptr<std::atomic<std::size_t>> connections = std::make_shared<std::atomic<std::size_t>>(0);
  std::vector<std::unique_ptr<Lane>> lanes;
  std::vector<std::shared_ptr<Acceptor>> acceptors;
  std::mutex mutex;  ///< Of listen and stop, which several threads may call.
  bool stopped = false;
};

Server::Server(ServerOptions options, RequestHandler on_request, UpgradeHandler on_upgrade)
    : state_(std::make_unique<State>()) {
  state_->options = options;
  state_->handlers = {std::move(on_request), std::move(on_upgrade)};
  for (unsigned i = 0; i < std::max(options.io_threads, 1U); ++i) {
    state_->lanes.push_back(std::make_unique<Lane>(state_->options, i));
  }
  for (const auto& lane : state_->lanes) lane->start();
}

Server::~Server() {
  stop();
}

NetworkResult<std::uint16_t> Server::listen(const std::string& host, std::uint16_t port) {
  const std::lock_guard lock(state_->mutex);
  if (state_->stopped) return NetworkFailure{NetworkFailure::Kind::closed, "the server has stopped"};
  const auto listener = open_listener(host, port);
  if (!listener) return listener.error();
  state_->acceptors.push_back(
      std::make_shared<Acceptor>(state_->lanes, state_->handlers, *listener, state_->connections));
  state_->lanes.front()->mailbox()->post([acceptor = state_->acceptors.back()] { acceptor->wait(); });
  return listener->port;
}

void Server::stop() {
  const std::lock_guard lock(state_->mutex);
  if (state_->stopped) return;
  state_->stopped = true;
  const auto deadline = Clock::now() + state_->options.stop_timeout;
  for (const auto& acceptor : state_->acceptors) {
    state_->lanes.front()->mailbox()->post([acceptor] { acceptor->close(); });
  }
  for (const auto& lane : state_->lanes) lane->drain();
  for (const auto& lane : state_->lanes) lane->wait_until_empty(deadline);
  for (const auto& lane : state_->lanes) lane->stop();
  state_->acceptors.clear();
}

std::size_t Server::connections() const {
  return *state_->connections;
}

}  // namespace troupe::api::http
