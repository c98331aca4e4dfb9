/// flock, because it belongs to the open file and ends with the process however that ends.

#include "runtime/images/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>

namespace troupe::runtime {
namespace {

Result<Descriptor> open_lock(const std::string& path) {
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.valid()) return errno_failure("cannot open " + path, errno);
  return file;
}

Result<Descriptor> lock(const std::string& path, FileLock::Mode mode, int flags) {
  auto file = open_lock(path);
  if (!file) return file;
  const int operation = (mode == FileLock::Mode::shared ? LOCK_SH : LOCK_EX) | flags;
  while (flock(file->get(), operation) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return Failure{FailureKind::conflict, path + " is locked by another process"};
    return errno_failure("cannot lock " + path, errno);
  }
  return file;
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& path, Mode mode) {
  auto file = lock(path, mode, 0);
  if (!file) return file.error();
  return FileLock(std::move(*file));
}

Result<FileLock> FileLock::try_take(const std::string& path, Mode mode) {
  auto file = lock(path, mode, LOCK_NB);
  if (!file) return file.error();
  return FileLock(std::move(*file));
}

Result<void> FileLock::share() {
  if (flock(file_.get(), LOCK_SH) != 0) return errno_failure("cannot share a lock", errno);
  return {};
}

Result<std::unique_ptr<Generation>> Generation::open(const std::string& path) {
  auto file = open_lock(path);
  if (!file) return file.error();
  std::uint64_t number = 0;
  // Written, not only sized: on a full disk a hole would be a signal when it is read.
  if (pread(file->get(), &number, sizeof number, 0) != sizeof number) {
    number = 0;
    if (pwrite(file->get(), &number, sizeof number, 0) != sizeof number) {
      return errno_failure("cannot write " + path, errno);
    }
  }
  void* memory = mmap(nullptr, sizeof number, PROT_READ, MAP_SHARED, file->get(), 0);
  if (memory == MAP_FAILED) return errno_failure("cannot map " + path, errno);
  return std::unique_ptr<Generation>(new Generation(std::move(*file), memory));
}

Generation::~Generation() {
  munmap(memory_, sizeof(std::uint64_t));
}

std::uint64_t Generation::value() const {
  return __atomic_load_n(static_cast<const std::uint64_t*>(memory_), __ATOMIC_ACQUIRE);
}

Result<void> Generation::advance() {
  const std::uint64_t next = value() + 1;
  if (pwrite(file_.get(), &next, sizeof next, 0) != sizeof next) {
    return errno_failure("cannot count a change of the image store", errno);
  }
  return {};
}

}  // namespace troupe::runtime
