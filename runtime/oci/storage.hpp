#pragma once

/// A disk of limited size for what the containers of one sandbox write: a sparse
/// file with an ext4 file system on a loop device. Blocks are taken from the host's
/// disk as they are written and given back as files are removed. It has no journal:
/// nothing on it outlives a reboot.
///
/// Nothing of it is mounted in the host's namespace. Monitors of containers have
/// mounts of their own; when they and this object are gone, so is the device.

#include "runtime/oci/loop_device.hpp"

#include <cstdint>
#include <string>

namespace troupe::runtime::oci {

class Storage {
 public:
  /// Makes the file at `path` with room for `bytes`. no_space: the host's disk is
  /// full; not_found: mke2fs is missing; failed: no loop devices here.
  static Result<Storage> make(const std::string& path, std::uint64_t bytes);
  /// One that was made before, also by another process, whose containers may use it.
  static Result<Storage> open(const std::string& path);

  /// Its root directory, for this process only.
  [[nodiscard]] std::string root() const { return "/proc/self/fd/" + std::to_string(mount_.get()); }
  /// One more mount of it, which is attached nowhere.
  [[nodiscard]] Result<Descriptor> mount() const;

 private:
  static Result<Storage> mounted(Result<LoopDevice> device);
  Storage(LoopDevice device, Descriptor mount) : device_(std::move(device)), mount_(std::move(mount)) {}

  LoopDevice device_;
  Descriptor mount_;
};

}  // namespace troupe::runtime::oci
