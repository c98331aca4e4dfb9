/// Removing a tree whose content is not ours: a container may have left links,
/// mounts or a nest of directories deeper than we have descriptors.

#include "runtime/process/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>

namespace troupe::runtime {
namespace {

/// Below this depth a directory is moved up to the top and removed from there.
constexpr int kDepthLimit = 64;

struct Removal {
  int top_fd = -1;
  unsigned moved = 0;
  bool again = false;
  int error_number = 0;
  std::string error_name;
};

void note(Removal& removal, const char* name) {
  if (removal.error_number == 0) {
    removal.error_number = errno;
    removal.error_name = name;
  }
}

/// Opens a directory that is neither a link nor a mount point.
int open_own_directory(int folder_fd, const char* name) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
  return static_cast<int>(syscall(SYS_openat2, folder_fd, name, &how, sizeof how));
}

void remove_content(Removal& removal, int folder_fd, int depth);

void remove_directory(Removal& removal, int folder_fd, const char* name, int depth) {
  if (depth >= kDepthLimit) {
    const std::string there = ".removed-" + std::to_string(removal.moved++);
    if (renameat(folder_fd, name, removal.top_fd, there.c_str()) == 0) {
      removal.again = true;
      return;
    }
  }
  const int fd = open_own_directory(folder_fd, name);
  if (fd < 0) {
    note(removal, name);
    return;
  }
  remove_content(removal, fd, depth + 1);
  if (unlinkat(folder_fd, name, AT_REMOVEDIR) != 0 && errno != ENOENT) {
    note(removal, name);
  }
}

/// Empties a directory and closes `folder_fd`.
void remove_content(Removal& removal, int folder_fd, int depth) {
  DIR* entries = fdopendir(folder_fd);
  if (entries == nullptr) {
    note(removal, ".");
    close(folder_fd);
    return;
  }
  while (const dirent* entry = readdir(entries)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") {
      continue;
    }
    if (entry->d_type != DT_DIR && unlinkat(folder_fd, name.c_str(), 0) == 0) {
      continue;
    }
    if (entry->d_type == DT_DIR || errno == EISDIR) {
      remove_directory(removal, folder_fd, name.c_str(), depth);
    } else if (errno != ENOENT) {
      note(removal, name.c_str());
    }
  }
  closedir(entries);
}

}  // namespace

Result<void> remove_tree(const std::string& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT) {
    return {};
  }
  if (errno != EISDIR) {
    return errno_failure("cannot remove " + path, errno);
  }
  const Descriptor top(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!top.valid()) {
    return errno_failure("cannot open " + path, errno);
  }
  Removal removal;
  removal.top_fd = top.get();
  do {
    removal.again = false;
    const int fd = openat(top.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
      return errno_failure("cannot open " + path, errno);
    }
    remove_content(removal, fd, 0);
  } while (removal.again && removal.error_number == 0);
  if (removal.error_number != 0) {
    return errno_failure("cannot remove " + removal.error_name + " in " + path, removal.error_number);
  }
  if (rmdir(path.c_str()) != 0 && errno != ENOENT) {
    return errno_failure("cannot remove " + path, errno);
  }
  return {};
}

}  // namespace troupe::runtime
