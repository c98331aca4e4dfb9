#pragma once

/// The door for agents: decides the upgrades of ACS and TCS, and gives each session its
/// connection. Who signed an upgrade goes along to the instance's cluster, which knows
/// whether they may speak for it.

#include "api/agent_gateway/acs_session.hpp"
#include "api/agent_gateway/tcs_session.hpp"
#include "api/agent_gateway/telemetry_reader.hpp"
#include "api/http/server.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <memory>
#include <string>

namespace troupe::api::agent_gateway {

struct GatewayOptions {
  core::Realm realm;
  Admit admit;
  std::function<core::Time()> clock;  ///< Wall clock.
  IssueCredentials credentials{};
  AcsTiming timing{};
};

/// Thread-safe. Sessions outlive it; they end with their instances.
class AgentGateway {
 public:
  AgentGateway(caf::actor_system& system, RegistryActor registry, TimerActor timer, GatewayOptions options);
  ~AgentGateway();
  AgentGateway(const AgentGateway&) = delete;
  AgentGateway& operator=(const AgentGateway&) = delete;

  /// True for the addresses that DiscoverPollEndpoint tells, with the "ws" that agents add.
  [[nodiscard]] static bool is_for_agents(const http::Request& request);

  /// Refused: 403 with AWS's error for a signature, 403 AccessDeniedException for another's
  /// instance, 400 InvalidInstanceException for what is no instance, and what the control
  /// plane says of it. Bodies are as agents read them: `{"InvalidInstanceException":"…"}`.
  void upgrade(const std::shared_ptr<const http::Request>& request, const http::WebSocketAcceptor& acceptor);

 private:
  struct Shared;
  std::shared_ptr<const Shared> shared_;
};

}  // namespace troupe::api::agent_gateway
