#include "runtime/oci/capabilities.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>

#include "runtime/process/files.hpp"

namespace troupe::runtime::oci {
namespace {

/// In the order of their numbers (linux/capability.h).
constexpr std::array<std::string_view, 41> kNames{"CHOWN",
                                                  "DAC_OVERRIDE",
                                                  "DAC_READ_SEARCH",
                                                  "FOWNER",
                                                  "FSETID",
                                                  "KILL",
                                                  "SETGID",
                                                  "SETUID",
                                                  "SETPCAP",
                                                  "LINUX_IMMUTABLE",
                                                  "NET_BIND_SERVICE",
                                                  "NET_BROADCAST",
                                                  "NET_ADMIN",
                                                  "NET_RAW",
                                                  "IPC_LOCK",
                                                  "IPC_OWNER",
                                                  "SYS_MODULE",
                                                  "SYS_RAWIO",
                                                  "SYS_CHROOT",
                                                  "SYS_PTRACE",
                                                  "SYS_PACCT",
                                                  "SYS_ADMIN",
                                                  "SYS_BOOT",
                                                  "SYS_NICE",
                                                  "SYS_RESOURCE",
                                                  "SYS_TIME",
                                                  "SYS_TTY_CONFIG",
                                                  "MKNOD",
                                                  "LEASE",
                                                  "AUDIT_WRITE",
                                                  "AUDIT_CONTROL",
                                                  "SETFCAP",
                                                  "MAC_OVERRIDE",
                                                  "MAC_ADMIN",
                                                  "SYSLOG",
                                                  "WAKE_ALARM",
                                                  "BLOCK_SUSPEND",
                                                  "AUDIT_READ",
                                                  "PERFMON",
                                                  "BPF",
                                                  "CHECKPOINT_RESTORE"};

/// Docker's defaults, unchanged since 2015.
constexpr std::array<std::string_view, 14> kDefaults{
    "CHOWN",  "DAC_OVERRIDE", "FSETID",  "FOWNER",           "MKNOD",      "NET_RAW", "SETGID",
    "SETUID", "SETFCAP",      "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL",    "AUDIT_WRITE"};

std::uint64_t bit(std::size_t number) {
  return std::uint64_t{1} << number;
}

constexpr std::uint64_t kAll = (std::uint64_t{1} << kNames.size()) - 1;

Result<std::uint64_t> mask_of(const std::vector<std::string>& names, const char* field, bool& all) {
  std::uint64_t mask = 0;
  for (const std::string& given : names) {
    std::string name = given;
    std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
      return static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    });
    if (name == "ALL") {
      all = true;
      continue;
    }
    if (name.starts_with("CAP_")) {
      name.erase(0, 4);
    }
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) {
      return Failure{FailureKind::invalid,
                     std::string("invalid ") + field + ": unknown capability: \"" + given + "\""};
    }
    mask |= bit(static_cast<std::size_t>(found - kNames.begin()));
  }
  return mask;
}

}  // namespace

Result<std::vector<std::string>> resolve_capabilities(const ContainerSpec& spec, std::uint64_t bound) {
  bool add_all = spec.privileged;
  bool drop_all = false;
  const auto added = mask_of(spec.add_capabilities, "CapAdd", add_all);
  const auto dropped = mask_of(spec.drop_capabilities, "CapDrop", drop_all);
  if (!added || !dropped) {
    return added ? dropped.error() : added.error();
  }
  std::uint64_t mask = 0;
  if (spec.privileged) {
    mask = kAll;
  } else if (add_all) {
    mask = kAll & ~*dropped;
  } else if (drop_all) {
    mask = *added;
  } else {
    for (std::size_t number = 0; number < kNames.size(); ++number) {
      if (std::find(kDefaults.begin(), kDefaults.end(), kNames[number]) != kDefaults.end()) {
        mask |= bit(number);
      }
    }
    mask = (mask & ~*dropped) | *added;
  }
  std::vector<std::string> names;
  for (std::size_t number = 0; number < kNames.size(); ++number) {
    if ((mask & bound & bit(number)) != 0) {
      names.push_back("CAP_" + std::string(kNames[number]));
    }
  }
  return names;
}

std::uint64_t bounding_set() {
  const auto status = read_file("/proc/self/status");
  const std::size_t at = status ? status->find("CapBnd:\t") : std::string::npos;
  std::uint64_t mask = 0;
  if (at != std::string::npos) {
    std::from_chars(status->data() + at + 8, status->data() + status->size(), mask, 16);
  }
  return mask;
}

}  // namespace troupe::runtime::oci
