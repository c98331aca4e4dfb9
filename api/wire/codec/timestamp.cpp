/// The calendar is C++20's; the digits are written by hand, because events are many.

#include "api/wire/codec/timestamp.hpp"

#include <charconv>
#include <chrono>

namespace troupe::api::wire {
namespace {

/// Appends `number`, at least 0, with `width` digits.
void write_digits(std::int64_t number, int width, std::string& out) {
  char digits[20];
  for (int i = width; i-- > 0; number /= 10) digits[i] = static_cast<char>('0' + number % 10);
  out.append(digits, static_cast<std::size_t>(width));
}

/// "2026-01-15T08:09:10"
std::string iso_date_and_time(core::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::string text;
  text.reserve(sizeof "2026-01-15T08:09:10.123Z");
  write_digits(int{date.year()}, 4, text);
  text += '-';
  write_digits(unsigned{date.month()}, 2, text);
  text += '-';
  write_digits(unsigned{date.day()}, 2, text);
  text += 'T';
  write_digits(clock.hours().count(), 2, text);
  text += ':';
  write_digits(clock.minutes().count(), 2, text);
  text += ':';
  write_digits(clock.seconds().count(), 2, text);
  return text;
}

}  // namespace

void write_epoch_seconds(core::Time time, std::string& out) {
  std::int64_t ms = core::to_epoch_ms(time);
  if (ms < 0) {
    out += '-';
    ms = -ms;
  }
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, ms / 1000).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
  out += '.';
  write_digits(ms % 1000, 3, out);
}

std::string iso_millis(core::Time time) {
  std::string text = iso_date_and_time(time);
  text += '.';
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  write_digits((time - second).count(), 3, text);
  return text + 'Z';
}

std::string iso_seconds(core::Time time) {
  return iso_date_and_time(time) + 'Z';
}

}  // namespace troupe::api::wire
