/// Describe and List.

#include "actors/core/queries.hpp"

#include "actors/core/cluster_life.hpp"
#include "actors/core/query_language/expression.hpp"

namespace troupe::core {
namespace {

Failure missing(std::string arn) {
  Failure failure;
  failure.arn = std::move(arn);
  failure.reason = "MISSING";
  return failure;
}

/// The ARN that a reference means, for `failures`.
std::string completed(const std::string& reference, const std::string& prefix) {
  return reference.starts_with("arn:") ? reference : prefix + reference;
}

template <class IdType>
Result<std::optional<IdType>> find_id(const Realm& realm, const char* type, const std::string& cluster,
                                      const std::string& reference, const char* complaint) {
  const auto ref = parse_ref(realm, type, reference);
  if (!ref) return ref.error();
  const auto id = parse_id<IdType>(ref->name);
  if (!id) return invalid_parameter(complaint);
  if (!ref->cluster.empty() && ref->cluster != cluster) return std::optional<IdType>{};
  return id;
}

bool matches(const Expression& filter, const ContainerInstance& instance, const TaskIndex& tasks) {
  QueryFacts facts{instance, 0, {}};
  const auto held = filter.reads_tasks() ? tasks.holding(instance.id) : std::vector<TaskPtr>{};
  for (const auto& task : held) {
    facts.running_tasks += task->last_status == TaskStatus::RUNNING ? 1 : 0;
    facts.groups.push_back(task->launch->group);
  }
  return filter.matches(facts);
}

}  // namespace

Result<std::optional<TaskId>> find_task_id(const Realm& realm, const std::string& cluster,
                                           const std::string& reference) {
  return find_id<TaskId>(realm, "task", cluster, reference, "Task Identifier is invalid");
}

Result<std::optional<InstanceId>> find_instance_id(const Realm& realm, const std::string& cluster,
                                                   const std::string& reference) {
  return find_id<InstanceId>(realm, "container-instance", cluster, reference,
                             "Container instance Identifier is invalid");
}

Result<TasksReply> describe_tasks(const Realm& realm, const std::string& cluster, const TaskIndex& tasks,
                                  const DescribeTasks& query) {
  TasksReply reply;
  for (const auto& reference : query.tasks) {
    const auto id = find_task_id(realm, cluster, reference);
    if (!id) return id.error();
    const auto task = *id ? tasks.find(**id) : nullptr;
    if (task) {
      reply.tasks.push_back(task);
    } else {
      const auto prefix = task_arn(realm, cluster, {});
      reply.failures.push_back(missing(completed(reference, prefix.substr(0, prefix.size() - 32))));
    }
  }
  return reply;
}

Result<ListReply> list_tasks(const Realm& realm, const std::string& cluster, const TaskIndex& tasks,
                             const ListTasks& query) {
  std::optional<InstanceId> instance;
  if (!query.container_instance.empty()) {
    const auto id = find_instance_id(realm, cluster, query.container_instance);
    if (!id) return id.error();
    if (!*id) return ListReply{};
    instance = **id;
  }
  return tasks.list(query, instance, realm, cluster);
}

Result<InstancesReply> describe_instances(const Realm& realm, const std::string& cluster,
                                          const InstanceMap& instances, const TaskIndex& tasks,
                                          const DescribeContainerInstances& query) {
  InstancesReply reply;
  for (const auto& reference : query.instances) {
    const auto id = find_instance_id(realm, cluster, reference);
    if (!id) return id.error();
    const auto found = *id ? instances.find(**id) : instances.end();
    if (found == instances.end() || is_managed(*found->second)) {
      const auto prefix = instance_arn(realm, cluster, {});
      reply.failures.push_back(missing(completed(reference, prefix.substr(0, prefix.size() - 32))));
      continue;
    }
    auto counted = std::make_shared<ContainerInstance>(*found->second);
    count_tasks(*counted, tasks.holding(counted->id));
    reply.instances.push_back(std::move(counted));
  }
  return reply;
}

Result<ListReply> list_instances(const Realm& realm, const std::string& cluster, const InstanceMap& instances,
                                 const TaskIndex& tasks, const ListContainerInstances& query) {
  std::optional<Expression> filter;
  if (!query.filter.empty()) {
    auto parsed = Expression::parse(query.filter);
    if (!parsed) return parsed.error();
    filter = std::move(*parsed);
  }
  ListReply reply;
  const auto after = parse_id<InstanceId>(query.page.after);
  InstanceId last;
  for (auto it = after ? instances.upper_bound(*after) : instances.begin(); it != instances.end(); ++it) {
    const auto status = it->second->status;
    if (is_managed(*it->second)) continue;
    if (query.status ? status != *query.status : status == InstanceStatus::INACTIVE) continue;
    if (filter && !matches(*filter, *it->second, tasks)) continue;
    if (reply.items.size() == query.page.limit) {
      reply.next = to_string(last);
      break;
    }
    last = it->first;
    reply.items.push_back(instance_arn(realm, cluster, it->first));
  }
  return reply;
}

ClusterCounts count_cluster(const TaskIndex& tasks, const InstanceMap& instances) {
  ClusterCounts counts;
  counts.running_tasks = tasks.running();
  counts.pending_tasks = tasks.pending();
  counts.fargate.tasks = tasks.count(LaunchType::FARGATE);
  counts.external.tasks = tasks.count(LaunchType::EXTERNAL);
  counts.ec2.tasks = {counts.running_tasks - counts.fargate.tasks.running - counts.external.tasks.running,
                      counts.pending_tasks - counts.fargate.tasks.pending - counts.external.tasks.pending};
  for (const auto& [id, instance] : instances) {
    const bool registered =
        instance->status == InstanceStatus::ACTIVE || instance->status == InstanceStatus::DRAINING;
    if (is_managed(*instance)) continue;
    counts.registered_instances += registered ? 1 : 0;
  }
  return counts;
}

}  // namespace troupe::core
