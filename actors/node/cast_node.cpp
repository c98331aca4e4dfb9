/// Spawns the actors of a host and keeps them alive.

#include "actors/node/cast_node.hpp"

#include <caf/scoped_actor.hpp>

#include <algorithm>
#include <functional>
#include <mutex>
#include <thread>

namespace troupe::node {
namespace {

constexpr std::chrono::milliseconds respawn_delay{1'000};

struct KeeperParts {
  RegistryActor registry;
  TimerActor timer;
  Host host;
  Clock clock;
  std::shared_ptr<ExitChannel> exits;
};

/// The calls of one engine. When it is over none begins any more; the next engine
/// must not look at the host before those have ended that had begun. Pulls and looks
/// may go on: they change nothing that the next one sees.
class Shift : public Executor {
 public:
  explicit Shift(std::shared_ptr<Executor> workers) : workers_(std::move(workers)) {}

  void run(Lane lane, Urgency urgency, std::function<void()> job) override {
    workers_->run(lane, urgency, [state = state_, lane, job = std::move(job)] {
      const bool counts = lane == Lane::host;
      {
        const std::lock_guard lock{state->mutex};
        if (state->over) return;
        if (counts) ++state->under_way;
      }
      job();
      const std::lock_guard lock{state->mutex};
      if (counts) --state->under_way;
    });
  }
  void stop() override {
    const std::lock_guard lock{state_->mutex};
    state_->over = true;
  }
  [[nodiscard]] bool busy() const {
    const std::lock_guard lock{state_->mutex};
    return state_->under_way > 0;
  }

 private:
  struct State {
    std::mutex mutex;
    bool over = false;
    std::size_t under_way = 0;
  };
  std::shared_ptr<Executor> workers_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

/// Has the engine and the agent. When one dies the other ends with it, and both
/// begin anew: what runs on the host is adopted as after a restart.
class Keeper : public Player<KeeperActor> {
 public:
  Keeper(caf::actor_config& config, KeeperParts parts) : Super(config), parts_(std::move(parts)) {
    set_down_handler([this](const caf::down_msg& down) { ended(down); });
    set_exit_handler([this](const caf::exit_msg& exit) {
      if (exit.reason) close();
    });
  }

  behavior_type make_behavior() override {
    spawn_cast();
    return {[this](const TimerFired&) {
      if (closing_ || agent_ || engine_) return;
      if (shift_->busy()) return send(parts_.timer, troupe::SetTimer{respawn_delay, 0});
      spawn_cast();
    }};
  }

  const char* name() const override { return "keeper"; }

  void on_exit() override { parts_ = {}; }

 private:
  /// Ends when the others have ended.
  void close() {
    closing_ = true;
    parts_.exits->close();
    end_cast();
    if (!engine_ && !agent_) quit(caf::exit_reason::user_shutdown);
  }

  void spawn_cast() {
    shift_ = std::make_shared<Shift>(parts_.host.executor);
    auto host = parts_.host;
    host.executor = shift_;
    engine_ = system().spawn<Engine>(host);
    parts_.exits->open(engine_);
    monitor(engine_);
    AgentParts agent{parts_.registry, parts_.timer, engine_, std::move(host), parts_.clock, nullptr};
    agent.spawn_runner = [&cast = system()](const RunnerParts& parts, core::TaskPtr task, TaskEvent begun) {
      return cast.spawn<TaskRunner>(parts, std::move(task), std::move(begun));
    };
    agent_ = system().spawn<Agent>(std::move(agent));
    monitor(agent_);
  }

  void end_cast() {
    if (agent_) caf::anon_send_exit(agent_, caf::exit_reason::user_shutdown);
    if (engine_) caf::anon_send_exit(engine_, caf::exit_reason::user_shutdown);
  }

  void ended(const caf::down_msg& down) {
    const bool agent_ended = agent_ && down.source == agent_.address();
    const bool engine_ended = engine_ && down.source == engine_.address();
    if (!agent_ended && !engine_ended) return;
    if (agent_ended) agent_ = nullptr;
    if (engine_ended) engine_ = nullptr;
    if (agent_ || engine_) {
      if (!closing_) {
        spdlog::error("the {} of this host ended: {}; the host starts anew", agent_ended ? "agent" : "engine",
                      system().render(down.reason));
      }
      parts_.exits->close();
      end_cast();
      return;
    }
    if (closing_) return quit(caf::exit_reason::user_shutdown);
    shift_->stop();
    send(parts_.timer, troupe::SetTimer{respawn_delay, 0});
  }

  KeeperParts parts_;
  EngineActor engine_;
  HostAgentActor agent_;
  std::shared_ptr<Shift> shift_;  ///< Of the engine that is or was last.
  bool closing_ = false;
};

std::shared_ptr<Executor> pool_for(const NodeOptions& options) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const auto workers = options.workers == 0 ? 2 * cores : options.workers;
  return std::make_shared<WorkerPool>(std::array{workers, options.pull_workers, options.probe_workers,
                                                 std::max<std::size_t>(options.sample_workers, 1)});
}

}  // namespace

NodeHandle::NodeHandle(KeeperActor keeper, std::shared_ptr<ExitChannel> exits,
                       std::shared_ptr<Executor> executor)
    : keeper_(std::move(keeper)), exits_(std::move(exits)), executor_(std::move(executor)) {}

NodeHandle::~NodeHandle() {
  stop();
  join();
}

void NodeHandle::stop() {
  if (exits_) exits_->close();
  if (keeper_) caf::anon_send_exit(keeper_, caf::exit_reason::user_shutdown);
}

void NodeHandle::join() {
  if (executor_) executor_->stop();
}

void NodeHandle::shut_down(caf::actor_system& system) {
  stop();
  join();
  if (!keeper_) return;
  caf::scoped_actor self{system};
  self->wait_for(keeper_);
  keeper_ = nullptr;
}

NodeHandle spawn_node(caf::actor_system& system, RegistryActor registry, TimerActor timer,
                      std::shared_ptr<runtime::ContainerRuntime> runtime, NodeOptions options, Clock clock,
                      std::shared_ptr<Executor> executor) {
  Host host;
  host.runtime = std::move(runtime);
  host.options = std::make_shared<const NodeOptions>(std::move(options));
  host.executor = executor ? std::move(executor) : pool_for(*host.options);
  auto exits = std::make_shared<ExitChannel>();
  host.runtime->watch([exits](const runtime::ContainerExited& event) { exits->tell(event); });
  auto done = host.executor;
  auto keeper = system.spawn<Keeper>(
      KeeperParts{std::move(registry), std::move(timer), std::move(host), std::move(clock), exits});
  return NodeHandle{std::move(keeper), std::move(exits), std::move(done)};
}

}  // namespace troupe::node
