/// Operations on a cluster.

#include "actors/control/cluster.hpp"

#include "actors/core/cluster_life.hpp"

namespace troupe::control {

Cluster::Cluster(caf::actor_config& config, StagePtr stage, std::string cluster_name, RegistryActor registry,
                 std::shared_ptr<const ProviderBook> providers,
                 std::shared_ptr<const RecoveredCluster> recovered)
    : Owner(config, std::move(stage)),
      cluster_name_(std::move(cluster_name)),
      registry_(std::move(registry)),
      provider_book_(std::move(providers)),
      recovered_(std::move(recovered)) {
  set_down_handler([this](const caf::down_msg& down) { revive(down); });
}

Cluster::behavior_type Cluster::make_behavior() {
  recover(*recovered_);
  recovered_ = nullptr;
  return {
      [this](const ClusterCall& call) { return perform(call); },
      [this](const ConnectAgent& ask) { return connect(ask); },
      [this](const ResumeAgent& ask) { return resume_agent(ask); },
      [this](const FindInstance& ask) { return find(ask); },
      [this](const TaskChanged& change) { take_task(change.task); },
      [this](const InstanceChanged& change) { take_instance(change); },
      [this](const ServiceChanged& change) { take_service(change); },
      [this](const PlaceTasks& ask) { return place_for_service(ask); },
      [this](const ReleaseTasks& ask) { give_back(ask); },
      [this](const TasksStarted& news) { take_over(*news.tasks); },
      [this](const EndTasks& ask) { end_tasks(ask); },
      [this](const Tick&) { tell_fleet(); },
      [this](const TimerFired& timer) { timer.token == 0 ? forget_old() : read_again(timer.token); },
  };
}

bool Cluster::active() const {
  return working_ && working_->status == core::ClusterStatus::ACTIVE;
}

caf::result<Answer> Cluster::perform(const ClusterCall& call) {
  const auto& command = *call.command;
  if (const auto* create_it = std::get_if<core::CreateCluster>(&command))
    return create(*create_it, call.providers);
  if (!record_) return answer(core::Error{core::ErrorCode::cluster_not_found, "Cluster not found."});
  if (std::holds_alternative<core::DescribeCluster>(command)) return answer(describe());
  if (!active())
    return answer(core::Error{core::ErrorCode::cluster_not_found, "The referenced cluster was inactive."});
  const auto& realm = stage().realm;
  const auto reply = [](auto result) {
    return answer(result ? core::Outcome{core::Reply{std::move(*result)}} : core::Outcome{result.error()});
  };
  if (std::holds_alternative<core::RunTask>(command)) return run(call);
  if (const auto* ask = std::get_if<core::StopTask>(&command)) return stop(*ask);
  if (const auto* ask = std::get_if<core::InterruptTask>(&command)) return interrupt(*ask);
  if (const auto* ask = std::get_if<core::DescribeTasks>(&command)) {
    return reply(core::describe_tasks(realm, cluster_name_, tasks_, *ask));
  }
  if (const auto* ask = std::get_if<core::ListTasks>(&command)) {
    return list_tasks(*ask);
  }
  if (const auto* ask = std::get_if<core::DescribeContainerInstances>(&command)) {
    return reply(core::describe_instances(realm, cluster_name_, instances_, tasks_, *ask));
  }
  if (const auto* ask = std::get_if<core::ListContainerInstances>(&command)) {
    return reply(core::list_instances(realm, cluster_name_, instances_, tasks_, *ask));
  }
  if (const auto* ask = std::get_if<core::ExplainPlacement>(&command)) return explain(*ask);
  if (const auto* ask = std::get_if<core::ReadUsage>(&command)) return read_usage(*ask);
  if (std::holds_alternative<core::ServiceCommand>(command)) return perform_service(call);
  if (std::holds_alternative<core::InstanceCommand>(command)) return perform_instance(call);
  if (const auto* ask = std::get_if<core::AgentCommand>(&command)) return perform_agent(*ask);
  if (const auto* ask = std::get_if<core::HostCommand>(&command)) return perform_host(*ask);
  return remove();
}

caf::result<Answer> Cluster::list_tasks(core::ListTasks query) const {
  if (!query.service_name.empty()) {
    auto service = service_named(query.service_name);
    if (!service) return answer(service.error());
    query.service_name = std::move(*service);
  }
  auto listed = core::list_tasks(stage().realm, cluster_name_, tasks_, query);
  return answer(listed ? core::Outcome{core::Reply{std::move(*listed)}} : core::Outcome{listed.error()});
}

core::Reply Cluster::describe() const {
  auto counts = core::count_cluster(tasks_, instances_);
  counts.active_services = active_services();
  core::count_services(services_, counts);
  return core::ClusterReply{record_, counts};
}

caf::result<Answer> Cluster::create(const core::CreateCluster& command, const core::ProvidersPtr& providers) {
  auto next = core::create_cluster(working_.get(), cluster_name_, command,
                                   providers ? *providers : core::Providers{}, stage().stamp());
  if (!next) return answer(next.error());
  if (working_ && *next == *working_) return describe_when_durable();
  return write_cluster(std::move(*next));
}

/// It exists as asked for, or will when the write under way is durable.
caf::result<Answer> Cluster::describe_when_durable() {
  auto promise = owe<Answer>();
  after_writes([this, promise](bool durable) mutable {
    if (durable) {
      promise.deliver(answer(describe()));
    } else {
      promise.deliver(broken("journal"));
    }
  });
  return promise;
}

/// What is there, and what is on its way in.
core::ClusterCounts Cluster::counts_to_delete() const {
  auto counts = core::count_cluster(tasks_, instances_);
  counts.pending_tasks += accepting_;
  counts.active_services = active_services();
  for (const auto& [id, instance] : instance_actors_) {
    counts.registered_instances += instances_.contains(id) ? 0 : 1;
  }
  return counts;
}

caf::result<Answer> Cluster::remove() {
  auto next = core::delete_cluster(*working_, counts_to_delete());
  if (!next) return answer(next.error());
  return write_cluster(std::move(*next));
}

caf::result<Answer> Cluster::write_cluster(core::Cluster next) {
  auto promise = owe<Answer>();
  const auto record = std::make_shared<const core::Cluster>(std::move(next));
  working_ = record;
  write({{core::cluster_key(cluster_name_), core::store(*record)}},
        {event(core::ClusterStateChange{record}, stage().stamp())},
        [this, record, promise](bool durable) mutable {
          if (!durable) {
            promise.deliver(broken("journal"));
            return;
          }
          record_ = record;
          send(registry_, ClusterStatusChanged{cluster_name_, record->status, record->capacity_providers});
          spdlog::info("cluster {} is {}", cluster_name_, core::name_of(record->status));
          promise.deliver(answer(describe()));
        });
  return promise;
}

/// Tasks do not build on a refused decision: only its callers are told.
void Cluster::refused(const caf::error& /*why*/) {
  working_ = record_;
}

}  // namespace troupe::control
