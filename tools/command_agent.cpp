/// `troupe agent`: this host as an instance of a cluster whose server is elsewhere.

#include "actors/core/records/container_instance.hpp"
#include "config/host_registration.hpp"
#include "runtime/images/file_lock.hpp"
#include "tools/agent_process.hpp"
#include "tools/commands.hpp"
#include "tools/connection.hpp"
#include "tools/process.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>

namespace troupe::tools {
namespace {

struct AgentArguments {
  config::Options options;
  std::string server;
  std::string cluster;
  std::string token;
};

/// With a join token, once; from then on the key speaks for itself.
std::string join(const AgentArguments& given, config::AgentIdentity& identity) {
  if (given.token.empty()) {
    return "this host has not joined yet; give the server's join token with --token or TROUPE_JOIN_TOKEN "
           "(troupe join-token makes one)";
  }
  const auto joined = join_cluster(given.server, given.token);
  if (!joined.problem.empty()) return joined.problem;
  identity = {given.server,   joined.cluster,    joined.region,
              joined.account, joined.access_key, joined.secret_key};
  if (!given.cluster.empty() && given.cluster != identity.cluster) {
    return "the join token is for cluster " + identity.cluster + ", not for " + given.cluster;
  }
  return config::save_agent_identity(given.options.data, identity);
}

/// Who this host is: as kept, or as a join token makes it.
std::string identify(const AgentArguments& given, config::AgentIdentity& identity) {
  std::string problem;
  identity = config::load_agent_identity(given.options.data, problem);
  if (!problem.empty()) return problem;
  if (identity.access_key.empty()) return join(given, identity);
  if (!given.cluster.empty() && given.cluster != identity.cluster) {
    return given.options.data + " belongs to a host of cluster " + identity.cluster + ", not of " +
           given.cluster + "; give another --data";
  }
  return {};
}

int run(AgentArguments& given) {
  auto& options = given.options;
  options.data = absolute_path(options.data);
  if (!api::http::Endpoint::parse(given.server))
    return fail("'" + given.server + "' is not a server's address");
  std::error_code failed;
  std::filesystem::create_directories(options.data, failed);
  if (failed) return fail("cannot make the data directory " + options.data + ": " + failed.message());
  const auto lock =
      runtime::FileLock::try_take(options.data + "/agent.lock", runtime::FileLock::Mode::exclusive);
  if (!lock) return fail("another agent has " + options.data);
  config::AgentIdentity identity;
  if (const auto problem = identify(given, identity); !problem.empty()) return fail(problem);
  options.cluster = identity.cluster;
  options.region = identity.region;
  options.account = identity.account;
  if (const auto problem = config::recall_registration(options); !problem.empty()) return fail(problem);
  if (options.capacity.empty()) options.capacity = core::name_of(core::CapacityUse::instances);
  const auto problems = config::check(options);
  for (const auto& problem : problems) fail(problem);
  if (!problems.empty()) return 1;
  if (const auto problem = config::keep_registration(options); !problem.empty()) return fail(problem);
  return run_agent(options, given.server, identity);
}

}  // namespace

void add_agent_command(CLI::App& app, Chosen& chosen) {
  const auto given = std::make_shared<AgentArguments>();
  auto& options = given->options;
  options.data = "/var/lib/troupe-agent";
  auto* agent = app.add_subcommand("agent", "This host as an instance of a cluster elsewhere");
  agent->set_config("--config", "", "Read options from this file (name = value; the names are those below)");
  agent->add_option("--server", given->server, "http://HOST:PORT")->envname("TROUPE_SERVER")->required();
  agent->add_option("--cluster", given->cluster, "Its cluster; default: the join token's");
  agent->add_option("--token", given->token, "From troupe join-token; for the first start")
      ->envname("TROUPE_JOIN_TOKEN");
  agent->add_option("--data", options.data, "Directory for everything that must last")
      ->envname("TROUPE_AGENT_DATA")
      ->capture_default_str();
  agent->add_option("--log-level", options.log_level, "trace, debug, info, warn, error or off")
      ->envname("TROUPE_LOG_LEVEL")
      ->capture_default_str();
  agent->add_option("--actor-threads", options.actor_threads, "Threads of the actors")->capture_default_str();
  agent
      ->add_option("--server-silence-seconds", options.server_silence_seconds,
                   "A silent server is dialled anew after this")
      ->capture_default_str();
  add_node_options(*agent, options);
  agent->callback([&chosen, given] { chosen = [given] { return run(*given); }; });
}

}  // namespace troupe::tools
