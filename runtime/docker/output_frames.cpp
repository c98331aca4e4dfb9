#include "runtime/docker/output_frames.hpp"

#include <algorithm>

namespace troupe::runtime::docker {
namespace {

constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kSizeAt = 4;

}  // namespace

void OutputFrames::take(std::string_view bytes) {
  while (!bytes.empty()) {
    if (left_ == 0) {
      const auto count = std::min(kHeaderBytes - header_.size(), bytes.size());
      header_.append(bytes.substr(0, count));
      bytes.remove_prefix(count);
      if (header_.size() == kHeaderBytes) {
        for (std::size_t i = kSizeAt; i < kHeaderBytes; ++i) {
          left_ = left_ << 8U | static_cast<unsigned char>(header_[i]);
        }
        header_.clear();
      }
      continue;
    }
    const auto count = std::min(left_, bytes.size());
    text_.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    left_ -= count;
    if (text_.size() > 2 * limit_bytes_) {
      text_.erase(0, text_.size() - limit_bytes_);
    }
  }
}

std::string OutputFrames::text() const {
  return text_.substr(text_.size() - std::min(limit_bytes_, text_.size()));
}

}  // namespace troupe::runtime::docker
