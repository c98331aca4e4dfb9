/// Puts the layers together.

#include "tools/daemon.hpp"

#include "actors/cast.hpp"
#include "actors/core/store.hpp"
#include "actors/node/cast_node.hpp"
#include "actors/watch.hpp"
#include "api/agent_gateway/gateway.hpp"
#include "api/http/server.hpp"
#include "api/metrics/endpoint.hpp"
#include "api/operations/api.hpp"
#include "api/operations/task_lookup.hpp"
#include "api/stream/gateway.hpp"
#include "config/credentials.hpp"
#include "tools/heap.hpp"
#include "tools/managed_scaling.hpp"
#include "tools/metadata_server.hpp"
#include "tools/node_setup.hpp"
#include "tools/process.hpp"
#include "tools/runtimes.hpp"
#include "tools/server_figures.hpp"
#include "tools/task_roles.hpp"

#include <spdlog/spdlog.h>
#include <caf/all.hpp>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <mutex>

namespace troupe::tools {
namespace {

using namespace std::chrono_literals;

/// A frame of telemetry has at most 1 MiB, and its signature before it.
constexpr std::size_t telemetry_bytes_max = (1 << 20) + (64 << 10);

int complain(const std::string& what) {
  std::cerr << "troupe: " << what << std::endl;
  return 1;
}

/// The first actor that died of those that nothing can go on without. It ends the
/// daemon as a signal would: containers run on, and the next start finds everything
/// that was acknowledged.
class Obituary {
 public:
  void write(const std::string& what) {
    const std::lock_guard lock{mutex_};
    if (!text_.empty()) return;
    text_ = what;
    kill(getpid(), SIGTERM);
  }
  [[nodiscard]] std::string read() const {
    const std::lock_guard lock{mutex_};
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

/// Everything but the actor system's configuration, which must outlive it.
class Daemon {
 public:
  Daemon(const config::Options& options, Roles roles, caf::actor_system& system)
      : options_(options), roles_(roles), system_(system) {}
  ~Daemon() { stop(); }

  /// @return  What went wrong; empty: it serves.
  std::string start();
  [[nodiscard]] const std::string& url() const { return url_; }
  /// Why it cannot serve any more; empty while it can.
  [[nodiscard]] std::string death() const { return obituary_->read(); }

 private:
  [[nodiscard]] std::function<void(const std::string&)> die() const;
  void open_runtimes();
  std::string start_control_plane_here();
  std::string start_edge();
  void open_metrics();
  std::string listen();
  std::string start_nodes();
  std::string start_scaler();
  [[nodiscard]] api::agent_gateway::GatewayOptions agent_gateway_options(const core::Realm& realm) const;
  [[nodiscard]] api::agent_gateway::IssueCredentials issuer(const core::Realm& realm) const;
  [[nodiscard]] api::metadata::EndpointOptions metadata_options(const core::Realm& realm) const;
  void stop();

  config::Options options_;
  Roles roles_;
  caf::actor_system& system_;
  std::shared_ptr<Obituary> obituary_ = std::make_shared<Obituary>();
  std::shared_ptr<ServerFiguresBoard> figures_ = std::make_shared<ServerFiguresBoard>();
  std::string url_;
  config::Credentials credentials_;
  ControlPlane plane_;
  bool plane_runs_ = false;
  std::atomic<bool> ready_{false};
  std::vector<api::operations::FrontActor> fronts_;
  api::stream::GatewayActor gateway_actor_;
  std::shared_ptr<const api::operations::Access> access_;
  std::unique_ptr<api::operations::Api> api_;
  std::unique_ptr<api::stream::EventGateway> gateway_;
  std::unique_ptr<api::agent_gateway::AgentGateway> agents_;
  std::unique_ptr<api::metrics::Endpoint> metrics_;
  std::unique_ptr<api::http::Server> server_;
  std::shared_ptr<api::metadata::CredentialsBook> task_credentials_ =
      std::make_shared<api::metadata::CredentialsBook>();
  std::unique_ptr<MetadataServer> metadata_;
  std::future<std::vector<OpenedRuntime>> runtimes_;
  std::vector<node::NodeHandle> nodes_;
  control::ScalerActor scaler_;
};

std::string Daemon::start() {
  std::error_code problem;
  std::filesystem::create_directories(options_.data, problem);
  if (problem) return "cannot make the data directory " + options_.data + ": " + problem.message();
  for (const auto step : {&Daemon::start_control_plane_here, &Daemon::start_edge, &Daemon::start_nodes,
                          &Daemon::start_scaler}) {
    if (auto what = (this->*step)(); !what.empty()) return what;
  }
  ready_ = true;
  return {};
}

/// The control plane waits for the disk, a runtime for its programs and networks: side by side.
void Daemon::open_runtimes() {
  if (roles_ == Roles::server) return;
  runtimes_ = std::async(std::launch::async, [options = options_] {
    std::vector<OpenedRuntime> opened;
    for (unsigned i = 0; i < options.instances; ++i) opened.push_back(open_runtime(options, i));
    return opened;
  });
}

/// What ends the daemon, with one line.
std::function<void(const std::string&)> Daemon::die() const {
  return [obituary = obituary_](const std::string& what) {
    spdlog::critical("daemon ends: {}", what);
    obituary->write(what);
  };
}

std::string Daemon::start_control_plane_here() {
  auto journal = runtime::open_rocksdb_journal(options_.data + "/journal", core::prefixes_in_order());
  if (!journal) return journal.error().message;
  open_runtimes();  // The directory is ours.
  credentials_ = config::load_or_make_credentials(options_.data);
  if (!credentials_.problem.empty()) return credentials_.problem;
  CastOptions cast;
  cast.realm = {"aws", options_.region, options_.account};
  cast.limits.retained_events = options_.retained_events;
  cast.limits.retained_events_age = std::chrono::hours{options_.retained_events_hours};
  cast.limits.stopped_task_retention = std::chrono::minutes{options_.stopped_task_minutes};
  cast.limits.agent_silence = std::chrono::seconds{options_.agent_silence_seconds};
  cast.limits.instance_loss = std::chrono::seconds{options_.lost_instance_seconds};
  cast.clock = wall_clock;
  cast.chance = chance;
  cast.on_death = die();
  cast.on_commit = [board = figures_](const core::JournalFigures& done) { board->set(done); };
  auto plane = start_control_plane(system_, std::shared_ptr<runtime::Journal>{std::move(*journal)}, cast);
  if (!plane) {
    return plane.error().message + "; `troupe clean --data " + options_.data +
           "` ends what runs there, and an empty directory starts anew";
  }
  plane_ = std::move(*plane);
  plane_runs_ = true;
  return ensure_cluster(system_, plane_.registry, "default");
}

std::string Daemon::start_edge() {
  const core::Realm realm{"aws", options_.region, options_.account};
  api::operations::AccessOptions access;
  access.mode =
      options_.auth == "any" ? api::operations::AccessMode::any : api::operations::AccessMode::signed_only;
  if (options_.auth == "any") spdlog::warn("access is not checked: --auth any");
  auto known =
      std::make_shared<const api::http::Credentials>(api::http::Credentials{credentials_.secret_key, {}, {}});
  access.credentials = [id = credentials_.access_key,
                        known](std::string_view key) -> std::shared_ptr<const api::http::Credentials> {
    return key == id ? known : nullptr;
  };
  access.token_key = credentials_.token_key;
  access.now = [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); };
  access_ = std::make_shared<const api::operations::Access>(realm, std::move(access));
  for (unsigned i = 0; i < options_.io_threads; ++i) {
    fronts_.push_back(api::operations::spawn_front(system_, plane_.registry));
  }
  api_ = std::make_unique<api::operations::Api>(
      api::operations::ApiOptions{realm,
                                  [this] { return ready_.load(); },
                                  {options_.operator_roles.begin(), options_.operator_roles.end()}},
      access_, fronts_);
  api::stream::GatewayOptions events;
  events.realm = realm;
  events.show = [board = figures_](const core::EventGatewayFigures& now) { board->set(now); };
  gateway_actor_ = api::stream::spawn_gateway(system_, plane_.events, std::move(events));
  watch_over(system_, gateway_actor_, "event gateway", die());
  api::stream::HandshakeOptions handshake;
  handshake.realm = realm;
  handshake.origins.allowed = options_.allowed_origins;
  handshake.origins.trust_same_origin = options_.auth != "any";
  handshake.admit = [access = access_](const api::http::Request& request) {
    return access->subscriber_of(request);
  };
  gateway_ = std::make_unique<api::stream::EventGateway>(std::move(handshake), gateway_actor_);
  agents_ = std::make_unique<api::agent_gateway::AgentGateway>(system_, plane_.registry, plane_.stage->timer,
                                                               agent_gateway_options(realm));
  open_metrics();
  return listen();
}

void Daemon::open_metrics() {
  const bool is_near = config::is_loopback(options_.listen.host);
  metrics_ = std::make_unique<api::metrics::Endpoint>(
      api::metrics::EndpointOptions{
          is_near ? api::metrics::Admission::everybody : api::metrics::Admission::holders,
          credentials_.token_key, [board = figures_] { return board->read(); }},
      access_, fronts_.front());
}

std::string Daemon::listen() {
  api::http::ServerOptions edge;
  edge.io_threads = options_.io_threads;
  edge.connections_max = connections_within(options_.connections_max);
  edge.websocket_message_bytes_max = telemetry_bytes_max;
  server_ = std::make_unique<api::http::Server>(
      edge,
      [this](auto request, auto responder) {
        if (api::metrics::Endpoint::is_for(*request)) return metrics_->handle(request, std::move(responder));
        api_->handle(std::move(request), std::move(responder));
      },
      [this](auto request, auto acceptor) {
        if (api::agent_gateway::AgentGateway::is_for_agents(*request)) {
          return agents_->upgrade(request, acceptor);
        }
        gateway_->upgrade(request, acceptor);
      });
  const auto port = server_->listen(options_.listen.host, options_.listen.port);
  if (!port) {
    return "cannot listen on " + options_.listen.host + ":" + std::to_string(options_.listen.port) + ": " +
           port.error().message;
  }
  const auto& host = options_.listen.host;
  url_ = "http://" + (host == "0.0.0.0" ? "127.0.0.1" : host) + ":" + std::to_string(*port);
  std::ofstream{endpoint_file(options_.data)} << url_ << "\n" << options_.region << "\n";
  return {};
}

api::agent_gateway::GatewayOptions Daemon::agent_gateway_options(const core::Realm& realm) const {
  api::agent_gateway::GatewayOptions made;
  made.realm = realm;
  made.admit = [access = access_](const api::http::Request& request,
                                  std::string_view operation) -> api::http::Result<core::Principal> {
    auto caller = access->caller_of(request);
    if (!caller) return std::move(caller).error();
    if (const auto refusal = api::operations::forbids(*caller, operation)) {
      return api::http::ApiError{core::exception_name(refusal->code), refusal->message, 403};
    }
    return std::move(caller->principal);
  };
  made.clock = wall_clock;
  made.timing = api::agent_gateway::timing_for(std::chrono::seconds{options_.agent_silence_seconds});
  made.credentials = issuer(realm);
  const std::chrono::milliseconds halfway = std::chrono::seconds{options_.role_session_seconds} / 2;
  made.timing.renew_before = std::min(made.timing.renew_before, halfway);
  return made;
}

std::string Daemon::start_nodes() {
  if (roles_ == Roles::server) return {};
  for (auto& runtime : runtimes_.get()) {
    if (!runtime) return runtime.error().message;
    auto node = node_options(options_, static_cast<unsigned>(nodes_.size()));
    if (options_.runtime != "simulated") {
      metadata_ = std::make_unique<MetadataServer>(metadata_options(node.realm), *runtime);
      if (auto what = metadata_->start(); !what.empty()) return what;
      node.metadata_base = metadata_base;
      offer_credentials(node, issuer(node.realm), task_credentials_);
    }
    nodes_.push_back(node::spawn_node(system_, plane_.registry, plane_.stage->timer, std::move(*runtime),
                                      std::move(node), wall_clock));
  }
  auto what = wait_for_agents(plane_.events, options_.instances, 30s);
  task_credentials_->complete();
  return what;
}

api::metadata::EndpointOptions Daemon::metadata_options(const core::Realm& realm) const {
  api::metadata::EndpointOptions made;
  made.realm = realm;
  made.tasks = [front = fronts_.front(), cluster = options_.cluster](const core::TaskId& task,
                                                                     api::metadata::TaskReply reply) {
    api::operations::look_up_task(front, cluster, task, std::move(reply));
  };
  made.credentials = task_credentials_;
  return made;
}

api::agent_gateway::IssueCredentials Daemon::issuer(const core::Realm& realm) const {
  return credentials_issuer(access_, realm, std::chrono::seconds{options_.role_session_seconds});
}

std::string Daemon::start_scaler() {
  if (options_.machine_groups.empty()) return {};
  Connection self;
  self.url = url_;
  if (const auto endpoint = api::http::Endpoint::parse(url_)) self.endpoint = *endpoint;
  self.signer = {credentials_.access_key, credentials_.secret_key, {}, options_.region, "ecs"};
  auto scaler = start_managed_scaling(
      system_, plane_, *server_, options_, self,
      [board = figures_](const core::ProviderReservation& reservation) { board->set(reservation); });
  if (!scaler) return scaler.error().message;
  scaler_ = *scaler;
  return {};
}

void Daemon::stop() {
  ready_ = false;
  keep_what_becomes_free();
  if (scaler_) caf::anon_send_exit(scaler_, caf::exit_reason::user_shutdown);
  scaler_ = nullptr;
  if (server_) server_->stop();
  for (auto& node : nodes_) node.shut_down(system_);
  nodes_.clear();
  metadata_.reset();
  for (const auto& front : fronts_) caf::anon_send_exit(front, caf::exit_reason::user_shutdown);
  fronts_.clear();
  if (gateway_actor_) caf::anon_send_exit(gateway_actor_, caf::exit_reason::user_shutdown);
  gateway_actor_ = nullptr;
  gateway_.reset();
  agents_.reset();
  metrics_.reset();
  api_.reset();
  if (plane_runs_) plane_.shut_down(system_);
  plane_runs_ = false;
  server_.reset();
}

}  // namespace

std::string endpoint_file(const std::string& data_directory) {
  return data_directory + "/endpoint";
}

int run_daemon(const config::Options& options, Roles roles) {
  prepare_process(options.log_level);
  caf::actor_system_config config;
  configure(config, options.actor_threads);
  caf::actor_system system{config};
  Daemon daemon{options, roles, system};
  if (const auto what = daemon.start(); !what.empty()) return complain(what);
  std::cout << "ready " << daemon.url() << std::endl;
  const auto signal = wait_for_end();
  if (const auto what = daemon.death(); !what.empty()) {
    return complain(what + "; containers run on, and a new start takes them over");
  }
  spdlog::info("daemon ends on {}; containers run on", signal);
  return 0;
}

}  // namespace troupe::tools
