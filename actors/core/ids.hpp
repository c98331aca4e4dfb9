#pragma once

/// Identifiers as types, and the ARNs made of them.
///
/// Source: ECS Developer Guide, "Amazon Resource Names (ARNs) and IDs". Ids of
/// tasks and container instances are 32 lower-case hexadecimal digits; container
/// and attachment ids are UUIDs.

#include "actors/core/result.hpp"
#include "actors/core/time.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::core {

/// 128 bits. `Tag` keeps ids of different things apart.
template <class Tag>
struct Id {
  std::array<std::uint64_t, 2> bits{};
  friend bool operator==(const Id&, const Id&) = default;
  /// Spelled out: that of std::array is a loop which GCC does not inline.
  friend std::strong_ordering operator<=>(const Id& left, const Id& right) {
    const auto first = left.bits[0] <=> right.bits[0];
    return first != 0 ? first : left.bits[1] <=> right.bits[1];
  }
  [[nodiscard]] bool empty() const { return bits[0] == 0 && bits[1] == 0; }
};

using TaskId = Id<struct TaskTag>;
using InstanceId = Id<struct InstanceTag>;
/// Of a container, an attachment or an event.
using Uuid = Id<struct UuidTag>;

std::string to_hex(std::array<std::uint64_t, 2> bits);
std::string to_uuid_text(std::array<std::uint64_t, 2> bits);
/// 32 hexadecimal digits, dashes allowed where a UUID has them.
std::optional<std::array<std::uint64_t, 2>> parse_hex(std::string_view text);

template <class Tag>
std::string to_string(const Id<Tag>& id) {
  return to_hex(id.bits);
}
inline std::string to_string(const Uuid& id) {
  return to_uuid_text(id.bits);
}

template <class IdType>
std::optional<IdType> parse_id(std::string_view text) {
  const auto bits = parse_hex(text);
  return bits ? std::optional<IdType>{IdType{*bits}} : std::nullopt;
}

/// Draws ids and numbers from a seed; the same seed gives the same ids.
/// The generator is SplitMix64 (public domain, Sebastiano Vigna, 2015).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  template <class IdType>
  IdType id() {
    return IdType{{next() | 1U, next()}};
  }
  /// As a version 7 UUID: what is drawn in a later millisecond is greater. What is new then
  /// lies together, in trees as in the journal's tables. Source: RFC 9562, 5.7.
  template <class IdType>
  IdType id(Time now) {
    constexpr std::uint64_t version = 7ULL << 12U;
    const auto high = static_cast<std::uint64_t>(to_epoch_ms(now)) << 16U;
    return IdType{{high | version | (next() & 0xFFFULL), variant(next())}};
  }
  /// A version 4 UUID.
  Uuid uuid();

 private:
  static constexpr std::uint64_t variant(std::uint64_t bits) {
    return (bits & ~(3ULL << 62U)) | (2ULL << 62U);
  }

  std::uint64_t state_;
};

/// Where this Troupe says that it is; part of every ARN.
struct Realm {
  std::string partition = "aws";
  std::string region = "us-east-1";
  std::string account = "000000000000";
  friend bool operator==(const Realm&, const Realm&) = default;
};

std::string cluster_arn(const Realm& realm, std::string_view cluster);
std::string task_arn(const Realm& realm, std::string_view cluster, const TaskId& id);
std::string container_arn(const Realm& realm, std::string_view cluster, const TaskId& task, const Uuid& id);
std::string instance_arn(const Realm& realm, std::string_view cluster, const InstanceId& id);
std::string task_definition_arn(const Realm& realm, std::string_view family, std::int32_t revision);
std::string service_arn(const Realm& realm, std::string_view cluster, std::string_view service);

/// What a caller may name a resource by: its short name or id, or its ARN.
/// `cluster` is filled when the ARN names one.
struct ResourceRef {
  std::string cluster;
  std::string name;
};

/// Reads a reference to a resource of `type` ("cluster", "task", …).
/// InvalidParameterException when the ARN is of another kind
/// ("Unsupported resource type: cluster"), another account or malformed.
Result<ResourceRef> parse_ref(const Realm& realm, std::string_view type, std::string_view text);

}  // namespace troupe::core

template <class Tag>
struct std::hash<troupe::core::Id<Tag>> {
  std::size_t operator()(const troupe::core::Id<Tag>& id) const noexcept {
    return static_cast<std::size_t>(id.bits[0] ^ (id.bits[1] * 0x9E3779B97F4A7C15ULL));
  }
};
