#pragma once

/// The words in which a message is refused whose JSON is sound but whose content is not
/// ECS's: a required member is missing, or an enum does not have the value given.

#include "actors/core/result.hpp"
#include "api/wire/codec/codec.hpp"
#include "api/wire/codec/shape.hpp"

#include <string>
#include <string_view>

namespace troupe::api::wire {

/// @param path  Members from the message downwards, joined by dots; lists and maps add
///              nothing: "containerDefinitions.secrets.valueFrom".
/// @param refused  The message, and the exception unless the table has a row for the member.
core::Error missing_member(std::string_view path, const Refused& refused);
core::Error unknown_choice(std::string_view path, const Shape& enumeration, const Refused& refused);

}  // namespace troupe::api::wire
