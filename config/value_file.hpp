#pragma once

/// Small files of values: a name, "=", and its value on each line. Read and written whole.

#include <map>
#include <string>

namespace troupe::config {

using Values = std::map<std::string, std::string>;

/// @param problem  Set when the file is there and cannot be read.
/// @return         Empty when there is no file.
Values read_values(const std::string& path, std::string& problem);

/// Durable when it returns, with mode 0600, in place of what was there.
/// @pre No name or value has a line break.
/// @return  What went wrong, or nothing.
std::string write_values(const std::string& path, const Values& values);

}  // namespace troupe::config
