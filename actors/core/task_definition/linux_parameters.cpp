/// Capabilities, devices, tmpfs, shared memory and swap of a container.

#include "actors/core/task_definition/rules.hpp"

#include <algorithm>
#include <array>

namespace troupe::core::rules {
namespace {

constexpr std::array<std::string_view, 39> capability_names = {"ALL",
                                                               "AUDIT_CONTROL",
                                                               "AUDIT_READ",
                                                               "AUDIT_WRITE",
                                                               "BLOCK_SUSPEND",
                                                               "CHOWN",
                                                               "DAC_OVERRIDE",
                                                               "DAC_READ_SEARCH",
                                                               "FOWNER",
                                                               "FSETID",
                                                               "IPC_LOCK",
                                                               "IPC_OWNER",
                                                               "KILL",
                                                               "LEASE",
                                                               "LINUX_IMMUTABLE",
                                                               "MAC_ADMIN",
                                                               "MAC_OVERRIDE",
                                                               "MKNOD",
                                                               "NET_ADMIN",
                                                               "NET_BIND_SERVICE",
                                                               "NET_BROADCAST",
                                                               "NET_RAW",
                                                               "SETFCAP",
                                                               "SETGID",
                                                               "SETPCAP",
                                                               "SETUID",
                                                               "SYS_ADMIN",
                                                               "SYS_BOOT",
                                                               "SYS_CHROOT",
                                                               "SYS_MODULE",
                                                               "SYS_NICE",
                                                               "SYS_PACCT",
                                                               "SYS_PTRACE",
                                                               "SYS_RAWIO",
                                                               "SYS_RESOURCE",
                                                               "SYS_TIME",
                                                               "SYS_TTY_CONFIG",
                                                               "SYSLOG",
                                                               "WAKE_ALARM"};

constexpr std::array<std::string_view, 40> tmpfs_options = {
    "defaults",   "ro",          "rw",         "suid",        "nosuid",        "dev",     "nodev",
    "exec",       "noexec",      "sync",       "async",       "dirsync",       "remount", "mand",
    "nomand",     "atime",       "noatime",    "diratime",    "nodiratime",    "bind",    "rbind",
    "unbindable", "runbindable", "private",    "rprivate",    "shared",        "rshared", "slave",
    "rslave",     "relatime",    "norelatime", "strictatime", "nostrictatime", "mode",    "uid",
    "gid",        "nr_inodes",   "nr_blocks",  "mpol",        "size"};

template <std::size_t count>
bool contains(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string parameter(const char* member, const ContainerDefinition& container) {
  return std::string{"Invalid '"} + member + "' setting for container " + quoted(text(container.name)) + ".";
}

Checked capabilities(const ContainerDefinition& container, const KernelCapabilities& wanted) {
  for (const auto& list : {wanted.add, wanted.drop}) {
    for (const std::string& capability : items(list)) {
      if (contains(capability_names, capability)) continue;
      return refuse(parameter("capabilities", container) + " Unknown capability: " + quoted(capability) +
                    ".");
    }
  }
  return {};
}

Checked tmpfs(const ContainerDefinition& container, const Tmpfs& mount) {
  if (!text(mount.containerPath).starts_with('/') || mount.size.value_or(0) < 1) {
    return refuse(parameter("tmpfs", container) +
                  " An absolute containerPath and a size above 0 are required.");
  }
  for (const std::string& option : items(mount.mountOptions)) {
    if (contains(tmpfs_options, std::string_view{option}.substr(0, option.find('=')))) continue;
    return refuse(parameter("tmpfs", container) + " Unknown mount option: " + quoted(option) + ".");
  }
  return {};
}

}  // namespace

Checked linux_parameters(const TaskDefinition& definition, const ContainerDefinition& container) {
  if (!container.linuxParameters) return {};
  const LinuxParameters& parameters = *container.linuxParameters;
  if (is_windows(definition)) return refuse("linuxParameters are not supported for Windows containers.");
  if (parameters.capabilities) {
    if (Checked checked = capabilities(container, *parameters.capabilities); !checked) return checked;
  }
  for (const Device& device : items(parameters.devices)) {
    if (!text(device.hostPath).starts_with('/')) {
      return refuse(parameter("devices", container) + " An absolute hostPath is required.");
    }
  }
  if (parameters.sharedMemorySize && *parameters.sharedMemorySize < 1) {
    return refuse(parameter("sharedMemorySize", container));
  }
  if (parameters.maxSwap && *parameters.maxSwap < 0) return refuse(parameter("maxSwap", container));
  if (parameters.swappiness && (*parameters.swappiness < 0 || *parameters.swappiness > 100)) {
    return refuse(parameter("swappiness", container) + " It must be between 0 and 100.");
  }
  return each(items(parameters.tmpfs), [&](const Tmpfs& mount) { return tmpfs(container, mount); });
}

}  // namespace troupe::core::rules
