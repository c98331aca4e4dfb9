#pragma once

/// Tables for people: columns that are as wide as what stands in them. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace troupe::tools {

using TableRow = std::vector<std::string>;

/// One line a row, without its end, two spaces between columns. The first `left` columns begin at
/// the left, the others end at the right.
std::vector<std::string> table_lines(const std::vector<TableRow>& rows, std::size_t left);

/// In printable ASCII, whatever hosts and callers wrote: other bytes become "?".
std::string printable(std::string text);

/// What follows the last "/": "…/default/0123" → "0123". Empty for nothing.
std::string last_part(const std::optional<std::string>& arn);

}  // namespace troupe::tools
