/// Puts a host's layers together.

#include "tools/agent_process.hpp"

#include "actors/cast.hpp"
#include "actors/node/cast_node.hpp"
#include "actors/timer.hpp"
#include "actors/watch.hpp"
#include "api/agent_client/network_uplink.hpp"
#include "api/agent_client/remote_registry.hpp"
#include "tools/commands.hpp"
#include "tools/metadata_server.hpp"
#include "tools/node_setup.hpp"
#include "tools/process.hpp"
#include "tools/runtimes.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>

namespace troupe::tools {
namespace {

/// Calls to the server at a time.
constexpr std::size_t callers = 4;

enum class Outcome : std::uint8_t { ended, died, deregistered };

/// As Amazon's agent ends when no further start can help: supervisors must not try one.
constexpr int deregistered_status = 5;

api::http::SigningIdentity signer_of(const config::AgentIdentity& identity) {
  api::http::SigningIdentity signer;
  signer.access_key = identity.access_key;
  signer.secret_key = identity.secret_key;
  signer.region = identity.region;
  return signer;
}

/// One line, once: sessions come and go.
std::function<void(const core::InstanceId&)> announcer(const core::Realm& realm, const std::string& cluster) {
  return [realm, cluster, said = std::make_shared<std::atomic<bool>>(false)](const core::InstanceId& id) {
    if (said->exchange(true)) return;
    std::cout << "ready " << core::instance_arn(realm, cluster, id) << std::endl;
  };
}

/// The endpoint of this host's tasks; the agent fills what it reads. @return what went wrong.
std::string serve_tasks(const api::agent_client::RemoteParts& parts,
                        const std::shared_ptr<runtime::ContainerRuntime>& runtime, node::NodeOptions& host,
                        std::unique_ptr<MetadataServer>& server) {
  api::metadata::EndpointOptions made;
  made.realm = parts.realm;
  made.tasks = [book = parts.tasks](const core::TaskId& task, const api::metadata::TaskReply& reply) {
    reply(book->find(task));
  };
  made.credentials = parts.credentials;
  server = std::make_unique<MetadataServer>(std::move(made), runtime);
  host.metadata_base = metadata_base;
  host.credentials_path = [book = parts.credentials](const core::Task& task) {
    return book->path_of(task.id);
  };
  return server->start();
}

}  // namespace

int run_agent(const config::Options& options, const std::string& server,
              const config::AgentIdentity& identity) {
  const auto endpoint = api::http::Endpoint::parse(server);
  if (!endpoint) return fail("'" + server + "' is not a server's address");
  prepare_process(options.log_level);
  auto runtime = open_runtime(options, 0);
  if (!runtime) return fail(runtime.error().message);
  api::agent_client::RemoteParts parts;
  parts.realm = {"aws", identity.region, identity.account};
  parts.cluster = identity.cluster;
  spdlog::info("agent offers capacity {} to cluster {}", options.capacity, identity.cluster);
  auto host = node_options(options, 0);
  std::unique_ptr<MetadataServer> metadata;
  if (options.runtime != "simulated") {
    if (const auto what = serve_tasks(parts, *runtime, host, metadata); !what.empty()) return fail(what);
  }
  caf::actor_system_config config;
  configure(config, options.actor_threads);
  caf::actor_system system{config};
  const auto threads = std::make_shared<api::agent_client::UplinkThreads>(callers);
  const auto uplink = std::make_shared<api::agent_client::NetworkUplink>(
      threads, *endpoint, signer_of(identity), std::chrono::seconds{options.server_silence_seconds});
  const auto timer = system.spawn<Timer>();
  const auto outcome = std::make_shared<std::atomic<Outcome>>(Outcome::ended);
  // Containers run on, and a new start takes them over.
  const auto end_all = [outcome](const std::string& what) {
    spdlog::critical("agent ends: {}", what);
    *outcome = Outcome::died;
    kill(getpid(), SIGTERM);
  };
  watch_over(system, timer, "timer", end_all);
  parts.uplink = uplink;
  parts.timer = timer;
  parts.clock = wall_clock;
  parts.chance = chance;
  parts.begun = std::make_shared<api::agent_client::BegunTasks>(options.data + "/begun");
  parts.on_session = announcer(parts.realm, parts.cluster);
  parts.on_deregistered = [outcome] {
    *outcome = Outcome::deregistered;
    kill(getpid(), SIGTERM);
  };
  const auto registry = api::agent_client::spawn_remote_registry(system, std::move(parts));
  auto node = node::spawn_node(system, registry, timer, std::move(*runtime), std::move(host), wall_clock);
  const auto signal = wait_for_end();
  spdlog::info("agent ends on {}; containers run on", signal);
  node.shut_down(system);
  caf::anon_send_exit(registry, caf::exit_reason::user_shutdown);
  uplink->stop();
  threads->stop();
  caf::anon_send_exit(timer, caf::exit_reason::user_shutdown);
  if (*outcome == Outcome::died) return fail("an actor died; the log says which");
  if (*outcome == Outcome::deregistered) {
    fail("the container instance of " + options.data +
         " was deregistered; to bring this host back, give another --data and a new join token");
    return deregistered_status;
  }
  return 0;
}

}  // namespace troupe::tools
