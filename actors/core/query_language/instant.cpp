/// Reads dates and times.

#include "actors/core/query_language/instant.hpp"

#include "actors/core/name_character.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

/// Takes from the front of `text`, and remembers whether anything was not as expected.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  int digits(std::size_t count) {
    if (text_.size() < count || !std::all_of(text_.begin(), text_.begin() + count, is_digit)) {
      good_ = false;
      return 0;
    }
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) number = number * 10 + (text_[i] - '0');
    text_.remove_prefix(count);
    return number;
  }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) { good_ = take(c) && good_; }
  void skip_digits() {
    good_ = good_ && !text_.empty() && is_digit(text_.front());
    while (!text_.empty() && is_digit(text_.front())) text_.remove_prefix(1);
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
  bool good_ = true;
};

std::optional<std::chrono::sys_days> read_date(Reader& reader) {
  const auto year = reader.digits(4);
  reader.expect('-');
  const auto month = reader.digits(2);
  reader.expect('-');
  const auto day = reader.digits(2);
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!reader.good() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days{date};
}

std::chrono::seconds read_time(Reader& reader) {
  const std::chrono::hours hours{reader.digits(2)};
  reader.expect(':');
  const std::chrono::minutes minutes{reader.digits(2)};
  reader.expect(':');
  const std::chrono::seconds seconds{reader.digits(2)};
  if (reader.take('.')) reader.skip_digits();
  return hours + minutes + seconds;
}

std::chrono::seconds read_offset(Reader& reader) {
  if (reader.at_end() || reader.take('Z')) return std::chrono::seconds{0};
  const bool ahead = reader.take('+');
  if (!ahead) reader.expect('-');
  const std::chrono::hours hours{reader.digits(2)};
  reader.take(':');
  const std::chrono::minutes minutes{reader.digits(2)};
  const std::chrono::seconds offset = hours + minutes;
  return ahead ? offset : -offset;
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) {
  Reader reader{text};
  const auto date = read_date(reader);
  if (!date) return std::nullopt;
  if (reader.at_end()) return Instant{*date};
  reader.expect('T');
  const auto time = read_time(reader);
  const auto offset = read_offset(reader);
  const bool in_range = time < std::chrono::days{1} && std::chrono::abs(offset) < std::chrono::days{1};
  if (!reader.good() || !reader.at_end() || !in_range) return std::nullopt;
  return Instant{*date} + time - offset;
}

}  // namespace troupe::core
