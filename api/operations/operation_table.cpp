/// The table's rows and the names that ECS knows beyond them.

#include "api/operations/operation_table.hpp"

#include <algorithm>
#include <array>

namespace troupe::api::operations {
namespace {

/// All operations of API version 2014-11-13, sorted.
constexpr std::array known_names = std::to_array<std::string_view>({
    "ContinueServiceDeployment",
    "CreateCapacityProvider",
    "CreateCluster",
    "CreateDaemon",
    "CreateExpressGatewayService",
    "CreateService",
    "CreateTaskSet",
    "DeleteAccountSetting",
    "DeleteAttributes",
    "DeleteCapacityProvider",
    "DeleteCluster",
    "DeleteDaemon",
    "DeleteDaemonTaskDefinition",
    "DeleteExpressGatewayService",
    "DeleteService",
    "DeleteTaskDefinitions",
    "DeleteTaskSet",
    "DeregisterContainerInstance",
    "DeregisterTaskDefinition",
    "DescribeCapacityProviders",
    "DescribeClusters",
    "DescribeContainerInstances",
    "DescribeDaemon",
    "DescribeDaemonDeployments",
    "DescribeDaemonRevisions",
    "DescribeDaemonTaskDefinition",
    "DescribeExpressGatewayService",
    "DescribeServiceDeployments",
    "DescribeServiceRevisions",
    "DescribeServices",
    "DescribeTaskDefinition",
    "DescribeTaskSets",
    "DescribeTasks",
    "DiscoverPollEndpoint",
    "ExecuteCommand",
    "GetTaskProtection",
    "ListAccountSettings",
    "ListAttributes",
    "ListClusters",
    "ListContainerInstances",
    "ListDaemonDeployments",
    "ListDaemonTaskDefinitions",
    "ListDaemons",
    "ListServiceDeployments",
    "ListServices",
    "ListServicesByNamespace",
    "ListTagsForResource",
    "ListTaskDefinitionFamilies",
    "ListTaskDefinitions",
    "ListTasks",
    "PutAccountSetting",
    "PutAccountSettingDefault",
    "PutAttributes",
    "PutClusterCapacityProviders",
    "RegisterContainerInstance",
    "RegisterDaemonTaskDefinition",
    "RegisterTaskDefinition",
    "RunTask",
    "StartTask",
    "StopServiceDeployment",
    "StopTask",
    "SubmitAttachmentStateChanges",
    "SubmitContainerStateChange",
    "SubmitTaskStateChange",
    "TagResource",
    "UntagResource",
    "UpdateCapacityProvider",
    "UpdateCluster",
    "UpdateClusterSettings",
    "UpdateContainerAgent",
    "UpdateContainerInstancesState",
    "UpdateDaemon",
    "UpdateExpressGatewayService",
    "UpdateService",
    "UpdateServicePrimaryTaskSet",
    "UpdateTaskProtection",
    "UpdateTaskSet",
});
static_assert(std::ranges::is_sorted(known_names));

}  // namespace

OperationTable::OperationTable() {
  add(rows_, clusters::rows());
  add(rows_, task_definitions::rows());
  add(rows_, tasks::rows());
  add(rows_, container_instances::rows());
  add(rows_, services::rows());
  add(rows_, service_deployments::rows());
  add(rows_, task_sets::rows());
  add(rows_, attributes::rows());
  add(rows_, task_protection::rows());
  add(rows_, capacity_providers::rows());
  add(rows_, agents::rows());
  add(own_rows_, placement::rows());
  add(own_rows_, usage::rows());
  add(own_rows_, interruption::rows());
  add(own_rows_, hosts::rows());
}

void OperationTable::add(Rows& rows, std::vector<Operation> more) {
  for (auto& row : more) {
    const auto name = row.name;
    rows.emplace(name, std::move(row));
  }
}

core::Result<const Operation*> OperationTable::find(std::string_view name) const {
  const auto row = rows_.find(name);
  if (row != rows_.end()) return &row->second;
  if (std::ranges::binary_search(known_names, name)) {
    return core::Error{core::ErrorCode::unsupported_feature,
                       "The operation " + std::string{name} + " is not supported by this server yet."};
  }
  return core::Error{core::ErrorCode::unknown_operation, "The requested operation is not known."};
}

core::Result<const Operation*> OperationTable::find_target(std::string_view target) const {
  const auto dot = target.find('.');
  if (dot == std::string_view::npos) return find({});
  if (target.substr(0, dot) == target_prefix) return find(target.substr(dot + 1));
  const auto own = own_rows_.find(target.substr(dot + 1));
  if (target.substr(0, dot) != own_target_prefix || own == own_rows_.end()) return find({});
  return &own->second;
}

}  // namespace troupe::api::operations
