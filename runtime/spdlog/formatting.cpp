/// The one place where fmt's formatting is compiled.

#include "runtime/spdlog/formatting.hpp"

namespace fmt::detail {

template void vformat_to<char>(buffer<char>&, basic_string_view<char>,
                               basic_format_args<buffer_context<char>>, locale_ref);

}  // namespace fmt::detail
