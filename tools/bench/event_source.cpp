/// Putting it together.

#include "tools/bench/event_source.hpp"

#include "actors/core/store.hpp"
#include "runtime/simulated/simulated_runtime.hpp"
#include "tools/node_setup.hpp"

#include <caf/all.hpp>

#include <random>
#include <thread>

namespace troupe::tools::bench {
namespace {

using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;
using namespace std::chrono_literals;

constexpr std::size_t events_max = 1U << 20U;
constexpr int sample_tasks = 3;

const core::Realm& realm() {
  static const core::Realm local{"aws", "us-east-1", "000000000000"};
  return local;
}

core::Time wall_clock() {
  return std::chrono::floor<core::Millis>(std::chrono::system_clock::now());
}

std::uint64_t chance() {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return generator();
}

core::TaskDefinition short_lived() {
  core::ContainerDefinition web;
  web.name = "web";
  web.image = "registry.example/team/web:1.4.2";
  web.memory = 8;
  web.essential = true;
  core::TaskDefinition definition;
  definition.family = "web";
  definition.networkMode = core::NetworkMode::bridge;
  definition.containerDefinitions = {web};
  return definition;
}

}  // namespace

EventSource::EventSource() : times_(std::make_shared<CommitTimes>(events_max)) {
  configure(config_, 2);
  system_ = std::make_unique<caf::actor_system>(config_);
}

EventSource::~EventSource() {
  if (server_) server_->stop();
  if (node_) node_->shut_down(*system_);
  node_.reset();
  if (gateway_actor_) caf::anon_send_exit(gateway_actor_, caf::exit_reason::user_shutdown);
  gateway_actor_ = nullptr;
  gateway_.reset();
  if (plane_runs_) plane_.shut_down(*system_);
  plane_ = {};
  server_.reset();
}

Result<std::unique_ptr<EventSource>> EventSource::start(const std::string& data) {
  std::unique_ptr<EventSource> source{new EventSource};
  auto done = source->start_plane(data);
  if (done) done = source->start_edge();
  if (done) done = source->start_host();
  if (!done) return done.error();
  return source;
}

Result<void> EventSource::start_plane(const std::string& data) {
  auto journal = runtime::open_rocksdb_journal(data + "/journal", core::prefixes_in_order());
  if (!journal) return journal.error();
  CastOptions cast;
  cast.realm = realm();
  cast.clock = wall_clock;
  cast.chance = chance;
  auto plane = start_control_plane(*system_, timed_journal(std::move(*journal), times_), cast);
  if (!plane) return plane.error();
  plane_ = std::move(*plane);
  plane_runs_ = true;
  if (const auto what = ensure_cluster(*system_, plane_.registry, "default"); !what.empty()) {
    return Failure{FailureKind::failed, what};
  }
  return {};
}

/// As the daemon's, but everybody may follow.
Result<void> EventSource::start_edge() {
  gateway_actor_ = api::stream::spawn_gateway(*system_, plane_.events, {realm()});
  api::stream::HandshakeOptions handshake;
  handshake.realm = realm();
  handshake.admit = [](const api::http::Request&) { return std::string{"bench"}; };
  gateway_ = std::make_unique<api::stream::EventGateway>(std::move(handshake), gateway_actor_);
  server_ = std::make_unique<api::http::Server>(
      api::http::ServerOptions{},
      [](auto, auto responder) {
        responder.reply(api::http::error_response({"NotFound", "only /events is here", 404}));
      },
      [this](auto request, auto acceptor) { gateway_->upgrade(request, acceptor); });
  const auto port = server_->listen("127.0.0.1", 0);
  if (!port) return Failure{FailureKind::failed, port.error().message};
  endpoint_ = {"127.0.0.1", *port};
  return {};
}

Result<void> EventSource::start_host() {
  caf::scoped_actor self{*system_};
  auto definition = std::make_shared<const core::RegistryCommand>(
      core::RegisterTaskDefinition{short_lived(), {}, "arn:aws:iam::000000000000:root"});
  std::string problem;
  self->request(plane_.registry, caf::infinite, AskRegistry{definition})
      .receive(
          [&](const Answer& reply) {
            if (!*reply) problem = reply->error().message;
          },
          [&](const caf::error& why) { problem = system_->render(why); });
  runtime::SimulatedOptions script;
  script.otherwise.run_time = 0ms;
  node::NodeOptions options;
  options.realm = realm();
  options.host_id = "bench";
  options.cpu_units = 1 << 20;
  options.memory_mib = 1 << 20;
  node_.emplace(node::spawn_node(*system_, plane_.registry, plane_.stage->timer,
                                 std::make_shared<runtime::SimulatedRuntime>(script), options, wall_clock));
  if (problem.empty()) problem = wait_for_agents(plane_.events, 1, 10s);
  if (!problem.empty()) return Failure{FailureKind::failed, problem};
  core::RunTask command;
  command.task_definition = "web";
  run_task_ = std::make_shared<const core::ClusterCommand>(command);
  if (!settle()) return Failure{FailureKind::failed, "events do not end"};
  const auto before = times_->last_sequence();
  // One by one: many at once make fewer, because a report may skip a state.
  for (int i = 0; i < sample_tasks; ++i) {
    run_task();
    if (!settle()) return Failure{FailureKind::failed, "events do not end"};
  }
  events_of_a_task_ = (times_->last_sequence() - before) / sample_tasks;
  if (events_of_a_task_ == 0) return Failure{FailureKind::failed, "tasks make no events"};
  return {};
}

void EventSource::run_task() {
  caf::anon_send(plane_.registry, AskCluster{"default", run_task_});
}

bool EventSource::settle() const {
  const auto deadline = Clock::now() + 20s;
  auto last = times_->last_sequence();
  for (auto quiet_since = Clock::now(); Clock::now() < deadline;) {
    if (Clock::now() - quiet_since > 500ms) return true;
    std::this_thread::sleep_for(20ms);
    if (times_->last_sequence() != last) quiet_since = Clock::now();
    last = times_->last_sequence();
  }
  return false;
}

}  // namespace troupe::tools::bench
