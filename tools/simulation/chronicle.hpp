#pragma once

/// The log of a simulation: what happened when, in virtual time. Two runs of one
/// seed write the same bytes; a digest of them stands for all of them.

#include "actors/core/time.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace troupe::simulation {

class Chronicle {
 public:
  /// Given each line, without its end.
  std::function<void(std::string_view)> sink = [](std::string_view) {};
  /// Every message has a line of its own.
  bool every_message = false;

  /// Writes "step time text".
  void note(std::uint64_t step, core::Time now, std::string_view text);
  /// A message was handled by the actor `name` number `id`.
  void message(std::uint64_t step, core::Time now, std::string_view name, std::uint64_t id);

  /// Of everything so far, lines or not.
  [[nodiscard]] std::uint64_t digest() const { return digest_; }
  /// The last lines, oldest first.
  [[nodiscard]] const std::deque<std::string>& last_lines() const { return last_lines_; }

 private:
  void mix(std::string_view text);
  void mix(std::uint64_t number);

  std::uint64_t digest_ = 14695981039346656037ULL;
  std::deque<std::string> last_lines_;
};

/// "12d 03:04:05.678" since the first instant of virtual time.
std::string since_start(core::Time now);

}  // namespace troupe::simulation
