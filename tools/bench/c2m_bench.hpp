#pragma once

/// `troupe bench c2m`: two million tasks on 6,100 simulated instances.

#include <cstdint>
#include <string>

namespace troupe::tools::bench {

struct C2mOptions {
  std::uint64_t instances = 6100;
  std::uint64_t tasks = 2'000'000;
  /// Seconds until a task without a health check counts as healthy; ECS's are 40.
  unsigned healthy_after = 40;
  std::string directory = "/var/tmp";
  std::string curve;  ///< SVG file; empty: none.
};

/// Half of the tasks by RunTask, half by services of up to 5,000, until all are
/// RUNNING; a rolling update of a twentieth; the control plane started again from
/// the journal; everything stopped. `c2m.…` figures.
int bench_c2m(const C2mOptions& options);

}  // namespace troupe::tools::bench
