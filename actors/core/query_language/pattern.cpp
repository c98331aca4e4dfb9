/// Patterns on RE2.

#include "actors/core/query_language/pattern.hpp"

#include <re2/re2.h>

namespace troupe::core {

std::optional<Pattern> Pattern::compile(std::string_view text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  // A pattern is at most as long as an expression; what needs more than this is an attack.
  options.set_max_mem(std::int64_t{1} << 20);
  auto compiled = std::make_shared<const re2::RE2>(re2::StringPiece{text.data(), text.size()}, options);
  if (!compiled->ok()) return std::nullopt;
  return Pattern{std::move(compiled)};
}

bool Pattern::matches(std::string_view text) const {
  return re2::RE2::FullMatch(re2::StringPiece{text.data(), text.size()}, *compiled_);
}

}  // namespace troupe::core
