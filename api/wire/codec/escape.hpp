#pragma once

/// Text as a JSON string.

#include <string>
#include <string_view>

namespace troupe::api::wire {

/// Appends `text` in quotes. Control characters, quotes and backslashes are escaped; bytes
/// that are not UTF-8, which a container's message may hold, become U+FFFD, so that what
/// is written is always valid JSON.
void write_string(std::string_view text, std::string& out);

}  // namespace troupe::api::wire
