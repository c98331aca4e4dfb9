#pragma once

/// Every option of the server and of a node: meaning, unit, default. Values come
/// from the defaults, then the configuration file, then the environment, then
/// the command line; the last one wins.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe::config {

/// `HOST:PORT`
struct Listen {
  std::string host = "127.0.0.1";
  std::uint16_t port = 4566;  ///< Where ECS emulators' users look. 0 picks a free one.
};

/// "HOST:PORT", ":PORT" or "[v6]:PORT"; the text of the error names what is wrong.
/// @return empty when it was read.
std::string parse_listen(const std::string& text, Listen& into);

struct Options {
  /// Everything durable lies below it; one process at a time has it.
  std::string data = "/var/lib/troupe";
  Listen listen;
  std::string region = "us-east-1";
  std::string account = "000000000000";  ///< 12 digits; part of every ARN.
  /// signed: SigV4 is verified. any: everybody is believed; loopback only.
  std::string auth = "signed";
  /// trace, debug, info, warn, error, off
  std::string log_level = "info";
  unsigned io_threads = 1;  ///< Of the HTTP server.
  /// Open at a time, an agent elsewhere has two; fewer where the system allows fewer files.
  std::uint32_t connections_max = 16'384;
  unsigned actor_threads = 2;  ///< Of the actor scheduler.
  /// Web pages of these origins may follow /events; "*" is any.
  std::vector<std::string> allowed_origins;
  std::size_t retained_events = 10'000;  ///< For subscribers that resume.
  std::uint32_t retained_events_hours = 24;
  std::uint32_t stopped_task_minutes = 60;  ///< STOPPED tasks stay describable.
  /// An agent that is silent for so long is not connected. Agents elsewhere are asked for a
  /// sign of life three times as often.
  std::uint32_t agent_silence_seconds = 60;
  /// A host whose agent is silent for so long counts as terminated, and its tasks as lost;
  /// 0: never.
  std::uint32_t lost_instance_seconds = 600;
  /// How long the credentials of tasks' roles live, in seconds; they are renewed halfway.
  std::uint32_t role_session_seconds = 6 * 3600;
  /// Names of the roles whose tasks may operate the clusters; others look around.
  std::vector<std::string> operator_roles;

  /// The table of machine groups (machine_groups.hpp); empty: capacity providers start nothing.
  std::vector<std::string> machine_groups;
  std::string machine_network = "10.216.0.0/24";  ///< Of the bridge that machines share.
  std::uint32_t scaling_seconds = 10;             ///< Between two looks at what the groups need.

  // The node.
  std::string runtime = "oci";  ///< oci, docker, simulated
  unsigned instances = 1;       ///< Agents in this process.
  std::string cluster = "default";
  std::string oci_runtime;                             ///< crun, runc or a path; empty: the first that works.
  std::string docker_socket = "/var/run/docker.sock";  ///< Of the Engine API: Docker's, or Podman's.
  /// Empty: the region and "a"; for `agent` what its registration file has (host_registration.hpp).
  std::string availability_zone;
  /// instances, fargate, both or external; empty: both for `dev` where the runtime allows it, else instances;
  /// for `agent` what its registration file has, else instances.
  std::string capacity;
  std::vector<std::string> attributes;          ///< name=value
  std::vector<std::string> registry_logins;     ///< SERVER=USER:PASSWORD
  std::string address_space = "10.217.0.0/16";  ///< Of container networks.
  std::uint32_t ready_networks = 16;            ///< Made ahead.
  /// `troupe agent`: a server that says nothing for so long, although it was pinged after half
  /// of it, is gone.
  std::uint32_t server_silence_seconds = 75;
  std::uint32_t usage_seconds = 10;  ///< Between looks at what containers use; 0: none.
};

/// "localhost" or an address that only this host reaches.
bool is_loopback(const std::string& host);

/// What is wrong with them, one line each with the option's name; empty: nothing.
std::vector<std::string> check(const Options& options);

}  // namespace troupe::config
