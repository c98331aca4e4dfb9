#pragma once

/// The engine's API: JSON in and out, failures as values in the engine's own words.

#include "runtime/docker/engine_socket.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::runtime::docker {

struct EngineFacts {
  std::string name;            ///< "docker" or "podman"
  std::string version;         ///< "20.10.24"
  std::string api_version;     ///< Spoken with it.
  std::string cgroup_driver;   ///< "cgroupfs" or "systemd"
  std::string storage_driver;  ///< "overlay2", "vfs", …
};

class Engine {
 public:
  /// Asks who is there. unavailable: nobody.
  static Result<Engine> open(const std::string& socket);

  [[nodiscard]] const EngineFacts& facts() const { return facts_; }
  [[nodiscard]] bool is_podman() const { return facts_.name == "podman"; }
  [[nodiscard]] const EngineSocket& socket() const { return socket_; }
  /// `path` begins with '/' and is below the version.
  [[nodiscard]] std::string target(const std::string& path) const { return "/v" + facts_.api_version + path; }

  /// Null for an empty reply. 304, "it is so already", is success.
  [[nodiscard]] Result<boost::json::value> get(const std::string& path) const;
  Result<boost::json::value> post(const std::string& path, const boost::json::object& body = {},
                                  std::chrono::milliseconds deadline = std::chrono::minutes(2)) const;
  /// Gone already is success.
  Result<void> remove(const std::string& path) const;
  /// The status of a POST without a body, for those where 304 or 409 says something.
  Result<HttpReply> post_for_status(const std::string& path,
                                    std::chrono::milliseconds deadline = std::chrono::minutes(2)) const;

 private:
  explicit Engine(EngineSocket socket) : socket_(std::move(socket)) {}
  [[nodiscard]] Result<boost::json::value> exchange(HttpRequest request) const;

  EngineSocket socket_;
  EngineFacts facts_;
};

/// What a status and its body say: the engine's message, in one line.
Failure engine_failure(const HttpReply& reply);
/// What the engine says when a container does not start, as Docker's users know it.
Failure start_failure(const Failure& said);
/// What it says when a port of the host is taken: conflict.
Failure port_failure(const Failure& said);

/// The value at a JSON pointer ("/State/Pid"), or what an absent one means.
std::string text_at(const boost::json::value& from, std::string_view pointer);
std::int64_t number_at(const boost::json::value& from, std::string_view pointer);
bool flag_at(const boost::json::value& from, std::string_view pointer);
std::vector<std::string> texts_at(const boost::json::value& from, std::string_view pointer);

/// Text for a query or a path's segment: everything but letters, digits and -._~/:@ as %XX.
std::string url_encoded(std::string_view text);

}  // namespace troupe::runtime::docker
