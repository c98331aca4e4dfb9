/// Services: operations on them, what they ask of their cluster, and what they
/// are told of it.

#include "actors/control/cluster.hpp"
#include "actors/control/service.hpp"
#include "actors/core/service/names.hpp"

#include <algorithm>

namespace troupe::control {
namespace {

template <class T>
Answer answer_with(core::Result<T> result) {
  return answer(result ? core::Outcome{core::Reply{std::move(*result)}} : core::Outcome{result.error()});
}

/// Where an ACTIVE service is found; empty: in no namespace.
std::string namespace_of(const core::ServiceEntry& entry) {
  const auto& service = *entry.state.service;
  const auto revision = entry.state.revisions.find(service.revision);
  if (service.status != core::ServiceStatus::ACTIVE || revision == entry.state.revisions.end()) return {};
  const auto& connect = revision->second->what.connect;
  return connect && connect->enabled.value_or(false) ? connect->namespace_.value_or("") : std::string{};
}

/// The service that a command changes, as the caller names it.
struct NamedService {
  const std::string* operator()(const core::UpdateService& c) const { return &c.service; }
  const std::string* operator()(const core::DeleteService& c) const { return &c.service; }
  const std::string* operator()(const core::CreateTaskSet& c) const { return &c.service; }
  const std::string* operator()(const core::UpdateTaskSet& c) const { return &c.service; }
  const std::string* operator()(const core::DeleteTaskSet& c) const { return &c.service; }
  const std::string* operator()(const core::UpdateServicePrimaryTaskSet& c) const { return &c.service; }
  template <class Other>
  const std::string* operator()(const Other& /*other*/) const {
    return nullptr;
  }
};

}  // namespace

caf::result<Answer> Cluster::perform_service(const ClusterCall& call) {
  const auto& command = std::get<core::ServiceCommand>(*call.command);
  if (auto known = answer_on_services(command)) return std::move(*known);
  if (const auto* ask = std::get_if<core::CreateService>(&command)) return create_service(call, *ask);
  if (const auto* ask = std::get_if<core::StopServiceDeployment>(&command)) {
    return change_service(call, service_deploying(ask->service_deployment));
  }
  if (const auto* ask = std::get_if<core::ContinueServiceDeployment>(&command)) {
    return change_service(call, service_deploying(ask->service_deployment));
  }
  return change_service(call, service_named(*std::visit(NamedService{}, command)));
}

/// What would be refused spawns nothing.
caf::result<Answer> Cluster::create_service(const ClusterCall& call, const core::CreateService& command) {
  const bool unknown = !service_actors_.contains(command.name) && !services_.contains(command.name);
  if (unknown && !is_reviving(command.name)) {
    const auto made = core::decide(nullptr, command, context_of(call), stage().stamp());
    if (!made) return answer(made.error());
    spawn_service(command.name, nullptr, fleet());
  }
  return change_service(call, command.name);
}

caf::result<Answer> Cluster::change_service(const ClusterCall& call,
                                            const core::Result<std::string>& service) {
  if (!service) return answer(service.error());
  const auto owner = service_actors_.find(*service);
  if (owner == service_actors_.end()) return broken("service " + *service + " is being restarted");
  return delegate(owner->second,
                  ServiceCall{call.command, std::make_shared<const core::ServiceContext>(context_of(call))});
}

/// Answers what the snapshots tell; absent: the command changes something.
std::optional<Answer> Cluster::answer_on_services(const core::ServiceCommand& command) const {
  const auto& realm = stage().realm;
  if (const auto* ask = std::get_if<core::DescribeServices>(&command)) {
    return answer_with(core::describe_services(realm, cluster_name_, services_, tasks_, *ask));
  }
  if (const auto* ask = std::get_if<core::ListServices>(&command)) {
    return answer(core::Reply{core::list_services(realm, cluster_name_, services_, *ask)});
  }
  if (const auto* ask = std::get_if<core::DescribeServiceDeployments>(&command)) {
    return answer_with(core::describe_service_deployments(realm, services_, tasks_, *ask));
  }
  if (const auto* ask = std::get_if<core::DescribeServiceRevisions>(&command)) {
    return answer_with(core::describe_service_revisions(realm, services_, *ask));
  }
  if (const auto* ask = std::get_if<core::ListServiceDeployments>(&command)) {
    const auto service = service_named(ask->service);
    if (!service) return answer(service.error());
    return answer(core::Reply{
        core::list_service_deployments(*services_.at(*service), tasks_.of_service(*service), *ask)});
  }
  if (const auto* ask = std::get_if<core::DescribeTaskSets>(&command)) {
    const auto service = service_named(ask->service);
    if (!service) return answer(service.error());
    return answer(core::Reply{
        core::describe_task_sets(realm, *services_.at(*service), tasks_.of_service(*service), *ask)});
  }
  return std::nullopt;
}

core::Result<std::string> Cluster::service_named(const std::string& reference) const {
  auto service = core::find_service_name(stage().realm, cluster_name_, reference);
  if (!service) return service.error();
  if (!*service || !services_.contains(**service)) return core::service_not_found();
  return std::move(**service);
}

core::Result<std::string> Cluster::service_deploying(const std::string& deployment_arn) const {
  const auto ref = core::parse_service_part(stage().realm, "service-deployment", deployment_arn);
  if (!ref) return ref.error();
  const auto owner = services_.find(ref->service);
  if (owner == services_.end() || !owner->second->state.deployments.contains(ref->id)) {
    return core::Error{core::ErrorCode::service_deployment_not_found, "Service deployment not found."};
  }
  return ref->service;
}

core::ServiceContext Cluster::context_of(const ClusterCall& call) const {
  core::ServiceContext context{stage().realm, record_, call.definition, {}};
  if (call.providers) context.providers = *call.providers;
  return context;
}

/// Those on their way in count as well.
std::int32_t Cluster::active_services() const {
  const auto active = std::ranges::count_if(services_, [](const auto& known) {
    return known.second->state.service->status == core::ServiceStatus::ACTIVE;
  });
  const auto coming = std::ranges::count_if(
      service_actors_, [&](const auto& owner) { return !services_.contains(owner.first); });
  return static_cast<std::int32_t>(active + coming);
}

void Cluster::recover_services(const RecoveredCluster& recovered) {
  for (const auto& entry : recovered.services) take_service({entry->state.service->name, entry});
  const auto facts = fleet();
  for (const auto& [service, entry] : services_) spawn_service(service, entry, facts);
}

ServiceActor Cluster::spawn_service(const std::string& service, const core::ServiceEntryPtr& entry,
                                    const core::FleetFactsPtr& facts) {
  auto handle = spawn<Service>(stage_ptr(),
                               ServiceStart{cluster_name_, service, entry, tasks_.of_service(service), facts},
                               caf::actor_cast<ClusterActor>(this));
  monitor(handle);
  service_actors_[service] = handle;
  return handle;
}

void Cluster::take_service(const ServiceChanged& change) {
  const auto known = services_.find(change.name);
  const auto before = known == services_.end() ? std::string{} : namespace_of(*known->second);
  const auto after = change.entry ? namespace_of(*change.entry) : std::string{};
  if (before != after) send(registry_, ServiceNamespaceChanged{cluster_name_, change.name, after});
  if (change.entry) {
    services_[change.name] = change.entry;
    return;
  }
  services_.erase(change.name);
  service_actors_.erase(change.name);
}

/// Services are told once of all that has come in.
void Cluster::fleet_changed() {
  facts_ = nullptr;
  if (fleet_tick_ || service_actors_.empty()) return;
  fleet_tick_ = true;
  send(this, Tick{});
}

void Cluster::tell_fleet() {
  fleet_tick_ = false;
  const auto facts = fleet();
  for (const auto& [service, owner] : service_actors_) send(owner, FleetChanged{facts});
}

/// Made once for all services, until it changes: it takes a look at every instance.
core::FleetFactsPtr Cluster::fleet() {
  if (facts_) return facts_;
  std::vector<core::InstancePtr> instances;
  std::set<core::InstanceId> busy;
  instances.reserve(instances_.size());
  for (const auto& [id, instance] : instances_) {
    instances.push_back(instance);
    if (instance->status == core::InstanceStatus::DRAINING && runs_others(id)) busy.insert(id);
  }
  facts_ = std::make_shared<const core::FleetFacts>(core::fleet_facts(std::move(instances), std::move(busy)));
  return facts_;
}

/// Tasks that are not a daemon's.
bool Cluster::runs_others(const core::InstanceId& id) const {
  return std::ranges::any_of(tasks_.holding(id), [&](const core::TaskPtr& task) {
    const auto service = core::service_of(*task);
    const auto known = service ? services_.find(*service) : services_.end();
    return known == services_.end() ||
           known->second->state.service->strategy != core::SchedulingStrategy::DAEMON;
  });
}

ServiceActor Cluster::owner_of(const core::Task& task) const {
  if (service_actors_.empty()) return {};
  const auto service = core::service_of(task);
  const auto owner = service ? service_actors_.find(*service) : service_actors_.end();
  return owner == service_actors_.end() ? ServiceActor{} : owner->second;
}

}  // namespace troupe::control
