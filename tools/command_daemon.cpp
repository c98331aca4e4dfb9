/// `troupe dev` and `troupe server`.

#include "tools/commands.hpp"
#include "tools/daemon.hpp"
#include "tools/process.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace troupe::tools {
namespace {

struct DaemonArguments {
  config::Options options;
  std::string listen = "127.0.0.1:4566";
};

void add_server_options(CLI::App& command, DaemonArguments& given) {
  auto& options = given.options;
  command.set_config("--config", "", "Read options from this file (name = value; the names are those below)");
  command.add_option("--data", options.data, "Directory for everything that must last")
      ->envname("TROUPE_DATA")
      ->capture_default_str();
  command.add_option("--listen", given.listen, "HOST:PORT to serve on; port 0 picks a free one")
      ->envname("TROUPE_LISTEN")
      ->capture_default_str();
  command.add_option("--region", options.region, "AWS region that ARNs name")
      ->envname("TROUPE_REGION")
      ->capture_default_str();
  command.add_option("--account", options.account, "12 digits that ARNs name")
      ->envname("TROUPE_ACCOUNT")
      ->capture_default_str();
  command.add_option("--auth", options.auth, "signed: verify SigV4; any: believe everybody (loopback only)")
      ->envname("TROUPE_AUTH")
      ->capture_default_str();
  command.add_option("--log-level", options.log_level, "trace, debug, info, warn, error or off")
      ->envname("TROUPE_LOG_LEVEL")
      ->capture_default_str();
  command.add_option("--io-threads", options.io_threads, "Threads of the HTTP server")->capture_default_str();
  command.add_option("--connections-max", options.connections_max, "Open at a time; an agent has two")
      ->capture_default_str();
  command.add_option("--actor-threads", options.actor_threads, "Threads of the actors")
      ->capture_default_str();
  command.add_option("--allowed-origins", options.allowed_origins, "Origins whose pages may follow /events")
      ->delimiter(',');
  command.add_option("--retained-events", options.retained_events, "Events kept for those who resume")
      ->capture_default_str();
  command
      .add_option("--retained-events-hours", options.retained_events_hours, "Age up to which they are kept")
      ->capture_default_str();
  command
      .add_option("--stopped-task-minutes", options.stopped_task_minutes,
                  "How long STOPPED tasks are described")
      ->capture_default_str();
  command
      .add_option("--agent-silence-seconds", options.agent_silence_seconds,
                  "A silent agent is not connected after this")
      ->capture_default_str();
  command
      .add_option("--lost-instance-seconds", options.lost_instance_seconds,
                  "Its host counts as terminated after this, its tasks as lost; 0: never")
      ->capture_default_str();
  command
      .add_option("--role-session-seconds", options.role_session_seconds,
                  "How long credentials of tasks' roles live; they are renewed halfway")
      ->capture_default_str();
  command
      .add_option("--operator-roles", options.operator_roles,
                  "Names of the roles whose tasks may call the whole API; others describe and list")
      ->delimiter(',');
}

void add_machine_options(CLI::App& command, config::Options& options) {
  command.add_option("--machine-group", options.machine_groups,
                     "NAME:min=0,max=3,runtime=oci,zone=ZONE,attributes=k=v;k=v: machines of an Auto Scaling "
                     "group, which capacity providers with managed scaling start and end here");
  command.add_option("--machine-network", options.machine_network, "/24 of the bridge that they share")
      ->capture_default_str();
  command.add_option("--scaling-seconds", options.scaling_seconds, "Between two looks at what they need")
      ->capture_default_str();
}

}  // namespace

void add_node_options(CLI::App& command, config::Options& options) {
  command.add_option("--runtime", options.runtime, "What runs containers: oci, docker or simulated")
      ->envname("TROUPE_RUNTIME")
      ->capture_default_str();
  command.add_option("--oci-runtime", options.oci_runtime,
                     "crun, runc or a path; default: the first that works");
  command.add_option("--docker-socket", options.docker_socket, "Of the Engine API, for --runtime docker")
      ->envname("TROUPE_DOCKER_SOCKET")
      ->capture_default_str();
  command.add_option("--availability-zone", options.availability_zone,
                     "Default: the region and \"a\"; troupe agent: the last one given for --data");
  command
      .add_option(
          "--capacity", options.capacity,
          "What this host is for: instances (EC2 tasks), fargate (managed: it is no container "
          "instance), both, or external (EXTERNAL tasks). Default: troupe dev: both, instances for docker; "
          "troupe agent: the last one given for --data, at first instances")
      ->envname("TROUPE_CAPACITY");
  command
      .add_option("--attributes", options.attributes,
                  "Custom attributes, k=v,…; ecs.capacity-provider=NAME names the capacity provider")
      ->delimiter(',');
  command.add_option("--registry-login", options.registry_logins, "SERVER=USER:PASSWORD for image pulls")
      ->envname("TROUPE_REGISTRY_LOGIN");
  command.add_option("--address-space", options.address_space, "/16 for container networks")
      ->capture_default_str();
  command
      .add_option("--usage-interval", options.usage_seconds,
                  "Seconds between two looks at what containers use; 0 for none")
      ->capture_default_str();
  command.add_option("--ready-networks", options.ready_networks, "Container networks made ahead")
      ->capture_default_str();
}

namespace {

int run(DaemonArguments& given, Roles roles) {
  if (const auto problem = config::parse_listen(given.listen, given.options.listen); !problem.empty()) {
    return fail("listen: " + problem);
  }
  given.options.data = absolute_path(given.options.data);
  // The quick way runs whatever a task definition asks for.
  if (given.options.capacity.empty() && given.options.runtime != "docker") given.options.capacity = "both";
  const auto problems = config::check(given.options);
  for (const auto& problem : problems) fail(problem);
  return problems.empty() ? run_daemon(given.options, roles) : 1;
}

}  // namespace

void add_daemon_commands(CLI::App& app, Chosen& chosen) {
  const auto given = std::make_shared<DaemonArguments>();
  auto* dev = app.add_subcommand("dev", "Server and agents in one process: the quick way");
  add_server_options(*dev, *given);
  add_machine_options(*dev, given->options);
  add_node_options(*dev, given->options);
  dev->add_option("--instances", given->options.instances, "Agents in this process")->capture_default_str();
  dev->add_option("--cluster", given->options.cluster, "Cluster that the agents join")->capture_default_str();
  dev->callback([&chosen, given] { chosen = [given] { return run(*given, Roles::server_and_node); }; });
  auto* server = app.add_subcommand("server", "Control plane only");
  add_server_options(*server, *given);
  add_machine_options(*server, given->options);
  server->callback([&chosen, given] { chosen = [given] { return run(*given, Roles::server); }; });
}

}  // namespace troupe::tools
