/// Puts a host's layers together.

#include "tools/agent_process.hpp"

#include "actors/cast.hpp"
#include "actors/node/cast_node.hpp"
#include "actors/timer.hpp"
#include "actors/watch.hpp"
#include "api/agent_client/network_uplink.hpp"
#include "api/agent_client/remote_registry.hpp"
#include "tools/commands.hpp"
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

}  // namespace

int run_agent(const config::Options& options, const std::string& server,
              const config::AgentIdentity& identity) {
  const auto endpoint = api::http::Endpoint::parse(server);
  if (!endpoint) return fail("'" + server + "' is not a server's address");
  prepare_process(options.log_level);
  auto runtime = open_runtime(options, 0);
  if (!runtime) return fail(runtime.error().message);
  if (options.runtime != "simulated") {
    spdlog::info(
        "agent has no task metadata endpoint yet: its tasks run without ECS_CONTAINER_METADATA_URI_V4");
  }
  caf::actor_system_config config;
  configure(config, options.actor_threads);
  caf::actor_system system{config};
  const auto threads = std::make_shared<api::agent_client::UplinkThreads>(callers);
  const auto uplink = std::make_shared<api::agent_client::NetworkUplink>(
      threads, *endpoint, signer_of(identity), std::chrono::seconds{options.server_silence_seconds});
  const auto timer = system.spawn<Timer>();
  const auto died = std::make_shared<std::atomic<bool>>(false);
  // Containers run on, and a new start takes them over.
  const auto end_all = [died](const std::string& what) {
    spdlog::critical("agent ends: {}", what);
    *died = true;
    kill(getpid(), SIGTERM);
  };
  watch_over(system, timer, "timer", end_all);
  api::agent_client::RemoteParts parts;
  parts.uplink = uplink;
  parts.timer = timer;
  parts.clock = wall_clock;
  parts.chance = chance;
  parts.realm = {"aws", identity.region, identity.account};
  parts.cluster = identity.cluster;
  parts.begun = std::make_shared<api::agent_client::BegunTasks>(options.data + "/begun");
  parts.on_session = announcer(parts.realm, parts.cluster);
  const auto registry = api::agent_client::spawn_remote_registry(system, std::move(parts));
  auto node =
      node::spawn_node(system, registry, timer, std::move(*runtime), node_options(options, 0), wall_clock);
  const auto signal = wait_for_end();
  spdlog::info("agent ends on {}; containers run on", signal);
  node.shut_down(system);
  caf::anon_send_exit(registry, caf::exit_reason::user_shutdown);
  uplink->stop();
  threads->stop();
  caf::anon_send_exit(timer, caf::exit_reason::user_shutdown);
  return *died ? fail("an actor died; the log says which") : 0;
}

}  // namespace troupe::tools
