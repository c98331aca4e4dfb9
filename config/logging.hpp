#pragma once

/// One logger for the process, to standard error: time, level, what happened.

#include <string>

namespace troupe::config {

/// @param level  As `Options::log_level`.
void start_logging(const std::string& level);

}  // namespace troupe::config
