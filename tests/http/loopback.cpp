/// Plain sockets and poll.

#include "tests/http/loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace troupe::api::http::support {

RawClient::RawClient(std::uint16_t port, int receive_buffer_bytes) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer_bytes > 0) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(fd_);
    fd_ = -1;
  }
}

RawClient::~RawClient() {
  if (fd_ >= 0) close(fd_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd ready{fd_, POLLOUT, 0};
    if (poll(&ready, 1, patience_ms) != 1) return false;
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::receive() {
  pollfd ready{fd_, POLLIN, 0};
  if (ended_ || poll(&ready, 1, patience_ms) != 1) return false;
  std::array<char, 65536> chunk{};
  const ssize_t count = recv(fd_, chunk.data(), chunk.size(), 0);
  if (count <= 0) {
    ended_ = true;
    return false;
  }
  received_.append(chunk.data(), static_cast<std::size_t>(count));
  return true;
}

std::string RawClient::read_bytes(std::size_t count) {
  while (received_.size() < count && receive()) {
  }
  std::string out = received_.substr(0, count);
  received_.erase(0, out.size());
  return out;
}

std::string RawClient::read_until(std::string_view end) {
  while (received_.find(end) == std::string::npos && receive()) {
  }
  const std::size_t at = received_.find(end);
  return read_bytes(at == std::string::npos ? received_.size() : at + end.size());
}

std::string RawClient::read_response() {
  std::string head = read_until("\r\n\r\n");
  const std::size_t at = head.find("Content-Length: ");
  if (at == std::string::npos) return head;
  return head + read_bytes(std::strtoul(head.c_str() + at + 16, nullptr, 10));
}

bool RawClient::closed_by_peer() {
  while (receive()) {
  }
  return ended_;
}

void RawClient::shut_down_sending() {
  shutdown(fd_, SHUT_WR);
}

}  // namespace troupe::api::http::support
