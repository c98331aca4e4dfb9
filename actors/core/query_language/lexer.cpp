/// Cuts an expression into words.

#include "actors/core/query_language/lexer.hpp"

#include <algorithm>
#include <array>

namespace troupe::core {
namespace {

constexpr std::string_view blanks = " \t\r\n";
/// The longest first.
constexpr std::array<std::string_view, 10> symbols{
    "!exists", "!in", "==", "!=", ">=", "<=", "=~", "!~", ">", "<"};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_subject(char c) {
  return is_word(c) || std::string_view{".:/\\-@"}.find(c) != std::string_view::npos;
}

bool is_value(char c) {
  return blanks.find(c) == std::string_view::npos &&
         std::string_view{"()'\""}.find(c) == std::string_view::npos;
}

bool is_member(char c) {
  return is_value(c) && std::string_view{"[],"}.find(c) == std::string_view::npos;
}

}  // namespace

void ExpressionLexer::skip_blanks() {
  position_ = std::min(text_.find_first_not_of(blanks, position_), text_.size());
}

bool ExpressionLexer::at_end() {
  skip_blanks();
  return position_ == text_.size();
}

bool ExpressionLexer::take(std::string_view symbol) {
  skip_blanks();
  if (!text_.substr(position_).starts_with(symbol)) return false;
  position_ += symbol.size();
  return true;
}

bool ExpressionLexer::take_keyword(std::string_view word) {
  skip_blanks();
  const auto rest = text_.substr(position_);
  if (!rest.starts_with(word) || (rest.size() > word.size() && is_subject(rest[word.size()]))) return false;
  position_ += word.size();
  return true;
}

std::string_view ExpressionLexer::take_while(bool (*belongs)(char)) {
  const auto begin = position_;
  while (position_ < text_.size() && belongs(text_[position_])) ++position_;
  return text_.substr(begin, position_ - begin);
}

std::string_view ExpressionLexer::subject() {
  skip_blanks();
  return take_while(is_subject);
}

std::string_view ExpressionLexer::operation() {
  skip_blanks();
  const auto rest = text_.substr(position_);
  for (const auto symbol : symbols) {
    if (!rest.starts_with(symbol)) continue;
    if (is_word(symbol.back()) && rest.size() > symbol.size() && is_word(rest[symbol.size()])) continue;
    position_ += symbol.size();
    return symbol;
  }
  return take_while(is_word);
}

std::optional<std::string> ExpressionLexer::value() {
  return word_or_quoted(is_value);
}

std::optional<std::string> ExpressionLexer::member() {
  return word_or_quoted(is_member);
}

std::optional<std::string> ExpressionLexer::word_or_quoted(bool (*belongs)(char)) {
  skip_blanks();
  if (position_ == text_.size()) return std::nullopt;
  const char quote = text_[position_];
  if (quote == '\'' || quote == '"') {
    const auto end = text_.find(quote, position_ + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const auto begin = position_ + 1;
    position_ = end + 1;
    return std::string{text_.substr(begin, end - begin)};
  }
  auto word = take_while(belongs);
  // "a==b&&c==d": the word ends where the next comparison is joined.
  const auto joined = std::min(word.find("&&"), word.find("||"));
  if (joined < word.size()) {
    position_ -= word.size() - joined;
    word = word.substr(0, joined);
  }
  if (word.empty()) return std::nullopt;
  return std::string{word};
}

std::size_t ExpressionLexer::column() {
  skip_blanks();
  const auto before = text_.substr(0, position_);
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return 1 + static_cast<std::size_t>(std::count_if(before.begin(), before.end(), is_first_byte));
}

}  // namespace troupe::core
