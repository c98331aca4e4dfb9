#include "runtime/oci/storage.hpp"

#include "runtime/oci/detached_mounts.hpp"
#include "runtime/process/process.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>

namespace troupe::runtime::oci {
namespace {

constexpr std::uint64_t kBlockBytes = 4096;
/// One inode of 256 bytes for each: mke2fs's own proportion.
constexpr std::uint64_t kBytesPerInode = 16384;
constexpr std::uint64_t kInodeBytes = 256;

/// The tables of the file system come on top of what containers may write: inodes,
/// maps of blocks (one in 32,768), and what ext4 holds back (2 %, 16 MiB at most).
std::uint64_t file_bytes(std::uint64_t bytes) {
  const std::uint64_t held_back = std::min<std::uint64_t>(bytes / 48, 17U << 20U);
  const std::uint64_t all =
      bytes + bytes / (kBytesPerInode / kInodeBytes - 1) + bytes / 16384 + held_back + (64U << 10U);
  return (all + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
}

Result<void> make_file(const std::string& path, std::uint64_t bytes) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.valid() || ftruncate(file.get(), static_cast<off_t>(bytes)) != 0) {
    return errno_failure("cannot make " + path, errno);
  }
  return {};
}

/// A sparse file reads as zeros, so the tables of inodes need not be written.
Result<void> make_file_system(const std::string& path) {
  Command command;
  command.argv = {"mke2fs",
                  "-q",
                  "-F",
                  "-b",
                  std::to_string(kBlockBytes),
                  "-I",
                  std::to_string(kInodeBytes),
                  "-i",
                  std::to_string(kBytesPerInode),
                  "-m",
                  "0",
                  "-O",
                  "none,extent,flex_bg,64bit,dir_index,filetype,large_file,huge_file,dir_nlink,extra_isize,"
                  "metadata_csum,sparse_super",
                  "-E",
                  "assume_storage_prezeroed=1,nodiscard,lazy_itable_init=1",
                  path};
  // The administrator's defaults for real disks are of no use here.
  command.environment["MKE2FS_CONFIG"] = "/dev/null";
  if (auto made = run_checked(command); !made) {
    Failure failure = made.error();
    if (failure.message.find("o space left") != std::string::npos) {
      failure.kind = FailureKind::no_space;
    }
    return failure;
  }
  return {};
}

Result<void> make_directories_at(const std::string& root) {
  for (const char* name : {"/containers", "/volumes"}) {
    if (auto made = make_directories(root + name, 0711); !made) {
      return made;
    }
  }
  return {};
}

}  // namespace

Result<Storage> Storage::make(const std::string& path, std::uint64_t bytes) {
  auto made = make_file(path, file_bytes(bytes));
  if (made) {
    made = make_file_system(path);
  }
  if (!made) {
    return made.error();
  }
  auto storage = mounted(attach_loop_device(path));
  if (storage) {
    made = make_directories_at(storage->root());
  }
  return made ? std::move(storage) : made.error();
}

Result<Storage> Storage::open(const std::string& path) {
  return mounted(loop_device_of(path));
}

Result<Storage> Storage::mounted(Result<LoopDevice> device) {
  if (!device) {
    return device.error();
  }
  auto mount = mount_ext4(device->path);
  if (!mount) {
    return mount.error();
  }
  return Storage(std::move(*device), std::move(*mount));
}

Result<Descriptor> Storage::mount() const {
  return mount_ext4(device_.path);
}

}  // namespace troupe::runtime::oci
