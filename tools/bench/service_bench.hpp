#pragma once

/// `troupe bench service`: how long a service of real containers takes from
/// CreateService until all its tasks run, and how long a deployment of it takes.

#include <string>

namespace troupe::tools::bench {

struct ServiceOptions {
  unsigned replicas = 50;
  unsigned runs = 5;
  std::string directory = "/var/tmp";  ///< Works in a new directory below it.
};

/// Prints the figures. @return the exit status.
int bench_service(const ServiceOptions& options);

}  // namespace troupe::tools::bench
