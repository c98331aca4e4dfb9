/// The bugs, each a few lines.

#include "tools/simulation/planted.hpp"

#include <algorithm>

namespace troupe::simulation {

using namespace std::chrono_literals;

const std::vector<std::pair<std::string, Planted>>& planted_bugs() {
  static const std::vector<std::pair<std::string, Planted>> all{
      {"lying-disk", Planted::lying_disk},
      {"released-twice", Planted::released_twice},
      {"forgotten-in-manifest", Planted::forgotten_in_manifest},
      {"forgotten-on-host", Planted::forgotten_on_host},
      {"skipped-sequence", Planted::skipped_sequence},
      {"stops-too-many", Planted::stops_too_many},
      {"started-twice", Planted::started_twice},
  };
  return all;
}

Planted planted_by_name(std::string_view name) {
  for (const auto& [known, bug] : planted_bugs()) {
    if (known == name) return bug;
  }
  return Planted::none;
}

Planter::Planter(VirtualCluster& world, Referee& referee, Planted bug)
    : world_(world), referee_(referee), bug_(bug) {
  if (bug_ == Planted::none) return;
  world.watch(this);
  if (bug_ == Planted::forgotten_in_manifest) {
    world_.link_watch().through = [this](const TaskManifest& manifest) { return shortened(manifest); };
  }
}

/// Handles of a server that has died are of no use, and harm nobody.
void Planter::stepped() {
  if (bug_ == Planted::released_twice) {
    if (const auto found = world_.busy("scheduler")) scheduler_ = found;
  } else if (bug_ == Planted::stops_too_many) {
    if (const auto found = world_.busy("cluster")) cluster_ = found;
  }
}

void Planter::plant() {
  switch (bug_) {
    case Planted::lying_disk:
      world_.disk().lies.keeps_nothing = true;
      world_.after(20s, [this] {
        world_.crash_server();
        world_.disk().lies.keeps_nothing = false;
      });
      return;
    case Planted::released_twice:
      return release_running();
    case Planted::forgotten_in_manifest:
      for (const auto& [name, host] : world_.hosts()) host->link().cut();
      return;
    case Planted::forgotten_on_host:
      return forget_on_host();
    case Planted::skipped_sequence:
      world_.disk().lies.skips_sequence = true;
      return;
    case Planted::stops_too_many:
      return stop_a_service();
    case Planted::started_twice:
      return start_again();
    case Planted::none:
      return;
  }
}

void Planter::release_running() {
  if (!scheduler_) return;
  ReleaseTasks release;
  for (const auto& [id, task] : referee_.tasks()) {
    if (task->last_status == core::TaskStatus::RUNNING) release.tasks.push_back(id);
  }
  world_.tell(caf::actor_cast<SchedulerActor>(scheduler_), release);
}

TaskManifest Planter::shortened(const TaskManifest& manifest) const {
  auto tasks = *manifest.tasks;
  const auto runs = std::ranges::find_if(tasks, [](const auto& task) {
    return task->last_status == core::TaskStatus::RUNNING &&
           task->desired_status == core::DesiredStatus::RUNNING;
  });
  if (bug_ == Planted::forgotten_in_manifest && runs != tasks.end()) tasks.erase(runs);
  return {std::make_shared<const std::vector<core::TaskPtr>>(std::move(tasks))};
}

void Planter::forget_on_host() {
  for (const auto& [name, host] : world_.hosts()) {
    const auto all = *host->containers().list();
    const auto runs = std::ranges::find_if(
        all, [](const auto& one) { return one.state == runtime::ContainerState::running; });
    if (runs == all.end() || !host->runs()) continue;
    host->containers().hidden_sandbox = runs->sandbox;
    host->crash();
    host->start();
    return;
  }
}

void Planter::stop_a_service() {
  if (!cluster_) return;
  for (const auto& [name, service] : referee_.services()) {
    if (referee_.healthy(name) < 2) continue;
    auto stops = std::make_shared<std::vector<core::StopServiceTask>>();
    for (const auto& [id, task] : referee_.tasks()) {
      if (core::service_of(*task) == name) stops->push_back({id, "it was in the way"});
    }
    world_.tell(caf::actor_cast<ClusterActor>(cluster_), EndTasks{name, stops});
    return;
  }
}

/// As a host would that restarts what is running.
void Planter::start_again() {
  for (const auto& [name, host] : world_.hosts()) {
    const auto all = *host->containers().list();
    const auto runs = std::ranges::find_if(
        all, [](const auto& one) { return one.state == runtime::ContainerState::running; });
    if (runs == all.end()) continue;
    (void)host->runtime().finish(runs->id, 0);
    (void)host->containers().start(runs->id);
    return;
  }
}

}  // namespace troupe::simulation
