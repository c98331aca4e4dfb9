/// The load generator.

#include "tools/bench/http_load.hpp"

#include "runtime/process/files.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
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

constexpr std::string_view end_of_answer_head = "\r\n\r\n";
constexpr std::string_view length_name = "\r\nContent-Length: ";
constexpr int answer_deadline_ms = 10'000;

struct LoadConnection {
  Descriptor socket;
  std::string_view request;
  std::string received;
  Clock::time_point sent;
};

/// Bytes of a complete answer at the beginning of `text`; 0 while it is not complete.
std::size_t answer_length(std::string_view text) {
  const auto head = text.find(end_of_answer_head);
  if (head == std::string_view::npos) return 0;
  const auto found = text.substr(0, head).find(length_name);
  std::size_t body = 0;
  if (found != std::string_view::npos) {
    const auto* const digits = text.data() + found + length_name.size();
    std::from_chars(digits, text.data() + head, body);
  }
  const auto length = head + end_of_answer_head.size() + body;
  return text.size() >= length ? length : 0;
}

class Generator {
 public:
  explicit Generator(const HttpLoad& load) : load_(load), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

  Result<void> connect();
  Result<HttpLoadResult> run();

 private:
  static Result<void> send(LoadConnection& connection);
  Result<void> receive(LoadConnection& connection);
  void take(const LoadConnection& connection, std::string_view answer, Clock::time_point now);

  const HttpLoad& load_;
  Descriptor epoll_;
  std::vector<LoadConnection> connections_;
  HttpLoadResult result_;
  Clock::time_point counts_from_;
  Clock::time_point ends_;
  std::size_t under_way_ = 0;
};

Result<void> Generator::connect() {
  for (const auto& request : load_.requests) {
    const auto socket = api::http::dial(load_.endpoint, std::chrono::seconds{5});
    if (!socket) return Failure{FailureKind::unavailable, socket.error().message};
    connections_.push_back({Descriptor(*socket), request, {}, {}});
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.u64 = connections_.size() - 1;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, *socket, &wanted) != 0) {
      return runtime::errno_failure("cannot wait for a socket", errno);
    }
  }
  return {};
}

/// Small requests fit into an empty socket's buffer at once.
Result<void> Generator::send(LoadConnection& connection) {
  connection.sent = Clock::now();
  const auto count =
      ::send(connection.socket.get(), connection.request.data(), connection.request.size(), MSG_NOSIGNAL);
  if (count == static_cast<ssize_t>(connection.request.size())) return {};
  return runtime::errno_failure("cannot send a request", count < 0 ? errno : EAGAIN);
}

void Generator::take(const LoadConnection& connection, std::string_view answer, Clock::time_point now) {
  const bool good = answer.substr(0, answer.find('\r')).find(" 200") != std::string_view::npos;
  if (!good) {
    if (result_.refused++ == 0) result_.refusal = answer;
  } else if (now >= counts_from_ && now <= ends_) {
    result_.latencies.add(now - connection.sent);
  }
}

Result<void> Generator::receive(LoadConnection& connection) {
  std::array<char, 16384> chunk;
  const auto count = recv(connection.socket.get(), chunk.data(), chunk.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (count <= 0) return Failure{FailureKind::unavailable, "the server closed a connection"};
  std::string_view text{chunk.data(), static_cast<std::size_t>(count)};
  if (!connection.received.empty()) {
    connection.received += text;
    text = connection.received;
  }
  const auto length = answer_length(text);
  if (length == 0) {
    if (connection.received.empty()) connection.received = text;
    return {};
  }
  const auto now = Clock::now();
  take(connection, text.substr(0, length), now);
  connection.received.clear();
  if (now < ends_) return send(connection);
  --under_way_;
  return {};
}

Result<HttpLoadResult> Generator::run() {
  const auto begun = Clock::now();
  counts_from_ = begun + load_.warm_up;
  ends_ = counts_from_ + load_.duration;
  for (auto& connection : connections_) {
    if (const auto sent = send(connection); !sent) return sent.error();
  }
  under_way_ = connections_.size();
  std::array<epoll_event, 64> ready;
  while (under_way_ > 0) {
    const int count = epoll_wait(epoll_.get(), ready.data(), ready.size(), answer_deadline_ms);
    if (count < 0 && errno != EINTR) return runtime::errno_failure("cannot wait for answers", errno);
    if (count == 0) return Failure{FailureKind::unavailable, "the server does not answer any more"};
    for (int i = 0; i < count; ++i) {
      auto& connection = connections_[ready[static_cast<std::size_t>(i)].data.u64];
      if (const auto received = receive(connection); !received) return received.error();
    }
  }
  result_.seconds = std::chrono::duration<double>(load_.duration).count();
  return std::move(result_);
}

}  // namespace

Result<HttpLoadResult> run_load(const HttpLoad& load) {
  Generator generator{load};
  if (const auto connected = generator.connect(); !connected) return connected.error();
  return generator.run();
}

std::string wire_form(const api::http::Request& request) {
  std::string bytes = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& header : request.headers) bytes += header.name + ": " + header.value + "\r\n";
  if (!request.body.empty()) bytes += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return bytes + "\r\n" + request.body;
}

}  // namespace troupe::tools::bench
