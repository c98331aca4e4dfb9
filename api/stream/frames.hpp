#pragma once

/// The frames of the event stream's WebSocket as text. Their meaning is in the
/// README of this folder.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::api::stream {

std::string hello_frame(std::string_view region, std::string_view account, int heartbeat_seconds);
std::string resumed_frame(std::uint64_t from, std::uint64_t sequence);
/// @param oldest  The first event that is still retained.
std::string gap_frame(std::uint64_t from, std::uint64_t oldest, std::uint64_t sequence);
std::string heartbeat_frame(std::uint64_t sequence);

/// Events collected into one frame.
class EventsFrame {
 public:
  void add(std::string_view event);
  [[nodiscard]] bool empty() const { return events_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return events_.size(); }

  [[nodiscard]] std::string events() const;
  /// @param more  Further frames of the same snapshot follow.
  [[nodiscard]] std::string snapshot(std::uint64_t sequence, bool more) const;
  /// Room for events to be appended to, comma included; one event for each call.
  std::string& next();

 private:
  std::string events_;
};

}  // namespace troupe::api::stream
