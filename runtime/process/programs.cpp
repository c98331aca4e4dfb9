/// Where programs are found, and which Debian package brings them: a missing
/// program is the commonest reason why a fresh host cannot run containers.

#include "runtime/process/process.hpp"

#include <unistd.h>
#include <array>
#include <string_view>
#include <utility>

namespace troupe::runtime {
namespace {

constexpr std::array<std::string_view, 6> kFolders{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
                                                   "/usr/bin",        "/sbin",          "/bin"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kPackages{{
    {"conmon", "conmon"},
    {"crun", "crun"},
    {"runc", "runc"},
    {"skopeo", "skopeo"},
    {"catatonit", "catatonit"},
    {"iptables", "iptables"},
    {"ip", "iproute2"},
    {"nft", "nftables"},
    {"mke2fs", "e2fsprogs"},
    {"docker-registry", "docker-registry"},
}};

}  // namespace

Result<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    if (access(name.c_str(), X_OK) == 0) {
      return name;
    }
    return Failure{FailureKind::not_found, name + ": not an executable file"};
  }
  for (const std::string_view folder : kFolders) {
    std::string path = std::string(folder) + "/" + name;
    if (access(path.c_str(), X_OK) == 0) {
      return path;
    }
  }
  for (const auto& [program, package] : kPackages) {
    if (program == name) {
      return Failure{FailureKind::not_found,
                     name + " is not installed: install the Debian package " + std::string(package)};
    }
  }
  return Failure{FailureKind::not_found, name + " is not in PATH"};
}

}  // namespace troupe::runtime
