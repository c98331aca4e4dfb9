/// Upgrades, and what connections hand to their sessions.

#include "api/agent_gateway/gateway.hpp"

#include <spdlog/spdlog.h>
#include <caf/send.hpp>

#include <variant>

namespace troupe::api::agent_gateway {

struct AgentGateway::Shared {
  caf::actor_system& system;
  RegistryActor registry;
  GatewayOptions options;
  std::shared_ptr<const AcsParts> acs;
};

namespace {

constexpr std::string_view acs_path = "/acs/ws";
constexpr std::string_view tcs_path = "/tcs/ws";
/// As agents write it in the query of ACS, and not in that of TCS.
constexpr std::string_view docker_prefix = "DockerVersion: ";
/// The protocol's version from which agents acknowledge heartbeats.
constexpr std::string_view acking_version = "2";

AgentSocket socket_of(const std::shared_ptr<http::WebSocket>& socket) {
  return {
      [socket](std::string frame) { socket->send(std::make_shared<const std::string>(std::move(frame))); },
      [socket](std::uint16_t code, std::string reason) { socket->close(code, std::move(reason)); }};
}

template <class Session>
void tell_of_end(http::WebSocketHandlers& handlers, const Session& session) {
  handlers.on_close = [session](std::uint16_t code, std::string_view reason) {
    caf::anon_send(session, SocketClosed{code, std::string{reason}});
  };
}

template <class Session>
std::optional<AgentSocket> accept_with(const http::WebSocketAcceptor& acceptor,
                                       http::WebSocketHandlers handlers) {
  const auto socket = acceptor.accept(std::move(handlers));
  return socket ? std::optional{socket_of(socket)} : std::nullopt;
}

std::string without_prefix(std::string text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

/// The instance that an upgrade names, and who names it.
struct Claim {
  core::Principal caller;
  std::string cluster;
  core::InstanceId instance;
  std::string instance_arn;
};

/// How the two services spell what both need.
struct Spelling {
  std::string_view operation;
  const char* cluster;
  const char* instance;
};
constexpr Spelling acs_spelling{work_operation, "clusterArn", "containerInstanceArn"};
constexpr Spelling tcs_spelling{telemetry_operation, "cluster", "containerInstance"};

std::variant<Claim, http::Response> claim_of(const GatewayOptions& options, const http::Request& request,
                                             const Spelling& spelling) {
  auto caller = options.admit(request, spelling.operation);
  if (!caller) return refused_upgrade(403, caller.error().code, caller.error().message);
  const auto arn = request.query_parameter(spelling.instance);
  const auto reference = core::parse_ref(options.realm, "container-instance", arn);
  const auto id = reference ? core::parse_id<core::InstanceId>(reference->name) : std::nullopt;
  if (!id) return refused_upgrade(400, "InvalidInstanceException", "There is no such container instance.");
  auto cluster = request.query_parameter(spelling.cluster);
  const auto named = core::parse_ref(options.realm, "cluster", cluster.empty() ? "default" : cluster);
  if (!named || (!reference->cluster.empty() && reference->cluster != named->name)) {
    return refused_upgrade(400, "InvalidClusterException", "The container instance is in another cluster.");
  }
  return Claim{*std::move(caller), named->name, *id, core::instance_arn(options.realm, named->name, *id)};
}

core::VersionInfo version_in(const http::Request& request) {
  core::VersionInfo version;
  version.agentVersion = request.query_parameter("agentVersion");
  version.agentHash = request.query_parameter("agentHash");
  version.dockerVersion = without_prefix(request.query_parameter("dockerVersion"), docker_prefix);
  return version;
}

PendingUpgrade<AcsSessionActor> acs_upgrade(const http::WebSocketAcceptor& acceptor) {
  const auto accept = [acceptor](const AcsSessionActor& session) {
    http::WebSocketHandlers handlers;
    handlers.on_message = [session](std::string_view text) {
      auto frame = read_acs_frame(text);
      if (frame) {
        caf::anon_send(session, AcsFrameArrived{*std::move(frame)});
      } else {
        caf::anon_send(session, FrameRefused{"BadRequestException", frame.error().message});
      }
    };
    tell_of_end(handlers, session);
    return accept_with<AcsSessionActor>(acceptor, std::move(handlers));
  };
  return {accept, [acceptor](http::Response response) { acceptor.refuse(std::move(response)); }};
}

PendingUpgrade<TcsSessionActor> tcs_upgrade(const http::WebSocketAcceptor& acceptor,
                                            const std::shared_ptr<TelemetryReader>& reader) {
  const auto accept = [acceptor, reader](const TcsSessionActor& session) {
    http::WebSocketHandlers handlers;
    handlers.on_message = [session, reader](std::string_view text) {
      std::visit([&](auto read) { caf::anon_send(session, std::move(read)); }, reader->read(text));
    };
    tell_of_end(handlers, session);
    return accept_with<TcsSessionActor>(acceptor, std::move(handlers));
  };
  return {accept, [acceptor](http::Response response) { acceptor.refuse(std::move(response)); }};
}

}  // namespace

AgentGateway::AgentGateway(caf::actor_system& system, RegistryActor registry, TimerActor timer,
                           GatewayOptions options) {
  auto acs = std::make_shared<const AcsParts>(AcsParts{options.realm, registry, std::move(timer),
                                                       options.clock, options.credentials, options.timing});
  shared_ =
      std::make_shared<const Shared>(Shared{system, std::move(registry), std::move(options), std::move(acs)});
}

AgentGateway::~AgentGateway() = default;

bool AgentGateway::is_for_agents(const http::Request& request) {
  return request.path() == acs_path || request.path() == tcs_path;
}

void AgentGateway::upgrade(const std::shared_ptr<const http::Request>& request,
                           const http::WebSocketAcceptor& acceptor) {
  const bool is_acs = request->path() == acs_path;
  auto claim = claim_of(shared_->options, *request, is_acs ? acs_spelling : tcs_spelling);
  if (auto* refusal = std::get_if<http::Response>(&claim)) {
    spdlog::info("agents' door refuses {} at {}: {}", request->path(), request->peer, refusal->body);
    return acceptor.refuse(std::move(*refusal));
  }
  auto& granted = std::get<Claim>(claim);
  if (!is_acs) {
    const auto reader = std::make_shared<TelemetryReader>(shared_->options.realm, shared_->options.admit,
                                                          *request, granted.caller, granted.instance_arn);
    spawn_tcs_session(shared_->system, shared_->registry, {granted.cluster, granted.instance, granted.caller},
                      tcs_upgrade(acceptor, reader));
    return;
  }
  AcsHello hello;
  hello.cluster = granted.cluster;
  hello.instance = granted.instance;
  hello.caller = granted.caller;
  hello.version = version_in(*request);
  hello.has_no_credentials = request->query_parameter("sendCredentials") == "true";
  hello.acks_heartbeats = request->query_parameter("protocolVersion") >= acking_version;
  spawn_acs_session(shared_->system, shared_->acs, std::move(hello), acs_upgrade(acceptor));
}

}  // namespace troupe::api::agent_gateway
