#pragma once

/// `troupe bench start`: what it takes from an accepted RunTask to RUNNING,
/// beside conmon and crun alone; and what the daemon itself costs.

#include <string>

namespace troupe::tools::bench {

struct StartOptions {
  unsigned count = 50;
  std::string directory = "/var/tmp";  ///< Works in a new directory below it.
  std::string image;                   ///< A docker archive with /bin/sleep; empty: made here.
  unsigned cold_starts = 7;
};

/// Prints the figures. @return the exit status.
int bench_start(const StartOptions& options);

}  // namespace troupe::tools::bench
