/// The blocking HTTP client: poll for time, Beast's parser for the answers.

#include "api/http/client.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace troupe::api::http {
namespace {

using Kind = NetworkFailure::Kind;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t answer_bytes_max = 256 << 20;  // Of a server we trust; a limit nevertheless.

NetworkFailure failure(Kind kind, std::string message) {
  return {kind, std::move(message)};
}

NetworkFailure errno_failure(const std::string& what, int error) {
  return failure(error == ECONNREFUSED ? Kind::refused : Kind::failed,
                 what + ": " + std::generic_category().message(error));
}

/// True when `events` are there before the deadline.
bool wait_for(int fd, short events, SteadyTime deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd ready{fd, events, 0};
    const int count = poll(&ready, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000)));
    if (count > 0) return true;
    if (count == 0 && left <= 0) return false;
    if (count < 0 && errno != EINTR) return false;
  }
}

/// A connected descriptor, or the negated errno.
int dial_one(const addrinfo& address, SteadyTime deadline) {
  const int fd = socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int error = connect(fd, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    socklen_t length = sizeof error;
    if (!wait_for(fd, POLLOUT, deadline)) {
      error = ETIMEDOUT;
    } else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) {
      error = errno;
    }
  }
  if (error != 0) {
    close(fd);
    return -error;
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

std::string head_of(const Request& request, const Endpoint& endpoint) {
  std::string head = request.method + " " + request.target + " HTTP/1.1\r\n";
  const auto add = [&head](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  for (const Header& header : request.headers) add(header.name, header.value);
  if (request.header("Host") == nullptr) add("Host", endpoint.authority());
  if (request.header("Content-Length") == nullptr && (!request.body.empty() || request.method == "POST")) {
    add("Content-Length", std::to_string(request.body.size()));
  }
  return head + "\r\n";
}

}  // namespace

std::string Endpoint::authority() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  const std::string name = ipv6 ? "[" + host + "]" : host;
  return port == 80 ? name : name + ":" + std::to_string(port);
}

NetworkResult<Endpoint> Endpoint::parse(std::string_view url) {
  const NetworkFailure bad = failure(Kind::failed, "not an address of a server: " + std::string{url});
  for (const std::string_view scheme : {"http://", "ws://"}) {
    if (url.starts_with(scheme)) url.remove_prefix(scheme.size());
  }
  url = url.substr(0, url.find_first_of("/?"));
  Endpoint endpoint;
  std::string_view port;
  if (url.starts_with('[')) {
    const std::size_t end = url.find(']');
    if (end == std::string_view::npos) return bad;
    endpoint.host = url.substr(1, end - 1);
    port = url.substr(end + 1);
  } else {
    endpoint.host = url.substr(0, url.find(':'));
    port = url.substr(endpoint.host.size());
  }
  if (endpoint.host.empty()) return bad;
  if (port.empty()) return endpoint;
  const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), endpoint.port);
  if (port.front() != ':' || error != std::errc{} || end != port.data() + port.size()) return bad;
  return endpoint;
}

NetworkResult<int> dial(const Endpoint& endpoint, std::chrono::milliseconds timeout) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + timeout;
  const std::string where = "cannot connect to " + endpoint.authority();
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error =
          getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
      error != 0) {
    return failure(Kind::failed, where + ": " + gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  int last = EADDRNOTAVAIL;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    const int fd = dial_one(*each, deadline);
    if (fd >= 0) return fd;
    last = -fd;
  }
  if (last == ETIMEDOUT) return failure(Kind::timed_out, where + ": timed out");
  return errno_failure(where, last);
}

void HttpClient::disconnect() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

/// Between requests nothing may come; if something did, it is the end of the connection.
bool HttpClient::stale() const {
  pollfd ready{fd_, POLLIN, 0};
  return poll(&ready, 1, 0) != 0;
}

NetworkResult<Response> HttpClient::exchange(const Request& request, std::chrono::milliseconds timeout) {
  const Deadline deadline = std::chrono::steady_clock::now() + timeout;
  if (fd_ >= 0 && stale()) disconnect();
  if (fd_ < 0) {
    const auto fd = dial(endpoint_, timeout);
    if (!fd) return fd.error();
    fd_ = *fd;
  }
  const auto sent = send(head_of(request, endpoint_) + request.body, deadline);
  // A server may refuse a body early and say why: read on even if it took not all.
  auto answer = !sent && sent.error().kind == Kind::timed_out ? NetworkResult<Response>{sent.error()}
                                                              : receive(request, deadline);
  if (!sent || !answer) disconnect();
  return answer;
}

NetworkResult<void> HttpClient::send(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      if (!wait_for(fd_, POLLOUT, deadline))
        return failure(Kind::timed_out, "the server takes no more of the request");
    } else if (errno != EINTR) {
      return errno_failure("cannot send", errno);
    }
  }
  return {};
}

NetworkResult<Response> HttpClient::receive(const Request& request, Deadline deadline) {
  namespace beast_http = boost::beast::http;
  beast_http::response_parser<beast_http::string_body> parser;
  parser.eager(true);
  parser.body_limit(answer_bytes_max);
  if (request.method == "HEAD") parser.skip(true);
  boost::system::error_code error;
  std::string pending;
  std::array<char, 16384> chunk{};
  while (!parser.is_done()) {
    if (!wait_for(fd_, POLLIN, deadline))
      return failure(Kind::timed_out, "the server did not answer in time");
    const ssize_t count = recv(fd_, chunk.data(), chunk.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0) return errno_failure("cannot receive", errno);
    if (count == 0) {
      parser.put_eof(error);
      if (error || !parser.is_done())
        return failure(Kind::closed, "the server closed the connection without an answer");
      break;
    }
    pending.append(chunk.data(), static_cast<std::size_t>(count));
    while (!pending.empty() && !parser.is_done()) {
      const std::size_t used = parser.put(boost::asio::buffer(pending), error);
      pending.erase(0, used);
      if (error == beast_http::error::need_more || used == 0) break;
      if (error) return failure(Kind::failed, "the answer is not valid HTTP: " + error.message());
    }
    // "100 Continue" and its kin announce the answer, they are none.
    if (parser.is_done() && parser.get().result_int() < 200) {
      return failure(Kind::failed, "the server announces an answer that was not asked for");
    }
  }
  auto message = parser.release();
  Response response;
  response.status = message.result_int();
  for (const auto& field : message.base()) {
    response.headers.push_back({std::string{field.name_string()}, std::string{field.value()}});
  }
  response.content_type = message[beast_http::field::content_type];
  response.body = std::move(message.body());
  if (!message.keep_alive() || !pending.empty()) disconnect();
  return response;
}

}  // namespace troupe::api::http
