#pragma once

/// The registry: names of clusters, and the task definitions. Every operation
/// comes in here and is answered or handed on.

#include "actors/control/cluster.hpp"
#include "actors/core/catalog.hpp"

#include <map>
#include <string>

namespace troupe::control {

/// What the journal held of everything.
struct RecoveredWorld {
  core::Catalog catalog;
  std::map<std::string, std::shared_ptr<RecoveredCluster>> clusters;
};

class Registry : public Owner<RegistryActor> {
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
    ClusterActor actor;
    core::ClusterStatus status = core::ClusterStatus::INACTIVE;
  };

  caf::result<Answer> perform(const core::RegistryCommand& command);
  caf::result<Answer> perform_provider(const core::CapacityProviderCommand& command);
  caf::result<Answer> hand_on(const AskCluster& ask);
  caf::result<AgentConnected> connect(const ConnectAgent& ask);
  caf::result<Answer> write_definition(const core::Result<core::TaskDefinitionPtr>& decided);
  [[nodiscard]] core::ListReply list(const core::ListClusters& query) const;
  ClusterActor spawn_cluster(const std::string& cluster_name,
                             std::shared_ptr<const RecoveredCluster> recovered);

  core::Catalog catalog_;
  std::shared_ptr<const RecoveredWorld> recovered_;
  std::map<std::string, KnownCluster> clusters_;
};

}  // namespace troupe::control
