/// Checks that many operations share.

#include "api/operations/checks.hpp"

#include "actors/core/task_definition/tags.hpp"
#include "api/http/digest.hpp"

#include <algorithm>

namespace troupe::api::operations {
namespace {

constexpr std::size_t name_max = 255;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

Refusal check_size(std::size_t size, std::size_t limit, std::string_view name) {
  if (size <= limit) return std::nullopt;
  return core::invalid_parameter(std::string{name} + " can have at most " + std::to_string(limit) +
                                 " items.");
}

Refusal check_tags(const std::optional<std::vector<core::Tag>>& tags) {
  if (!tags) return std::nullopt;
  return refusal_of(core::validate_tags(*tags));
}

bool is_plain_name(std::string_view text) {
  return std::ranges::all_of(text, is_name_character);
}

Refusal check_cluster_name(std::string_view name) {
  if (name.size() > name_max) {
    return core::invalid_parameter("Cluster name cannot be longer than 255 characters.");
  }
  if (!is_plain_name(name)) {
    return core::invalid_parameter("Cluster name contains invalid characters.");
  }
  return std::nullopt;
}

std::string digest_of(std::string_view canonical_json) {
  return http::hex_of(http::sha256(canonical_json));
}

}  // namespace troupe::api::operations
