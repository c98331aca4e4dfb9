/// What options may be.

#include "config/options.hpp"

#include "config/machine_groups.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace troupe::config {
namespace {

bool one_of(std::string_view value, std::initializer_list<std::string_view> allowed) {
  return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

}  // namespace

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::string parse_listen(const std::string& text, Listen& into) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return "'" + text + "' has no port; write HOST:PORT";
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto* const last = digits.data() + digits.size();
  const auto [end, problem] = std::from_chars(digits.data(), last, port);
  if (problem != std::errc{} || end != last) return "'" + digits + "' is not a port (0-65535)";
  into.host = host.empty() ? "0.0.0.0" : host;
  into.port = port;
  return {};
}

std::vector<std::string> check(const Options& options) {
  std::vector<std::string> problems;
  const auto expect = [&](bool good, std::string problem) {
    if (!good) problems.push_back(std::move(problem));
  };
  const auto digits = [](char c) { return c >= '0' && c <= '9'; };
  expect(!options.data.empty() && options.data.front() == '/', "data: must be an absolute path");
  expect(!options.region.empty(), "region: must not be empty");
  expect(options.account.size() == 12 && std::all_of(options.account.begin(), options.account.end(), digits),
         "account: must be 12 digits, is '" + options.account + "'");
  expect(one_of(options.auth, {"signed", "any"}), "auth: must be signed or any, is '" + options.auth + "'");
  expect(options.auth != "any" || is_loopback(options.listen.host),
         "auth: any is allowed on a loopback address only, not on " + options.listen.host);
  expect(one_of(options.log_level, {"trace", "debug", "info", "warn", "error", "off"}),
         "log-level: must be trace, debug, info, warn, error or off, is '" + options.log_level + "'");
  expect(options.agent_silence_seconds >= 1 && options.agent_silence_seconds <= 3'600,
         "agent-silence-seconds: must be 1-3600");
  expect(options.lost_instance_seconds == 0 || options.lost_instance_seconds >= options.agent_silence_seconds,
         "lost-instance-seconds: must be 0 or at least agent-silence-seconds");
  for (const auto& text : options.machine_groups) {
    MachineGroupEntry entry;
    const auto problem = parse_machine_group(text, entry);
    expect(problem.empty(), problem);
  }
  expect(!prefix_of_network(options.machine_network).empty(),
         "machine-network: must be a /24 such as 10.216.0.0/24, is '" + options.machine_network + "'");
  expect(options.scaling_seconds >= 1 && options.scaling_seconds <= 3'600, "scaling-seconds: must be 1-3600");
  expect(options.server_silence_seconds >= 1 && options.server_silence_seconds <= 3'600,
         "server-silence-seconds: must be 1-3600");
  expect(one_of(options.runtime, {"oci", "docker", "simulated"}),
         "runtime: must be oci, docker or simulated, is '" + options.runtime + "'");
  expect(one_of(options.capacity, {"", "instances", "fargate", "both", "external"}),
         "capacity: must be instances, fargate, both or external, is '" + options.capacity + "'");
  const bool fargate = one_of(options.capacity, {"fargate", "both"});
  expect(!fargate || options.runtime != "docker",
         "capacity: '" + options.capacity + "' needs --runtime oci: docker gives tasks no user namespace");
  expect(options.io_threads >= 1 && options.io_threads <= 64, "io-threads: must be 1-64");
  expect(options.connections_max >= 16, "connections-max: must be at least 16");
  expect(options.actor_threads >= 1 && options.actor_threads <= 64, "actor-threads: must be 1-64");
  expect(options.instances >= 1 && options.instances <= 10'000, "instances: must be 1-10000");
  expect(options.runtime == "simulated" || options.instances == 1,
         "instances: one process runs one real host; more than one need --runtime simulated");
  expect(options.role_session_seconds >= 2 && options.role_session_seconds <= 43'200,
         "role-session-seconds: must be 2-43200");
  expect(!options.docker_socket.empty() && options.docker_socket.front() == '/',
         "docker-socket: must be an absolute path");
  for (const auto& attribute : options.attributes) {
    expect(!attribute.empty() && attribute.front() != '=', "attribute: '" + attribute + "' has no name");
  }
  for (const auto& login : options.registry_logins) {
    const auto equals = login.find('=');
    expect(equals != std::string::npos && login.find(':', equals) != std::string::npos,
           "registry-login: must be SERVER=USER:PASSWORD");
  }
  return problems;
}

}  // namespace troupe::config
