#pragma once

/// The part of starting a program that happens between clone and exec. The child
/// borrows the parent's memory (CLONE_VM | CLONE_VFORK, as posix_spawn does), so
/// it may only make system calls and write into its Blueprint; everything else is
/// prepared before. posix_spawn itself does not fit: it cannot enter namespaces
/// or mount.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace troupe::runtime::detail {

struct RawMount {
  const char* source;
  const char* target;
  const char* type;
  unsigned long flags;
  const char* data;
  const char* directory;
  int detached;
};

struct RawLimit {
  int resource;
  std::uint64_t at_least;
};

/// Everything the child needs, as plain pointers into memory the parent owns.
struct Blueprint {
  const char* program = nullptr;
  char* const* argv = nullptr;
  char* const* environment = nullptr;
  const char* directory = "/";
  int network_namespace = -1;
  bool private_mounts = false;
  std::vector<const char*> unmount;
  std::vector<RawMount> mounts;
  std::vector<RawLimit> limits;
  /// Child's number → ours, ascending by the child's number, with 0, 1 and 2.
  std::vector<std::pair<int, int>> descriptors;
  /// Our descriptors moved above every wanted number; as long as `descriptors`.
  std::vector<int> moved;

  /// Written by the child when it fails: what it was doing, and errno.
  const char* failed_step = nullptr;
  int failed_errno = 0;
  std::size_t failed_mount = 0;
};

struct Child {
  int pid = -1;
  int pidfd = -1;  ///< Owned by the caller.
};

/// Starts the program in a process group of its own and returns once it has
/// replaced itself or failed (then `failed_step` is set and it must still be
/// reaped). pid is -1, with errno, when no process could be made.
Child launch(Blueprint& blueprint);

}  // namespace troupe::runtime::detail
