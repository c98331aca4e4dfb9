#pragma once

/// Regular expressions of the cluster query language.
///
/// They come from callers, so they are matched by RE2: in time linear in the text,
/// with bounded memory and without recursion. Of Java's syntax it lacks what
/// cannot be matched so: back references and look-around, which are refused.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace troupe::core {

class Pattern {
 public:
  /// Nothing when `text` is not a regular expression, or one that is not supported.
  static std::optional<Pattern> compile(std::string_view text);
  /// Whether the whole of `text` matches.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace troupe::core
