#pragma once

/// A container runtime that is nothing but a table. Calls are answered at once;
/// containers end when the test says so. It outlives the actors that use it, as
/// a host outlives its agent, and can be told to fail.

#include "runtime/container_runtime.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::testing {

class FakeRuntime : public runtime::ContainerRuntime {
 public:
  // ---- For the test ------------------------------------------------------------

  /// Every call so far: "pull busybox:1", "create_sandbox ID", "start ID", …
  [[nodiscard]] std::vector<std::string> calls() const;
  [[nodiscard]] std::size_t count(const std::string& call) const;
  void forget_calls();

  /// The next call that reads so fails, once, or always.
  void fail(const std::string& call, runtime::Failure failure);
  void fail_always(const std::string& call, runtime::Failure failure);
  /// Throws instead: an adapter that is broken.
  void throw_on(const std::string& call);
  /// Called before each call, with its text.
  std::function<void(const std::string&)> on_call;

  /// Ends a container. `tell`: the watcher hears of it, as it would not while
  /// no agent is there.
  enum class Tell { yes, no };
  void end(const std::string& container, int exit_code, Tell tell = Tell::yes, bool out_of_memory = false);
  /// A signal ends a container with 128 + signal, unless it ignores that one.
  void ignore_signal(const std::string& container, int signal_number);
  /// How probes (exec) in a container end; 0 until told otherwise.
  void set_probe(const std::string& container, int exit_code);
  /// What stats() answers; nothing until told.
  void set_stats(const std::string& container, runtime::Stats stats);
  /// The host forgets everything, as after a reboot of a host without disks.
  void wipe();
  /// The time that exits and starts carry.
  runtime::Time now{std::chrono::seconds{1'800'000'000}};

  [[nodiscard]] bool has_sandbox(const std::string& id) const;
  [[nodiscard]] bool is_released(const std::string& id) const;
  [[nodiscard]] std::optional<runtime::ContainerState> state_of(const std::string& container) const;
  [[nodiscard]] std::size_t running() const;

  // ---- ContainerRuntime ----------------------------------------------------------

  [[nodiscard]] runtime::RuntimeInfo info() const override { return {"fake", "1"}; }
  runtime::Result<runtime::Image> pull(const runtime::PullRequest& request) override;
  runtime::Result<runtime::Image> find_image(const std::string& reference) override;
  runtime::Result<std::vector<runtime::Image>> list_images() override;
  runtime::Result<void> remove_image(const std::string& reference) override;
  runtime::Result<runtime::Sandbox> create_sandbox(const runtime::SandboxSpec& spec) override;
  runtime::Result<void> release_sandbox(const std::string& id) override;
  runtime::Result<void> remove_sandbox(const std::string& id) override;
  runtime::Result<std::vector<runtime::Sandbox>> list_sandboxes() override;
  runtime::Result<void> create(const runtime::ContainerSpec& spec) override;
  runtime::Result<runtime::ContainerStatus> start(const std::string& id) override;
  runtime::Result<void> signal(const std::string& id, int signal_number) override;
  runtime::Result<void> remove(const std::string& id) override;
  runtime::Result<runtime::ContainerStatus> status(const std::string& id) override;
  runtime::Result<std::vector<runtime::ContainerStatus>> list() override;
  void watch(std::function<void(const runtime::ContainerExited&)> on_exit) override;
  runtime::Result<runtime::Stats> stats(const std::string& id) override;
  runtime::Result<runtime::ExecResult> exec(const std::string& id,
                                            const runtime::ExecRequest& request) override;

 private:
  struct Sandbox {
    runtime::Sandbox sandbox;
    bool released = false;
  };
  /// Notes the call; the failure that the test wants, if any.
  std::optional<runtime::Failure> note(const std::string& call);
  /// Under the lock; the watcher is called without it.
  void end_locked(std::unique_lock<std::mutex>& lock, const std::string& container, runtime::Exit exit,
                  Tell tell);

  mutable std::mutex mutex_;
  std::vector<std::string> calls_;
  std::map<std::string, runtime::Failure> failures_once_;
  std::map<std::string, runtime::Failure> failures_;
  std::set<std::string> throws_;
  std::map<std::string, runtime::Image> images_;
  std::map<std::string, Sandbox> sandboxes_;
  std::map<std::string, runtime::ContainerStatus> containers_;
  std::map<std::string, std::set<int>> ignored_signals_;
  std::map<std::string, int> probes_;
  std::map<std::string, runtime::Stats> stats_;
  std::uint16_t next_port_ = 32768;
  std::function<void(const runtime::ContainerExited&)> on_exit_;
};

}  // namespace troupe::testing
