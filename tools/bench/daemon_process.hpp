#pragma once

/// A `troupe` daemon in a process of its own: this very program, started with a
/// port of its own choice, and ended with this object. And the directory that
/// a measurement works in.

#include "runtime/result.hpp"
#include "tools/bench/latencies.hpp"
#include "tools/connection.hpp"

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::tools::bench {

/// A new directory below `parent`, removed with everything in it at the end.
class WorkDirectory {
 public:
  static runtime::Result<WorkDirectory> make(const std::string& parent);
  WorkDirectory(WorkDirectory&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  WorkDirectory& operator=(WorkDirectory&&) = delete;
  ~WorkDirectory();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit WorkDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

class DaemonProcess {
 public:
  /// `troupe ROLE --data DATA --listen 127.0.0.1:0 …`; returns when it is ready.
  /// Its log goes to DATA/bench.log. It dies with the thread that started it.
  static runtime::Result<DaemonProcess> start(const std::string& role, const std::string& data,
                                              const std::vector<std::string>& more = {});
  DaemonProcess(DaemonProcess&& other) noexcept;
  DaemonProcess& operator=(DaemonProcess&&) = delete;
  ~DaemonProcess() { stop(); }

  /// SIGTERM, and SIGKILL after 20 s. Containers run on.
  void stop();

  [[nodiscard]] const Connection& connection() const { return connection_; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// From fork to the `ready` line.
  [[nodiscard]] Nanos time_to_ready() const { return time_to_ready_; }
  /// Resident memory; of that what no other process shares.
  [[nodiscard]] double resident_mib() const;
  [[nodiscard]] double private_mib() const;
  /// Processor time used so far.
  [[nodiscard]] Nanos cpu_time() const;

 private:
  DaemonProcess() = default;

  pid_t pid_ = -1;
  Connection connection_;
  Nanos time_to_ready_{0};
};

}  // namespace troupe::tools::bench
