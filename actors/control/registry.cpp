/// The registry.

#include "actors/control/registry.hpp"

#include "actors/core/cluster_life.hpp"

namespace troupe::control {
namespace {

/// The task definition that a command names; empty: none.
std::string definition_in(const core::ClusterCommand& command) {
  if (const auto* run = std::get_if<core::RunTask>(&command)) return run->task_definition;
  const auto* service = std::get_if<core::ServiceCommand>(&command);
  if (service == nullptr) return {};
  if (const auto* create = std::get_if<core::CreateService>(service)) return create->task_definition;
  if (const auto* update = std::get_if<core::UpdateService>(service)) {
    return update->task_definition.value_or("");
  }
  if (const auto* create = std::get_if<core::CreateTaskSet>(service)) return create->task_definition;
  return {};
}

/// Answered at once, from tasks and instances that the cluster knows: they need
/// not wait behind what is being started.
bool reads_snapshots(const core::ClusterCommand& command) {
  return std::holds_alternative<core::DescribeTasks>(command) ||
         std::holds_alternative<core::ListTasks>(command) ||
         std::holds_alternative<core::DescribeContainerInstances>(command) ||
         std::holds_alternative<core::ListContainerInstances>(command);
}

}  // namespace

Registry::Registry(caf::actor_config& config, StagePtr stage, std::shared_ptr<const RecoveredWorld> recovered)
    : Owner(config, std::move(stage)),
      catalog_(recovered->catalog),
      providers_(recovered->providers),
      provider_book_(std::make_shared<ProviderBook>(recovered->providers)),
      recovered_(std::move(recovered)) {
  set_down_handler([this](const caf::down_msg& down) { revive(down); });
}

template <class Ask>
caf::result<SessionOpened> Registry::open_session(const Ask& ask) {
  const auto cluster_name = core::cluster_name(stage().realm, ask.cluster);
  const auto known = cluster_name ? clusters_.find(*cluster_name) : clusters_.end();
  if (known == clusters_.end()) return SessionOpened{SessionRefusal::cluster_unknown, {}, {}};
  return delegate(known->second.actor, ask);
}

Registry::behavior_type Registry::make_behavior() {
  for (const auto& [cluster_name, cluster] : recovered_->clusters) {
    spawn_cluster(cluster_name, cluster);
    if (!cluster->record) continue;
    clusters_[cluster_name].status = cluster->record->status;
    clusters_[cluster_name].capacity_providers = cluster->record->capacity_providers;
  }
  recovered_ = nullptr;
  return {
      [this](const AskRegistry& ask) { return perform(*ask.command); },
      [this](const AskCluster& ask) { return hand_on(ask); },
      [this](const ConnectAgent& ask) { return connect(ask); },
      [this](const ResumeAgent& ask) { return open_session(ask); },
      [this](const FindInstance& ask) { return open_session(ask); },
      [this](const ClusterStatusChanged& change) {
        clusters_[change.name].status = change.status;
        clusters_[change.name].capacity_providers = change.capacity_providers;
      },
      [this](const ServiceNamespaceChanged& change) { take_namespace(change); },
      [this](const ReadParts& ask) { return read(ask); },
      [this](const TimerFired& timer) { revive_now(timer.token); },
  };
}

void Registry::spawn_cluster(const std::string& cluster_name,
                             std::shared_ptr<const RecoveredCluster> recovered) {
  auto handle = spawn<Cluster>(stage_ptr(), cluster_name, caf::actor_cast<RegistryActor>(this),
                               provider_book_, std::move(recovered));
  monitor(handle);
  clusters_[cluster_name].actor = handle;
}

caf::result<Answer> Registry::perform(const core::RegistryCommand& command) {
  const auto reply = [](auto result) { return answer(core::Reply{std::move(result)}); };
  if (const auto* ask = std::get_if<core::RegisterTaskDefinition>(&command)) {
    return write_definition(catalog_.decide(*ask, stage().clock()));
  }
  if (const auto* ask = std::get_if<core::DeregisterTaskDefinition>(&command)) {
    return write_definition(catalog_.decide(*ask, stage().clock()));
  }
  if (const auto* ask = std::get_if<core::DescribeTaskDefinition>(&command)) {
    auto found = catalog_.describe(ask->task_definition);
    if (!found) return answer(found.error());
    return reply(core::TaskDefinitionReply{*found});
  }
  if (const auto* ask = std::get_if<core::ListTaskDefinitions>(&command)) return reply(catalog_.list(*ask));
  if (const auto* ask = std::get_if<core::ListTaskDefinitionFamilies>(&command))
    return reply(catalog_.list(*ask));
  if (const auto* ask = std::get_if<core::CapacityProviderCommand>(&command)) return perform_provider(*ask);
  return reply(list(std::get<core::ListClusters>(command)));
}

caf::result<Answer> Registry::write_definition(const core::Result<core::TaskDefinitionPtr>& decided) {
  if (!decided) return answer(decided.error());
  auto promise = make_response_promise<Answer>();
  const auto& definition = (*decided)->definition;
  write({{core::task_definition_key(*definition.family, *definition.revision), core::store(**decided)}}, {},
        [this, record = *decided, promise](bool durable) mutable {
          if (!durable) {
            promise.deliver(broken("journal"));
            return;
          }
          catalog_.put(record);
          promise.deliver(answer(core::Reply{core::TaskDefinitionReply{record}}));
        });
  return promise;
}

core::ListReply Registry::list(const core::ListClusters& query) const {
  core::ListReply reply;
  std::string last;
  for (auto it = clusters_.upper_bound(query.page.after); it != clusters_.end(); ++it) {
    if (it->second.status != core::ClusterStatus::ACTIVE) continue;
    if (reply.items.size() == query.page.limit) {
      reply.next = last;
      break;
    }
    last = it->first;
    reply.items.push_back(core::cluster_arn(stage().realm, it->first));
  }
  return reply;
}

caf::result<Answer> Registry::hand_on(const AskCluster& ask) {
  const auto* run = std::get_if<core::RunTask>(ask.command.get());
  if (run != nullptr) {
    if (auto ok = core::check_run_task(*run); !ok) return answer(ok.error());
  }
  const auto cluster_name = core::cluster_name(stage().realm, ask.cluster);
  if (!cluster_name) return answer(cluster_name.error());
  const auto known = clusters_.find(*cluster_name);
  if (known == clusters_.end()) {
    const auto* creation = std::get_if<core::CreateCluster>(ask.command.get());
    if (creation == nullptr) {
      return answer(core::Error{core::ErrorCode::cluster_not_found, "Cluster not found."});
    }
    // What would be refused spawns nothing.
    const auto made = core::create_cluster(nullptr, *cluster_name, *creation, *providers_, stage().stamp());
    if (!made) return answer(made.error());
    spawn_cluster(*cluster_name, std::make_shared<const RecoveredCluster>());
  }
  ClusterCall call{ask.command, nullptr, providers_};
  const auto reference = definition_in(*ask.command);
  if (!reference.empty()) {
    auto definition = catalog_.to_run(reference);
    if (!definition) return answer(definition.error());
    call.definition = *definition;
  }
  const auto& owner = clusters_[*cluster_name].actor;
  if (!owner) return broken("cluster " + *cluster_name + " is being restarted");
  // Callers of the others are answered by the cluster, after it knows: no answer of
  // these is older than what its asker was told before.
  if (!reads_snapshots(*ask.command)) return delegate(owner, std::move(call));
  // CAF answers a delegated request under the priority that it was given on the way,
  // and its asker waits for another.
  Owed<Answer> promise{make_response_promise<Answer>()};
  request<caf::message_priority::high>(owner, caf::infinite, std::move(call))
      .then([promise](const Answer& reply) mutable { promise.deliver(reply); },
            [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
  return promise;
}

caf::result<AgentConnected> Registry::connect(const ConnectAgent& ask) {
  const auto cluster_name = core::cluster_name(stage().realm, ask.registration.cluster);
  if (!cluster_name) return broken(cluster_name.error().message);
  const auto known = clusters_.find(*cluster_name);
  if (known == clusters_.end()) return broken("cluster " + *cluster_name + " does not exist");
  if (!known->second.actor) return broken("cluster " + *cluster_name + " is being restarted");
  return delegate(known->second.actor, ask);
}

void Registry::on_exit() {
  Owner::on_exit();
  for (const auto& [cluster_name, cluster] : clusters_) {
    if (cluster.actor) anon_send_exit(cluster.actor, caf::exit_reason::user_shutdown);
  }
  clusters_.clear();
}

}  // namespace troupe::control
