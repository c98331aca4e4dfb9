#pragma once

/// The rules for tags, the same for every resource that carries them.

#include "actors/core/result.hpp"
#include "actors/core/shapes/resources.hpp"

#include <vector>

namespace troupe::core {

/// At most 50; keys 1–128 characters, each once, not beginning with "aws:" in any
/// case; values up to 256. Letters, digits, blanks and _.:/=+-@ (any UTF-8 letter).
/// Errors: InvalidParameterException.
Result<void> validate_tags(const std::vector<Tag>& tags);

}  // namespace troupe::core
