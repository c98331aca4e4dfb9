/// Text forms of ids and ARNs.

#include "actors/core/ids.hpp"

#include <vector>

namespace troupe::core {
namespace {

constexpr char digits[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string arn_of(const Realm& realm, std::string_view type) {
  std::string out = "arn:";
  out.append(realm.partition).append(":ecs:").append(realm.region).append(":").append(realm.account);
  return out.append(":").append(type).append("/");
}

std::vector<std::string_view> split(std::string_view text, char separator, std::size_t limit) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < limit) {
    const auto at = text.find(separator);
    if (at == std::string_view::npos) break;
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

}  // namespace

std::string to_hex(std::array<std::uint64_t, 2> bits) {
  std::string out(32, '0');
  for (std::size_t i = 0; i < 32; ++i) {
    const auto word = bits[i / 16];
    out[i] = digits[(word >> (60 - 4 * (i % 16))) & 0xFU];
  }
  return out;
}

std::string to_uuid_text(std::array<std::uint64_t, 2> bits) {
  auto text = to_hex(bits);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
  return text;
}

std::optional<std::array<std::uint64_t, 2>> parse_hex(std::string_view text) {
  std::array<std::uint64_t, 2> bits{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.size() == 36 && (i == 8 || i == 13 || i == 18 || i == 23)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0 || count == 32) return std::nullopt;
    bits[count / 16] = (bits[count / 16] << 4U) | static_cast<std::uint64_t>(value);
    ++count;
  }
  if (count != 32) return std::nullopt;
  return bits;
}

std::uint64_t Dice::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  auto z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

Uuid Dice::uuid() {
  const auto high = (next() & ~0xF000ULL) | 0x4000ULL;
  return Uuid{{high, variant(next())}};
}

std::string cluster_arn(const Realm& realm, std::string_view cluster) {
  return arn_of(realm, "cluster").append(cluster);
}

std::string task_arn(const Realm& realm, std::string_view cluster, const TaskId& id) {
  return arn_of(realm, "task").append(cluster).append("/").append(to_string(id));
}

std::string container_arn(const Realm& realm, std::string_view cluster, const TaskId& task, const Uuid& id) {
  auto arn = arn_of(realm, "container").append(cluster).append("/").append(to_string(task));
  return arn.append("/").append(to_string(id));
}

std::string instance_arn(const Realm& realm, std::string_view cluster, const InstanceId& id) {
  return arn_of(realm, "container-instance").append(cluster).append("/").append(to_string(id));
}

std::string task_definition_arn(const Realm& realm, std::string_view family, std::int32_t revision) {
  return arn_of(realm, "task-definition").append(family).append(":").append(std::to_string(revision));
}

std::string service_arn(const Realm& realm, std::string_view cluster, std::string_view service) {
  return arn_of(realm, "service").append(cluster).append("/").append(service);
}

Result<ResourceRef> parse_ref(const Realm& realm, std::string_view type, std::string_view text) {
  if (text.substr(0, 4) != "arn:") {
    const auto parts = split(text, '/', 3);
    if (parts.size() == 1) return ResourceRef{{}, std::string{text}};
    return invalid_parameter("Invalid identifier: " + std::string{text});
  }
  const auto parts = split(text, ':', 6);
  if (parts.size() != 6 || parts[2] != "ecs")
    return invalid_parameter("Invalid arn syntax: " + std::string{text});
  if (parts[4] != realm.account) {
    return invalid_parameter("Identifier is for " + std::string{parts[4]} + ". Your accountId is " +
                             realm.account);
  }
  if (parts[3] != realm.region) {
    return invalid_parameter("Identifier is for region " + std::string{parts[3]} + ". Your region is " +
                             realm.region);
  }
  const auto path = split(parts[5], '/', 4);
  if (path[0] != type) return invalid_parameter("Unsupported resource type: " + std::string{path[0]});
  if (path.size() == 2 && !path[1].empty()) return ResourceRef{{}, std::string{path[1]}};
  if (path.size() == 3 && !path[2].empty()) return ResourceRef{std::string{path[1]}, std::string{path[2]}};
  return invalid_parameter("Invalid arn syntax: " + std::string{text});
}

}  // namespace troupe::core
