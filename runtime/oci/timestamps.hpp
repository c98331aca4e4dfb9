#pragma once

/// Times as container tools write them.

#include "runtime/container_runtime.hpp"

#include <optional>
#include <string_view>

namespace troupe::runtime {

/// RFC 3339 with any number of digits of a second, and "Z" or an offset. Nothing
/// when it is something else, or before 1970 (Go's zero time).
std::optional<Time> parse_timestamp(std::string_view text);

}  // namespace troupe::runtime
