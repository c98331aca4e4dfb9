#pragma once

/// `troupe bench place`: placements per second on one core.

#include <cstdint>
#include <vector>

namespace troupe::tools::bench {

struct PlaceOptions {
  std::vector<std::uint64_t> instances{1000, 5000, 20000};
  std::uint64_t tasks = 100'000;  ///< That all instances have room for; as many are placed in each run.
  unsigned runs = 3;              ///< Of each figure; the median is printed.
};

/// `place.POLICY.INSTANCES.FILL` for each policy, number of instances and share
/// filled; `place.scan.…` is the linear scan on 1,000 instances. The time is that
/// of the thread, so that other work on the machine does not count.
int bench_place(const PlaceOptions& options);

}  // namespace troupe::tools::bench
