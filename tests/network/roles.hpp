#pragma once

/// Other uses of the test program, chosen by its first argument.

#include <string>

namespace troupe::runtime {

/// Creates and removes networks in a directory until it is killed; writes one
/// byte to standard output for each that it made.
inline constexpr const char* crash_role = "--role=crash";
int work_until_killed(const std::string& directory);

/// Writes what create() and remove() cost, one figure a line.
inline constexpr const char* bench_role = "--role=bench";
int measure(const std::string& directory);

}  // namespace troupe::runtime
