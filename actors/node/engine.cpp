/// The engine: calls of the runtime out, facts in.

#include "actors/node/engine.hpp"

#include "actors/node/host_calls.hpp"
#include "actors/node/host_facts.hpp"

#include <algorithm>

namespace troupe::node {
namespace {

/// Exits kept for runners that are not there yet; the oldest go first.
constexpr std::size_t unclaimed_exits_max = 10'000;

std::shared_ptr<const HostSurvey> survey_host(runtime::ContainerRuntime& runtime) try {
  auto sandboxes = runtime.list_sandboxes();
  auto containers = runtime.list();
  if (!sandboxes || !containers) {
    const auto& failure = sandboxes ? containers.error() : sandboxes.error();
    spdlog::warn("engine cannot list what runs on this host: {}", failure.message);
    return nullptr;
  }
  return std::make_shared<const HostSurvey>(HostSurvey{std::move(*sandboxes), std::move(*containers)});
} catch (const std::exception& thrown) {
  spdlog::error("engine cannot list what runs on this host: {}", thrown.what());
  return nullptr;
}

bool clean_now(runtime::ContainerRuntime& runtime, const std::string& id, Cleanup how) try {
  const auto done = how == Cleanup::release ? runtime.release_sandbox(id) : runtime.remove_sandbox(id);
  if (done || done.error().kind == runtime::FailureKind::not_found) return true;
  spdlog::warn("engine cannot clean sandbox {}: {}", id, done.error().message);
  return false;
} catch (const std::exception& thrown) {
  spdlog::error("engine cannot clean sandbox {}: {}", id, thrown.what());
  return false;
}

}  // namespace

void ExitChannel::open(EngineActor engine) {
  const std::lock_guard lock{mutex_};
  engine_ = std::move(engine);
}

void ExitChannel::close() {
  const std::lock_guard lock{mutex_};
  engine_.reset();
}

void ExitChannel::tell(const runtime::ContainerExited& event) {
  const std::lock_guard lock{mutex_};
  if (engine_) caf::anon_send(*engine_, ExitObserved{event.id, event.exit});
}

Engine::Engine(caf::actor_config& config, Host host) : Super(config), host_(std::move(host)) {}

Engine::behavior_type Engine::make_behavior() {
  return {
      [this](const WatchTask& request) { watch(request); },
      [this](const UnwatchTask& request) { unwatch(request.task); },
      [this](const PerformEffect& request) { perform_effect(request); },
      [this](const ExitObserved& observed) { pass_exit(observed); },
      [this](const TakeSurvey& request) { take_survey(request.agent); },
      [this](const CleanSandbox& request) { clean_sandbox(request); },
      [this](const SampleUsage& request) { sample_usage(request.agent); },
  };
}

/// It and its runners have handles of each other: none would ever be freed.
void Engine::on_exit() {
  watched_.clear();
}

void Engine::watch(const WatchTask& request) {
  unwatch(request.task);
  for (ContainerIndex c = 0; c < request.plan->containers.size(); ++c) {
    routes_[request.plan->containers[c].spec.id] = {request.task, c};
  }
  watched_.emplace(request.task, Watched{request.plan, request.runner});
  const auto mine = [&](const ExitObserved& exit) { return routes_.count(exit.container) != 0; };
  std::deque<ExitObserved> waiting;
  waiting.swap(unclaimed_);
  for (const auto& exit : waiting) {
    if (mine(exit)) {
      pass_exit(exit);
    } else {
      unclaimed_.push_back(exit);
    }
  }
}

void Engine::unwatch(const core::TaskId& task) {
  const auto known = watched_.find(task);
  if (known == watched_.end()) return;
  for (const auto& container : known->second.plan->containers) routes_.erase(container.spec.id);
  watched_.erase(known);
}

void Engine::perform_effect(const PerformEffect& request) {
  const auto known = watched_.find(request.task);
  if (known == watched_.end()) return;
  auto job = [host = host_, watched = known->second, effect = request.effect] {
    auto event = perform(*host.runtime, *watched.plan, effect, *host.options);
    if (event) caf::anon_send(watched.runner, HostEvent{std::move(*event)});
  };
  host_.executor->run(lane_of(request.effect), urgency_of(request.effect), std::move(job));
}

void Engine::pass_exit(const ExitObserved& observed) {
  const auto route = routes_.find(observed.container);
  if (route == routes_.end()) {
    unclaimed_.push_back(observed);
    if (unclaimed_.size() > unclaimed_exits_max) unclaimed_.pop_front();
    return;
  }
  const auto& runner = watched_.at(route->second.task).runner;
  send(runner, HostEvent{ContainerExited{route->second.container, observed.exit}});
}

void Engine::take_survey(const HostAgentActor& agent) {
  host_.executor->run(Lane::host, Urgency::ending, [host = host_, agent] {
    caf::anon_send(agent, HostSurveyed{survey_host(*host.runtime)});
  });
}

void Engine::clean_sandbox(const CleanSandbox& request) {
  host_.executor->run(Lane::host, Urgency::preparing, [host = host_, request] {
    const bool cleaned = clean_now(*host.runtime, request.id, request.how);
    caf::anon_send(request.agent, SandboxCleaned{request.id, request.how, cleaned});
  });
}

/// Where it is read no actor waits, and no start of a container either.
void Engine::sample_usage(const HostAgentActor& agent) {
  std::vector<std::pair<core::TaskId, std::shared_ptr<const TaskPlan>>> tasks;
  tasks.reserve(watched_.size());
  for (const auto& [id, watched] : watched_) tasks.emplace_back(id, watched.plan);
  host_.executor->run(
      host_.options->sample_workers == 0 ? Lane::host : Lane::sample, Urgency::preparing,
      [host = host_, agent, tasks = std::move(tasks), sampler = sampler_] {
        auto report = sampler->sample(*host.runtime, tasks);
        report.host_cpu_units = offered_cpu(*host.options).count;
        caf::anon_send(agent, UsageSampled{std::make_shared<const core::UsageReport>(std::move(report))});
      });
}

}  // namespace troupe::node
