#pragma once

/// Frames of agents' sessions: `{"type":"HeartbeatMessage","message":{…}}`.
///
/// TCS's agents put a block of HTTP header lines and an empty line before each frame,
/// with a signature over it; frames to agents never have one.

#include "api/wire/codec/codec.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe::api::wire {

/// A frame whose message is a `T`.
template <class T>
std::string write_frame(std::string_view type, const T& message) {
  std::string out = R"({"type":")";
  out.append(type).append(R"(","message":)");
  encode(message, Form::api, out);
  return out += '}';
}

struct FrameText {
  std::string type;
  std::string message;  ///< JSON, for `decode`; "{}" when the frame has none.
};

/// SerializationException when it is no frame.
core::Result<FrameText> read_frame(std::string_view frame);

/// What stands before a frame, and the frame.
struct SignedFrame {
  std::string_view headers;  ///< Without the empty line; empty when there are none.
  std::string_view body;
};

/// Cuts at the first empty line, unless the text begins with a frame.
SignedFrame split_headers(std::string_view text);

}  // namespace troupe::api::wire
