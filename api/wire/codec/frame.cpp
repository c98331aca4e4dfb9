/// Reading of frames' outer form.

#include "api/wire/codec/frame.hpp"

#include <simdjson.h>

namespace troupe::api::wire {
namespace {

core::Error no_frame(std::string why) {
  return {core::ErrorCode::serialization, std::move(why)};
}

}  // namespace

core::Result<FrameText> read_frame(std::string_view frame) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(frame.data(), frame.size()).get(object) != simdjson::SUCCESS) {
    return no_frame("The frame is not a JSON object");
  }
  std::string_view type;
  if (object["type"].get(type) != simdjson::SUCCESS) return no_frame("The frame has no type");
  FrameText read{std::string{type}, "{}"};
  simdjson::dom::element message;
  if (object["message"].get(message) != simdjson::SUCCESS || message.is_null()) return read;
  if (!message.is_object()) return no_frame("The frame's message is not an object");
  read.message = simdjson::minify(message);
  return read;
}

SignedFrame split_headers(std::string_view text) {
  if (text.starts_with('{')) return {{}, text};
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return {{}, text};
  return {text.substr(0, end), text.substr(end + 4)};
}

}  // namespace troupe::api::wire
