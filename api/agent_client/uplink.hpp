#pragma once

/// An agent's way to its control plane, as little of it as the actors need: signed calls and
/// sessions. Tests play it; network_uplink.hpp is the real one.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace troupe::api::agent_client {

/// What came of a call.
struct CallAnswer {
  unsigned status = 0;  ///< 0: there was no answer.
  std::string body;     ///< JSON; without an answer, why there is none.
};

/// How a session ended, or why it never began.
struct LinkEnd {
  std::uint16_t code = 0;  ///< WebSocket's; 0: the upgrade failed.
  std::string why;         ///< One line; the body of a refused upgrade is in it.
};

/// Called from the link's own thread; `on_end` exactly once, last.
struct LinkHandlers {
  std::function<void()> on_open;
  std::function<void(std::string frame)> on_frame;
  std::function<void(LinkEnd end)> on_end;
};

/// One session. Both may be called from any thread; after the end they do nothing.
class Link {
 public:
  Link() = default;
  virtual ~Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  virtual void send(std::string frame) = 0;
  virtual void close() = 0;
};

enum class Framing : std::uint8_t {
  plain,        ///< ACS.
  signed_each,  ///< TCS: each frame stands behind headers that sign it.
};

class Uplink {
 public:
  Uplink() = default;
  virtual ~Uplink() = default;
  Uplink(const Uplink&) = delete;
  Uplink& operator=(const Uplink&) = delete;

  /// Performs one operation of the API, "RegisterContainerInstance". `done` is called once, from
  /// any thread; never when the uplink ends before.
  virtual void call(std::string operation, std::string body, std::function<void(CallAnswer)> done) = 0;
  /// Opens a session at "http://host:port/path?query".
  virtual std::shared_ptr<Link> open(const std::string& url, Framing framing, LinkHandlers handlers) = 0;
};

}  // namespace troupe::api::agent_client
