/// Text as a JSON string: runs of plain characters are copied whole.

#include "api/wire/codec/escape.hpp"

#include <array>
#include <cstdint>

namespace troupe::api::wire {
namespace {

/// What a byte needs: nothing, an escape, or a look at its UTF-8 sequence.
enum class Care : std::uint8_t { none, escape, sequence };

constexpr std::array<Care, 256> cares = [] {
  std::array<Care, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    if (byte < 0x20 || byte == '"' || byte == '\\') table[byte] = Care::escape;
    if (byte >= 0x80) table[byte] = Care::sequence;
  }
  return table;
}();

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return index < text.size() ? static_cast<std::uint8_t>(text[index]) : std::uint8_t{0};
}

/// The length of the UTF-8 sequence that `text` begins with; 0 when it is none.
/// Source: The Unicode Standard, table 3-7, "Well-Formed UTF-8 Byte Sequences".
std::size_t sequence_length(std::string_view text) {
  const std::uint8_t first = byte_at(text, 0);
  const std::uint8_t second = byte_at(text, 1);
  const auto continues = [&](std::size_t index) { return (byte_at(text, index) & 0xC0) == 0x80; };
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90;
    const bool beyond = first == 0xF4 && second > 0x8F;
    return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

void write_escape(char c, std::string& out) {
  constexpr const char* digits = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += digits[(c >> 4) & 0xF];
      out += digits[c & 0xF];
  }
}

}  // namespace

void write_string(std::string_view text, std::string& out) {
  out += '"';
  std::size_t plain = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const Care care = cares[static_cast<std::uint8_t>(text[at])];
    if (care == Care::none) {
      ++at;
      continue;
    }
    if (care == Care::sequence) {
      if (const std::size_t length = sequence_length(text.substr(at)); length > 0) {
        at += length;
        continue;
      }
    }
    out.append(text, plain, at - plain);
    if (care == Care::escape) {
      write_escape(text[at], out);
    } else {
      out += "\xEF\xBF\xBD";
    }
    plain = ++at;
  }
  out.append(text, plain, at - plain);
  out += '"';
}

}  // namespace troupe::api::wire
