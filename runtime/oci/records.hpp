#pragma once

/// What is remembered of a container and a sandbox, in memory and as the JSON
/// file that lets a later process take over.

#include "runtime/container_runtime.hpp"
#include "runtime/network/networks.hpp"
#include "runtime/oci/bundle.hpp"

#include <string>
#include <vector>

namespace troupe::runtime::oci {

/// How far a container came; written before the step that follows.
enum class Phase : std::uint8_t { preparing, created, started };

/// A process that cannot be mistaken for a later one with the same number.
struct ProcessIdentity {
  int pid = 0;
  std::uint64_t start_ticks = 0;  ///< Field 22 of /proc/PID/stat.
};

/// What conmon is told of a container beside its bundle.
struct LaunchOptions {
  std::string program;  ///< Of the container, for the text of a failure.
  std::uint64_t log_max_bytes = 0;
  bool terminal = false;
  bool interactive = false;
  // In a user namespace:
  std::vector<Rlimit> raised;                 ///< What its root user could not raise.
  std::optional<std::uint32_t> stream_owner;  ///< The host's number of the user who may reopen its output.
};

struct ContainerRecord {
  std::string id;
  std::string sandbox;
  Phase phase = Phase::preparing;
  unsigned run = 1;               ///< Counts its starts, from 1.
  bool pause = false;             ///< Only holds the sandbox's namespaces; not listed.
  bool own_pid_namespace = true;  ///< Else its children outlive it unless we end them.
  ProcessIdentity process;
  ProcessIdentity conmon;
  std::string boot_id;  ///< Numbers of processes mean nothing after a reboot.
  std::string image_digest;
  std::string stop_signal;
  std::string log_path;
  std::string cgroup_path;
  Time created_at{};
  Time started_at{};
  LaunchOptions launch;           ///< For a restart.
  std::vector<BindMount> mounts;  ///< For volumes_from.
  std::map<std::string, std::string> labels;
  std::optional<Exit> exit;  ///< Not in the file: conmon's own file tells it.
};

struct SandboxRecord {
  std::string id;
  std::vector<AttachedNetwork> networks;
  std::vector<std::string> volumes;
  std::map<std::string, std::string> labels;
  bool share_pid_namespace = false;
  bool share_ipc_namespace = false;
  std::string shared_memory_path;
  std::optional<std::uint32_t> first_id;  ///< Of the host, when it has a user namespace.
  bool limited_storage = false;
};

std::string to_json(const ContainerRecord& record);
Result<ContainerRecord> container_from_json(const std::string& text);
std::string to_json(const SandboxRecord& record);
Result<SandboxRecord> sandbox_from_json(const std::string& text);

/// Nothing when there is no such process.
std::optional<ProcessIdentity> identify(int pid);
/// Whether that very process still exists and is not a zombie.
bool is_alive(const ProcessIdentity& process);
std::string current_boot_id();

}  // namespace troupe::runtime::oci
