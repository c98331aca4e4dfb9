#pragma once

/// The connection of a session, as little of it as a session needs: tests play it.

#include "api/http/message.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace troupe::api::agent_gateway {

/// An open connection. Both may be called from any thread; after the end they do nothing.
struct AgentSocket {
  std::function<void(std::string frame)> send;
  std::function<void(std::uint16_t code, std::string reason)> close;
};

/// An upgrade that waits for its answer: one of the two, once.
template <class Session>
struct PendingUpgrade {
  /// Frames go to `session` from now on. Absent when the client has gone.
  std::function<std::optional<AgentSocket>(const Session& session)> accept;
  std::function<void(http::Response)> refuse;
};

/// The connection has ended.
struct SocketClosed {
  std::uint16_t code = 0;
  std::string reason;
};

/// The agent sent what is no frame, or not its own.
struct FrameRefused {
  std::string exception;  ///< In the agent's words: "BadRequestException".
  std::string why;
};

}  // namespace troupe::api::agent_gateway
