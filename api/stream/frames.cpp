/// Frames as text.

#include "api/stream/frames.hpp"

#include "api/wire/codec/escape.hpp"

namespace troupe::api::stream {

std::string hello_frame(std::string_view region, std::string_view account, int heartbeat_seconds) {
  std::string out = R"({"type":"hello","version":1,"region":)";
  wire::write_string(region, out);
  out += R"(,"account":)";
  wire::write_string(account, out);
  return out + R"(,"heartbeatSeconds":)" + std::to_string(heartbeat_seconds) + "}";
}

std::string resumed_frame(std::uint64_t from, std::uint64_t sequence) {
  return R"({"type":"resumed","from":)" + std::to_string(from) + R"(,"sequence":)" +
         std::to_string(sequence) + "}";
}

std::string gap_frame(std::uint64_t from, std::uint64_t oldest, std::uint64_t sequence) {
  return R"({"type":"gap","from":)" + std::to_string(from) + R"(,"oldest":)" + std::to_string(oldest) +
         R"(,"sequence":)" + std::to_string(sequence) + "}";
}

std::string heartbeat_frame(std::uint64_t sequence) {
  return R"({"type":"heartbeat","sequence":)" + std::to_string(sequence) + "}";
}

void EventsFrame::add(std::string_view event) {
  next() += event;
}

std::string& EventsFrame::next() {
  if (!events_.empty()) events_ += ',';
  return events_;
}

std::string EventsFrame::events() const {
  return R"({"type":"events","events":[)" + events_ + "]}";
}

std::string EventsFrame::snapshot(std::uint64_t sequence, bool more) const {
  return R"({"type":"snapshot","sequence":)" + std::to_string(sequence) + R"(,"more":)" +
         (more ? "true" : "false") + R"(,"events":[)" + events_ + "]}";
}

}  // namespace troupe::api::stream
