#pragma once

/// Which capabilities a container's process gets: Docker's default fourteen,
/// changed by what the caller adds and drops.

#include "runtime/container_runtime.hpp"

#include <string>
#include <vector>

namespace troupe::runtime::oci {

/// Names as "CAP_NET_ADMIN", in the kernel's order. `bound` is the mask of those
/// this process may hand on at all (CapBnd of /proc/self/status). Docker's rule:
/// privileged is all; adding ALL is all but the dropped; dropping ALL leaves the
/// added ones. invalid for an unknown name.
Result<std::vector<std::string>> resolve_capabilities(const ContainerSpec& spec, std::uint64_t bound);

/// CapBnd of this process; 0 when /proc cannot be read.
std::uint64_t bounding_set();

}  // namespace troupe::runtime::oci
