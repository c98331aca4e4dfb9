#pragma once

/// What the daemon costs when nobody asks anything of it, and until it is ready.

#include "runtime/result.hpp"

#include <string>

namespace troupe::tools::bench {

/// A daemon on a fresh data directory, two seconds after it was ready.
runtime::Result<void> print_idle(const std::string& data);

/// On a data directory that has been in use, with the tasks it remembers.
runtime::Result<void> print_cold_starts(const std::string& data, unsigned count);

}  // namespace troupe::tools::bench
