#pragma once

/// The registry of a control plane elsewhere, as the agent of this host sees it: it registers
/// the host over the API and hands the agent a remote instance.

#include "api/agent_client/remote_instance.hpp"

namespace troupe::api::agent_client {

class RemoteRegistry : public RemoteRegistryActor::base {
 public:
  RemoteRegistry(caf::actor_config& config, RemoteParts parts);
  behavior_type make_behavior() override;
  const char* name() const override { return "remote_registry"; }
  void on_exit() override;

 private:
  /// A registration that is under way.
  struct Asked {
    std::uint64_t call = 0;
    core::VersionInfo version;
    AgentActor agent;
    caf::typed_response_promise<AgentConnected> promise;
  };

  caf::result<AgentConnected> connect(const ConnectAgent& ask);
  void registered(const CallAnswered& said);
  void end_instance();

  RemoteParts parts_;
  std::string client_token_;  ///< Of this process, for a host that keeps none.
  std::uint64_t last_call_ = 0;
  std::optional<Asked> asked_;
  RemoteInstanceActor instance_;
};

RemoteRegistryActor spawn_remote_registry(caf::actor_system& system, RemoteParts parts);

}  // namespace troupe::api::agent_client
