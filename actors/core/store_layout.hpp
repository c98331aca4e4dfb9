#pragma once

/// What is common to all values of the journal. For the files that define store.hpp.

#include "actors/core/codec/bytes.hpp"
#include "actors/core/result.hpp"

#include <string>
#include <string_view>

namespace troupe::core {

/// The version of the layout: the first byte of every value.
constexpr char store_layout = 3;

template <class T>
std::string with_layout(const T& value) {
  std::string bytes(1, store_layout);
  bytes.reserve(512);
  append_bytes(bytes, value);
  return bytes;
}

template <class T>
Result<T> read_layout(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != store_layout) {
    return Error{ErrorCode::server, "another version of Troupe wrote it"};
  }
  return from_bytes<T>(bytes.substr(1));
}

}  // namespace troupe::core
