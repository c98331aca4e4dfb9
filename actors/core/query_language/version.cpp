/// Reads version numbers.

#include "actors/core/query_language/version.hpp"

#include <charconv>

namespace troupe::core {

std::optional<Version> parse_version(std::string_view text) {
  constexpr std::size_t parts_max = 8;
  if (text.starts_with('v')) text.remove_prefix(1);
  Version version;
  while (version.parts.size() < parts_max) {
    std::uint32_t part = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (error != std::errc{}) return std::nullopt;
    version.parts.push_back(part);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty() || text.front() == '-' || text.front() == '+') {
      while (!version.parts.empty() && version.parts.back() == 0) version.parts.pop_back();
      return version;
    }
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

}  // namespace troupe::core
