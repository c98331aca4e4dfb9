#pragma once

/// HTTP/1.1 over the engine's Unix socket: one connection for each request, every
/// one with a deadline. Knows nothing of what is asked.

#include "runtime/result.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::runtime::docker {

struct HttpRequest {
  std::string method = "GET";
  std::string target;  ///< Path and query.
  std::string body{};
  std::string content_type = "application/json";
  std::string registry_auth{};  ///< X-Registry-Auth, when not empty.
  std::chrono::milliseconds deadline{60'000};
};

struct HttpReply {
  unsigned status = 0;
  std::string body{};
  std::string server{};       ///< "Docker/20.10.24 (linux)", "Libpod/4.3.1 (linux)"
  std::string api_version{};  ///< The newest that it speaks.
};

/// Ends a stream from another thread. May be used for one stream after the other.
class StreamStop {
 public:
  StreamStop();
  ~StreamStop();
  StreamStop(const StreamStop&) = delete;
  StreamStop& operator=(const StreamStop&) = delete;
  /// The stream that runs, and each later one, ends soon.
  void stop();
  [[nodiscard]] bool stopped() const;

 private:
  friend class EngineSocket;
  struct State;
  std::shared_ptr<State> state_;
};

/// What a caller of stream() wants to know; `opened` may be empty.
struct StreamEvents {
  std::function<void()> opened;  ///< The engine has answered with 2xx.
  std::function<void(std::string_view)> bytes;
};

class EngineSocket {
 public:
  explicit EngineSocket(std::string path) : path_(std::move(path)) {}

  /// unavailable when nobody answers in time; any status is a reply.
  [[nodiscard]] Result<HttpReply> call(const HttpRequest& request) const;

  /// Hands on the body of a 2xx reply as it comes; that of another is in the
  /// reply. A deadline of 0 is none; then `stop` ends it.
  Result<HttpReply> stream(const HttpRequest& request, const StreamEvents& events,
                           StreamStop* stop = nullptr) const;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace troupe::runtime::docker
