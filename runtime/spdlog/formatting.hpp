#pragma once

/// fmt's formatting, compiled in one place. Its headers declare no `extern template` for
/// the function behind every log line, so each file that logs would compile all of it anew:
/// numbers of every kind, 80 KB of code, three seconds. Precompiled headers bring this file
/// to all who include spdlog.

#include <spdlog/spdlog.h>

namespace fmt::detail {

extern template void vformat_to<char>(buffer<char>&, basic_string_view<char>,
                                      basic_format_args<buffer_context<char>>, locale_ref);

}  // namespace fmt::detail
