/// Accepting, with the connection cap and a pause when descriptors run out.

#include "api/http/acceptor.hpp"

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace troupe::api::http {
namespace {

/// So many connections beyond the cap are told why they are refused at one time;
/// further ones are cut.
constexpr std::size_t refusals_max = 64;

/// One turn of the loop accepts at most so many, so that a flood leaves time for answers.
constexpr int accepts_per_turn = 64;

boost::asio::ip::tcp protocol_of(int family) {
  return family == AF_INET6 ? boost::asio::ip::tcp::v6() : boost::asio::ip::tcp::v4();
}

}  // namespace

Acceptor::Acceptor(const std::vector<std::unique_ptr<Lane>>& lanes, const ServerHandlers& handlers,
                   const Listener& listener, std::shared_ptr<std::atomic<std::size_t>> connections)
    : lanes_(lanes),
      handlers_(handlers),
      protocol_(protocol_of(listener.family)),
      acceptor_(lanes.front()->context(), protocol_, listener.fd),
      rest_timer_(lanes.front()->context()),
      connections_(std::move(connections)) {}

void Acceptor::wait() {
  acceptor_.async_wait(boost::asio::socket_base::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                         if (!error && self->acceptor_.is_open()) self->accept_all();
                       });
}

void Acceptor::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  rest_timer_.cancel();
}

void Acceptor::accept_all() {
  for (int turn = 0; turn < accepts_per_turn; ++turn) {
    Accepted accepted = accept_from(acceptor_.native_handle());
    if (accepted.fd >= 0) {
      resting_ = false;
      deal(std::move(accepted));
    } else if (accepted.error == EMFILE || accepted.error == ENFILE || accepted.error == ENOBUFS ||
               accepted.error == ENOMEM) {
      if (!std::exchange(resting_, true)) {
        spdlog::warn("http accepts no connection: {}", std::generic_category().message(accepted.error));
      }
      return rest();
    } else if (accepted.error != ECONNABORTED && accepted.error != EINTR) {
      break;
    }
  }
  wait();
}

/// The waiting connection would make us spin until a descriptor is free.
void Acceptor::rest() {
  rest_timer_.expires_after(std::chrono::milliseconds{100});
  rest_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && self->acceptor_.is_open()) self->wait();
  });
}

void Acceptor::deal(Accepted accepted) {
  Lane& lane = *lanes_[next_lane_++ % lanes_.size()];
  const std::size_t open = connections_->load();
  const std::size_t cap = lane.options().connections_max;
  if (open >= cap + refusals_max) {
    ::close(accepted.fd);
    return;
  }
  const Admission admission = open >= cap ? Admission::refused : Admission::served;
  auto serve = [&lane, &handlers = handlers_, protocol = protocol_, fd = accepted.fd,
                place = std::make_shared<const Place>(connections_), peer = std::move(accepted.peer),
                admission] {
    start_http_session(lane, handlers, Socket(lane.context(), protocol, fd), place, peer, admission);
  };
  if (lane.mailbox()->on_own_thread()) {
    serve();
  } else if (!lane.mailbox()->post(std::move(serve))) {
    ::close(accepted.fd);
  }
}

}  // namespace troupe::api::http
