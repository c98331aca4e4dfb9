#pragma once

/// What the kernel tells of a running container by its first process.

#include "runtime/container_runtime.hpp"

#include <vector>

namespace troupe::runtime::oci {

/// The interfaces of the process's network namespace, without the loopback; none when
/// it is the host's.
std::vector<InterfaceStats> interfaces_of(int pid);

}  // namespace troupe::runtime::oci
