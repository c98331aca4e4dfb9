#include "runtime/oci/loop_device.hpp"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <filesystem>
#include <optional>

namespace troupe::runtime::oci {
namespace {

constexpr const char* kControl = "/dev/loop-control";
/// Another process may take the free device that the kernel told us of.
constexpr int kAttempts = 64;

Failure no_devices(const std::string& path, int error_number) {
  Failure failure =
      errno_failure("storage cannot be limited on this host: cannot open " + path, error_number);
  failure.kind = FailureKind::failed;
  failure.message += " (it needs the kernel's loop devices)";
  return failure;
}

/// Which device has this very file, however it is called by now.
std::optional<LoopDevice> attached_device(const struct stat& file) {
  std::error_code none;
  for (std::filesystem::directory_iterator all("/sys/block", none), end; !none && all != end;
       all.increment(none)) {
    const std::string name = all->path().filename();
    std::error_code absent;
    if (!name.starts_with("loop") || !std::filesystem::exists(all->path() / "loop", absent)) {
      continue;
    }
    LoopDevice device{"/dev/" + name, {}};
    device.open = Descriptor(::open(device.path.c_str(), O_RDWR | O_CLOEXEC));
    loop_info64 info{};
    if (device.open.valid() && ioctl(device.open.get(), LOOP_GET_STATUS64, &info) == 0 &&
        info.lo_device == file.st_dev && info.lo_inode == file.st_ino) {
      return device;
    }
  }
  return std::nullopt;
}

Result<Descriptor> open_backing_file(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.valid()) {
    return errno_failure("cannot open " + path, errno);
  }
  return file;
}

Result<LoopDevice> attach(const Descriptor& file) {
  const Descriptor control(::open(kControl, O_RDWR | O_CLOEXEC));
  if (!control.valid()) {
    return no_devices(kControl, errno);
  }
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const int number = ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) {
      return errno_failure("cannot get a loop device", errno);
    }
    LoopDevice device{"/dev/loop" + std::to_string(number), {}};
    device.open = Descriptor(::open(device.path.c_str(), O_RDWR | O_CLOEXEC));
    if (!device.open.valid()) {
      return no_devices(device.path, errno);
    }
    loop_config config{};
    config.fd = static_cast<__u32>(file.get());
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (ioctl(device.open.get(), LOOP_CONFIGURE, &config) == 0) {
      return device;
    }
    if (errno != EBUSY) {
      return errno_failure("cannot set up " + device.path, errno);
    }
  }
  return Failure{FailureKind::unavailable, "others take every free loop device before us"};
}

}  // namespace

Result<LoopDevice> attach_loop_device(const std::string& path) {
  const auto file = open_backing_file(path);
  return file ? attach(*file) : file.error();
}

Result<LoopDevice> loop_device_of(const std::string& path) {
  const auto file = open_backing_file(path);
  struct stat found {};
  if (!file || fstat(file->get(), &found) != 0) {
    return file ? errno_failure("cannot read " + path, errno) : file.error();
  }
  if (auto device = attached_device(found)) {
    return std::move(*device);
  }
  return attach(*file);
}

}  // namespace troupe::runtime::oci
