#pragma once

/// One host of a virtual cluster: Troupe's own agent, engine and task runners over
/// a simulated container runtime, with a directory that outlives them.

#include "actors/node/cast_node.hpp"
#include "tools/simulation/link.hpp"
#include "tools/simulation/slow_executor.hpp"
#include "tools/simulation/watched_runtime.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace troupe::simulation {

struct HostSetup {
  std::string name;  ///< Of the host; unique.
  std::string cluster = "default";
  std::string zone = "us-east-1a";
  std::int64_t cpu_units = 4096;
  std::int64_t memory_mib = 8192;
  std::vector<core::Attribute> attributes;
  std::string directory;  ///< Where its agent keeps its identity; empty: nowhere.
  core::Realm realm;
};

/// What all hosts of a world share.
struct HostSurroundings {
  caf::actor_system* system = nullptr;
  TimerActor timer;
  std::shared_ptr<runtime::Timeline> agenda;
  Clock clock;
  std::function<std::uint64_t()> chance;
  std::shared_ptr<const JobTimings> jobs;
  LinkTiming link;
  LinkWatch watch;
  /// How containers behave that are started from now on, by image.
  std::shared_ptr<runtime::SimulatedOptions> scripts;
  std::function<void(const std::string& host, const std::string& container)> on_start;
};

class SimulatedHost {
 public:
  SimulatedHost(HostSetup setup, HostSurroundings around);
  ~SimulatedHost();
  SimulatedHost(const SimulatedHost&) = delete;
  SimulatedHost& operator=(const SimulatedHost&) = delete;

  /// Starts its agent, unless one is there.
  void start();
  /// Its agent dies; containers run on.
  void crash();
  /// The machine dies: containers are gone, the directory stays.
  void lose();
  /// Another script for an image; containers that run follow it too.
  void set_script(const std::string& image, const runtime::ImageScript& script);

  [[nodiscard]] const HostSetup& setup() const { return setup_; }
  [[nodiscard]] const std::string& name() const { return setup_.name; }
  [[nodiscard]] bool runs() const { return node_.has_value(); }
  [[nodiscard]] Link& link() { return *link_; }
  [[nodiscard]] WatchedRuntime& containers() { return *watched_; }
  [[nodiscard]] runtime::SimulatedRuntime& runtime() { return *runtime_; }
  /// Calls of the runtime that are under way.
  [[nodiscard]] std::size_t busy() const { return executor_ ? executor_->busy() : 0; }
  /// How many containers of this sandbox run.
  [[nodiscard]] std::size_t running_in(const std::string& sandbox);

 private:
  void make_runtime();
  [[nodiscard]] node::NodeOptions options() const;

  HostSetup setup_;
  HostSurroundings around_;
  std::shared_ptr<Link> link_;
  std::shared_ptr<runtime::SimulatedRuntime> runtime_;
  std::shared_ptr<WatchedRuntime> watched_;
  std::shared_ptr<SlowExecutor> executor_;
  std::optional<node::NodeHandle> node_;
};

}  // namespace troupe::simulation
