#include "runtime/oci/detached_mounts.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>
#include <cerrno>

namespace troupe::runtime::oci {

Result<void> map_ids(const Descriptor& mount, const Descriptor& user_namespace, const std::string& what) {
  mount_attr wanted{};
  wanted.attr_set = MOUNT_ATTR_IDMAP;
  wanted.userns_fd = static_cast<__u64>(user_namespace.get());
  if (mount_setattr(mount.get(), "", AT_EMPTY_PATH, &wanted, sizeof wanted) != 0) {
    Failure failure = errno_failure("cannot map the ids of " + what + " to a user namespace", errno);
    failure.kind = FailureKind::failed;
    failure.message += " (it needs Linux 5.19 or later, and ext4, xfs or btrfs)";
    return failure;
  }
  return {};
}

Result<Descriptor> mapped_directory(const std::string& path, const Descriptor& user_namespace) {
  Descriptor mount(open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!mount.valid()) {
    return errno_failure("cannot copy the mount of " + path, errno);
  }
  if (auto mapped = map_ids(mount, user_namespace, path); !mapped) {
    return mapped.error();
  }
  return mount;
}

/// Freed blocks go back to the host's disk.
Result<Descriptor> mount_ext4(const std::string& device) {
  const Descriptor context(fsopen("ext4", FSOPEN_CLOEXEC));
  if (!context.valid()) {
    return errno_failure("cannot mount an ext4 file system", errno);
  }
  if (fsconfig(context.get(), FSCONFIG_SET_STRING, "source", device.c_str(), 0) != 0 ||
      fsconfig(context.get(), FSCONFIG_SET_FLAG, "discard", nullptr, 0) != 0 ||
      fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    return errno_failure("cannot mount " + device, errno);
  }
  Descriptor mount(fsmount(context.get(), FSMOUNT_CLOEXEC, 0));
  if (!mount.valid()) {
    return errno_failure("cannot mount " + device, errno);
  }
  return mount;
}

}  // namespace troupe::runtime::oci
