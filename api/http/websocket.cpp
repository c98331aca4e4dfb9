/// Handles and groups: what other threads hold of WebSockets. All work is posted
/// to the thread that owns the connection.

#include "api/http/websocket.hpp"

#include "api/http/websocket_session.hpp"

#include <algorithm>

namespace troupe::api::http {
namespace {

/// The members of a fan-out that live on one lane.
class LaneGroup final : public FrameGroup {
 public:
  void add(const std::shared_ptr<WebSocketSession>& session) {
    if (session && !session->ended()) members_.push_back(session);
  }

  void remove(const std::shared_ptr<WebSocketSession>& session) {
    std::erase_if(members_, [&](const auto& member) { return member.lock() == session; });
  }

  void deliver(std::span<const Frame> frames) override {
    // A send can end a connection, never add one: walking by index stays valid.
    for (std::size_t i = 0; i < members_.size();) {
      const auto session = members_[i].lock();
      if (session && !session->ended()) {
        session->send(frames);
        ++i;
      } else {
        members_[i] = members_.back();
        members_.pop_back();
      }
    }
  }

 private:
  std::vector<std::weak_ptr<WebSocketSession>> members_;
};

}  // namespace

void WebSocket::send(Frame message) {
  // The handle knows its session only on the lane's thread, so it travels along.
  mailbox_->post([self = shared_from_this(), message = std::move(message)] {
    if (const auto session = self->session_.lock()) session->send({&message, 1});
  });
}

void WebSocket::close(std::uint16_t code, std::string reason) {
  mailbox_->post([self = shared_from_this(), code, reason = std::move(reason)] {
    if (const auto session = self->session_.lock()) session->close(code, reason);
  });
}

Fanout::Fanout() = default;
Fanout::~Fanout() = default;

std::shared_ptr<FrameGroup> Fanout::group_of(const std::shared_ptr<Mailbox>& mailbox) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return p.mailbox == mailbox; });
  if (found != parts_.end()) return found->group;
  parts_.push_back({mailbox, std::make_shared<LaneGroup>()});
  return parts_.back().group;
}

void Fanout::add(const std::shared_ptr<WebSocket>& socket) {
  socket->mailbox_->post([group = std::static_pointer_cast<LaneGroup>(group_of(socket->mailbox_)), socket] {
    group->add(socket->session_.lock());
  });
}

void Fanout::remove(const std::shared_ptr<WebSocket>& socket) {
  socket->mailbox_->post([group = std::static_pointer_cast<LaneGroup>(group_of(socket->mailbox_)), socket] {
    group->remove(socket->session_.lock());
  });
}

void Fanout::publish(const Frame& frame) {
  const std::lock_guard lock(mutex_);
  for (const Part& part : parts_) part.mailbox->publish(part.group, frame);
}

}  // namespace troupe::api::http
