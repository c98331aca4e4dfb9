/// One actor for each host.

#include "tools/bench/simulated_hosts.hpp"

#include "actors/player.hpp"

#include <caf/scoped_actor.hpp>

namespace troupe::tools::bench {
namespace {

constexpr std::chrono::seconds heartbeat_every{20};

/// What a host says of itself and of its containers; shared by all hosts.
struct HostFacts {
  HostsOptions options;
  std::string image_digest = "sha256:" + std::string(64, 'a');
};

core::Attribute host_attribute(std::string name, std::string value) {
  return {.name = std::move(name), .value = std::move(value), .targetType = {}, .targetId = {}};
}

core::Registration registration(const HostFacts& facts, std::uint64_t number) {
  core::Registration made;
  made.host_id = "simulated-" + std::to_string(number);
  made.capacity.cpu = facts.options.cpu;
  made.capacity.memory = facts.options.memory;
  made.attributes = {
      host_attribute("com.amazonaws.ecs.capability.docker-remote-api.1.18", ""),
      host_attribute("com.amazonaws.ecs.capability.docker-remote-api.1.21", ""),
      host_attribute("ecs.os-type", "linux"),
      host_attribute("ecs.cpu-architecture", "x86_64"),
      host_attribute("ecs.availability-zone", std::string{"us-east-1"} + "abc"[number % 3]),
      host_attribute("ecs.instance-type", "m5.4xlarge"),
  };
  return made;
}

/// 64 hexadecimal digits, as a container runtime names its containers.
std::string runtime_id(const core::Uuid& id) {
  const auto half = core::to_string(id);
  std::string digits;
  for (const char c : half) {
    if (c != '-') digits += c;
  }
  return digits + digits;
}

class SimulatedHost : public Player<AgentActor> {
 public:
  SimulatedHost(caf::actor_config& config, std::shared_ptr<const HostFacts> facts, std::uint64_t number,
                const RegistryActor& registry, std::shared_ptr<std::vector<core::InstanceId>> ids)
      : Super(config), facts_(std::move(facts)), number_(number), registry_(registry), ids_(std::move(ids)) {}

  const char* name() const override { return "simulated_host"; }

  behavior_type make_behavior() override {
    RegisterInstance said{facts_->options.cluster, std::nullopt, registration(*facts_, number_)};
    if (number_ < facts_->options.known.size()) said.instance = facts_->options.known[number_];
    request(registry_, caf::infinite, ConnectAgent{std::move(said), this})
        .then(
            [this](const AgentConnected& session) {
              instance_ = session.instance;
              (*ids_)[number_] = session.id;
            },
            [this](caf::error& why) {
              spdlog::error("simulated host {} cannot join: {}", number_, system().render(why));
              quit(std::move(why));
            });
    registry_ = nullptr;
    send(facts_->options.timer, SetTimer{heartbeat_every, 0});
    return {
        [this](const StartTask& ask) { start(*ask.task); },
        [this](const StopTask& ask) { stop(ask.task); },
        [this](const TaskManifest& manifest) {
          for (const auto& task : *manifest.tasks) {
            if (task->desired_status == core::DesiredStatus::STOPPED) {
              stop(task->id);
            } else if (task->last_status < core::TaskStatus::RUNNING) {
              start(*task);
            }
          }
        },
        [](const SessionOver&) {},
        [this](const TimerFired&) {
          if (instance_) send(instance_, Heartbeat{});
          send(facts_->options.timer, SetTimer{heartbeat_every, 0});
        },
    };
  }

  void on_exit() override { instance_ = nullptr; }

 private:
  void start(const core::Task& task) {
    auto report = std::make_shared<core::TaskReport>();
    report->task = task.id;
    report->status = core::TaskStatus::RUNNING;
    report->pull_started_at = report->pull_stopped_at = facts_->options.clock();
    for (const auto& container : task.containers) {
      core::ContainerReport said;
      said.name = container.name;
      said.status = core::ContainerStatus::RUNNING;
      said.runtime_id = runtime_id(container.id);
      said.image_digest = facts_->image_digest;
      report->containers.push_back(std::move(said));
    }
    tell(std::move(report));
  }

  void stop(const core::TaskId& task) {
    auto report = std::make_shared<core::TaskReport>();
    report->task = task;
    report->status = core::TaskStatus::STOPPED;
    report->execution_stopped_at = facts_->options.clock();
    tell(std::move(report));
  }

  void tell(std::shared_ptr<const core::TaskReport> report) {
    if (instance_) send(instance_, TaskReported{std::move(report)});
  }

  std::shared_ptr<const HostFacts> facts_;
  std::uint64_t number_;
  RegistryActor registry_;
  std::shared_ptr<std::vector<core::InstanceId>> ids_;
  InstanceActor instance_;
};

}  // namespace

SimulatedHosts::SimulatedHosts(caf::actor_system& system, const RegistryActor& registry,
                               const HostsOptions& options)
    : system_(system), ids_(std::make_shared<std::vector<core::InstanceId>>(options.count)) {
  const auto facts = std::make_shared<const HostFacts>(HostFacts{options});
  agents_.reserve(options.count);
  for (std::uint64_t i = 0; i < options.count; ++i) {
    agents_.push_back(system.spawn<SimulatedHost>(facts, i, registry, ids_));
  }
}

std::vector<core::InstanceId> SimulatedHosts::end() {
  caf::scoped_actor self{system_};
  for (const auto& agent : agents_) self->send_exit(agent, caf::exit_reason::user_shutdown);
  for (const auto& agent : agents_) self->wait_for(agent);
  agents_.clear();
  return *ids_;
}

}  // namespace troupe::tools::bench
