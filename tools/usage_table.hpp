#pragma once

/// What a cluster uses, as a table for people. Pure.

#include "api/wire/usage.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::tools {

/// By what tasks are in order, the greatest first; `name` is by service or family.
enum class UsageOrder : std::uint8_t { cpu, memory, network, io, name };

/// Nothing when `text` is no order.
std::optional<UsageOrder> parse_usage_order(std::string_view text);

/// Instances above, tasks and their containers below; reserved beside used. Lines without
/// their ends, in printable ASCII whatever hosts and callers wrote.
std::vector<std::string> usage_table(const api::wire::ReadUsageResponse& usage, UsageOrder order);

}  // namespace troupe::tools
