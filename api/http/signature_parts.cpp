/// Keys, strings to sign and times of Signature Version 4.

#include "api/http/signature_parts.hpp"

#include "api/http/sigv4.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace troupe::api::http {

Digest derive_signing_key(std::string_view secret_key, std::string_view date, std::string_view region,
                          std::string_view service) {
  std::string key = "AWS4";
  key += secret_key;
  Digest digest = hmac_sha256(key, date);
  digest = hmac_sha256(bytes_of(digest), region);
  digest = hmac_sha256(bytes_of(digest), service);
  return hmac_sha256(bytes_of(digest), scope_terminator);
}

std::string string_to_sign(std::string_view timestamp, std::string_view scope, std::string_view canonical) {
  std::string out;
  out.reserve(160);
  out += signing_algorithm;
  out += '\n';
  out += timestamp;
  out += '\n';
  out += scope;
  out += '\n';
  append_hex(out, sha256(canonical));
  return out;
}

std::string signature_of(const Digest& signing_key, std::string_view text) {
  return hex_of(hmac_sha256(bytes_of(signing_key), text));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string iso_basic(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 48> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

std::optional<Time> from_iso_basic(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  bool digits = true;
  const auto number = [&](std::size_t at, std::size_t length) {
    unsigned value = 0;
    for (const char c : text.substr(at, length)) {
      digits = digits && c >= '0' && c <= '9';
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(number(0, 4))},
                                         std::chrono::month{number(4, 2)}, std::chrono::day{number(6, 2)}};
  const unsigned hours = number(9, 2);
  const unsigned minutes = number(11, 2);
  const unsigned seconds = number(13, 2);
  if (!digits || !date.ok() || hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
         std::chrono::seconds{seconds};
}

}  // namespace troupe::api::http
