#pragma once

/// From a container's specification, with every name already resolved, to the
/// config.json that crun and runc read. Pure: nothing here touches the host.

#include "runtime/container_runtime.hpp"
#include "runtime/oci/process_rules.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::runtime::oci {

/// A mount whose source is a path on the host; also what volumes_from hands on.
struct BindMount {
  std::string source;
  std::string target;
  bool read_only = false;
  /// In a user namespace: the files are the volume's own, so that their ids are those
  /// of the namespace; else they are the host's.
  bool mapped = false;
};

/// The user namespace of a sandbox and the ids of the host that it has.
struct UserNamespace {
  std::string path;
  std::uint32_t first_id = 0;
};

/// How many ids it has: those that images use, as with Docker and Podman.
inline constexpr std::uint32_t kIdsOfSandbox = 65'536;

/// A device node as the host has it.
struct DeviceNode {
  std::string path;  ///< In the container.
  char type = 'c';   ///< c, b or p
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t mode = 0666;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string permissions = "rwm";
};

/// Where a namespace comes from: its own, the host's, or the one at a path.
struct NamespaceChoice {
  NamespaceMode mode = NamespaceMode::own;
  std::string path;  ///< For NamespaceMode::sandbox.
};

/// What this host's cgroups can do.
struct CgroupAbilities {
  bool unified = false;  ///< v2 only.
  bool swap_limit = false;
  bool swappiness = false;  ///< v1 only.
};

struct Bundle {
  const ContainerSpec* spec = nullptr;
  std::string root_path;  ///< Of the mounted root file system.
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::vector<std::string> capabilities;
  std::string directory;
  std::string hostname;
  User user;
  std::vector<BindMount> binds;  ///< The caller's, volumes and our files in /etc.
  std::vector<DeviceNode> devices;
  NamespaceChoice pid;
  NamespaceChoice ipc;
  NamespaceChoice network;
  std::optional<UserNamespace> user_namespace;
  std::string shared_memory_path;  ///< On the host, when /dev/shm is shared; else empty.
  std::string cgroup_path;
  CgroupAbilities cgroup;
  boost::json::object seccomp;   ///< Empty: no filter.
  std::string compiled_seccomp;  ///< base64, instead of `seccomp`, for crun.
};

/// The kernel's number (RLIMIT_…) of a limit: "nofile", "nproc", …
std::optional<int> rlimit_number(std::string_view name);

/// invalid when the specification names an unknown limit or mount option.
Result<boost::json::object> make_config(const Bundle& bundle);

/// `mounts` of config.json: the fixed ones, then those of the caller from the
/// shallowest to the deepest target, so that none hides another.
Result<boost::json::array> make_mounts(const Bundle& bundle);

/// `linux.resources` of config.json.
boost::json::object make_resources(const Bundle& bundle);

/// Processes in a container that asks for no limit: a fork bomb ends here.
/// Docker has no such limit; Podman's is 2048, systemd's 15 % of the kernel's.
inline constexpr std::uint64_t kDefaultProcesses = 4096;

/// Where the init program is seen inside a container.
inline constexpr const char* kInitPath = "/dev/init";

}  // namespace troupe::runtime::oci
