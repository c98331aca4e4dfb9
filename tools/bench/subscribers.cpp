/// Reading events from many sockets.

#include "tools/bench/subscribers.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <poll.h>
#include <pthread.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>

namespace troupe::tools::bench {
namespace {

using runtime::Descriptor;
using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;

constexpr std::size_t chunk_bytes = 256 << 10;
constexpr int handshake_ms = 10'000;
constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::string_view events_begin = R"({"type":"events")";
constexpr std::string_view snapshot_begin = R"({"type":"snapshot")";
constexpr std::string_view snapshot_ends = R"("more":false,"events":)";
constexpr std::string_view sequence_begins = R"({"sequence":)";

/// One frame of a server: never masked, never longer than fits into memory.
/// Source: RFC 6455 section 5.2.
struct FrameView {
  std::string_view payload;
  std::size_t length = 0;  ///< With its head; 0: not complete.
};

FrameView frame_of(std::string_view bytes) {
  if (bytes.size() < 2) return {};
  std::size_t length = static_cast<unsigned char>(bytes[1]) & 0x7FU;
  const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (bytes.size() < 2 + more) return {};
  if (more > 0) length = 0;
  for (std::size_t i = 0; i < more; ++i) length = length << 8U | static_cast<unsigned char>(bytes[2 + i]);
  if (bytes.size() < 2 + more + length) return {};
  return {bytes.substr(2 + more, length), 2 + more + length};
}

}  // namespace

Result<std::unique_ptr<Subscribers>> Subscribers::connect(const api::http::Endpoint& endpoint,
                                                          std::size_t count, const CommitTimes& times) {
  std::unique_ptr<Subscribers> all{new Subscribers(times)};
  all->epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
  all->chunk_.resize(chunk_bytes);
  all->clients_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto added = all->add(endpoint); !added) return added.error();
  }
  all->thread_ = std::thread{[self = all.get()] { self->follow(); }};
  return all;
}

Result<void> Subscribers::add(const api::http::Endpoint& endpoint) {
  const auto socket = api::http::dial(endpoint, std::chrono::seconds{5});
  if (!socket) return Failure{FailureKind::unavailable, socket.error().message};
  Client client{Descriptor(*socket), {}};
  const std::string request = "GET /events HTTP/1.1\r\nHost: " + endpoint.authority() +
                              "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  if (::send(*socket, request.data(), request.size(), MSG_NOSIGNAL) < 0) {
    return runtime::errno_failure("cannot ask for /events", errno);
  }
  std::string head;
  while (head.find(end_of_head) == std::string::npos) {
    pollfd ready{*socket, POLLIN, 0};
    const auto count = poll(&ready, 1, handshake_ms) > 0 ? recv(*socket, chunk_.data(), chunk_.size(), 0) : 0;
    if (count <= 0) return Failure{FailureKind::unavailable, "/events: no answer to the handshake"};
    head.append(chunk_.data(), static_cast<std::size_t>(count));
  }
  if (!head.starts_with("HTTP/1.1 101")) return Failure{FailureKind::failed, "/events: " + head};
  client.pending = head.substr(head.find(end_of_head) + end_of_head.size());
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLET;
  wanted.data.u64 = clients_.size();
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, *socket, &wanted) != 0) {
    return runtime::errno_failure("cannot wait for a socket", errno);
  }
  clients_.push_back(std::move(client));
  return {};
}

/// Looks without sleeping: a thousand subscribers elsewhere would not cost the
/// server a wake-up of this thread with each frame. The core it spins on is given
/// up whenever another thread wants it.
void Subscribers::follow() {
  std::array<epoll_event, 256> ready;
  for (auto& client : clients_) take_frames(client, {}, Clock::now());
  while (!ends_) {
    const int count = epoll_wait(epoll_.get(), ready.data(), ready.size(), 0);
    for (int i = 0; i < count; ++i) read(clients_[ready[static_cast<std::size_t>(i)].data.u64]);
    if (count == 0) std::this_thread::yield();
  }
}

/// Until nothing is left: edge-triggered, it is told of a socket only once.
void Subscribers::read(Client& client) {
  for (auto full = true; full;) {
    const auto count = recv(client.socket.get(), chunk_.data(), chunk_.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      client.socket.close();
      ++lost_;
      return;
    }
    full = static_cast<std::size_t>(count) == chunk_.size();
    bytes_ += static_cast<std::uint64_t>(count);
    take_frames(client, {chunk_.data(), static_cast<std::size_t>(count)}, Clock::now());
  }
}

/// What came before it was cut in the middle of a frame goes before `bytes`.
void Subscribers::take_frames(Client& client, std::string_view bytes, Clock::time_point when) {
  if (!client.pending.empty()) bytes = client.pending.append(bytes);
  for (auto frame = frame_of(bytes); frame.length > 0; frame = frame_of(bytes)) {
    take(frame.payload, when);
    bytes.remove_prefix(frame.length);
  }
  client.pending = std::string{bytes};
}

void Subscribers::take(std::string_view payload, Clock::time_point when) {
  if (payload.starts_with(snapshot_begin) && payload.find(snapshot_ends) != std::string_view::npos) ++live_;
  if (!payload.starts_with(events_begin)) return;
  bool any = false;
  for (auto at = payload.find(sequence_begins); at != std::string_view::npos;
       at = payload.find(sequence_begins, at + 1)) {
    std::uint64_t sequence = 0;
    std::from_chars(payload.data() + at + sequence_begins.size(), payload.data() + payload.size(), sequence);
    const auto committed = sequence > measured_after_ ? times_.of(sequence) : std::nullopt;
    if (!committed) continue;
    latencies_.add(when - *committed);
    ++received_;
    any = true;
  }
  if (any) ++frames_;
}

Nanos Subscribers::cpu_time() {
  clockid_t clock{};
  timespec used{};
  if (pthread_getcpuclockid(thread_.native_handle(), &clock) != 0) return {};
  clock_gettime(clock, &used);
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

Latencies Subscribers::finish() {
  ends_ = true;
  if (thread_.joinable()) thread_.join();
  return latencies_;
}

Subscribers::~Subscribers() {
  finish();
}

}  // namespace troupe::tools::bench
