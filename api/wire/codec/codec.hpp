#pragma once

/// JSON to described structs and back: the only two functions that the rest of the API
/// needs, and what a message says of itself.
///
/// A message is readable and writable once its noun's .cpp defines `shape_of` for it (see
/// build_shape.hpp), so including this header costs little.

#include "actors/core/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::api::wire {

/// How a type looks in JSON; shape.hpp.
struct Shape;

/// The shape of a message; specialised beside each message.
template <class T>
const Shape& shape_of();

/// The names of a struct's required members, as ECS's model has them; a struct without
/// a specialisation has none.
template <class T>
inline constexpr std::array<std::string_view, 0> required{};

template <class... Names>
constexpr std::array<std::string_view, sizeof...(Names)> names(Names... all) {
  return {std::string_view{all}...};
}

/// How a message is refused for a missing member or an unknown value.
struct Refused {
  /// The exception where refusals.cpp has no row for the member.
  core::ErrorCode code = core::ErrorCode::invalid_parameter;
  /// Names the message where refusals.cpp has rows for it alone.
  std::string_view message{};
};
template <class T>
inline constexpr Refused refused_as{};

/// What a timestamp is written as.
enum class Form : std::uint8_t {
  api,    ///< Seconds since the epoch with three decimals, a number.
  event,  ///< "2026-01-15T08:09:10.123Z", as EventBridge's events have it.
};

/// Fills `value`, a fresh object of `shape`'s type. The error is absent on success.
std::optional<core::Error> read_json(const Shape& shape, const Refused& refused, std::string_view body,
                                     void* value);

/// Appends `value`, an object of `shape`'s type.
void write_json(const Shape& shape, const void* value, Form form, std::string& out);

/// Reads a request or an answer. An empty body counts as `{}`; unknown members are
/// ignored, null is absent, of a member given twice the last counts.
///
/// Refuses with SerializationException what is not JSON (also invalid UTF-8 and more than
/// 64 levels), not an object, or of another type than the member; then, with AWS's own
/// words where they are known, a required member that is missing or a value that an enum
/// does not have.
template <class T>
core::Result<T> decode(std::string_view body) {
  T value{};
  if (auto error = read_json(shape_of<T>(), refused_as<T>, body, &value)) return *std::move(error);
  return value;
}

/// Appends `value` as JSON; members that are absent are left out.
template <class T>
void encode(const T& value, Form form, std::string& out) {
  write_json(shape_of<T>(), &value, form, out);
}

template <class T>
std::string encode(const T& value, Form form = Form::api) {
  std::string out;
  out.reserve(1024);
  encode(value, form, out);
  return out;
}

}  // namespace troupe::api::wire
