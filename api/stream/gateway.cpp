/// The gateway actor.

#include "api/stream/gateway.hpp"

#include "api/stream/event_json.hpp"
#include "api/stream/frames.hpp"

#include <spdlog/spdlog.h>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <limits>
#include <map>
#include <optional>

namespace troupe::api::stream {
namespace {

/// Events that a joining client has still to be sent, oldest first.
struct Backlog {
  std::shared_ptr<const std::vector<core::EventPtr>> events;
  std::size_t next = 0;
  std::uint64_t sequence = 0;  ///< Where the client stands when all are sent.
  bool is_snapshot = false;

  [[nodiscard]] bool done() const { return !events || next == events->size(); }
};

struct Client {
  ClientJoined joined;
  std::string channel;
  Backlog backlog;
  bool live = false;  ///< In the channel's fan-out.
};

/// All live clients with the same filter.
struct Channel {
  EventFilter filter;
  std::unique_ptr<http::Fanout> fanout = std::make_unique<http::Fanout>();
  std::size_t clients = 0;
};

http::Frame frame(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

class Gateway : public GatewayActor::base {
 public:
  Gateway(caf::actor_config& config, EventStreamActor stream, GatewayOptions options)
      : GatewayActor::base(config), stream_(std::move(stream)), options_(std::move(options)) {}

  void on_exit() override {
    for (auto& [id, client] : clients_)
      client.joined.socket->close(http::close_code::going_away, "stream ends");
    clients_.clear();
    channels_.clear();
  }

  const char* name() const override { return "event_gateway"; }

  behavior_type make_behavior() override {
    subscribe_to_all();
    delayed_send(this, options_.heartbeat, HeartbeatDue{});
    return {
        [this](const ClientJoined& joined) { on_joined(joined); },
        [this](const ClientDrained& drained) { on_drained(drained.client); },
        [this](const ClientLeft& left) { on_left(left); },
        [this](const EventsHappened& news) { publish(*news.events); },
        [this](HeartbeatDue) { on_heartbeat(); },
    };
  }

 private:
  void subscribe_to_all();
  void on_joined(const ClientJoined& joined);
  void on_drained(std::uint64_t id);
  void on_left(const ClientLeft& left);
  void on_heartbeat();
  void publish(const std::vector<core::EventPtr>& events);

  /// Asks the event stream what the client has missed; `from` absent: a snapshot.
  void fetch(std::uint64_t id, std::optional<std::uint64_t> from);
  void on_fetched(std::uint64_t id, std::optional<std::uint64_t> from, const Subscribed& reply);
  void announce(Client& client, std::optional<std::uint64_t> from, const Subscribed& reply);
  /// Sends some pages; false when the client must take them first.
  bool send_backlog(Client& client);
  /// Absent when nothing of what is left is told to this client.
  std::optional<std::string> next_page(const Client& client, Backlog& backlog) const;
  void go_live(Client& client);
  void tell(const Client& client, std::string text);
  void tell(const Channel& channel, const http::Frame& text);

  EventStreamActor stream_;
  GatewayOptions options_;
  std::map<std::uint64_t, Client> clients_;
  std::map<std::string, Channel> channels_;
  std::uint64_t last_sequence_ = 0;
  core::EventGatewayFigures figures_;
};

/// From the future, so that the answer holds no events.
constexpr auto no_history = std::numeric_limits<std::uint64_t>::max();

void Gateway::subscribe_to_all() {
  const auto self = caf::actor_cast<caf::weak_actor_ptr>(GatewayActor{this});
  const EventSink sink = [self](const std::vector<core::EventPtr>& events) {
    const auto gateway = self.lock();
    if (!gateway) return false;
    caf::anon_send(caf::actor_cast<GatewayActor>(gateway),
                   EventsHappened{std::make_shared<const std::vector<core::EventPtr>>(events)});
    return true;
  };
  monitor(stream_);
  set_down_handler([this](const caf::down_msg&) {
    spdlog::error("events gateway ends: the event stream has ended");
    quit(caf::exit_reason::remote_link_unreachable);
  });
  request(stream_, caf::infinite, Subscribe{no_history, {}, std::make_shared<const EventSink>(sink)})
      .then([this](const Subscribed& reply) { last_sequence_ = std::max(last_sequence_, reply.sequence); },
            [this](const caf::error& error) { quit(error); });
}

void Gateway::tell(const Client& client, std::string text) {
  client.joined.socket->send(frame(std::move(text)));
  ++figures_.frames;
}

void Gateway::tell(const Channel& channel, const http::Frame& text) {
  channel.fanout->publish(text);
  figures_.frames += channel.clients;
}

void Gateway::on_joined(const ClientJoined& joined) {
  Client client{joined, joined.subscription.channel(), {}, false};
  clients_.emplace(joined.client, std::move(client));
  ++figures_.subscribers;
  options_.show(figures_);
  fetch(joined.client, joined.subscription.from);
}

void Gateway::fetch(std::uint64_t id, std::optional<std::uint64_t> from) {
  static const auto nowhere =
      std::make_shared<const EventSink>([](const std::vector<core::EventPtr>&) { return false; });
  const auto& filter = clients_.at(id).joined.subscription.filter;
  request(stream_, caf::infinite, Subscribe{from, filter, nowhere})
      .then(
          [this, id, from](const Subscribed& reply) {
            send(stream_, Unsubscribe{reply.subscription});
            on_fetched(id, from, reply);
          },
          [this](const caf::error& error) { quit(error); });
}

void Gateway::on_fetched(std::uint64_t id, std::optional<std::uint64_t> from, const Subscribed& reply) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  auto& client = found->second;
  client.backlog = {reply.missed, 0, reply.sequence, reply.snapshot != nullptr};
  if (reply.snapshot) client.backlog.events = {reply.snapshot, &reply.snapshot->latest};
  announce(client, from, reply);
  if (send_backlog(client)) go_live(client);
}

void Gateway::announce(Client& client, std::optional<std::uint64_t> from, const Subscribed& reply) {
  const bool first = client.joined.subscription.from == from;
  if (reply.gap) {
    tell(client, gap_frame(*from, reply.oldest_retained, reply.sequence));
  } else if (from && first) {
    tell(client, resumed_frame(*from, reply.sequence));
  }
}

bool Gateway::send_backlog(Client& client) {
  auto& backlog = client.backlog;
  auto& paging = *client.joined.paging;
  // A snapshot is told even when nothing exists; missed events may be none.
  bool owed = backlog.is_snapshot || !backlog.done();
  for (std::size_t sent = 1; owed; ++sent) {
    auto page = next_page(client, backlog);
    owed = !backlog.done();
    if (!page) break;
    const bool burst_ends = sent > options_.burst_frames;
    // Before the frame, so that its draining cannot be missed.
    if (burst_ends) paging.store(true);
    tell(client, *std::move(page));
    if (burst_ends) return false;
  }
  return true;
}

std::optional<std::string> Gateway::next_page(const Client& client, Backlog& backlog) const {
  EventsFrame page;
  while (!backlog.done() && page.bytes() < options_.page_bytes) {
    const auto& event = *(*backlog.events)[backlog.next++];
    if (!passes(client.joined.subscription.filter, event.event.body)) continue;
    append_event(options_.realm, event, page.next());
  }
  if (backlog.is_snapshot) return page.snapshot(backlog.sequence, !backlog.done());
  return page.empty() ? std::nullopt : std::optional{page.events()};
}

void Gateway::on_drained(std::uint64_t id) {
  const auto found = clients_.find(id);
  if (found == clients_.end() || found->second.live) return;
  auto& client = found->second;
  const auto reached = client.backlog.sequence;
  if (!client.backlog.done() && !send_backlog(client)) return;
  client.backlog = {};
  fetch(id, reached);
}

void Gateway::go_live(Client& client) {
  client.backlog = {};
  client.live = true;
  auto& channel = channels_[client.channel];
  channel.filter = client.joined.subscription.filter;
  ++channel.clients;
  channel.fanout->add(client.joined.socket);
}

void Gateway::on_left(const ClientLeft& left) {
  const auto found = clients_.find(left.client);
  if (found == clients_.end()) return;
  const auto& client = found->second;
  if (client.live) {
    const auto channel = channels_.find(client.channel);
    channel->second.fanout->remove(client.joined.socket);
    if (--channel->second.clients == 0) channels_.erase(channel);
  }
  clients_.erase(found);
  --figures_.subscribers;
  figures_.slow_readers += left.was_slow ? 1 : 0;
  options_.show(figures_);
}

void Gateway::publish(const std::vector<core::EventPtr>& events) {
  if (!events.empty()) last_sequence_ = events.back()->sequence;
  if (channels_.empty()) return;
  std::vector<std::string> texts(events.size());
  for (auto& [key, channel] : channels_) {
    EventsFrame out;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto& body = events[i]->event.body;
      if (!passes(channel.filter, body)) continue;
      if (texts[i].empty()) append_event(options_.realm, *events[i], texts[i]);
      out.add(texts[i]);
    }
    if (!out.empty()) tell(channel, frame(out.events()));
  }
  options_.show(figures_);
}

void Gateway::on_heartbeat() {
  const auto beat = frame(heartbeat_frame(last_sequence_));
  for (auto& [key, channel] : channels_) tell(channel, beat);
  options_.show(figures_);
  delayed_send(this, options_.heartbeat, HeartbeatDue{});
}

}  // namespace

GatewayActor spawn_gateway(caf::actor_system& system, EventStreamActor stream, GatewayOptions options) {
  return system.spawn<Gateway>(std::move(stream), std::move(options));
}

}  // namespace troupe::api::stream
