#pragma once

/// The control plane as the daemon has it, on a real journal and real threads,
/// with thousands of simulated hosts, all in this process.

#include "actors/cast.hpp"
#include "tools/bench/latencies.hpp"
#include "tools/bench/simulated_hosts.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace troupe::tools::bench {

/// What a subscriber of the event stream has seen of tasks. Written on the
/// stream's thread, read by any.
struct TaskCounts {
  std::atomic<std::uint64_t> running{0};  ///< That came to run.
  std::atomic<std::uint64_t> stopped{0};  ///< That came to their end.
  std::atomic<std::uint64_t> events{0};

  void take(const std::vector<core::EventPtr>& events);
};

class C2mCluster {
 public:
  /// Tasks of three sizes; the hosts have room for `tasks` when nine tenths of
  /// them are taken.
  struct Sizes {
    std::uint64_t instances = 6100;
    std::uint64_t tasks = 2'000'000;
    core::Millis healthy_after{};
  };

  /// Families of the task definitions, of different cpu and memory.
  static const std::vector<std::string>& families();

  /// Opens the journal in `data` and reads back what is there. Returns when the
  /// control plane answers; the hosts come later.
  static runtime::Result<std::unique_ptr<C2mCluster>> start(const std::string& data, const Sizes& sizes);
  ~C2mCluster();
  C2mCluster(const C2mCluster&) = delete;
  C2mCluster& operator=(const C2mCluster&) = delete;

  runtime::Result<void> register_definitions();
  /// Hosts register, as who they were if `known` says so; waits for all.
  runtime::Result<void> join_hosts(std::vector<core::InstanceId> known = {});
  /// Ends the hosts; @return who they were.
  std::vector<core::InstanceId> end_hosts();

  /// Asks the cluster, and waits for its answer.
  runtime::Result<core::Reply> ask(core::ClusterCommand command);

  [[nodiscard]] caf::actor_system& system() { return *system_; }
  [[nodiscard]] const RegistryActor& registry() const { return plane_.registry; }
  [[nodiscard]] const TaskCounts& counts() const { return *counts_; }
  [[nodiscard]] std::uint64_t journal_bytes() const { return journal_->size_bytes(); }

 private:
  C2mCluster() = default;

  Sizes sizes_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::shared_ptr<runtime::Journal> journal_;
  ControlPlane plane_;
  bool plane_runs_ = false;
  std::shared_ptr<TaskCounts> counts_ = std::make_shared<TaskCounts>();
  std::unique_ptr<SimulatedHosts> hosts_;
};

}  // namespace troupe::tools::bench
