/// The rules for tags.

#include "actors/core/task_definition/tags.hpp"

#include "actors/core/task_definition/optional_members.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace troupe::core {
namespace {

constexpr std::size_t tags_max = 50;
constexpr std::size_t key_characters_max = 128;
constexpr std::size_t value_characters_max = 256;

/// Characters, not bytes: continuation bytes of UTF-8 do not count.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool has_tag_characters(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const bool ascii = static_cast<unsigned char>(c) < 0x80;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return !ascii || letter || std::string_view{" _.:/=+-@"}.find(c) != std::string_view::npos;
  });
}

bool is_reserved(std::string_view key) {
  constexpr std::string_view prefix = "aws:";
  return key.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), key.begin(), [](char expected, char c) {
           return expected == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
         });
}

Result<void> check(const Tag& tag) {
  const std::string& key = text(tag.key);
  const std::string& value = text(tag.value);
  if (key.empty() || characters(key) > key_characters_max) {
    return invalid_parameter("Tag keys must have between 1 and 128 characters.");
  }
  if (characters(value) > value_characters_max) {
    return invalid_parameter("Tag values cannot be longer than 256 characters.");
  }
  if (is_reserved(key)) return invalid_parameter("Tag keys cannot begin with the reserved prefix aws:.");
  if (!has_tag_characters(key) || !has_tag_characters(value)) {
    return invalid_parameter("Tag keys and values contain invalid characters.");
  }
  return {};
}

}  // namespace

Result<void> validate_tags(const std::vector<Tag>& tags) {
  if (tags.size() > tags_max) return invalid_parameter("A resource cannot have more than 50 tags.");
  std::set<std::string_view> keys;
  for (const Tag& tag : tags) {
    if (auto checked = check(tag); !checked) return checked;
    if (!keys.insert(text(tag.key)).second) return invalid_parameter("Duplicate tag keys are not allowed.");
  }
  return {};
}

}  // namespace troupe::core
