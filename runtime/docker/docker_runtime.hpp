#pragma once

/// The adapter that runs containers through the Docker Engine API: Docker itself,
/// or Podman's compatible socket. README.md says what it makes of a sandbox.

#include "runtime/container_runtime.hpp"

#include <memory>
#include <string>

namespace troupe::runtime {

struct DockerOptions {
  /// Absolute. Records and logs of ended containers; images and layers are the engine's.
  std::string data_directory;
  /// The engine's Unix socket, on this host.
  std::string socket = "/var/run/docker.sock";
  /// Name of the control group, at the root, that holds all sandboxes.
  std::string cgroup_parent = "troupe";
};

/// conflict: another process uses the directory; unavailable: no engine answers on
/// the socket; not_found: a program is missing (the text names its Debian package).
Result<std::unique_ptr<ContainerRuntime>> open_docker_runtime(const DockerOptions& options);

/// Whether the records below this data directory say that the container has ended,
/// or do not know it; also while another process runs it.
bool docker_container_ended(const std::string& data_directory, const std::string& id);

}  // namespace troupe::runtime
