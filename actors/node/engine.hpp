#pragma once

/// The one door to the container runtime: turns effects into blocking calls on
/// the worker pool, and exits into messages to whom they concern.
///
/// It owns which container belongs to which task runner. An exit that nobody
/// waits for yet is kept until its runner is there: after a restart of the agent
/// a container may end between the survey of the host and its adoption.

#include "actors/node/node_messages.hpp"
#include "actors/node/node_options.hpp"
#include "actors/node/usage_sampler.hpp"
#include "actors/node/worker_pool.hpp"
#include "actors/player.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace troupe::node {

/// What the engine works with; shared with the jobs it hands out.
struct Host {
  std::shared_ptr<runtime::ContainerRuntime> runtime;
  std::shared_ptr<Executor> executor;
  std::shared_ptr<const NodeOptions> options;
};

/// The way from the runtime's thread to the engine. It outlives the engine, and
/// is closed before the actor system ends.
class ExitChannel {
 public:
  void open(EngineActor engine);
  void close();
  void tell(const runtime::ContainerExited& event);

 private:
  std::mutex mutex_;
  std::optional<EngineActor> engine_;
};

class Engine : public Player<EngineActor> {
 public:
  Engine(caf::actor_config& config, Host host);
  behavior_type make_behavior() override;
  const char* name() const override { return "engine"; }
  void on_exit() override;

 private:
  struct Watched {
    std::shared_ptr<const TaskPlan> plan;
    TaskRunnerActor runner;
  };
  struct Route {
    core::TaskId task;
    ContainerIndex container = 0;
  };

  void watch(const WatchTask& request);
  void unwatch(const core::TaskId& task);
  void perform_effect(const PerformEffect& request);
  void pass_exit(const ExitObserved& observed);
  void take_survey(const HostAgentActor& agent);
  void clean_sandbox(const CleanSandbox& request);
  void sample_usage(const HostAgentActor& agent);

  Host host_;
  std::unordered_map<core::TaskId, Watched> watched_;
  std::unordered_map<std::string, Route> routes_;
  std::deque<ExitObserved> unclaimed_;
  std::shared_ptr<UsageSampler> sampler_ = std::make_shared<UsageSampler>();
};

}  // namespace troupe::node
