#pragma once

/// `troupe bench api`: signed requests per second, read and durable, beside what
/// the same server and disk do with nothing to think about.

#include <string>

namespace troupe::tools::bench {

struct ApiOptions {
  unsigned seconds = 5;
  unsigned connections = 64;
  std::string directory = "/var/tmp";  ///< Works in a new directory below it.
};

/// Prints the figures. @return the exit status.
int bench_api(const ApiOptions& options);

}  // namespace troupe::tools::bench
