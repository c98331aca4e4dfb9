#include "runtime/oci/devices.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace troupe::runtime::oci {
namespace {

constexpr std::array<std::string_view, 9> kLeftOut{"pts",         "shm",   "fd",      "mqueue", ".lxc",
                                                   ".lxd-mounts", ".udev", "console", "ptmx"};
constexpr int kDepthLimit = 8;

bool read_node(const std::string& path, DeviceNode& node) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0 || !(S_ISCHR(found.st_mode) || S_ISBLK(found.st_mode))) {
    return false;
  }
  node.type = S_ISCHR(found.st_mode) ? 'c' : 'b';
  node.major = major(found.st_rdev);
  node.minor = minor(found.st_rdev);
  node.mode = found.st_mode & 07777U;
  node.uid = found.st_uid;
  node.gid = found.st_gid;
  return true;
}

void collect(const std::string& directory, int depth, std::vector<DeviceNode>& found) {
  DIR* entries = depth < kDepthLimit ? opendir(directory.c_str()) : nullptr;
  if (entries == nullptr) {
    return;
  }
  while (const dirent* entry = readdir(entries)) {
    const std::string name = entry->d_name;
    if (name == "." || name == ".." ||
        (depth == 0 && std::find(kLeftOut.begin(), kLeftOut.end(), name) != kLeftOut.end())) {
      continue;
    }
    DeviceNode node;
    node.path = directory + "/" + name;
    if (entry->d_type == DT_DIR) {
      collect(node.path, depth + 1, found);
    } else if (read_node(node.path, node)) {
      found.push_back(std::move(node));
    }
  }
  closedir(entries);
}

}  // namespace

Result<DeviceNode> find_device(const Device& wanted) {
  DeviceNode node;
  node.path = wanted.container_path.empty() ? wanted.host_path : wanted.container_path;
  struct stat followed {};
  std::string source = wanted.host_path;
  if (stat(source.c_str(), &followed) != 0) {
    return Failure{FailureKind::invalid, "error gathering device information while adding custom device \"" +
                                             source + "\": no such file or directory"};
  }
  char resolved[4096];
  if (realpath(source.c_str(), resolved) != nullptr) {
    source = resolved;
  }
  if (!read_node(source, node)) {
    return Failure{FailureKind::invalid, "error gathering device information while adding custom device \"" +
                                             wanted.host_path + "\": not a device node"};
  }
  const bool plain = std::all_of(wanted.permissions.begin(), wanted.permissions.end(),
                                 [](char letter) { return std::strchr("rwm", letter) != nullptr; });
  if (!plain || wanted.permissions.empty()) {
    return Failure{FailureKind::invalid, "invalid device permissions \"" + wanted.permissions + "\""};
  }
  node.permissions = wanted.permissions;
  return node;
}

std::vector<DeviceNode> host_devices() {
  std::vector<DeviceNode> found;
  collect("/dev", 0, found);
  return found;
}

}  // namespace troupe::runtime::oci
