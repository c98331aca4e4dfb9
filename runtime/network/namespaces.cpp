/// A namespace belongs to a thread, so each is made by a thread of its own that
/// ends at once: no other thread ever leaves the host's namespace.

#include "runtime/network/namespaces.hpp"

#include "runtime/network/user_namespaces.hpp"
#include "runtime/process/files.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace troupe::runtime {
namespace {

Result<void> set_interface(const char* name, bool up) {
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0) {
    return errno_failure(std::string("cannot read flags of ") + name, errno);
  }
  const int flags = up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP;
  request.ifr_flags = static_cast<short>(flags);
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) {
    return errno_failure(std::string("cannot change flags of ") + name, errno);
  }
  return {};
}

// In the new namespace, on its thread.
Result<void> furnish(const std::string& path, const Descriptor& owned) {
  const int entered = owned.valid() ? ::setns(owned.get(), CLONE_NEWNET) : ::unshare(CLONE_NEWNET);
  if (entered != 0) {
    return errno_failure("cannot make a network namespace", errno);
  }
  if (auto up = set_interface("lo", true); up.has_error()) {
    return up;
  }
  for (const auto& [name, value] : {std::pair("net/ipv4/ip_unprivileged_port_start", "0"),
                                    std::pair("net/ipv4/ping_group_range", "0 2147483647"),
                                    std::pair("net/ipv6/conf/default/disable_ipv6", "1")}) {
    const auto set = set_kernel_option(name, value);
    if (set.has_error() && set.error().kind != FailureKind::not_found) {
      return set;
    }
  }
  if (::mount("/proc/thread-self/ns/net", path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    return errno_failure("cannot mount " + path, errno);
  }
  return {};
}

}  // namespace

Result<void> make_namespace(const std::string& path, const std::string& owner) {
  auto owned = owner.empty() ? Result<Descriptor>(Descriptor()) : make_network_of(owner);
  if (owned.has_error()) {
    return owned.error();
  }
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file.valid()) {
    return errno_failure("cannot make " + path, errno);
  }
  Result<void> made;
  std::thread([&] { made = furnish(path, *owned); }).join();
  if (made.has_error()) {
    ::unlink(path.c_str());
  }
  return made;
}

Result<void> in_namespace(const std::string& path, const std::function<void()>& work) {
  const Descriptor there(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!there.valid()) {
    return errno_failure("cannot open " + path, errno);
  }
  Result<void> entered;
  std::thread([&] {
    if (::setns(there.get(), CLONE_NEWNET) == 0) {
      work();
    } else {
      entered = errno_failure("cannot enter " + path, errno);
    }
  }).join();
  return entered;
}

bool is_namespace(const std::string& path) {
  struct statfs system {};
  return ::statfs(path.c_str(), &system) == 0 && system.f_type == NSFS_MAGIC;
}

Result<void> remove_namespace(const std::string& path) {
  while (is_namespace(path)) {
    if (::umount2(path.c_str(), MNT_DETACH) != 0) {
      return errno_failure("cannot unmount " + path, errno);
    }
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return errno_failure("cannot remove " + path, errno);
  }
  return {};
}

Result<void> remove_bridge(const std::string& name) {
  if (::if_nametoindex(name.c_str()) == 0) {
    return {};
  }
  if (auto down = set_interface(name.c_str(), false); down.has_error()) {
    return down;
  }
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (::ioctl(socket.get(), SIOCBRDELBR, name.c_str()) != 0) {
    return errno_failure("cannot remove bridge " + name, errno);
  }
  return {};
}

Result<void> set_kernel_option(const std::string& name, const std::string& value) {
  const std::string path = "/proc/sys/" + name;
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid()) {
    return errno_failure("cannot open " + path, errno);
  }
  if (::write(file.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size())) {
    return errno_failure("cannot write " + path, errno);
  }
  return {};
}

}  // namespace troupe::runtime
