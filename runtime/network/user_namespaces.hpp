#pragma once

/// User namespaces as files, and network namespaces that belong to one. A process
/// with several threads can enter no user namespace, so each is made by a child of
/// one thread.

#include "runtime/process/files.hpp"

#include <cstdint>
#include <string>

namespace troupe::runtime {

/// Users and groups of the host that a user namespace has, numbered from 0 in it.
struct HostIds {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// Makes a user namespace and mounts it at `path`; remove_namespace() takes it away.
/// no_space: the kernel's user.max_user_namespaces is reached.
Result<void> make_user_namespace(const std::string& path, HostIds ids);

/// A network namespace that belongs to the user namespace at `owner`. It ends with
/// the descriptor unless it is mounted or entered.
Result<Descriptor> make_network_of(const std::string& owner);

}  // namespace troupe::runtime
