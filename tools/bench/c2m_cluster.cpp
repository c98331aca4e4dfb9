/// Putting it together.

#include "tools/bench/c2m_cluster.hpp"

#include "actors/core/store.hpp"
#include "tools/node_setup.hpp"

#include <caf/all.hpp>

#include <array>
#include <random>

namespace troupe::tools::bench {
namespace {

using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;

constexpr std::chrono::seconds join_deadline{120};

struct Kind {
  const char* family;
  std::int64_t cpu;
  std::int64_t memory_mib;
};
constexpr std::array<Kind, 3> kinds{{{"small", 64, 128}, {"medium", 128, 128}, {"large", 192, 512}}};
constexpr Kind mean{"", 128, 256};

core::Time wall_time() {
  return std::chrono::floor<core::Millis>(std::chrono::system_clock::now());
}

std::uint64_t random_bits() {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return generator();
}

core::TaskDefinition definition_of(const Kind& kind) {
  core::ContainerDefinition web;
  web.name = "web";
  web.image = "registry.example/team/web:1.4.2";
  web.cpu = static_cast<std::int32_t>(kind.cpu);
  web.memory = static_cast<std::int32_t>(kind.memory_mib);
  web.essential = true;
  core::TaskDefinition definition;
  definition.family = kind.family;
  definition.networkMode = core::NetworkMode::bridge;
  definition.containerDefinitions = {web};
  return definition;
}

bool came_to_run(const core::Task& task) {
  return task.last_status == core::TaskStatus::RUNNING && task.started_at == task.updated_at;
}

}  // namespace

void TaskCounts::take(const std::vector<core::EventPtr>& news) {
  std::uint64_t run = 0;
  std::uint64_t ended = 0;
  for (const auto& event : news) {
    const auto* change = std::get_if<core::TaskStateChange>(&event->event.body);
    if (change == nullptr) continue;
    if (came_to_run(*change->task)) ++run;
    if (change->task->last_status == core::TaskStatus::STOPPED) ++ended;
  }
  running += run;
  stopped += ended;
  events += news.size();
}

const std::vector<std::string>& C2mCluster::families() {
  static const std::vector<std::string> names{kinds[0].family, kinds[1].family, kinds[2].family};
  return names;
}

Result<std::unique_ptr<C2mCluster>> C2mCluster::start(const std::string& data, const Sizes& sizes) {
  std::unique_ptr<C2mCluster> cluster{new C2mCluster};
  cluster->sizes_ = sizes;
  configure(cluster->config_, 2);
  cluster->system_ = std::make_unique<caf::actor_system>(cluster->config_);
  auto journal = runtime::open_rocksdb_journal(data + "/journal", core::prefixes_in_order());
  if (!journal) return journal.error();
  cluster->journal_ = std::move(*journal);
  CastOptions cast;
  cast.realm = {"aws", "us-east-1", "000000000000"};
  cast.clock = wall_time;
  cast.chance = random_bits;
  cast.limits.service.healthy_after = sizes.healthy_after;
  auto plane = start_control_plane(*cluster->system_, cluster->journal_, cast);
  if (!plane) return plane.error();
  cluster->plane_ = std::move(*plane);
  cluster->plane_runs_ = true;
  if (const auto what = ensure_cluster(*cluster->system_, cluster->registry(), "default"); !what.empty()) {
    return Failure{FailureKind::failed, what};
  }
  auto sink = [counts = cluster->counts_](const std::vector<core::EventPtr>& events) {
    counts->take(events);
    return true;
  };
  caf::scoped_actor self{*cluster->system_};
  self->request(cluster->plane_.events, caf::infinite,
                Subscribe{{}, {}, std::make_shared<const EventSink>(std::move(sink))})
      .receive([](const Subscribed&) {}, [](const caf::error&) {});
  return cluster;
}

C2mCluster::~C2mCluster() {
  hosts_.reset();
  if (plane_runs_) plane_.shut_down(*system_);
}

Result<void> C2mCluster::register_definitions() {
  caf::scoped_actor self{*system_};
  for (const auto& kind : kinds) {
    auto command = std::make_shared<const core::RegistryCommand>(
        core::RegisterTaskDefinition{definition_of(kind), {}, "arn:aws:iam::000000000000:root"});
    std::string problem;
    self->request(registry(), caf::infinite, AskRegistry{std::move(command)})
        .receive([&](const Answer& reply) { problem = *reply ? "" : reply->error().message; },
                 [&](const caf::error& why) { problem = system_->render(why); });
    if (!problem.empty()) return Failure{FailureKind::failed, problem};
  }
  return {};
}

Result<void> C2mCluster::join_hosts(std::vector<core::InstanceId> known) {
  const auto tasks_each = static_cast<std::int64_t>(sizes_.tasks / sizes_.instances + 1) * 10 / 9 + 1;
  HostsOptions options;
  options.count = sizes_.instances;
  options.cpu = {tasks_each * mean.cpu};
  options.memory = {tasks_each * mean.memory_mib};
  options.timer = plane_.stage->timer;
  options.clock = wall_time;
  options.known = std::move(known);
  hosts_ = std::make_unique<SimulatedHosts>(*system_, registry(), options);
  const auto problem = wait_for_agents(plane_.events, sizes_.instances, join_deadline);
  if (!problem.empty()) return Failure{FailureKind::failed, problem};
  return {};
}

std::vector<core::InstanceId> C2mCluster::end_hosts() {
  auto known = hosts_->end();
  hosts_.reset();
  return known;
}

Result<core::Reply> C2mCluster::ask(core::ClusterCommand command) {
  caf::scoped_actor self{*system_};
  Result<core::Reply> result = Failure{FailureKind::failed, "no answer"};
  self->request(registry(), caf::infinite,
                AskCluster{"default", std::make_shared<const core::ClusterCommand>(std::move(command))})
      .receive(
          [&](const Answer& reply) {
            if (*reply) {
              result = **reply;
            } else {
              result = Failure{FailureKind::failed, reply->error().message};
            }
          },
          [&](const caf::error& why) {
            result = Failure{FailureKind::failed, system_->render(why)};
          });
  return result;
}

}  // namespace troupe::tools::bench
