#pragma once

/// A container engine of this program's own: Docker or Podman, as TROUPE_TEST_ENGINE
/// says, with its data, socket and pid file in a directory that goes with it. The
/// program runs in a network and a mount namespace of its own, so that neither
/// bridges, packet rules nor mounts of an engine are seen by the host.

#include "runtime/docker/engine.hpp"

#include <sys/types.h>

#include <memory>
#include <string>

namespace troupe::testing {

/// Before anything else, and before any thread: leaves the host's namespaces.
void leave_host_namespaces();

class EngineProcess {
 public:
  /// Empty: there is none on this host.
  static std::string program();
  static bool is_podman();

  EngineProcess();
  ~EngineProcess();
  EngineProcess(const EngineProcess&) = delete;
  EngineProcess& operator=(const EngineProcess&) = delete;

  /// As a host that reboots its engine; containers end with it.
  void restart();
  [[nodiscard]] std::string socket() const { return directory_ + "/engine.sock"; }
  /// For images that all tests share.
  [[nodiscard]] const std::string& directory() const { return directory_; }
  [[nodiscard]] const runtime::docker::Engine& api() const { return *engine_; }
  /// The one of this program.
  static EngineProcess& instance();

 private:
  void start();
  void stop();

  std::string directory_;
  pid_t pid_ = -1;
  std::unique_ptr<runtime::docker::Engine> engine_;
};

}  // namespace troupe::testing
