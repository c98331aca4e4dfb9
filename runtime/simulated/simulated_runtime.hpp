#pragma once

/// A container runtime that starts nothing: images, sandboxes and containers are
/// entries in memory that behave as a script says. It carries `troupe dev
/// --runtime simulated`, the benchmarks and the deterministic tests.
///
/// With a manual timeline nothing ever blocks and no thread exists: a test moves
/// time with run_due(). Nothing survives the process; a container costs less
/// than 1 KiB.

#include "runtime/container_runtime.hpp"
#include "runtime/simulated/timeline.hpp"

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace troupe::runtime {

/// A failure that happens the first `times` times, then no more.
struct ScriptedFailure {
  Failure failure;
  unsigned times = std::numeric_limits<unsigned>::max();
};

/// How containers of one image behave. The default starts at once, runs until it
/// is told to stop, and then stops at once.
struct ImageScript {
  std::chrono::milliseconds pull_delay{0};
  std::chrono::milliseconds create_delay{0};
  std::chrono::milliseconds start_delay{0};
  std::optional<ScriptedFailure> pull_failure = {};
  std::optional<ScriptedFailure> create_failure = {};
  std::optional<ScriptedFailure> start_failure = {};
  /// From start until it ends by itself; absent: never.
  std::optional<std::chrono::milliseconds> run_time = {};
  int exit_code = 0;           ///< When it ends by itself.
  bool out_of_memory = false;  ///< So too.
  /// From its stop signal (SIGTERM, SIGINT, SIGQUIT) until it ends; absent: it ignores them.
  std::optional<std::chrono::milliseconds> stop_delay = std::chrono::milliseconds{0};
  int stop_exit_code = 143;
  int exec_exit_code = 0;  ///< Of each exec(), so of each health check.
  std::string exec_output = {};
  // As stats() tells, while it runs.
  double cpu_cores = 0.05;
  std::uint64_t memory_bytes = 8U << 20U;
  std::uint64_t network_bytes_per_second = 0;  ///< Received, and as much sent.
  std::uint64_t block_bytes_per_second = 0;    ///< Read, and as much written.
};

struct SimulatedOptions {
  std::map<std::string, ImageScript> images;  ///< By reference, as in the pull request.
  ImageScript otherwise;                      ///< Every other image, which exists too.
  std::shared_ptr<Timeline> timeline;         ///< Absent: one in real time of its own.
};

/// What a sandbox asked for that nothing shows where nothing runs.
struct Isolation {
  bool user_namespace = false;
  std::optional<std::uint64_t> storage_bytes = {};
};

class SimulatedRuntime final : public ContainerRuntime {
 public:
  explicit SimulatedRuntime(SimulatedOptions options = {});
  ~SimulatedRuntime() override;

  /// Changes the script of an image; running containers follow it from now on.
  void set_script(const std::string& reference, ImageScript script);

  /// Ends a running container now; watchers hear of it before this returns.
  /// not_found when it is not running.
  Result<void> finish(const std::string& id, int exit_code, bool out_of_memory = false);

  /// not_found when there is no such sandbox.
  [[nodiscard]] Result<Isolation> isolation_of(const std::string& sandbox) const;

  /// Timeline::run_due of this runtime's timeline.
  std::size_t run_due(Time now);

  [[nodiscard]] RuntimeInfo info() const override;
  Result<Image> pull(const PullRequest& request) override;
  Result<Image> find_image(const std::string& reference) override;
  Result<std::vector<Image>> list_images() override;
  Result<void> remove_image(const std::string& reference) override;
  Result<Sandbox> create_sandbox(const SandboxSpec& spec) override;
  Result<void> release_sandbox(const std::string& id) override;
  Result<void> remove_sandbox(const std::string& id) override;
  Result<std::vector<Sandbox>> list_sandboxes() override;
  Result<void> create(const ContainerSpec& spec) override;
  Result<ContainerStatus> start(const std::string& id) override;
  Result<void> signal(const std::string& id, int signal_number) override;
  Result<void> remove(const std::string& id) override;
  Result<ContainerStatus> status(const std::string& id) override;
  Result<std::vector<ContainerStatus>> list() override;
  void watch(std::function<void(const ContainerExited&)> on_exit) override;
  Result<Stats> stats(const std::string& id) override;
  Result<ExecResult> exec(const std::string& id, const ExecRequest& request) override;

 private:
  class World;
  std::shared_ptr<World> world_;
};

}  // namespace troupe::runtime
