/// Describe and List of services.

#include "actors/core/service_queries.hpp"

#include "actors/core/launch_type.hpp"
#include "actors/core/service/names.hpp"
#include "actors/core/service/service.hpp"

#include <algorithm>
#include <charconv>

namespace troupe::core {
namespace {

Failure not_here(std::string arn) {
  Failure failure;
  failure.arn = std::move(arn);
  failure.reason = "MISSING";
  return failure;
}

/// As AWS completes a name: without the cluster.
std::string completed(const Realm& realm, const std::string& reference) {
  if (reference.starts_with("arn:")) return reference;
  return "arn:" + realm.partition + ":ecs:" + realm.region + ":" + realm.account + ":service/" + reference;
}

/// What an ARN of a part of a service names; null when it is not here.
ServiceEntryPtr owner_of(const ServiceMap& services, const ServicePartRef& ref) {
  const auto found = services.find(ref.service);
  if (found == services.end() || found->second->state.service->cluster != ref.cluster) return nullptr;
  return found->second;
}

ServiceDeploymentView show(const ServiceEntry& entry, const ServiceDeploymentPtr& deployment,
                           const std::vector<TaskPtr>& tasks) {
  ServiceDeploymentView view{deployment, {}, {}};
  const auto& service = *entry.state.service;
  const auto counts = count_service(service, tasks);
  for (const auto number : deployment->source_revisions) view.counts[number];
  view.counts[deployment->target_revision];
  for (const auto& part : service.deployments) {
    const auto shown = view.counts.find(part.revision);
    if (shown == view.counts.end()) continue;
    view.requested[part.revision] += part.desired_count;
    const auto counted = counts.find(part.id);
    if (counted == counts.end()) continue;
    shown->second.running += counted->second.running;
    shown->second.pending += counted->second.pending;
  }
  return view;
}

bool wanted(const ServiceDeployment& deployment, const ListServiceDeployments& query) {
  const auto& status = query.status;
  return (status.empty() || std::find(status.begin(), status.end(), deployment.status) != status.end()) &&
         (!query.created_after || deployment.created_at > *query.created_after) &&
         (!query.created_before || deployment.created_at < *query.created_before);
}

/// Sorts as time does, then as the id.
std::string page_key(const ServiceDeployment& deployment) {
  auto digits = std::to_string(to_epoch_ms(deployment.created_at));
  digits.insert(0, digits.size() < 15 ? 15 - digits.size() : 0, '0');
  return digits + "/" + deployment.id;
}

std::optional<LaunchType> launch_type_of(const ServiceEntry& entry) {
  const auto revision = entry.state.revisions.find(entry.state.service->revision);
  return revision == entry.state.revisions.end() ? std::nullopt : revision->second->what.launch_type;
}

LaunchTypeCounts& counted_as(ClusterCounts& counts, LaunchType type) {
  if (type == LaunchType::FARGATE) return counts.fargate;
  return type == LaunchType::EXTERNAL ? counts.external : counts.ec2;
}

}  // namespace

void count_services(const ServiceMap& services, ClusterCounts& counts) {
  for (const auto& [name, entry] : services) {
    const auto revision = entry->state.revisions.find(entry->state.service->revision);
    auto type = LaunchType::EC2;
    if (revision != entry->state.revisions.end()) {
      const auto& what = revision->second->what;
      type = core::launch_type_of(what.launch_type, what.strategy);
    }
    auto& same = counted_as(counts, type);
    if (entry->state.service->status == ServiceStatus::ACTIVE) ++same.active_services;
    if (entry->state.service->status == ServiceStatus::DRAINING) ++same.draining_services;
  }
}

Error service_not_found() {
  return {ErrorCode::service_not_found, "Service not found."};
}

Result<std::optional<std::string>> find_service_name(const Realm& realm, const std::string& cluster,
                                                     const std::string& reference) {
  auto ref = parse_ref(realm, "service", reference);
  if (!ref) return ref.error();
  if (!ref->cluster.empty() && ref->cluster != cluster) return std::optional<std::string>{};
  return std::optional{std::move(ref->name)};
}

ServiceSnapshot show_service(const ServiceEntry& entry, const std::vector<TaskPtr>& tasks) {
  return {entry.state, count_service(*entry.state.service, tasks)};
}

Result<ServicesReply> describe_services(const Realm& realm, const std::string& cluster,
                                        const ServiceMap& services, const TaskIndex& tasks,
                                        const DescribeServices& query) {
  ServicesReply reply;
  for (const auto& reference : query.services) {
    const auto name = find_service_name(realm, cluster, reference);
    if (!name) return name.error();
    const auto found = *name ? services.find(**name) : services.end();
    if (found == services.end()) {
      reply.failures.push_back(not_here(completed(realm, reference)));
    } else {
      reply.services.push_back(show_service(*found->second, tasks.of_service(found->first)));
    }
  }
  return reply;
}

ListReply list_services(const Realm& realm, const std::string& cluster, const ServiceMap& services,
                        const ListServices& query) {
  ListReply reply;
  std::string last;
  for (auto it = services.upper_bound(query.page.after); it != services.end(); ++it) {
    const auto& service = *it->second->state.service;
    if (service.status != ServiceStatus::ACTIVE) continue;
    if (query.scheduling_strategy && service.strategy != *query.scheduling_strategy) continue;
    if (query.launch_type && launch_type_of(*it->second) != *query.launch_type) continue;
    if (reply.items.size() == query.page.limit) {
      reply.next = last;
      break;
    }
    last = it->first;
    reply.items.push_back(service_arn(realm, cluster, it->first));
  }
  return reply;
}

Result<ServiceDeploymentsReply> describe_service_deployments(const Realm& realm, const ServiceMap& services,
                                                             const TaskIndex& tasks,
                                                             const DescribeServiceDeployments& query) {
  ServiceDeploymentsReply reply;
  for (const auto& arn : query.service_deployments) {
    const auto ref = parse_service_part(realm, "service-deployment", arn);
    if (!ref) return ref.error();
    const auto owner = owner_of(services, *ref);
    const auto found =
        owner ? owner->state.deployments.find(ref->id) : decltype(owner->state.deployments.end()){};
    if (!owner || found == owner->state.deployments.end()) {
      reply.failures.push_back(not_here(arn));
    } else {
      reply.deployments.push_back(show(*owner, found->second, tasks.of_service(ref->service)));
    }
  }
  return reply;
}

ServiceDeploymentsReply list_service_deployments(const ServiceEntry& service,
                                                 const std::vector<TaskPtr>& tasks,
                                                 const ListServiceDeployments& query) {
  std::map<std::string, ServiceDeploymentPtr, std::greater<>> newest_first;
  for (const auto& [id, deployment] : service.state.deployments) {
    if (wanted(*deployment, query)) newest_first.emplace(page_key(*deployment), deployment);
  }
  ServiceDeploymentsReply reply;
  auto it = query.page.after.empty() ? newest_first.begin() : newest_first.upper_bound(query.page.after);
  for (std::string last; it != newest_first.end(); ++it) {
    if (reply.deployments.size() == query.page.limit) {
      reply.next = last;
      break;
    }
    last = it->first;
    reply.deployments.push_back(show(service, it->second, tasks));
  }
  return reply;
}

Result<ServiceRevisionsReply> describe_service_revisions(const Realm& realm, const ServiceMap& services,
                                                         const DescribeServiceRevisions& query) {
  ServiceRevisionsReply reply;
  for (const auto& arn : query.service_revisions) {
    const auto ref = parse_service_part(realm, "service-revision", arn);
    if (!ref) return ref.error();
    std::uint64_t number = 0;
    std::from_chars(ref->id.data(), ref->id.data() + ref->id.size(), number);
    const auto owner = owner_of(services, *ref);
    if (!owner || !owner->state.revisions.contains(number)) {
      reply.failures.push_back(not_here(arn));
      continue;
    }
    const auto definition = owner->definitions.find(number);
    reply.revisions.emplace_back(owner->state.revisions.at(number),
                                 definition == owner->definitions.end() ? nullptr : definition->second);
  }
  return reply;
}

TaskSetsReply describe_task_sets(const Realm& realm, const ServiceEntry& service,
                                 const std::vector<TaskPtr>& tasks, const DescribeTaskSets& query) {
  TaskSetsReply reply;
  reply.service = show_service(service, tasks);
  const auto& all = service.state.service->task_sets;
  if (query.task_sets.empty()) reply.task_sets = all;
  for (const auto& reference : query.task_sets) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const TaskSet& set) {
      return reference == deployment_name(set.id) ||
             reference == task_set_arn(realm, *service.state.service, set.id);
    });
    if (found != all.end()) {
      reply.task_sets.push_back(*found);
    } else {
      reply.failures.push_back(not_here(reference));
    }
  }
  return reply;
}

}  // namespace troupe::core
