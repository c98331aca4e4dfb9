#pragma once

/// What the kernel says of a process: memory and processor time.

#include "tools/bench/latencies.hpp"

#include <sys/types.h>

namespace troupe::tools::bench {

/// Resident memory; 0 for a process that is gone. In MiB.
double resident_mib(pid_t process);
/// Of that what no other process shares.
double private_mib(pid_t process);
/// User and kernel time so far, in steps of the kernel's clock (10 ms).
Nanos cpu_time(pid_t process);

}  // namespace troupe::tools::bench
