#pragma once

/// Device nodes of the host, as a container is to see them.

#include "runtime/container_runtime.hpp"
#include "runtime/oci/bundle.hpp"

#include <string>
#include <vector>

namespace troupe::runtime::oci {

/// invalid, in Docker's words, when the path is no device.
Result<DeviceNode> find_device(const Device& wanted);

/// All devices below /dev, for privileged containers; terminals and shared
/// memory are left out, since a container has its own.
std::vector<DeviceNode> host_devices();

}  // namespace troupe::runtime::oci
