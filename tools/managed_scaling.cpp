/// The first steps of managed scaling.

#include "tools/managed_scaling.hpp"

#include "tools/agent_machines.hpp"
#include "tools/process.hpp"

namespace troupe::tools {
namespace {

using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;

/// A machine's agent joins as soon as it has started.
constexpr int token_seconds = 120;

/// Machines reach the server at the bridge's address, on the port that it has elsewhere too: agents
/// keep it over restarts.
Result<void> listen_for_machines(api::http::Server& server, const config::Options& options,
                                 const std::string& prefix, std::uint16_t port) {
  if (const auto made = AgentMachines::make_bridge(prefix); !made) return made;
  if (options.listen.host == "0.0.0.0" || options.listen.host == "::") return {};
  const auto host = AgentMachines::bridge_address(prefix);
  const auto listening = server.listen(host, port);
  if (listening) return {};
  return Failure{FailureKind::unavailable,
                 "cannot listen on " + host + " for machines: " + listening.error().message};
}

}  // namespace

Result<control::ScalerActor> start_managed_scaling(caf::actor_system& system, const ControlPlane& plane,
                                                   api::http::Server& server, const config::Options& options,
                                                   const Connection& self, ShowReservation show) {
  const auto prefix = config::prefix_of_network(options.machine_network);
  if (const auto ready = listen_for_machines(server, options, prefix, self.endpoint.port); !ready) {
    return ready.error();
  }
  AgentMachinesOptions machines;
  machines.directory = options.data + "/machines";
  machines.prefix = prefix;
  machines.port = self.endpoint.port;
  machines.chance = chance;
  machines.token = [self](const std::string& cluster) -> Result<std::string> {
    auto token = issue_join_token(self, cluster, token_seconds);
    if (!token.problem.empty()) return Failure{FailureKind::failed, token.problem};
    return std::move(token.body);
  };
  for (const auto& text : options.machine_groups) {
    (void)config::parse_machine_group(text, machines.groups.emplace_back());  // Checked with all options.
  }
  control::ScalerParts parts;
  parts.registry = plane.registry;
  parts.events = plane.events;
  parts.timer = plane.stage->timer;
  parts.machines = std::make_shared<AgentMachines>(std::move(machines));
  parts.clock = wall_clock;
  parts.interval = std::chrono::seconds{options.scaling_seconds};
  parts.show = std::move(show);
  return control::spawn_scaler(system, std::move(parts));
}

}  // namespace troupe::tools
