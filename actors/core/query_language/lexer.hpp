#pragma once

/// The words of an expression, one after another.
///
/// What a word is depends on where it stands: `a|b` is one word as a pattern, and
/// `a==b` three where a property is expected. The parser says what it expects.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::core {

class ExpressionLexer {
 public:
  explicit ExpressionLexer(std::string_view text) : text_(text) {}

  /// Blanks do not count, here and before everything below.
  bool at_end();
  /// Takes `symbol`, when it is next.
  bool take(std::string_view symbol);
  /// Takes a word of the language ("and"), when it is next and ends there.
  bool take_keyword(std::string_view word);
  /// The name of a property: empty when there is none.
  std::string_view subject();
  /// "==", "not_in", …: empty when there is none.
  std::string_view operation();
  /// A word, or what stands between quotes; nothing when there is neither, or no
  /// closing quote.
  std::optional<std::string> value();
  /// The same, where brackets and commas end a word.
  std::optional<std::string> member();

  /// Of what is next; characters from 1.
  std::size_t column();

 private:
  void skip_blanks();
  std::string_view take_while(bool (*belongs)(char));
  std::optional<std::string> word_or_quoted(bool (*belongs)(char));

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace troupe::core
