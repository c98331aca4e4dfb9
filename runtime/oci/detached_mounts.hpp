#pragma once

/// Mounts that are in no namespace: they go where a program's private mounts are
/// made (Mounting::detached), or with their descriptor. The host never sees them.

#include "runtime/process/files.hpp"

#include <string>

namespace troupe::runtime::oci {

/// The directory `path`, whose ids 0, 1, … are those of the user namespace (a
/// descriptor of its file). failed: the kernel or the file system cannot do that.
Result<Descriptor> mapped_directory(const std::string& path, const Descriptor& user_namespace);

/// A block device with an ext4 file system; every mount of a device shows the same.
Result<Descriptor> mount_ext4(const std::string& device);

/// As mapped_directory(), of a mount that was just made and is attached nowhere.
Result<void> map_ids(const Descriptor& mount, const Descriptor& user_namespace, const std::string& what);

}  // namespace troupe::runtime::oci
