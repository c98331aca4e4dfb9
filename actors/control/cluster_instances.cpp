/// Operations on instances and their attributes, on the protection of tasks, and
/// on the cluster's capacity providers.

#include "actors/control/cluster.hpp"
#include "actors/core/agent_identity.hpp"
#include "actors/core/instance_operations.hpp"
#include "actors/core/task_protection.hpp"

namespace troupe::control {
namespace {

core::Failure failure(std::string arn, std::string reason) {
  core::Failure made;
  made.arn = std::move(arn);
  made.reason = std::move(reason);
  return made;
}

/// Answers of several owners that become one.
template <class Reply>
struct Gathered {
  Reply reply;
  std::size_t missing = 0;
  caf::error broken;
  Owed<Answer> promise;

  void came() {
    if (--missing > 0) return;
    if (broken) {
      promise.deliver(std::move(broken));
    } else {
      promise.deliver(answer(core::Reply{std::move(reply)}));
    }
  }
};

}  // namespace

caf::result<Answer> Cluster::perform_instance(const ClusterCall& call) {
  const auto& command = std::get<core::InstanceCommand>(*call.command);
  if (const auto* ask = std::get_if<core::UpdateContainerInstancesState>(&command)) return set_states(*ask);
  if (const auto* ask = std::get_if<core::DeregisterContainerInstance>(&command)) return deregister(*ask);
  if (const auto* ask = std::get_if<core::PutAttributes>(&command)) {
    return change_attributes(ask->attributes, core::put_attributes);
  }
  if (const auto* ask = std::get_if<core::DeleteAttributes>(&command)) {
    return change_attributes(ask->attributes, core::delete_attributes);
  }
  if (const auto* ask = std::get_if<core::ListAttributes>(&command)) {
    return answer(core::Reply{core::list_attributes(stage().realm, cluster_name_, instances_, *ask)});
  }
  if (const auto* ask = std::get_if<core::UpdateTaskProtection>(&command)) return protect(*ask);
  if (const auto* ask = std::get_if<core::GetTaskProtection>(&command)) return show_protection(*ask);
  const auto& ask = std::get<core::PutClusterCapacityProviders>(command);
  const auto known = call.providers ? *call.providers : core::Providers{};
  auto next = core::decide(*working_, ask, known, providers_in_use());
  if (!next) return answer(next.error());
  return write_cluster(std::move(*next));
}

void Cluster::ask_instance(const core::InstanceId& id, InstanceDecision decide,
                           std::function<void(const core::Outcome&)> then,
                           std::function<void(caf::error&)> failed) {
  const auto owner = instance_actors_.find(id);
  if (owner == instance_actors_.end()) {
    auto why = broken("container instance " + core::to_string(id) + " is being restarted");
    return failed(why);
  }
  request(owner->second, caf::infinite,
          ChangeInstance{std::make_shared<const InstanceDecision>(std::move(decide))})
      .then([then = std::move(then)](const Answer& reply) { then(*reply); }, std::move(failed));
}

caf::result<Answer> Cluster::set_states(const core::UpdateContainerInstancesState& command) {
  if (auto ok = core::check(command); !ok) return answer(ok.error());
  const core::DescribeContainerInstances query{command.instances};
  auto named = core::describe_instances(stage().realm, cluster_name_, instances_, tasks_, query);
  if (!named) return answer(named.error());
  if (named->instances.empty()) return answer(core::Reply{std::move(*named)});
  auto all = std::make_shared<Gathered<core::InstancesReply>>();
  all->promise = owe<Answer>();
  all->reply.failures = std::move(named->failures);
  all->missing = named->instances.size();
  const auto promise = all->promise;
  for (const auto& instance : named->instances) {
    ask_instance(
        instance->id,
        [command](const auto& known, const core::Stamp& stamp) -> core::Result<core::ContainerInstance> {
          if (!core::may_speak_for(command.caller, known)) {
            return core::Error{core::ErrorCode::access_denied, "ACCESS_DENIED"};
          }
          return core::set_status(known, command.status, stamp);
        },
        [this, all, id = instance->id](const core::Outcome& outcome) {
          if (outcome) {
            all->reply.instances.push_back(std::get<core::InstanceReply>(*outcome).instance);
          } else {
            const auto arn = core::instance_arn(stage().realm, cluster_name_, id);
            all->reply.failures.push_back(failure(arn, outcome.error().message));
          }
          all->came();
        },
        [all](caf::error& why) {
          all->broken = std::move(why);
          all->came();
        });
  }
  return promise;
}

caf::result<Answer> Cluster::change_attributes(const std::vector<core::Attribute>& attributes,
                                               ChangeAttributes change) {
  auto sorted = core::sort_by_target(stage().realm, cluster_name_, instances_, attributes);
  if (!sorted) return answer(sorted.error());
  auto all = std::make_shared<Gathered<core::AttributesReply>>();
  all->promise = owe<Answer>();
  all->missing = sorted->size();
  const auto promise = all->promise;
  for (const auto& [id, theirs] : *sorted) {
    ask_instance(
        id,
        [change, theirs = theirs](const auto& known, const core::Stamp& stamp) {
          return change(known, theirs, stamp);
        },
        [all, theirs = theirs](const core::Outcome& outcome) {
          auto& shown = all->reply.attributes;
          if (outcome) {
            shown.insert(shown.end(), theirs.begin(), theirs.end());
          } else if (all->promise.pending()) {
            all->promise.deliver(answer(outcome));
          }
          all->came();
        },
        [all](caf::error& why) {
          all->broken = std::move(why);
          all->came();
        });
  }
  return promise;
}

caf::result<Answer> Cluster::protect(const core::UpdateTaskProtection& command) {
  const auto until = core::protection_end(command, stage().clock());
  if (!until) return answer(until.error());
  auto found = core::describe_tasks(stage().realm, cluster_name_, tasks_, {command.tasks});
  if (!found) return answer(found.error());
  auto all = std::make_shared<Gathered<core::ProtectionReply>>();
  all->promise = owe<Answer>();
  all->reply.failures = std::move(found->failures);
  all->missing = 1;
  const auto promise = all->promise;
  std::set<core::TaskId> asked;
  for (const auto& task : found->tasks) {
    const auto refuse = [this, all, id = task->id](const char* reason) {
      all->reply.failures.push_back(failure(core::task_arn(stage().realm, cluster_name_, id), reason));
    };
    const auto owner = task_actors_.find(task->id);
    if (owner == task_actors_.end() || !core::is_protectable(*task)) {
      refuse("TASK_NOT_VALID");
      continue;
    }
    if (command.enabled && blocks_deployment(*task, asked)) {
      refuse("DEPLOYMENT_BLOCKED");
      continue;
    }
    asked.insert(task->id);
    ++all->missing;
    request(owner->second, caf::infinite, ProtectTask{*until})
        .then(
            [this, all, refuse](const Answer& reply) {
              if (*reply) {
                const auto& shown = *std::get<core::TaskReply>(**reply).task;
                all->reply.tasks.push_back(core::show_protection(shown, stage().realm, stage().clock()));
              } else {
                refuse("TASK_NOT_VALID");
              }
              all->came();
            },
            [all](caf::error& why) {
              all->broken = std::move(why);
              all->came();
            });
  }
  all->came();
  return promise;
}

/// `asked` are those that the same call protects.
bool Cluster::blocks_deployment(const core::Task& task, const std::set<core::TaskId>& asked) const {
  const auto service = services_.find(core::service_of(task).value_or(""));
  if (service == services_.end()) return false;
  return core::blocks_deployment(task, tasks_.of_service(service->first), asked,
                                 service->second->state.service->desired_count, stage().clock());
}

/// Without names: every protected task of the cluster's services.
caf::result<Answer> Cluster::show_protection(const core::GetTaskProtection& query) const {
  core::ProtectionReply reply;
  const auto now = stage().clock();
  if (query.tasks.empty()) {
    for (const auto& [service, entry] : services_) {
      for (const auto& task : tasks_.of_service(service)) {
        if (!core::is_protectable(*task)) continue;
        auto shown = core::show_protection(*task, stage().realm, now);
        if (*shown.protectionEnabled) reply.tasks.push_back(std::move(shown));
      }
    }
    return answer(core::Reply{std::move(reply)});
  }
  auto found = core::describe_tasks(stage().realm, cluster_name_, tasks_, {query.tasks});
  if (!found) return answer(found.error());
  reply.failures = std::move(found->failures);
  for (const auto& task : found->tasks) {
    if (core::is_protectable(*task)) {
      reply.tasks.push_back(core::show_protection(*task, stage().realm, now));
    } else {
      reply.failures.push_back(
          failure(core::task_arn(stage().realm, cluster_name_, task->id), "TASK_NOT_VALID"));
    }
  }
  return answer(core::Reply{std::move(reply)});
}

/// Instances that were deregistered are described for a while only.
void Cluster::forget_instances() {
  const auto oldest = stage().clock() - stage().limits.stopped_task_retention;
  std::vector<core::InstanceId> old;
  std::vector<RecordWrite> records;
  for (const auto& [id, instance] : instances_) {
    if (instance->status != core::InstanceStatus::INACTIVE || instance->updated_at > oldest) continue;
    old.push_back(id);
    records.push_back({core::instance_key(cluster_name_, id), std::nullopt});
  }
  if (old.empty()) return;
  write(std::move(records), {}, [this, old](bool durable) {
    if (!durable) return;
    std::erase_if(registrations_, [&](const auto& entry) {
      return std::find(old.begin(), old.end(), entry.second) != old.end();
    });
    for (const auto& id : old) {
      instances_.erase(id);
      const auto owner = instance_actors_.find(id);
      if (owner == instance_actors_.end()) continue;
      anon_send_exit(owner->second, caf::exit_reason::user_shutdown);
      instance_actors_.erase(owner);
    }
  });
}

/// Those in the strategies that the services of this cluster have now.
std::set<std::string> Cluster::providers_in_use() const {
  std::set<std::string> used;
  for (const auto& [name, entry] : services_) {
    const auto& service = *entry->state.service;
    if (service.status == core::ServiceStatus::INACTIVE) continue;
    const auto revision = entry->state.revisions.find(service.revision);
    if (revision == entry->state.revisions.end()) continue;
    for (const auto& item : revision->second->what.strategy) used.insert(item.capacityProvider.value_or(""));
  }
  return used;
}

}  // namespace troupe::control
