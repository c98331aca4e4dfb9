/// The course of a seeded life.

#include "tools/simulation/chaos.hpp"

#include "tools/simulation/actor_log.hpp"
#include "tools/simulation/faults.hpp"
#include "tools/simulation/planted.hpp"
#include "tools/simulation/scratch_directory.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace troupe::simulation {
namespace {

using namespace std::chrono_literals;

ClusterSetup setup_of(const ChaosOptions& options) {
  ClusterSetup setup;
  setup.seed = options.seed;
  setup.limits.stopped_task_retention = 10min;
  setup.limits.instance_loss = 10min;  // As in the daemon: longer than any fault lasts.
  return setup;
}

class Life {
 public:
  explicit Life(const ChaosOptions& options)
      : options_(options),
        dice_(options.seed * 3 + 1),
        world_(setup_of(options)),
        referee_(world_),
        workload_(world_, referee_, dice_.next()),
        faults_(world_, referee_, workload_, dice_.next()),
        planter_(world_, referee_, options.planted) {
    const auto breach = [this](const std::string& what) { take_breach(what); };
    referee_.on_breach = breach;
    world_.on_trouble(breach);
    world_.chronicle().every_message = options.every_message;
    if (options.log) world_.chronicle().sink = options.log;
    if (options.every_message) actor_log_.emplace(world_);
  }

  ChaosResult run() {
    for (const auto part : {&Life::begin, &Life::live, &Life::rest, &Life::end}) {
      if (!over()) (this->*part)();
    }
    result_.seed = options_.seed;
    result_.digest = world_.chronicle().digest();
    result_.steps = world_.steps();
    result_.lived = world_.now() - started_at_;
    result_.tasks = referee_.tasks_seen();
    result_.events = world_.last_event();
    result_.calls = workload_.counts();
    result_.faults = faults_.counts();
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool over() const { return options_.stop_at_breach && !result_.breaches.empty(); }

  void take_breach(const std::string& what) {
    if (result_.breaches.empty()) {
      const auto& lines = world_.chronicle().last_lines();
      result_.last_lines.assign(lines.begin(), lines.end());
    }
    result_.breaches.push_back("step " + std::to_string(world_.steps()) + ": " + what);
  }

  void begin() {
    world_.start_server();
    workload_.begin();
    const auto hosts = 3 + dice_.below(4);
    for (std::uint64_t number = 0; number < hosts; ++number) {
      HostSetup host;
      host.name = "host-" + std::to_string(number);
      host.zone = "us-east-1" + std::string(1, static_cast<char>('a' + number % 3));
      host.directory = directory_.path() + "/" + host.name;
      world_.add_host(std::move(host));
    }
    go_on_for(5s);
  }

  void live() {
    const auto end = world_.now() + options_.troubled;
    schedule([this] { workload_.act(); }, 1s, 20s, end);
    schedule([this] { faults_.strike(); }, 2s, 60s, end);
    schedule([this] { planter_.plant(); }, 30s, 40s, end);
    while (!over() && world_.now() < end) go_on_for(10s);
    living_ = false;
    planter_.end();
  }

  /// Does `work` again and again, after drawn intervals.
  void schedule(std::function<void()> work, core::Millis least, core::Millis most, core::Time end) {
    const auto span = static_cast<std::uint64_t>((most - least).count());
    const auto wait = least + core::Millis{static_cast<std::int64_t>(dice_.below(span + 1))};
    world_.after(wait, [this, work = std::move(work), least, most, end] {
      if (!living_ || over()) return;
      work();
      schedule(work, least, most, end);
    });
  }

  void rest() {
    world_.note("faults end");
    faults_.end();
    // Whatever is on its way arrives, and agents come back.
    go_on_for(5min);
    workload_.calm_down();
    go_on_for(10s);
    await([this] { return referee_.unrest(); }, 40min, "does not come to rest");
  }

  void end() {
    world_.note("all ends");
    workload_.end_all();
    go_on_for(10s);
    await([this] { return referee_.leftovers(); }, 10min, "does not let go");
    if (!over()) fill();
    // One more start: nothing of the process before may be left.
    if (over()) return;
    world_.crash_server();
    go_on_for(30s);
  }

  /// Every instance has room for a task that takes all of it.
  void fill() {
    core::TaskDefinition large;
    large.family = "large";
    core::ContainerDefinition container;
    container.name = "all";
    container.image = "large:1";
    container.memory = 8192;
    container.cpu = 4096;
    container.essential = true;
    large.containerDefinitions = std::vector{container};
    (void)world_.ask(core::RegistryCommand{core::RegisterTaskDefinition{large, {}, {}}});
    core::RunTask command;
    command.task_definition = "large";
    for (const auto& [id, instance] : referee_.instances()) {
      const bool there = instance->status == core::InstanceStatus::ACTIVE && instance->agent_connected;
      command.count = 1;
      if (!there) continue;
      const auto answer = world_.ask(core::ClusterCommand{command}, "default");
      const auto* reply = answer ? std::get_if<core::TasksReply>(&*answer) : nullptr;
      if (reply == nullptr || reply->tasks.empty()) {
        return take_breach("an empty cluster has no room: something was not released");
      }
    }
  }

  void await(const std::function<std::vector<std::string>()>& look, core::Millis patience,
             const std::string& what) {
    const auto deadline = world_.now() + patience;
    auto seen = look();
    while (!seen.empty() && world_.now() < deadline && !over()) {
      go_on_for(10s);
      seen = look();
    }
    if (!seen.empty() && !over()) take_breach("the cluster " + what + ": " + seen.front());
  }

  void go_on_for(core::Millis duration) {
    const auto end = world_.now() + duration;
    while (!over() && world_.now() < end) {
      const auto next = std::min(end, world_.now() + core::Millis{10s});
      while (!over() && world_.step_once(next)) {
      }
      if (over()) return;
      world_.run_until(next);
      referee_.look_at_waiting();
    }
  }

  ChaosOptions options_;
  core::Dice dice_;
  ScratchDirectory directory_;
  ChaosResult result_;
  bool living_ = true;
  VirtualCluster world_;
  core::Time started_at_ = world_.now();
  Referee referee_;
  Workload workload_;
  Faults faults_;
  Planter planter_;
  std::optional<ActorLog> actor_log_;
};

}  // namespace

ChaosResult run_chaos(const ChaosOptions& options) {
  return Life{options}.run();
}

}  // namespace troupe::simulation
