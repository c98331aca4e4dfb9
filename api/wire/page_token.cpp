/// Tokens: eight bytes of digest, then the key, in base64url without padding.

#include "api/wire/page_token.hpp"

namespace troupe::api::wire {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// FNV-1a, 64 bits, over query and key and a separator that neither contains.
std::string digest(std::string_view query, std::string_view after) {
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto mix = [&hash](std::string_view text) {
    for (const char c : text) {
      hash ^= static_cast<std::uint8_t>(c);
      hash *= 0x100000001B3;
    }
  };
  mix(query);
  mix(std::string_view{"\0", 1});
  mix(after);
  std::string bytes;
  for (int i = 0; i < 8; ++i, hash >>= 8) bytes += static_cast<char>(hash);
  return bytes;
}

std::string to_base64url(std::string_view bytes) {
  std::string text;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char byte : bytes) {
    held = held << 8 | static_cast<std::uint8_t>(byte);
    for (bits += 8; bits >= 6; bits -= 6) text += alphabet[(held >> (bits - 6)) & 0x3F];
  }
  if (bits > 0) text += alphabet[(held << (6 - bits)) & 0x3F];
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t digit = alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    held = held << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((held >> bits) & 0xFF);
    }
  }
  // A text that is longer than its bytes need has more than one spelling.
  if (bits >= 6 || (held & ((1U << bits) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string encode_page_token(std::string_view query, std::string_view after) {
  return to_base64url(digest(query, after) + std::string{after});
}

core::Result<std::string> decode_page_token(std::string_view query, std::string_view token) {
  const auto bytes = from_base64url(token);
  if (bytes && bytes->size() >= 8) {
    std::string after = bytes->substr(8);
    if (digest(query, after) == bytes->substr(0, 8)) return after;
  }
  return core::invalid_parameter("Invalid token " + std::string{token.substr(0, 128)});
}

core::Result<core::Page> page_of(std::string_view query, const std::optional<std::string>& next_token,
                                 const std::optional<std::int32_t>& max_results, PageLimits limits) {
  const std::int32_t limit = max_results.value_or(limits.usual);
  if (limit < 1 || limit > limits.most) {
    return core::invalid_parameter("maxResults should be between 1 and " + std::to_string(limits.most) + ".");
  }
  core::Page page{.after = {}, .limit = static_cast<std::size_t>(limit)};
  if (next_token && !next_token->empty()) {
    auto after = decode_page_token(query, *next_token);
    if (!after) return after.error();
    page.after = std::move(*after);
  }
  return page;
}

std::optional<std::string> next_token(std::string_view query, const std::optional<std::string>& next) {
  if (!next) return std::nullopt;
  return encode_page_token(query, *next);
}

}  // namespace troupe::api::wire
