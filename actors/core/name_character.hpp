#pragma once

/// The characters of which names are made: "Up to 255 letters (uppercase and lowercase),
/// numbers, underscores, and hyphens are allowed." Source: ECS API reference, CreateCluster,
/// CreateService and CreateCapacityProvider.

namespace troupe::core {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-';
}

}  // namespace troupe::core
