#pragma once

/// Describe and List of services, answered from a cluster's snapshots.
///
/// Source: ECS API Reference, DescribeServices, ListServices,
/// DescribeServiceDeployments, ListServiceDeployments, DescribeServiceRevisions,
/// DescribeTaskSets.

#include "actors/core/service_commands.hpp"
#include "actors/core/task_index.hpp"

#include <map>
#include <memory>
#include <string>

namespace troupe::core {

/// A service as its owner shows it: its records, and the definition that each
/// of its revisions runs.
struct ServiceEntry {
  ServiceState state;
  std::map<std::uint64_t, TaskDefinitionPtr> definitions;  ///< By number of the revision.
};

using ServiceEntryPtr = std::shared_ptr<const ServiceEntry>;
using ServiceMap = std::map<std::string, ServiceEntryPtr>;

/// The name in a reference to a service of this cluster. Absent: an ARN of
/// another cluster, so that it cannot be here.
Result<std::optional<std::string>> find_service_name(const Realm& realm, const std::string& cluster,
                                                     const std::string& reference);
/// Adds the ACTIVE and DRAINING ones by launch type.
void count_services(const ServiceMap& services, ClusterCounts& counts);

/// "Service not found."
Error service_not_found();

/// With the counts of its tasks at this moment.
ServiceSnapshot show_service(const ServiceEntry& entry, const std::vector<TaskPtr>& tasks);

Result<ServicesReply> describe_services(const Realm& realm, const std::string& cluster,
                                        const ServiceMap& services, const TaskIndex& tasks,
                                        const DescribeServices& query);
/// ARNs of the ACTIVE ones, by name.
ListReply list_services(const Realm& realm, const std::string& cluster, const ServiceMap& services,
                        const ListServices& query);

Result<ServiceDeploymentsReply> describe_service_deployments(const Realm& realm, const ServiceMap& services,
                                                             const TaskIndex& tasks,
                                                             const DescribeServiceDeployments& query);
/// Of one service, the newest first.
ServiceDeploymentsReply list_service_deployments(const ServiceEntry& service,
                                                 const std::vector<TaskPtr>& tasks,
                                                 const ListServiceDeployments& query);
Result<ServiceRevisionsReply> describe_service_revisions(const Realm& realm, const ServiceMap& services,
                                                         const DescribeServiceRevisions& query);
/// Of one service. A task set is named by its id "ecs-svc/N" or its ARN.
TaskSetsReply describe_task_sets(const Realm& realm, const ServiceEntry& service,
                                 const std::vector<TaskPtr>& tasks, const DescribeTaskSets& query);

}  // namespace troupe::core
