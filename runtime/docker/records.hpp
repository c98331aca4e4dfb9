#pragma once

/// What this adapter remembers beside the engine: what a sandbox was made of, and
/// of each container what must outlive the engine's own knowledge of it.

#include "runtime/container_runtime.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::runtime::docker {

struct SandboxEntry {
  std::string id;
  std::vector<Network> networks;
  /// The engine's ids of the pause containers, one for each network; empty where it
  /// is the host's.
  std::vector<std::string> pauses;
  /// Whose pid and IPC namespaces are shared; empty: nobody's.
  std::string holder;
  std::vector<std::string> volumes;
  std::map<std::string, std::string> labels;
  bool share_pid_namespace = false;
  bool share_ipc_namespace = false;
};

struct ContainerEntry {
  std::string id;
  std::string sandbox;
  std::string engine_id;  ///< Empty: released, the engine does not have it any more.
  std::string image_digest;
  std::string image_id;  ///< The engine's.
  std::string stop_signal;
  std::string log_path;
  Time created_at{};
  Time started_at{};
  bool started = false;
  std::optional<Exit> exit;
  /// The engine's State.StartedAt of the run that `exit` belongs to.
  std::string ended_run;
  std::map<std::string, std::string> labels;
};

std::string to_json(const SandboxEntry& sandbox);
std::string to_json(const ContainerEntry& container);
/// invalid when it is not what to_json() wrote.
Result<SandboxEntry> sandbox_entry(const std::string& json);
Result<ContainerEntry> container_entry(const std::string& json);

}  // namespace troupe::runtime::docker
