#include "runtime/oci/timestamps.hpp"

#include <charconv>
#include <ctime>

namespace troupe::runtime {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::size_t kNanosecondDigits = 9;

/// Exactly `size` digits at `at`.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t size) {
  int value = 0;
  if (at + size > text.size()) {
    return std::nullopt;
  }
  const char* begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + size, value);
  return error == std::errc{} && end == begin + size ? std::optional(value) : std::nullopt;
}

/// ".789001175", ".5" or nothing; takes what it reads.
nanoseconds take_fraction(std::string_view& text) {
  if (text.empty() || text.front() != '.') {
    return nanoseconds(0);
  }
  text.remove_prefix(1);
  std::int64_t value = 0;
  std::size_t count = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++count) {
    value = count < kNanosecondDigits ? value * 10 + (text.front() - '0') : value;
  }
  for (; count < kNanosecondDigits; ++count) {
    value *= 10;
  }
  return nanoseconds(value);
}

/// "Z", "+02:00" or "-02:00".
std::optional<seconds> zone_of(std::string_view text) {
  if (text == "Z") {
    return seconds(0);
  }
  const auto hours = digits(text, 1, 2);
  const auto minutes = digits(text, 4, 2);
  if (!hours || !minutes || text.size() != 6 || (text[0] != '+' && text[0] != '-')) {
    return std::nullopt;
  }
  return seconds(*hours * 3600 + *minutes * 60) * (text[0] == '-' ? -1 : 1);
}

}  // namespace

std::optional<Time> parse_timestamp(std::string_view text) {
  constexpr std::size_t kWholeSeconds = 19;
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second || *year < 1970) {
    return std::nullopt;
  }
  text.remove_prefix(kWholeSeconds);
  const auto fraction = take_fraction(text);
  const auto zone = zone_of(text);
  if (!zone) {
    return std::nullopt;
  }
  std::tm parts{};
  parts.tm_year = *year - 1900;
  parts.tm_mon = *month - 1;
  parts.tm_mday = *day;
  parts.tm_hour = *hour;
  parts.tm_min = *minute;
  parts.tm_sec = *second;
  const auto since = seconds(timegm(&parts)) - *zone + fraction;
  return Time(std::chrono::duration_cast<Time::duration>(since));
}

}  // namespace troupe::runtime
