#pragma once

/// A command's output as the engine multiplexes it: frames of eight bytes of header
/// (stream, three zeroes, size) and the text. Keeps the last bytes of both streams.

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::runtime::docker {

class OutputFrames {
 public:
  explicit OutputFrames(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  void take(std::string_view bytes);
  [[nodiscard]] std::string text() const;

 private:
  std::size_t limit_bytes_;
  std::string header_;    ///< Less than eight bytes of it.
  std::size_t left_ = 0;  ///< Of the frame that has begun.
  std::string text_;
};

}  // namespace troupe::runtime::docker
