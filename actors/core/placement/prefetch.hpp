#pragma once

/// Asks for memory before it is needed, so that several waits become one. With
/// thousands of instances and a hundred thousand tasks most of what a placement
/// reads is outside the nearest caches.

#include <cstddef>

namespace troupe::core {

/// The first `bytes` of what is at `address`; null is no error.
template <std::size_t bytes = 1>
inline void prefetch(const void* address) {
  constexpr std::size_t line = 64;
  for (std::size_t at = 0; at < bytes; at += line) {
    __builtin_prefetch(static_cast<const char*>(address) + at, 1);
  }
  // GCC holds a function that only asks ahead for one without effect, and leaves its calls out. This is an
  // effect.
  asm volatile("");
}

}  // namespace troupe::core
