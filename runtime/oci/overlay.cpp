#include "runtime/oci/overlay.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <thread>

namespace troupe::runtime::oci {
namespace {

constexpr std::size_t kOptionsLimitBytes = 4095;

struct Lower {
  std::string directory;  ///< What the names are relative to; ends with '/'.
  std::string list;       ///< "a:b:c"
};

/// Layers under their common parent, so that many fit into one page.
Lower lower_of(const std::vector<std::string>& layers) {
  Lower lower;
  lower.directory = layers.front().substr(0, layers.front().rfind('/') + 1);
  for (const std::string& layer : layers) {
    std::size_t same = 0;
    while (same < lower.directory.size() && same < layer.size() && layer[same] == lower.directory[same]) {
      ++same;
    }
    lower.directory.resize(same);
    lower.directory.resize(lower.directory.rfind('/') + 1);
  }
  for (const std::string& layer : layers) {
    lower.list += (lower.list.empty() ? "" : ":") + layer.substr(lower.directory.size());
  }
  return lower;
}

/// On a thread that has left the namespace of all others for one of its own.
Result<Descriptor> mount_and_open(const std::vector<std::string>& layers, const std::string& mount_point) {
  const Lower lower = lower_of(layers);
  if (unshare(CLONE_NEWNS | CLONE_FS) != 0 ||
      ::mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0 || chdir(lower.directory.c_str()) != 0) {
    return errno_failure("cannot prepare a mount namespace", errno);
  }
  if (::mount("overlay", mount_point.c_str(), "overlay", MS_RDONLY, ("lowerdir=" + lower.list).c_str()) !=
      0) {
    return errno_failure("cannot mount the image", errno);
  }
  Descriptor root(open(mount_point.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) {
    return errno_failure("cannot open the image", errno);
  }
  return root;
}

}  // namespace

Result<Mounting> container_root(const std::vector<std::string>& layers, const std::string& upper,
                                const std::string& work, const std::string& target) {
  Lower lower = lower_of(layers);
  Mounting mounting{"overlay", target, "overlay", 0, "lowerdir=" + lower.list, lower.directory};
  mounting.data += ",upperdir=" + upper + ",workdir=" + work + ",volatile";
  if (mounting.data.size() > kOptionsLimitBytes) {
    return Failure{FailureKind::invalid,
                   "the image has too many layers for overlayfs: " + std::to_string(layers.size())};
  }
  return mounting;
}

Result<Descriptor> open_image_root(const std::vector<std::string>& layers, const std::string& mount_point) {
  if (layers.size() == 1) {
    Descriptor root(open(layers.front().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root.valid()) {
      return errno_failure("cannot open " + layers.front(), errno);
    }
    return root;
  }
  Result<Descriptor> root = Failure{};
  std::thread([&] { root = mount_and_open(layers, mount_point); }).join();
  return root;
}

}  // namespace troupe::runtime::oci
