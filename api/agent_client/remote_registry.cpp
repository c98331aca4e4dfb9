/// Registration with a control plane elsewhere.

#include "api/agent_client/remote_registry.hpp"

namespace troupe::api::agent_client {
namespace {

/// The server's ClientException to a host whose instance was deregistered.
constexpr const char* deregistered_words = "The referenced container instance was deregistered.";

caf::error failure(const std::string& why) {
  return caf::make_error(caf::sec::runtime_error, why);
}

}  // namespace

RemoteRegistry::RemoteRegistry(caf::actor_config& config, RemoteParts parts)
    : RemoteRegistryActor::base(config), parts_(std::move(parts)) {
  client_token_ = core::to_string(core::Dice{parts_.chance()}.uuid());
  set_down_handler([this](const caf::down_msg& down) {
    if (instance_ && down.source == instance_.address()) instance_ = nullptr;
  });
}

RemoteRegistry::behavior_type RemoteRegistry::make_behavior() {
  return {
      [](const AskRegistry&) -> caf::result<Answer> { return elsewhere(); },
      [](const AskCluster&) -> caf::result<Answer> { return elsewhere(); },
      [this](const ConnectAgent& ask) { return connect(ask); },
      [](const ResumeAgent&) -> caf::result<SessionOpened> { return elsewhere(); },
      [](const FindInstance&) -> caf::result<SessionOpened> { return elsewhere(); },
      [](const ClusterStatusChanged&) {},
      [](const ServiceNamespaceChanged&) {},
      [](const ReadParts&) -> caf::result<ClusterRead> { return elsewhere(); },
      [this](const CallAnswered& said) { registered(said); },
  };
}

void RemoteRegistry::on_exit() {
  end_instance();
  asked_.reset();
  parts_ = {};
}

void RemoteRegistry::end_instance() {
  if (instance_) caf::anon_send_exit(instance_, caf::exit_reason::user_shutdown);
  instance_ = nullptr;
}

/// An agent that asks again has given up on its last question.
caf::result<AgentConnected> RemoteRegistry::connect(const ConnectAgent& ask) {
  end_instance();
  const auto& said = ask.registration;
  asked_ = Asked{++last_call_, said.said.version_info, ask.agent, make_response_promise<AgentConnected>()};
  const auto known =
      said.instance ? core::instance_arn(parts_.realm, parts_.cluster, *said.instance) : std::string{};
  parts_.uplink->call("RegisterContainerInstance",
                      register_request(parts_.cluster, known, said.said,
                                       said.client_token.empty() ? client_token_ : said.client_token),
                      [self = RemoteRegistryActor{this}, call = last_call_](CallAnswer answer) {
                        caf::anon_send(self, CallAnswered{call, std::move(answer)});
                      });
  return asked_->promise;
}

void RemoteRegistry::registered(const CallAnswered& said) {
  if (!asked_ || asked_->call != said.call) return;
  auto asked = *std::move(asked_);
  asked_.reset();
  if (said.answer.status != 200) {
    const bool over = said.answer.body.find(deregistered_words) != std::string::npos;
    if (over && parts_.on_deregistered) parts_.on_deregistered();
    asked.promise.deliver(failure("RegisterContainerInstance: " + said.answer.body));
    return;
  }
  const auto arn = registered_arn(said.answer.body);
  const auto named = arn ? core::parse_ref(parts_.realm, "container-instance", *arn)
                         : core::Result<core::ResourceRef>{arn.error()};
  const auto id = named ? core::parse_id<core::InstanceId>(named->name) : std::nullopt;
  if (!id) {
    asked.promise.deliver(failure(named ? "the server names no container instance" : named.error().message));
    return;
  }
  instance_ = system().spawn<RemoteInstance>(parts_, *id, asked.version, asked.agent);
  monitor(instance_);
  asked.promise.deliver(AgentConnected{*id, instance_});
}

RemoteRegistryActor spawn_remote_registry(caf::actor_system& system, RemoteParts parts) {
  return system.spawn<RemoteRegistry>(std::move(parts));
}

}  // namespace troupe::api::agent_client
