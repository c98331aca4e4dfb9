#pragma once

/// Runs conmon and the OCI runtime program (crun or runc). conmon is the parent
/// of the container's first process; it outlives us and keeps exit code and log.

#include "runtime/container_runtime.hpp"
#include "runtime/oci/layout.hpp"
#include "runtime/oci/records.hpp"
#include "runtime/process/files.hpp"
#include "runtime/process/process.hpp"

#include <string>
#include <vector>

namespace troupe::runtime::oci {

/// What conmon's private mounts are made of, in their order.
struct ContainerMounts {
  std::vector<Mounting> mounts;
  std::vector<Descriptor> detached;  ///< Those that `mounts` names.
};

struct Launch {
  std::string id;
  std::string log_path;
  LaunchOptions options;
  ContainerMounts mounts;  ///< None when the root is a plain directory.
};

struct Launched {
  ProcessIdentity process;
  ProcessIdentity conmon;
};

class Launcher {
 public:
  /// `preference` is "crun", "runc", a path, or empty: crun if it is there, else runc.
  /// `hidden` is unmounted in the private mount namespace of each program.
  static Result<Launcher> find(const std::string& preference, const Layout& layout,
                               std::vector<std::string> hidden);

  /// Starts conmon, which creates the container from the bundle in its directory;
  /// returns when the container is there. Failures are in Docker's words.
  [[nodiscard]] Result<Launched> create(const Launch& launch) const;
  [[nodiscard]] Result<void> start(const std::string& id) const;
  /// unavailable at the deadline; what it started is killed then.
  [[nodiscard]] Result<ExecResult> exec(const std::string& id, const ExecRequest& request) const;

  [[nodiscard]] bool is_crun() const { return is_crun_; }
  /// "crun 1.8.1, conmon 2.1.6"
  [[nodiscard]] const std::string& version() const { return version_; }

 private:
  Launcher(Layout layout, std::vector<std::string> hidden)
      : layout_(std::move(layout)), hidden_(std::move(hidden)) {}
  [[nodiscard]] Command command(std::vector<std::string> arguments) const;
  [[nodiscard]] Command conmon_command(const Launch& launch) const;

  Layout layout_;
  std::vector<std::string> hidden_;
  std::string program_;
  std::string conmon_;
  std::string version_;
  bool is_crun_ = false;
};

/// What crun or runc said, as people know it from Docker, with the kind of failure.
/// `program` is what the container was to run.
Failure runtime_failure(const std::string& said, const std::string& program);

}  // namespace troupe::runtime::oci
