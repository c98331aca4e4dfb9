/// One look at all capacity providers, and what follows from it.

#include "actors/control/scaler.hpp"

#include <algorithm>

namespace troupe::control {
namespace {

constexpr std::size_t providers_max = 1'000;
constexpr std::size_t services_at_once = 10;
constexpr std::size_t instances_at_once = 10;

/// "arn:aws:autoscaling:…:autoScalingGroupName/NAME" → "NAME"
std::string group_named_by(const core::CapacityProvider& provider) {
  constexpr std::string_view mark = "autoScalingGroupName/";
  const auto arn = provider.group ? provider.group->autoScalingGroupArn.value_or("") : "";
  const auto at = arn.find(mark);
  return at == std::string::npos ? arn : arn.substr(at + mark.size());
}

bool is_scaled(const core::CapacityProvider& provider) {
  return provider.status == core::CapacityProviderStatus::ACTIVE && provider.group &&
         provider.group->managedScaling &&
         provider.group->managedScaling->status == core::ManagedScalingStatus::ENABLED;
}

bool uses(const core::Cluster& cluster, const std::string& provider) {
  return cluster.status == core::ClusterStatus::ACTIVE &&
         std::ranges::find(cluster.capacity_providers, provider) != cluster.capacity_providers.end();
}

std::string machine_of(const core::ContainerInstance& instance) {
  const auto* named = core::find_attribute(instance, runtime::machine_attribute);
  return named != nullptr ? named->value.value_or("") : "";
}

template <class Command>
AskCluster ask_of(const std::string& cluster, Command command) {
  return {cluster, std::make_shared<const core::ClusterCommand>(std::move(command))};
}

}  // namespace

void Scaler::look() {
  send(parts_.timer, SetTimer{parts_.interval, 0});
  core::DescribeCapacityProviders query;
  query.page.limit = providers_max;
  auto ask = std::make_shared<const core::RegistryCommand>(core::CapacityProviderCommand{query});
  request(parts_.registry, caf::infinite, AskRegistry{std::move(ask)})
      .then(
          [this](const Answer& reply) {
            if (!*reply) return;
            auto found = std::get<core::CapacityProvidersReply>(**reply).providers;
            std::erase_if(found, [](const auto& provider) { return !is_scaled(*provider); });
            if (!found.empty()) find_daemons(found);
          },
          [](const caf::error&) {});
}

/// Daemons do not keep an instance: which services of those that have tasks there are DAEMON?
void Scaler::find_daemons(const std::vector<core::CapacityProviderPtr>& providers) {
  const auto seen = std::make_shared<Look>();
  seen->machines = parts_.machines->list();
  std::map<std::string, std::set<std::string>> services;
  for (const auto& [id, task] : tasks_) {
    const auto service = core::service_of(*task);
    if (service && instances_.contains(task->instance)) services[task->launch->cluster].insert(*service);
  }
  std::vector<AskCluster> asks;
  for (const auto& [cluster, names] : services) {
    core::DescribeServices query;
    for (const auto& name : names) {
      query.services.push_back(name);
      if (query.services.size() < services_at_once) continue;
      asks.push_back(ask_of(cluster, core::ServiceCommand{std::exchange(query, {})}));
    }
    if (!query.services.empty()) asks.push_back(ask_of(cluster, core::ServiceCommand{query}));
  }
  if (asks.empty()) return scale_all(providers, *seen);
  const auto missing = std::make_shared<std::size_t>(asks.size());
  const auto came = [this, missing, seen, providers] {
    if (--*missing == 0) scale_all(providers, *seen);
  };
  for (const auto& ask : asks) {
    request(parts_.registry, caf::infinite, ask)
        .then(
            [seen, came](const Answer& reply) {
              if (*reply) {
                for (const auto& shown : std::get<core::ServicesReply>(**reply).services) {
                  const auto& service = *shown.state.service;
                  if (service.strategy != core::SchedulingStrategy::DAEMON) continue;
                  seen->daemons.insert(service.cluster + "/" + service.name);
                }
              }
              came();
            },
            [came](const caf::error&) { came(); });
  }
}

void Scaler::scale_all(const std::vector<core::CapacityProviderPtr>& providers, const Look& look) {
  for (const auto& provider : providers) {
    const auto group = group_named_by(*provider);
    const auto bounds = parts_.machines->find_group(group);
    if (!bounds) continue;
    for (const auto& [cluster, record] : clusters_) {
      if (uses(*record, provider->name)) scale({provider, cluster, group, *bounds}, look);
    }
  }
}

void Scaler::scale(const Scaled& what, const Look& look) {
  forget_lost(what, look);
  const auto now = parts_.clock();
  const auto plan = core::plan_scaling(view_of(what, look), now);
  auto& said = reservations_[what.cluster + "/" + what.provider->name];
  if (std::exchange(said, plan.reservation) != plan.reservation) {
    spdlog::info("capacity provider {} of cluster {} is at a reservation of {:.0f} %", what.provider->name,
                 what.cluster, plan.reservation);
    parts_.show({what.cluster, what.provider->name, plan.reservation});
  }
  if (plan.start > 0) start_machines(what, plan.start);
  if (!plan.drain.empty()) drain(what, plan.drain);
  for (const auto& id : plan.end) end_instance(what, id, false);
}

/// A machine that ended by itself: its instance is deregistered, as ECS does when EC2 says so.
void Scaler::forget_lost(const Scaled& what, const Look& look) {
  for (const auto& instance : instances_of(what)) {
    const auto machine = machine_of(*instance);
    const auto runs = std::ranges::find(look.machines, machine, &runtime::Machine::name);
    if (!machine.empty() && runs == look.machines.end()) end_instance(what, instance->id, true);
  }
}

core::ScalingView Scaler::view_of(const Scaled& what, const Look& look) {
  core::ScalingView view;
  view.rules = *what.provider->group;
  view.size_min = what.bounds.size_min;
  view.size_max = what.bounds.size_max;
  std::map<core::InstanceId, int> daemons;
  for (const auto& [id, task] : tasks_) {
    if (task->launch->cluster != what.cluster) continue;
    if (core::waits_for_place(*task) && task->launch->capacity_provider == what.provider->name) {
      view.waiting.push_back(task->launch->size);
    }
    const auto service = core::service_of(*task);
    if (service && look.daemons.contains(what.cluster + "/" + *service)) ++daemons[task->instance];
  }
  std::set<std::string> registered;
  for (const auto& instance : instances_of(what)) {
    registered.insert(machine_of(*instance));
    core::ScalingInstance seen;
    seen.id = instance->id;
    seen.draining = instance->status == core::InstanceStatus::DRAINING;
    seen.daemons = daemons[instance->id];
    seen.tasks = std::max(0, instance->running_tasks + instance->pending_tasks - seen.daemons);
    seen.registered_at = instance->registered_at;
    if (seen.tasks > 0) {
      idle_since_.erase(instance->id);
    } else {
      seen.idle_since = idle_since_.try_emplace(instance->id, parts_.clock()).first->second;
    }
    view.instances.push_back(seen);
  }
  for (const auto& machine : look.machines) {
    const bool ours = machine.group == what.group && machine.cluster == what.cluster;
    if (ours && !registered.contains(machine.name)) ++view.starting;
  }
  const auto offer = offers_.find(what.provider->name);
  if (offer != offers_.end()) view.offer = offer->second;
  return view;
}

std::vector<core::InstancePtr> Scaler::instances_of(const Scaled& what) const {
  std::vector<core::InstancePtr> found;
  for (const auto& [id, instance] : instances_) {
    if (instance->cluster == what.cluster && instance->capacity_provider == what.provider->name) {
      found.push_back(instance);
    }
  }
  return found;
}

void Scaler::start_machines(const Scaled& what, int count) {
  const runtime::MachineOrder order{
      what.group, what.cluster, {{core::provider_attribute, what.provider->name}}};
  for (int i = 0; i < count; ++i) {
    const auto machine = parts_.machines->start(order);
    if (!machine) {
      spdlog::error("group {} starts no machine: {}", what.group, machine.error().message);
      return;
    }
    spdlog::info("capacity provider {} starts machine {}", what.provider->name, machine->name);
  }
}

void Scaler::drain(const Scaled& what, const std::vector<core::InstanceId>& instances) {
  core::UpdateContainerInstancesState command;
  command.status = core::InstanceStatus::DRAINING;
  for (const auto& id : instances) {
    if (command.instances.size() == instances_at_once) break;
    command.instances.push_back(core::to_string(id));
    spdlog::info("capacity provider {} drains container instance {}", what.provider->name,
                 core::to_string(id));
  }
  request(parts_.registry, caf::infinite, ask_of(what.cluster, core::InstanceCommand{command}))
      .then([](const Answer&) {}, [](const caf::error&) {});
}

/// The machine ends when its instance is deregistered: no task is placed on one that is going.
void Scaler::end_instance(const Scaled& what, const core::InstanceId& id, bool force) {
  const auto machine = machine_of(*instances_.at(id));
  core::DeregisterContainerInstance command{core::to_string(id), force};
  request(parts_.registry, caf::infinite, ask_of(what.cluster, core::InstanceCommand{command}))
      .then(
          [this, id, machine, provider = what.provider->name](const Answer& reply) {
            if (!*reply) {
              spdlog::warn("container instance {} stays: {}", core::to_string(id), reply->error().message);
              return;
            }
            spdlog::info("capacity provider {} ends container instance {}", provider, core::to_string(id));
            if (machine.empty()) return;
            const auto ended = parts_.machines->end(machine);
            if (!ended) spdlog::error("machine {} does not end: {}", machine, ended.error().message);
          },
          [](const caf::error&) {});
}

}  // namespace troupe::control
