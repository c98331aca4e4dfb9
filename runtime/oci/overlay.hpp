#pragma once

/// Stacks an image's layers with overlayfs, either for a container (mounted in
/// conmon's private mount namespace) or to read the image itself.

#include "runtime/process/files.hpp"
#include "runtime/process/process.hpp"

#include <string>
#include <vector>

namespace troupe::runtime::oci {

/// `layers` is topmost first, as ImageStore gives them. The mount is volatile:
/// what a container writes beside its volumes ends with the machine, and neither
/// its fsync nor its end waits for the disk.
/// invalid: the options would not fit into the page that mount(2) takes.
Result<Mounting> container_root(const std::vector<std::string>& layers, const std::string& upper,
                                const std::string& work, const std::string& target);

/// The root directory of an image, read-only, as a descriptor for open_in_root().
/// The mount behind it is in no namespace of the host and goes with the descriptor.
/// `mount_point` is any directory.
Result<Descriptor> open_image_root(const std::vector<std::string>& layers, const std::string& mount_point);

}  // namespace troupe::runtime::oci
