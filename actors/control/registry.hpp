#pragma once

/// The registry: names of clusters, and the task definitions. Every operation
/// comes in here and is answered or handed on.

#include "actors/control/cluster.hpp"
#include "actors/control/provider_book.hpp"
#include "actors/core/catalog.hpp"

#include <map>
#include <set>
#include <string>

namespace troupe::control {

/// What the journal held of everything.
struct RecoveredWorld {
  core::Catalog catalog;
  core::ProvidersPtr providers = std::make_shared<const core::Providers>();
  std::map<std::string, std::shared_ptr<RecoveredCluster>> clusters;
};

/// The registry as it sees itself: with its own timers.
using TimedRegistryActor = RegistryActor::extend<
    // Time to give a cluster its records again.
    caf::reacts_to<TimerFired>>;

class Registry : public Owner<TimedRegistryActor> {
 public:
  Registry(caf::actor_config& config, StagePtr stage, std::shared_ptr<const RecoveredWorld> recovered);
  behavior_type make_behavior() override;
  const char* name() const override { return "registry"; }
  void on_exit() override;

 protected:
  /// Other decisions do not build on the refused one: only its caller is told.
  void refused(const caf::error& /*why*/) override {}

 private:
  struct KnownCluster {
    ClusterActor actor;  ///< Null while it is being restarted.
    core::ClusterStatus status = core::ClusterStatus::INACTIVE;
    std::vector<std::string> capacity_providers;
  };

  caf::result<Answer> perform(const core::RegistryCommand& command);
  // Capacity providers and namespaces (registry_providers.cpp).
  caf::result<Answer> perform_provider(const core::CapacityProviderCommand& command);
  caf::result<Answer> write_provider(const core::Result<core::CapacityProvider>& decided);
  [[nodiscard]] caf::result<Answer> list(const core::ListServicesByNamespace& query) const;
  [[nodiscard]] std::set<std::string> providers_in_use() const;
  void take_namespace(const ServiceNamespaceChanged& change);
  caf::result<Answer> hand_on(const AskCluster& ask);
  caf::result<AgentConnected> connect(const ConnectAgent& ask);
  template <class Ask>
  caf::result<SessionOpened> open_session(const Ask& ask);
  caf::result<Answer> write_definition(const core::Result<core::TaskDefinitionPtr>& decided);
  [[nodiscard]] core::ListReply list(const core::ListClusters& query) const;
  void spawn_cluster(const std::string& cluster_name, std::shared_ptr<const RecoveredCluster> recovered);
  // A cluster's actor died (registry_revival.cpp).
  void revive(const caf::down_msg& down);
  void revive_now(std::uint64_t token);
  caf::result<ClusterRead> read(const ReadParts& ask);

  core::Catalog catalog_;
  core::ProvidersPtr providers_;
  std::shared_ptr<ProviderBook> provider_book_;
  std::shared_ptr<const RecoveredWorld> recovered_;
  std::map<std::string, KnownCluster> clusters_;
  std::map<std::uint64_t, std::string> revivals_;  ///< Names of clusters by the token of their timer.
  std::uint64_t last_revival_ = 0;
  std::map<std::string, std::set<std::string>> namespaces_;  ///< ARNs of the services in each.
};

}  // namespace troupe::control
