#pragma once

/// Small file operations that do not surprise: whole files, atomic writes, and
/// trees that are removed without following links or leaving the file system.

#include "runtime/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace troupe::runtime {

/// Owns a file descriptor. All descriptors of this program are O_CLOEXEC.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  void close();

 private:
  int fd_ = -1;
};

/// Takes the exclusive flock of an open file, waiting at most `patience`. A
/// process that was killed may leave a child between fork and exec, which holds
/// its locks for some more milliseconds. False: somebody else has it.
bool lock_soon(int fd, std::chrono::milliseconds patience);

/// The failure that errno means for `what` ("cannot open /a/b"): no_space for
/// ENOSPC and EDQUOT, denied for EACCES and EPERM, not_found for ENOENT.
Failure errno_failure(const std::string& what, int error_number);

Result<std::string> read_file(const std::string& path, std::size_t limit_bytes = 64 << 20);

/// Writes beside `path`, syncs when asked, then renames: readers see the old
/// or the new text, never a part.
enum class Durability : std::uint8_t { cached, synced };
Result<void> write_file_atomically(const std::string& path, std::string_view text,
                                   Durability durability = Durability::cached, unsigned mode = 0644);

Result<void> make_directories(const std::string& path, unsigned mode = 0755);

/// Removes a tree without following symbolic links and without entering other
/// mounts. A missing tree is success.
Result<void> remove_tree(const std::string& path);

/// Opens `relative` beneath `root` (openat2, RESOLVE_IN_ROOT): no "..", absolute
/// link or mount trick leaves the root.
Result<Descriptor> open_in_root(int root_fd, const std::string& relative, int flags, unsigned mode = 0);

}  // namespace troupe::runtime
