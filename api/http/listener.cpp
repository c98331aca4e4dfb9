/// socket, bind, listen and accept4.

#include "api/http/listener.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace troupe::api::http {
namespace {

NetworkFailure failure(const std::string& host, std::uint16_t port, int error) {
  const auto kind = error == EADDRINUSE ? NetworkFailure::Kind::address_in_use : NetworkFailure::Kind::failed;
  const std::string why =
      error == EADDRINUSE ? "address already in use" : std::generic_category().message(error);
  return {kind, "cannot listen on " + host + ":" + std::to_string(port) + ": " + why};
}

std::uint16_t port_of(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

int listen_on(const addrinfo& address) {
  const int fd = socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  const int on = 1;
  // Connections of a daemon that ended a moment ago must not keep the next one from its port.
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, address.ai_addr, address.ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0) return fd;
  const int error = errno;
  close(fd);
  return -error;
}

}  // namespace

NetworkResult<Listener> open_listener(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  if (const int error = getaddrinfo(host.c_str(), service.c_str(), &hints, &found); error != 0) {
    return NetworkFailure{NetworkFailure::Kind::failed,
                          "cannot listen on " + host + ":" + service + ": " + gai_strerror(error)};
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  // A name with both kinds of address means its IPv4 one, which clients try in every setting.
  const addrinfo* chosen = found;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (each->ai_family == AF_INET) {
      chosen = each;
      break;
    }
  }
  const int fd = listen_on(*chosen);
  if (fd < 0) return failure(host, port, -fd);
  return Listener{fd, chosen->ai_family, port_of(fd)};
}

Accepted accept_from(int listener_fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  Accepted accepted;
  accepted.fd =
      accept4(listener_fd, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (accepted.fd < 0) {
    accepted.error = errno;
    return accepted;
  }
  const int on = 1;
  setsockopt(accepted.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* where =
      address.ss_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr)
          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(&address)->sin_addr);
  if (inet_ntop(address.ss_family, where, text.data(), text.size()) != nullptr) accepted.peer = text.data();
  return accepted;
}

}  // namespace troupe::api::http
