#pragma once

/// Network namespaces as files: each is bind-mounted, as `ip netns` does it, and
/// so lives without a process until it is unmounted.

#include "runtime/result.hpp"

#include <functional>
#include <string>

namespace troupe::runtime {

/// Makes a namespace at `path`: loopback up; as in Docker, any user may open
/// ports below 1024 and send pings; later interfaces get no IPv6 addresses.
/// It belongs to the user namespace at `owner`, so that the root user there has
/// its rights over it; empty: to ours.
Result<void> make_namespace(const std::string& path, const std::string& owner = {});

/// Runs `work` on a thread of its own inside the namespace, and waits for it.
Result<void> in_namespace(const std::string& path, const std::function<void()>& work);

/// Whether a namespace is mounted at `path`. False after a reboot.
bool is_namespace(const std::string& path);

/// Unmounts and removes the file of any kind of namespace; interfaces in it vanish
/// with its last process. A missing file is success.
Result<void> remove_namespace(const std::string& path);

/// Removes a bridge interface; a missing one is success.
Result<void> remove_bridge(const std::string& name);

/// Writes a kernel setting below /proc/sys, for example "net/ipv4/ip_forward".
Result<void> set_kernel_option(const std::string& name, const std::string& value);

}  // namespace troupe::runtime
