#pragma once

/// A daemon with one real host, and the tasks that a measurement has it run.

#include "tools/bench/api_caller.hpp"
#include "tools/bench/daemon_process.hpp"
#include "tools/bench/sleeper_image.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct StartedTask {
  std::string arn;
  Nanos accepted_to_running{0};
  Nanos asked_to_running{0};
};

class TaskHost {
 public:
  /// Starts `troupe dev` on `data`, which has the image, and registers the task
  /// definitions `bench-host` and `bench-bridge` (with one dynamic port).
  static runtime::Result<TaskHost> start(const std::string& data, const std::string& image);

  /// Waits until the follower hears of RUNNING.
  runtime::Result<StartedTask> run(const std::string& family);
  /// Asks for all, ten with each call, before it waits for the first.
  runtime::Result<std::vector<StartedTask>> run_at_once(const std::string& family, unsigned count);
  /// Asks for all, then waits until all are STOPPED.
  runtime::Result<void> stop(const std::vector<std::string>& tasks);

  [[nodiscard]] DaemonProcess& daemon() { return daemon_; }
  [[nodiscard]] ApiCaller& caller() { return *caller_; }
  [[nodiscard]] TaskFollower& follower() { return *follower_; }

 private:
  TaskHost(DaemonProcess daemon, std::unique_ptr<TaskFollower> follower)
      : daemon_(std::move(daemon)),
        caller_(std::make_unique<ApiCaller>(daemon_.connection())),
        follower_(std::move(follower)) {}

  DaemonProcess daemon_;
  std::unique_ptr<ApiCaller> caller_;
  std::unique_ptr<TaskFollower> follower_;
};

/// Takes down what a daemon that has ended left on this host: containers,
/// networks, bridges.
runtime::Result<void> clear_host(const std::string& data);

}  // namespace troupe::tools::bench
