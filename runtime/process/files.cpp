/// Whole-file operations on plain system calls, so that every error keeps its errno.

#include "runtime/process/files.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

namespace troupe::runtime {
namespace {

Result<void> write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0) {
      if (errno == EINTR) {
        continue;
      }
      return errno_failure("cannot write " + path, errno);
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) {
    return ".";
  }
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// A rename is only durable once its directory is.
Result<void> sync_folder(const std::string& path) {
  const Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || fsync(folder.get()) != 0) {
    return errno_failure("cannot sync " + path, errno);
  }
  return {};
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void Descriptor::close() {
  if (fd_ >= 0) {
    ::close(std::exchange(fd_, -1));
  }
}

bool lock_soon(int fd, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= deadline) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

Failure errno_failure(const std::string& what, int error_number) {
  FailureKind kind = FailureKind::failed;
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
      kind = FailureKind::no_space;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      kind = FailureKind::denied;
      break;
    case ENOENT:
      kind = FailureKind::not_found;
      break;
    case EEXIST:
    case EBUSY:
    case EADDRINUSE:
      kind = FailureKind::conflict;
      break;
    default:
      break;
  }
  return Failure{kind, what + ": " + strerrordesc_np(error_number)};
}

Result<std::string> read_file(const std::string& path, std::size_t limit_bytes) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    return errno_failure("cannot open " + path, errno);
  }
  std::string text;
  for (;;) {
    const std::size_t size = text.size();
    // Files of /proc and /sys tell no size, so it grows by steps.
    const std::size_t step = size < (64 << 10) ? (8 << 10) : size;
    text.resize(size + step);
    const ssize_t count = read(file.get(), text.data() + size, step);
    if (count < 0 && errno != EINTR) {
      return errno_failure("cannot read " + path, errno);
    }
    text.resize(size + static_cast<std::size_t>(count < 0 ? 0 : count));
    if (text.size() > limit_bytes) {
      return Failure{FailureKind::invalid,
                     path + " is larger than " + std::to_string(limit_bytes) + " bytes"};
    }
    if (count == 0) {
      return text;
    }
  }
}

Result<void> write_file_atomically(const std::string& path, std::string_view text, Durability durability,
                                   unsigned mode) {
  static std::atomic<unsigned> serial{0};
  const std::string beside = path + "." + std::to_string(getpid()) + "-" + std::to_string(serial++) + ".new";
  const Descriptor file(open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file.valid()) {
    return errno_failure("cannot create " + beside, errno);
  }
  auto written = write_all(file.get(), text, beside);
  if (written && fchmod(file.get(), mode) != 0) {
    written = errno_failure("cannot set the mode of " + beside, errno);
  }
  if (written && durability == Durability::synced && fsync(file.get()) != 0) {
    written = errno_failure("cannot sync " + beside, errno);
  }
  if (written && rename(beside.c_str(), path.c_str()) != 0) {
    written = errno_failure("cannot rename to " + path, errno);
  }
  if (!written) {
    unlink(beside.c_str());
    return written;
  }
  return durability == Durability::synced ? sync_folder(folder_of(path)) : Result<void>();
}

Result<void> make_directories(const std::string& path, unsigned mode) {
  if (mkdir(path.c_str(), mode) == 0) {
    return {};
  }
  if (errno == ENOENT && path.find_last_not_of('/') != std::string::npos) {
    std::string trimmed = path.substr(0, path.find_last_not_of('/') + 1);
    const std::string parent = folder_of(trimmed);
    if (parent != trimmed && parent != ".") {
      if (auto made = make_directories(parent, mode); !made) {
        return made;
      }
      if (mkdir(path.c_str(), mode) == 0) {
        return {};
      }
    }
  }
  const int failed = errno;
  struct stat found {};
  if (failed == EEXIST && stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) {
    return {};
  }
  return errno_failure("cannot make the directory " + path, failed);
}

Result<Descriptor> open_in_root(int root_fd, const std::string& relative, int flags, unsigned mode) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(static_cast<unsigned>(flags | O_CLOEXEC));
  how.mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? mode : 0;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  const std::string path = relative.empty() ? "." : relative;
  for (int attempt = 0;; ++attempt) {
    const long fd = syscall(SYS_openat2, root_fd, path.c_str(), &how, sizeof how);
    if (fd >= 0) {
      return Descriptor(static_cast<int>(fd));
    }
    // The kernel gives up with EAGAIN when a rename elsewhere raced with "..".
    if (errno != EAGAIN || attempt == 32) {
      return errno_failure("cannot open " + relative, errno);
    }
  }
}

}  // namespace troupe::runtime
