#pragma once

/// A raw TCP client for tests of the server: sends any bytes, and waits for what
/// comes back with a deadline.

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::api::http::support {

/// Longest wait for anything that must happen.
inline constexpr int patience_ms = 10'000;

class RawClient {
 public:
  /// @param receive_buffer_bytes  0 leaves the kernel's default.
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return fd_ >= 0; }
  /// False when the peer has gone or takes nothing within the patience.
  bool send(std::string_view bytes);
  /// All bytes up to and including `end`; what came so far when the peer closes or time is over.
  std::string read_until(std::string_view end);
  /// One response: head and as much body as Content-Length says.
  std::string read_response();
  /// Exactly so many bytes, or fewer when the peer closes or time is over.
  std::string read_bytes(std::size_t count);
  /// True when the peer closes within the patience; drops what it still sends.
  bool closed_by_peer();
  void shut_down_sending();

 private:
  bool receive();
  int fd_ = -1;
  std::string received_;
  bool ended_ = false;
};

}  // namespace troupe::api::http::support
